package plan_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/plan"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func planned(s plan.Strategy) plan.Plan {
	return plan.Plan{Strategy: s, Topology: config.OnPremises, Cloud: "sipfed.online.lync.com", Domains: []string{"contoso.example", "fabrikam.example", "litware.example"},
		Edge: addresses("192.0.2.1"), Proxy: addresses("192.0.2.2", "2001:db8::2"), Discovery: addresses("192.0.2.3"), Pool: addresses("10.0.0.10")}
}

func addresses(list ...string) []netip.Addr {
	var parsed []netip.Addr
	for _, a := range list {
		parsed = append(parsed, netip.MustParseAddr(a))
	}
	return parsed
}

// surveyed is what a survey finds of a simulated estate.
func surveyed(t *testing.T, scenarios []lab.Scenario, inside bool) *survey.Report {
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
	for _, v := range c.Views {
		v.Internal = inside
	}
	run := survey.NewSurveyor(c, nil, nil, log.NewNopLogger()).Start(t.Context(), survey.Targets(c.Domains))
	<-run.Done()
	return run.Report()
}

// What is set up as planned passes the checks, whatever the strategy.
func TestPlannedEstatePasses(t *testing.T) {
	for _, strategy := range plan.Strategies() {
		for _, inside := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, inside %v", strategy, inside), func(t *testing.T) {
				t.Parallel()
				p := planned(strategy)
				p.Inside = inside
				passes(t, surveyed(t, lab.Planned(p), inside), func(c verdict.Capability) survey.State {
					if inside && c == verdict.Federation {
						return survey.NotOffered // which nobody inside looks for
					}
					return survey.Up
				})
			})
		}
	}
}

// passes demands a state of each capability, and no finding worse than info.
func passes(t *testing.T, r *survey.Report, want func(verdict.Capability) survey.State) {
	t.Helper()
	for _, d := range r.Domains {
		for _, c := range verdict.Capabilities() {
			if d.Capabilities.Of(c) != want(c) {
				t.Errorf("%s of %s is %s, want %s", c, d.Domain.Name, d.Capabilities.Of(c), want(c))
			}
		}
		for _, f := range d.Findings() {
			if f.Severity != verdict.Info {
				t.Errorf("%s: %s %s: %s", d.Domain.Name, f.Subject, f.Rule.Code, f.What(d.Domain.Name))
			}
		}
	}
}

// The strategies are offered for the number of names that they cost.
func TestPlanNames(t *testing.T) {
	t.Parallel()
	want := []struct{ edge, proxy int }{{4, 8}, {4, 4}, {4, 7}, {4, 5}, {4, 5}, {4, 4}, {4, 2}}
	for i, strategy := range plan.Strategies() {
		p := planned(strategy)
		if edge, proxy := len(p.EdgeNames()), len(p.ProxyNames()); edge != want[i].edge || proxy != want[i].proxy {
			t.Errorf("%s: %d names for the Edge %v and %d for the proxy %v, want %d and %d", strategy, edge, p.EdgeNames(), proxy, p.ProxyNames(), want[i].edge, want[i].proxy)
		}
		for _, name := range slices.Concat(p.EdgeNames(), p.FrontEndNames(), p.ProxyNames()[:1]) {
			if strings.Contains(name, "*") || name == "" {
				t.Errorf("%s: name %q", strategy, name)
			}
		}
		if wildcards := strings.Count(strings.Join(p.ProxyNames(), " "), "*."); (wildcards == 3) != strategy.Wildcard || wildcards != 0 && wildcards != 3 {
			t.Errorf("%s: %d wildcards in %v", strategy, wildcards, p.ProxyNames())
		}
	}
}

// What users notice of a strategy is said with it.
func TestPlanCosts(t *testing.T) {
	t.Parallel()
	short := func(p plan.Plan) string {
		var words []string
		for _, c := range p.Costs() {
			words = append(words, c.Short)
		}
		return strings.Join(words, ", ")
	}
	want := []string{"", "desk phones may refuse", "", "links name contoso.example", "a prompt, slower sign-in", "a prompt, slower sign-in", "a prompt, slower sign-in, links name contoso.example"}
	for i, strategy := range plan.Strategies() {
		if got := short(planned(strategy)); got != want[i] {
			t.Errorf("%s: %q, want %q", strategy, got, want[i])
		}
	}
	alone := planned(plan.Strategy{SimpleURLs: 3, PlainDiscovery: true})
	alone.Domains = alone.Domains[:1]
	if got := short(alone); got != "slower sign-in" {
		t.Errorf("of a company with one SIP domain: %q", got)
	}
}

// recordLines are the planned records of a domain, without why.
func recordLines(p plan.Plan, domain string) []string {
	var lines []string
	for _, r := range p.Records(domain) {
		lines = append(lines, r.String())
	}
	return lines
}

func TestPlanRecords(t *testing.T) {
	t.Parallel()
	online, inside, plain := planned(plan.Strategy{SimpleURLs: 1}), planned(plan.Strategy{SimpleURLs: 1}), planned(plan.Strategy{SimpleURLs: 3, PlainDiscovery: true})
	online.Topology, inside.Inside = config.Online, true
	for _, tt := range []struct {
		name   string
		plan   plan.Plan
		domain string
		want   []string
	}{
		{"a host each", planned(plan.Strategy{SimpleURLs: 1}), "fabrikam.example", []string{
			"_sip._tls.fabrikam.example. SRV 0 0 443 sip.fabrikam.example.", "_sipfederationtls._tcp.fabrikam.example. SRV 0 0 5061 sip.fabrikam.example.",
			"sip.fabrikam.example. A 192.0.2.1", "lyncdiscover.fabrikam.example. A 192.0.2.2", "lyncdiscover.fabrikam.example. AAAA 2001:db8::2",
			"meet.fabrikam.example. A 192.0.2.2", "meet.fabrikam.example. AAAA 2001:db8::2"}},
		{"over HTTP only, at an address without HTTPS", plain, "fabrikam.example", []string{
			"_sip._tls.fabrikam.example. SRV 0 0 443 sip.fabrikam.example.", "_sipfederationtls._tcp.fabrikam.example. SRV 0 0 5061 sip.fabrikam.example.",
			"sip.fabrikam.example. A 192.0.2.1", "lyncdiscover.fabrikam.example. A 192.0.2.3"}},
		{"inside", inside, "contoso.example", []string{
			"_sipinternaltls._tcp.contoso.example. SRV 0 0 5061 sip.contoso.example.", "sip.contoso.example. A 10.0.0.10", "lyncdiscoverinternal.contoso.example. A 10.0.0.10",
			"pool01.contoso.example. A 10.0.0.10", "meet.contoso.example. A 10.0.0.10", "dialin.contoso.example. A 10.0.0.10"}},
		{"in the cloud", online, "contoso.example", []string{"_sipfederationtls._tcp.contoso.example. SRV 100 1 5061 sipfed.online.lync.com."}},
	} {
		if diff := cmp.Diff(tt.want, recordLines(tt.plan, tt.domain)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if len(online.Certificates()) > 0 || len(online.Changes()) != 3 {
		t.Errorf("in the cloud there is more to do than three records: %v", online.Changes())
	}
}

// A company with users in the cloud and at home lets its servers know.
func TestPlanHybrid(t *testing.T) {
	t.Parallel()
	p := planned(plan.Strategy{SimpleURLs: 1})
	p.Topology = config.Hybrid
	var script bytes.Buffer
	if err := repair.WritePowerShell(&script, p.Changes(), p.Domains); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"New-CsHostingProvider ", "-EnabledSharedAddressSpace $true", "-Name '_sipfederationtls._tcp' -Srv -DomainName 'sip.contoso.example.'"} {
		if !strings.Contains(script.String(), want) {
			t.Errorf("%q is not in:\n%s", want, &script)
		}
	}
}
