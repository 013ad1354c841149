package plan_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/plan"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func planned(s plan.Strategy) plan.Plan {
	return plan.Plan{Strategy: s, Edge: netip.MustParseAddr("192.0.2.1"), Proxy: netip.MustParseAddr("2001:db8::2"),
		Domains: []string{"contoso.example", "fabrikam.example", "litware.example"}}
}

// surveyed is what a survey finds of a simulated estate.
func surveyed(t *testing.T, scenarios []lab.Scenario) *survey.Report {
	t.Helper()
	simulated, err := lab.Start(scenarios, lab.Options{OperationTimeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	c, err := simulated.Config()
	if err != nil {
		t.Fatal(err)
	}
	run := survey.NewSurveyor(c, nil, nil, log.NewNopLogger()).Start(t.Context(), survey.Targets(c.Domains))
	<-run.Done()
	return run.Report()
}

// What is set up as planned passes the checks, whatever the strategy.
func TestPlannedEstatePasses(t *testing.T) {
	for _, strategy := range plan.Strategies() {
		t.Run(strategy.String(), func(t *testing.T) {
			t.Parallel()
			for _, d := range surveyed(t, lab.Planned(planned(strategy))).Domains {
				for _, c := range verdict.Capabilities() {
					if d.Capabilities[c] != survey.Up {
						t.Errorf("%s of %s is %s", c, d.Domain.Name, d.Capabilities[c])
					}
				}
				for _, f := range d.Findings() {
					if f.Severity != verdict.Info {
						t.Errorf("%s: %s %s: %s", d.Domain.Name, f.Subject, f.Rule.Code, f.What(d.Domain.Name))
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
	for i, strategy := range plan.Strategies() {
		p := planned(strategy)
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
	p := planned(plan.Strategies()[0])
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
		if types[dns.TypeSOA]+types[dns.TypeNS] > 0 || types[dns.TypeSRV] != 2 || types[dns.TypeA] < 1 || types[dns.TypeAAAA] < 1 {
			t.Errorf("%s has record types %v", domain, types)
		}
	}
}
