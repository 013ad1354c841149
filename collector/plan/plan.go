// Package plan says what SIP domains should have.
package plan

import (
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Plan is what SIP domains should have. The first domain is the one that the
// servers' own names are in.
type Plan struct {
	Strategy Strategy
	Topology config.Topology // on_premises, hybrid or online
	Cloud    string          // the federation Edge of the cloud, for online
	Inside   bool            // what is in the zones and certificates inside, and not what is outside
	Domains  []string        // A-labels

	Edge      []netip.Addr // external addresses of the Access Edge
	Proxy     []netip.Addr // external addresses of the reverse proxy
	Discovery []netip.Addr // that answer over HTTP only, for discovery without HTTPS
	Pool      []netip.Addr // of the Front End pool, inside
	PoolName  string       // its name, "" for the usual one
}

// Names of servers that there is one of, in the first domain.
const (
	webServicesLabel = "webext"
	conferenceLabel  = "webcon"
	sharedLabel      = "lync"
	poolLabel        = "pool01"
)

func (p Plan) home() string { return p.Domains[0] }

// online says whether nothing is on servers of one's own.
func (p Plan) online() bool { return p.Topology == config.Online }

// WebServices is the host of the external web services.
func (p Plan) WebServices() string { return webServicesLabel + "." + p.home() }

// FrontEnd is the name of the Front End pool.
func (p Plan) FrontEnd() string {
	if p.PoolName != "" {
		return p.PoolName
	}
	return poolLabel + "." + p.home()
}

// Meet is the Meet URL of a domain: its own, and none the prefix of another.
func (p Plan) Meet(domain string) string {
	switch p.Strategy.SimpleURLs {
	case 1:
		return "https://meet." + domain + "/"
	case 2:
		return "https://" + sharedLabel + "." + domain + "/meet"
	}
	return "https://" + sharedLabel + "." + p.home() + "/" + domain + "/meet"
}

// Dialin is the dial-in URL, of which an organisation has one.
func (p Plan) Dialin() string {
	if p.Strategy.SimpleURLs == 1 {
		return "https://dialin." + p.home() + "/"
	}
	return "https://" + sharedLabel + "." + p.home() + "/dialin"
}

// Certificate is one that a server is to have. Its first name is its subject.
type Certificate struct {
	Server verdict.Server
	Names  []string
	Remark string
}

// Certificates are those of all servers that the plan is about.
func (p Plan) Certificates() []Certificate {
	switch {
	case p.online():
		return nil
	case p.Inside:
		return []Certificate{{
			Server: verdict.Server{Role: lync.AccessEdge.Words(true), Target: p.FrontEnd() + ":443", Addresses: p.Pool}, Names: p.FrontEndNames(),
			Remark: "Add the name of each server of the pool. Wildcards are for simple URLs and lyncdiscover only.",
		}}
	}
	return []Certificate{{
		Server: verdict.Server{Role: lync.AccessEdge.Words(false), Target: "sip." + p.home() + ":443", Addresses: p.Edge}, Names: p.EdgeNames(),
		Remark: "An Edge may have no wildcard.",
	}, {
		Server: verdict.Server{Role: lync.WebServices.Words(false), Target: p.WebServices() + ":443", Addresses: p.Proxy}, Names: p.ProxyNames(),
	}}
}

// EdgeNames are the names that the Edge's certificate has to bear, none of
// them by a wildcard (docs/rules.md#edge-certificate-names).
func (p Plan) EdgeNames() []string {
	names := []string{"sip." + p.home(), conferenceLabel + "." + p.home()}
	for _, domain := range p.Domains[1:] {
		names = append(names, "sip."+domain)
	}
	return names
}

// ProxyNames are the names that the reverse proxy's certificate has to bear. The
// first is never a wildcard.
func (p Plan) ProxyNames() []string {
	names := []string{p.WebServices()}
	for _, host := range p.webHosts() {
		if p.Strategy.Wildcard && slices.Contains(p.Domains, lync.ParentOf(host)) {
			host = "*." + lync.ParentOf(host)
		}
		names = append(names, host)
	}
	return distinct(names)
}

// webHosts are the names that HTTPS needs besides the web services' own.
func (p Plan) webHosts() []string {
	hosts := []string{lync.HostOf(p.Dialin())}
	for _, domain := range p.Domains {
		hosts = append(hosts, lync.HostOf(p.Meet(domain)))
		if !p.Strategy.PlainDiscovery {
			hosts = append(hosts, discover(domain))
		}
	}
	return hosts
}

// FrontEndNames are the names that the certificate of the Front End pool has to
// bear (docs/rules.md#edge-certificate-names), for all that clients inside and the
// reverse proxy ask it for.
func (p Plan) FrontEndNames() []string {
	names := []string{p.FrontEnd(), p.WebServices(), lync.HostOf(p.Dialin())}
	for _, domain := range p.Domains {
		names = append(names, "sip."+domain, lync.HostOf(p.Meet(domain)), discover(domain), discoverInside(domain))
	}
	return distinct(names)
}

func distinct(names []string) []string {
	var list []string
	for _, name := range names {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

func discover(domain string) string       { return "lyncdiscover." + domain }
func discoverInside(domain string) string { return "lyncdiscoverinternal." + domain }
