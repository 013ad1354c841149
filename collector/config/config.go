// Package config is the configuration of the exporter. A Config that exists is
// valid and immutable: every name in it is normalised, every profile merged,
// every file it refers to read.
package config

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"time"
)

// Topology says where the users of a SIP domain are homed, and by that which
// records and services the domain needs (lync-rules.md §9).
type Topology string

// Auto leaves the decision to what the domain's DNS shows.
const (
	Auto       Topology = "auto"
	OnPremises Topology = "on_premises"
	Hybrid     Topology = "hybrid"
	Online     Topology = "online"
)

// Config is everything the exporter was told. Reloading makes a new one.
type Config struct {
	// Timeout is the upper bound of one scrape, OperationTimeout that of one
	// DNS question, connect, handshake or request.
	Timeout          time.Duration
	OperationTimeout time.Duration

	// Concurrency limits the network operations in flight over all domains;
	// the other two limit questions in flight to one nameserver and
	// connections open to one address and port.
	Concurrency              int
	ConcurrencyPerNameserver int
	ConcurrencyPerAddress    int

	TLS       TLS
	ConnectTo []ConnectTo
	Views     []*View   // in order of name; never empty
	Domains   []*Domain // in order of the configuration
	IIS       IIS

	HostingProviders []string // lower-case host names
	TrustedDomains   []string // lower-case domains

	schemes []string           // of a domain that says nothing else
	byName  map[string]*Domain // of Domains
}

// TLS holds what was read from the files of the tls section.
type TLS struct {
	Roots       *x509.CertPool   // nil: the system's
	Certificate *tls.Certificate // nil: none is shown
}

// ConnectTo redirects connections meant for Host and Port. An empty Host or
// Port matches any, an empty ConnectHost or ConnectPort leaves it as it is, as
// curl's --connect-to does. Hosts are lower-case names or IP addresses without
// brackets.
type ConnectTo struct {
	Host, Port, ConnectHost, ConnectPort string
}

// View is a place from which a domain is seen: the nameservers of split DNS.
type View struct {
	Name        string
	Nameservers []string // host:port; empty: the system's resolver
	Internal    bool     // seen from inside the company's network
}

// Domain is one SIP domain with its profile and the defaults merged in.
type Domain struct {
	Name       string // lower-case A-labels, no trailing dot
	Display    string // as people write it
	Profile    string // name of the profile, "" without
	Topology   Topology
	Views      []*View
	Federation bool     // false: the domain does not want to federate
	Schemes    []string // of lyncdiscover: "https", "http" or both
	Meet       *url.URL // nil: not offered
	Dialin     *url.URL // nil: not checked
	Admin      *url.URL // nil: not checked

	HostingProviders []string // lower-case host names, the global ones included
	TrustedDomains   []string // lower-case domains, the global ones included
}

// IIS says which files of a Front End are read.
type IIS struct {
	ApplicationHostConfig string            // "": the check is off
	WebConfigs            map[string]string // path of the web.config of a site
	DefaultMaxLogFileSize int64             // bytes, where the files say nothing
}
