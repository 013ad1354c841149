package lab

import (
	"net/netip"
	"net/url"

	"github.com/lync-exporter/lync_exporter/collector/plan"
)

// Planned are the domains of a plan, set up as it says: its records, its
// certificates' names, its URLs, and nothing else.
func Planned(p plan.Plan) []Scenario {
	var scenarios []Scenario
	for _, domain := range p.Domains {
		scenarios = append(scenarios, Scenario{Name: domain, Meet: p.Meet(domain), Schemes: schemes(p),
			Trusted: p.Domains[:1], // as the plan says of discovery over HTTP
			differs: func(s *site) { s.follow(p) }})
	}
	return scenarios
}

func schemes(p plan.Plan) []string {
	if p.Strategy.PlainDiscovery {
		return []string{"http"}
	}
	return nil
}

// follow replaces what a site has by what a plan says.
func (s *site) follow(p plan.Plan) {
	p.Edge, p.Proxy = netip.MustParseAddr(s.edge.ip), netip.MustParseAddr(s.web.ip)
	clear(s.records)
	for _, r := range p.Records(s.domain) {
		s.records[r.Owner+" "+r.Type] = r.Owner + ". 60 IN " + r.Type + " " + r.Data
	}
	s.edgeCert.names = p.EdgeNames()
	s.webNames = p.ProxyNames()
	webext, discover := p.WebServices(), s.host("lyncdiscover")
	s.pages = map[string]page{webext: cloud(webext), discover: byScheme(redirecting(discover, s.domain), discovering(discover, webext, s.domain))}
	if meet, err := url.Parse(p.Meet(s.domain)); err == nil && meet.Hostname() != webext {
		s.pages[meet.Hostname()] = meeting()
	}
	if p.Strategy.PlainDiscovery {
		plain := s.estate.newServer(nil)
		plain.noHTTPS = true
		plain.pages[discover] = redirecting(webext, s.domain)
		s.records[discover+" A"] = discover + ". 60 IN A " + plain.ip
	}
}
