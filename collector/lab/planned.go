package lab

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/lync"
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
	if p.Strategy.PlainDiscovery && !p.Inside {
		return []string{"http"}
	}
	return nil
}

// follow replaces what a site has by what a plan says.
func (s *site) follow(p plan.Plan) {
	edge, web := []netip.Addr{netip.MustParseAddr(s.edge.ip)}, []netip.Addr{netip.MustParseAddr(s.web.ip)}
	p.Edge, p.Proxy, p.Pool = edge, web, web
	name, services := "lyncdiscover", p.WebServices()
	s.edgeCert.names, s.webNames = p.EdgeNames(), p.ProxyNames()
	if p.Inside {
		name, services = "lyncdiscoverinternal", p.FrontEnd()
		s.edgeCert.names, s.webNames = p.FrontEndNames(), p.FrontEndNames()
	}
	discover := s.host(name)
	s.pages = map[string]page{services: cloud(services), discover: byScheme(redirecting(discover, s.domain), discovering(discover, services, s.domain))}
	if meet, err := url.Parse(p.Meet(s.domain)); err == nil && meet.Hostname() != services {
		s.pages[meet.Hostname()] = meeting()
	}
	if p.Strategy.PlainDiscovery && !p.Inside {
		plain := s.estate.newServer(nil)
		plain.noHTTPS = true
		plain.pages[discover] = redirecting(services, s.domain)
		p.Discovery = []netip.Addr{netip.MustParseAddr(plain.ip)}
	}
	clear(s.records)
	for _, r := range p.Records(s.domain) {
		if p.Inside && lync.Within(r.Name, "sip."+s.domain+".") {
			r.Data = s.edge.ip // the simulated pool speaks SIP at an address of its own
		}
		s.records[strings.TrimSuffix(r.Name, ".")+" "+r.Type] = strings.Replace(r.String(), " ", " 60 IN ", 1)
	}
}
