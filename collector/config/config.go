// Package config is the configuration of the exporter. A Config that exists is
// valid and immutable: every name in it is normalised, every profile merged,
// every file it refers to read.
package config

import (
	"crypto/tls"
	"crypto/x509"
	"net/netip"
	"net/url"
	"slices"
	"time"
)

// Topology says where the users of a SIP domain are homed, and by that which
// records and services the domain needs (docs/rules.md#topology).
type Topology string

// Auto leaves the decision to what the domain's DNS shows.
const (
	Auto           Topology = "auto"
	OnPremises     Topology = "on_premises"
	Hybrid         Topology = "hybrid"
	Online         Topology = "online"
	FederationOnly Topology = "federation_only" // partners reach it, and nobody signs in: a video gateway
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
	// Memory is how long what was learned of servers that several SIP domains share
	// is kept between scrapes; 0: it ends with each.
	Memory time.Duration

	// FollowPrivate lets answers lead anywhere in an external view, also to
	// addresses that are not public and to any port. It is for laboratories.
	FollowPrivate bool
	Views         []*View   // in order of name; never empty
	Domains       []*Domain // in order of the configuration
	IIS           IIS

	HostingProviders []string // lower-case host names
	TrustedDomains   []string // lower-case domains

	schemes []string           // of a domain that says nothing else
	detail  Detail             // likewise
	byName  map[string]*Domain // of Domains
}

// TLS is the tls section, with what was read from its files.
type TLS struct {
	// FetchIntermediates says whether certificates that a server should have sent
	// are fetched from the address that the certificate below them names (AIA).
	FetchIntermediates bool
	// Revocation says whether authorities are asked if they revoked a certificate.
	Revocation  bool
	Roots       *x509.CertPool   // nil: the system's
	Certificate *tls.Certificate // nil: none is shown
	// Paths of the files that they were read from, "" for none.
	CAFile, CertFile, KeyFile string
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
	Federation bool // false: the domain does not want to federate
	// Capabilities are what the domain is meant to offer, as the file names them;
	// nil: what its topology offers.
	Capabilities []string
	Schemes      []string // of lyncdiscover: "https", "http" or both
	Meet         *url.URL // nil: not offered
	// MeetGuessed says that Meet is what most have, and not configured.
	MeetGuessed bool
	Dialin      *url.URL // nil: not checked
	Admin       *url.URL // nil: not checked

	HostingProviders []string // lower-case host names, the global ones included
	TrustedDomains   []string // lower-case domains, the global ones included

	Detail Detail
}

// Detail is how many series a domain has.
type Detail string

// The details. Essential is what alerts and the overview need.
const (
	Full      Detail = "full"
	Essential Detail = "essential"
)

// IIS says which files of a Front End are read.
type IIS struct {
	ApplicationHostConfig string            // "": the check is off
	WebConfigs            map[string]string // path of the web.config of a site
	DefaultMaxLogFileSize int64             // bytes, where the files say nothing
}

// OnThisMachine says whether a view names nameservers on this machine and no
// others, as in a laboratory whose servers are here too.
func (v *View) OnThisMachine() bool {
	elsewhere := func(nameserver string) bool {
		a, err := netip.ParseAddrPort(nameserver)
		return err != nil || !a.Addr().IsLoopback()
	}
	return len(v.Nameservers) > 0 && !slices.ContainsFunc(v.Nameservers, elsewhere)
}
