package plan

import (
	"fmt"
	"strings"
)

// Strategy is how a company with many SIP domains gets by with certificates.
type Strategy struct {
	// SimpleURLs is the option for meeting URLs (docs/rules.md#simple-urls): 1 is a host
	// for each purpose and domain, 2 a host for each domain, 3 one host for all.
	SimpleURLs int
	// PlainDiscovery leaves lyncdiscover out of the certificate: its address
	// answers over HTTP only (docs/rules.md#autodiscover-http).
	PlainDiscovery bool
	// Wildcard lets the certificate of the reverse proxy have a wildcard for each
	// domain. The Edge may have none (docs/rules.md#edge-certificate-names).
	Wildcard bool
}

// Strategies are those that are worth a comparison, the most explicit first.
func Strategies() []Strategy {
	return []Strategy{
		{SimpleURLs: 1}, {SimpleURLs: 1, Wildcard: true}, {SimpleURLs: 2}, {SimpleURLs: 3},
		{SimpleURLs: 1, PlainDiscovery: true}, {SimpleURLs: 2, PlainDiscovery: true}, {SimpleURLs: 3, PlainDiscovery: true},
	}
}

// String names the strategy.
func (s Strategy) String() string {
	parts := []string{fmt.Sprintf("simple URLs option %d", s.SimpleURLs)}
	switch {
	case s.PlainDiscovery:
		parts = append(parts, "lyncdiscover over HTTP only")
	case !s.Wildcard:
		parts = append(parts, "lyncdiscover in the certificate")
	}
	if s.Wildcard {
		parts = append(parts, "wildcards on the proxy")
	}
	return strings.Join(parts, ", ")
}

// Cost is what users notice of a strategy: in a few words, and in full.
type Cost struct{ Short, Full string }

// Costs are what users notice of the planned strategy, nothing if it is empty.
func (p Plan) Costs() []Cost {
	var costs []Cost
	if p.Strategy.PlainDiscovery {
		if len(p.Domains) > 1 {
			costs = append(costs, Cost{"a prompt", fmt.Sprintf("Autodiscover over HTTP leads to %s. Clients ask users of every SIP domain but %s once whether to trust it, "+
				"unless their policy (TrustedDomainList) names %[2]s. Users who decline cannot sign in.", p.WebServices(), p.home())})
		}
		costs = append(costs, Cost{"slower sign-in", "Clients try HTTPS first, so sign-in takes one refused connection longer. The address of lyncdiscover has to refuse connections to " +
			"port 443: where a firewall drops them, every sign-in waits for a timeout."})
	}
	if p.Strategy.SimpleURLs == 3 && len(p.Domains) > 1 {
		costs = append(costs, Cost{"links name " + p.home(), fmt.Sprintf("The meeting links of all SIP domains begin with https://%s.%s/.", sharedLabel, p.home())})
	}
	if p.Strategy.Wildcard {
		costs = append(costs, Cost{"desk phones may refuse", "Desk phones (Lync Phone Edition) may refuse a certificate that names their server by a wildcard only. Test with yours."})
	}
	return costs
}
