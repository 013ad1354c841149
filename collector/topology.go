package collector

import (
	"context"
	"fmt"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// topologyFacts are the records that show where a domain's users are homed.
type topologyFacts struct {
	federation, client observe.Answer
	lyncdiscover, sip  observe.Host
	wildcard           observe.Host
}

// Topology says where the domain's users are homed: as configured, or by what
// its records show.
func (q *Inquiry) Topology(ctx context.Context) (config.Topology, error) { return q.topology(ctx) }

// topologyIfKnown is "" where the topology could not be learned, for whatever
// reason.
func (q *Inquiry) topologyIfKnown(ctx context.Context) (topology config.Topology) {
	defer func() { _ = recover() }() // a defect, which the checks report
	topology, err := q.Topology(ctx)
	if err != nil {
		return ""
	}
	return topology
}

func (q *Inquiry) learnTopology(ctx context.Context) (config.Topology, error) {
	if q.Domain.Topology != config.Auto {
		return q.Domain.Topology, nil
	}
	var f topologyFacts
	all(
		func() { f.federation = q.SRV(ctx, federationRecord) },
		func() { f.client = q.SRV(ctx, clientRecord) },
		func() { f.lyncdiscover = q.Resolve(ctx, "lyncdiscover."+q.Domain.Name) },
		func() { f.sip = q.Resolve(ctx, "sip."+q.Domain.Name) },
		func() { f.wildcard = q.Wildcard(ctx) },
	)
	return judgeTopology(q.Subject, f)
}

// judgeTopology decides `auto` (lync-rules.md §9): a federation record that
// names a hosting provider and no records of one's own is a domain that lives
// in the cloud; with records of its own it is hybrid; anything else is at home.
func judgeTopology(s Subject, f topologyFacts) (config.Topology, error) {
	if !f.federation.Outcome.Known() {
		return "", fmt.Errorf("topology of %s: %w", s.Domain.Name, f.federation.Err)
	}
	targets := f.federation.SRVs()
	hosted := len(targets) > 0 && isHosted(targets[0].Target, s.Domain)
	if len(targets) > 0 && !hosted {
		return config.OnPremises, nil
	}
	for _, err := range []error{f.client.Err, f.lyncdiscover.Err, f.sip.Err} {
		if err != nil {
			return "", fmt.Errorf("topology of %s: %w", s.Domain.Name, err)
		}
	}
	own, cloud := f.homes()
	switch {
	case own && hosted:
		return config.Hybrid, nil
	case own:
		return config.OnPremises, nil
	case hosted || cloud:
		return config.Online, nil
	}
	return config.OnPremises, nil
}

// homes says whether any record leads to servers of one's own, and whether
// any leads to a Microsoft cloud. A name that a wildcard would answer for
// proves nothing.
func (f topologyFacts) homes() (own, cloud bool) {
	note := func(host string) {
		if isMicrosoftHost(host) {
			cloud = true
		} else {
			own = true
		}
	}
	for _, srv := range f.client.SRVs() {
		if srv.Target != "" {
			note(srv.Target)
		}
	}
	for _, host := range []observe.Host{f.lyncdiscover, f.sip} {
		if host.Outcome == observe.Found && !sameAnswer(host, f.wildcard) || len(host.Chain) > 0 && len(f.wildcard.Chain) == 0 {
			note(finalName(host))
		}
	}
	return own, cloud
}

// isHosted says whether a federation target is that of a hosting provider.
func isHosted(target string, d *config.Domain) bool {
	for _, provider := range d.HostingProviders {
		if target == provider {
			return true
		}
	}
	return false
}

// needsServers says whether the topology has servers of the domain's own,
// which sign-in, Autodiscover and meetings need.
func needsServers(t config.Topology) bool { return t == config.OnPremises || t == config.Hybrid }
