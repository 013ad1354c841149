package collector_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/estate"
)

func plan(s collector.Strategy) collector.Plan {
	return collector.Plan{Strategy: s, Edge: netip.MustParseAddr("192.0.2.1"), Proxy: netip.MustParseAddr("2001:db8::2"),
		Domains: []string{"contoso.example", "fabrikam.example", "litware.example"}}
}

// What is set up as planned passes the checks, whatever the strategy.
func TestPlannedEstatePasses(t *testing.T) {
	for _, strategy := range collector.Strategies() {
		t.Run(strategy.String(), func(t *testing.T) {
			t.Parallel()
			for _, d := range surveyEstate(t, estate.Planned(plan(strategy))).Domains {
				for _, c := range collector.Capabilities() {
					if d.Capabilities[c] != collector.Up {
						t.Errorf("%s of %s is %s", c, d.Domain.Name, d.Capabilities[c])
					}
				}
				for _, f := range d.Findings() {
					if f.Severity != collector.Info {
						t.Errorf("%s: %s %s: %s", d.Domain.Name, f.Subject, f.Reason, f.What)
					}
				}
			}
		})
	}
}

// The strategies are offered for the number of names that they cost.
func TestPlanNames(t *testing.T) {
	t.Parallel()
	want := []struct{ edge, proxy int }{{4, 8}, {4, 7}, {4, 5}, {4, 5}, {4, 4}, {4, 2}}
	for i, strategy := range collector.Strategies() {
		p := plan(strategy)
		if edge, proxy := len(p.EdgeNames()), len(p.ProxyNames()); edge != want[i].edge || proxy != want[i].proxy {
			t.Errorf("%s: %d names for the Edge %v and %d for the proxy %v, want %d and %d", strategy, edge, p.EdgeNames(), proxy, p.ProxyNames(), want[i].edge, want[i].proxy)
		}
		for _, name := range append(p.EdgeNames(), p.ProxyNames()...) {
			if strings.Contains(name, "*") || name == "" {
				t.Errorf("%s: name %q", strategy, name)
			}
		}
	}
}

func TestPlanZone(t *testing.T) {
	t.Parallel()
	p := plan(collector.Strategies()[0])
	for _, domain := range p.Domains {
		parser := dns.NewZoneParser(strings.NewReader(p.Zone(domain)), "", "")
		types := map[uint16]int{}
		for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
			types[rr.Header().Rrtype]++
			if !dns.IsSubDomain(domain+".", rr.Header().Name) {
				t.Errorf("%s is outside the zone %s", rr.Header().Name, domain)
			}
		}
		if err := parser.Err(); err != nil {
			t.Errorf("%s: %v in:\n%s", domain, err, p.Zone(domain))
		}
		if types[dns.TypeSOA] != 1 || types[dns.TypeSRV] != 2 || types[dns.TypeA] < 1 || types[dns.TypeAAAA] < 2 {
			t.Errorf("%s has record types %v", domain, types)
		}
	}
}
