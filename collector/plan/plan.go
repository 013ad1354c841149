// Package plan says what SIP domains should have.
package plan

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// Strategy is how a company with many SIP domains gets by with certificates.
type Strategy struct {
	// SimpleURLs is the option for meeting URLs (docs/rules.md#simple-urls): 1 is a host
	// for each purpose and domain, 2 a host for each domain, 3 one host for all.
	SimpleURLs int
	// PlainDiscovery leaves lyncdiscover out of the certificate: its address
	// answers over HTTP only (docs/rules.md#autodiscover-http).
	PlainDiscovery bool
}

// Strategies are all that there are, the most explicit first.
func Strategies() []Strategy {
	return []Strategy{{1, false}, {2, false}, {3, false}, {1, true}, {2, true}, {3, true}}
}

// String names the strategy.
func (s Strategy) String() string {
	how := "lyncdiscover in the certificate"
	if s.PlainDiscovery {
		how = "lyncdiscover over HTTP only"
	}
	return fmt.Sprintf("simple URLs option %d, %s", s.SimpleURLs, how)
}

// Plan is what SIP domains should have. The first domain is the one that the
// servers' own names are in.
type Plan struct {
	Strategy Strategy
	Edge     netip.Addr // external address of the Access Edge
	Proxy    netip.Addr // external address of the reverse proxy
	Domains  []string   // A-labels
}

// Names of servers that there is one of, in the first domain.
const (
	webServicesLabel = "webext"
	conferenceLabel  = "webcon"
	sharedLabel      = "lync"
)

func (p Plan) home() string { return p.Domains[0] }

// WebServices is the host of the external web services.
func (p Plan) WebServices() string { return webServicesLabel + "." + p.home() }

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

// EdgeNames are the names that the Edge's certificate has to bear, none of
// them by a wildcard (docs/rules.md#edge-certificate-names). The first is also its subject.
func (p Plan) EdgeNames() []string {
	names := []string{"sip." + p.home(), conferenceLabel + "." + p.home()}
	for _, domain := range p.Domains[1:] {
		names = append(names, "sip."+domain)
	}
	return names
}

// ProxyNames are the names that the reverse proxy's certificate has to bear.
func (p Plan) ProxyNames() []string {
	names := []string{p.WebServices(), lync.HostOf(p.Dialin())}
	for _, domain := range p.Domains {
		names = append(names, lync.HostOf(p.Meet(domain)))
		if !p.Strategy.PlainDiscovery {
			names = append(names, p.discover(domain))
		}
	}
	var distinct []string
	for _, name := range names {
		if !slices.Contains(distinct, name) {
			distinct = append(distinct, name)
		}
	}
	return distinct
}

func (p Plan) discover(domain string) string { return "lyncdiscover." + domain }

// PlannedRecord is a DNS record with why it is there.
type PlannedRecord struct{ Owner, Type, Data, Why string }

// Records are the external DNS records of a domain.
func (p Plan) Records(domain string) []PlannedRecord {
	sip := "sip." + domain
	records := []PlannedRecord{
		{lync.ClientRecord + "." + domain, "SRV", lync.Data(dns.SRV{Port: lync.ClientPort, Target: sip}), "sign-in without Autodiscover, desk phones"},
		{lync.FederationRecord + "." + domain, "SRV", lync.Data(dns.SRV{Port: lync.FederationPort, Target: sip}), "federation: exactly one label below the SIP domain"},
		{sip, "A", p.Edge.String(), "Access Edge"},
		{p.discover(domain), "A", p.Proxy.String(), "Autodiscover"},
	}
	hosts := []string{lync.HostOf(p.Meet(domain))}
	if domain == p.home() {
		hosts = append(hosts, p.WebServices(), lync.HostOf(p.Dialin()))
		records = append(records, PlannedRecord{conferenceLabel + "." + domain, "A", p.Edge.String(), "web conferencing Edge, one for all domains"})
	}
	for _, host := range hosts {
		if lync.Within(host, domain) && !slices.ContainsFunc(records, func(r PlannedRecord) bool { return r.Owner == host }) {
			records = append(records, PlannedRecord{host, "A", p.Proxy.String(), "web services through the reverse proxy"})
		}
	}
	return records
}

// Zone writes the records of a domain as its zone file has them. What does not
// belong to Lync, such as its SOA record, is not among them.
func (p Plan) Zone(domain string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "$ORIGIN %s.\n$TTL 3600\n", domain)
	for _, r := range p.Records(domain) {
		fmt.Fprintf(&b, "%s. IN %s %s ; %s\n", r.Owner, addressType(r), r.Data, r.Why)
	}
	return b.String()
}

// addressType is AAAA for what was planned with an IPv6 address.
func addressType(r PlannedRecord) string {
	if r.Type == "A" && strings.Contains(r.Data, ":") {
		return "AAAA"
	}
	return r.Type
}
