package collector

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

var (
	federationTargetValid = &Metric{Name: "lync_federation_target_valid",
		Help: "1 = an Edge that discovers this SIP domain by DNS accepts the target it would pick: exactly one label below the domain, or a known hosting provider. 0 = it refuses it, or the record is missing although federation is wanted. Absent when the lookup failed or federation is not wanted and not published."}
	federationTargetInfo = &Metric{Name: "lync_federation_target_info", Labels: []string{"target", "match"},
		Help: "Always 1; one series for each target of _sipfederationtls._tcp with how it relates to the SIP domain. Absent without a record."}
)

func federationMetrics() []*Metric { return []*Metric{federationTargetValid, federationTargetInfo} }

// federationFacts is what DNS has for partners that look the domain up.
type federationFacts struct {
	Topology    config.Topology
	TopologyErr error
	Record      record
	Others      []observe.Answer // of the view's other nameservers, for comparison
	Misspelled  []record         // looked up only where the record is missing
}

// misspellings of the federation record that people really publish, and some
// that they might (lync-rules.md §10).
func misspellings() []string {
	return []string{"_sipfederationstls._tcp", "_sipfederationtls.tcp", "_sipfederationtls", "_sipfederationtls._tls",
		"_sipfederation._tcp", "_sipfederationtls._udp", "sipfederationtls._tcp"}
}

func observeFederation(ctx context.Context, q *Inquiry) federationFacts {
	var f federationFacts
	all(
		func() { f.Others = q.AskOthers(ctx, federationRecord) },
		func() {
			f.Record = q.Record(ctx, federationRecord)
			if f.Record.Answer.Outcome.Missing() && q.wantsFederation() {
				f.Misspelled = q.existing(ctx, misspellings())
			}
		},
	)
	f.Topology, f.TopologyErr = q.Topology(ctx)
	return f
}

// existing looks service records up and returns those that exist.
func (q *Inquiry) existing(ctx context.Context, prefixes []string) []record {
	records := make([]record, len(prefixes))
	each(prefixes, func(i int, prefix string) {
		records[i] = record{Prefix: prefix, Answer: q.SRV(ctx, prefix)}
	})
	return slices.DeleteFunc(records, func(r record) bool { return r.Answer.Outcome != observe.Found })
}

// wantsFederation says whether partners should find the domain in this view.
// From inside, federation is no client's business (lync-rules.md §1.2).
func (s Subject) wantsFederation() bool { return s.Domain.Federation && !s.View.Internal }

// judgeFederation applies group A of the decision table.
func judgeFederation(s Subject, f federationFacts) Verdict {
	var v Verdict
	v.seeRecord(f.Record)
	switch answer := f.Record.Answer; {
	case !answer.Outcome.Known():
		v.find(Finding{Reason: "dns_lookup_failed", Subject: federationRecord, Seen: fmt.Sprint(answer.Err)})
		v.incomplete(answer.Err, Federation)
		return v
	case answer.Outcome.Missing():
		v.judgeMissingFederation(s, f)
		return v
	}
	if f.TopologyErr != nil {
		v.incomplete(f.TopologyErr)
	}
	if differ := firstDifference(f.Record.Answer, f.Others); differ != "" {
		v.find(Finding{Reason: "dns_inconsistent_ns", Subject: federationRecord, Seen: differ})
	}
	if !s.Domain.Federation && f.Record.Targets[0].Target == "" {
		v.find(Finding{Reason: "federation_srv_not_wanted", Subject: federationRecord})
		return v // "." is how DNS says so (RFC 2782)
	}
	v.judgeFederationTargets(s, f)
	return v
}

func (v *Verdict) judgeMissingFederation(s Subject, f federationFacts) {
	want := zoneLine(federationRecord, s.Domain.Name, observe.SRV{Port: federationPort, Target: "sip." + s.Domain.Name})
	switch {
	case s.View.Internal:
	case !s.Domain.Federation:
		v.find(Finding{Reason: "federation_srv_not_wanted", Subject: federationRecord})
	case len(f.Misspelled) > 0:
		wrong := f.Misspelled[0]
		srv := wrong.Answer.SRVs()[0]
		v.flag(federationTargetValid, false)
		v.find(Finding{Reason: "federation_srv_misspelled", Subject: federationRecord,
			Seen: wrong.Prefix + "." + s.Domain.Name, Want: zoneLine(federationRecord, s.Domain.Name, srv)})
	default:
		seen := "no such record"
		if chain := f.Record.Answer.Chain; len(chain) > 0 {
			seen = "an alias of " + chain[0] + " instead of an SRV record"
		}
		if f.Topology == config.Online {
			want = zoneLine(federationRecord, s.Domain.Name, observe.SRV{Priority: 100, Weight: 1, Port: federationPort, Target: "sipfed.online.lync.com"})
		}
		v.flag(federationTargetValid, false)
		v.find(Finding{Reason: "federation_srv_missing", Subject: federationRecord, Seen: seen, Want: want})
	}
}

// federationPort is the only port that all documents give (lync-rules.md §2.4).
const federationPort = 5061

// judgeFederationTargets judges the targets by the one that the Access Edge
// picks, the others by whether they fit.
func (v *Verdict) judgeFederationTargets(s Subject, f federationFacts) {
	targets := f.Record.Targets
	best := targets[0]
	matches := make([]match, len(targets))
	fitting := 0
	for i, t := range targets {
		matches[i] = matchTarget(t.Target, s.Domain)
		if matches[i].accepted() {
			fitting++
		}
		if matches[i].Label != "" {
			v.flag(federationTargetInfo, true, t.Target, matches[i].Label)
		}
	}
	v.flag(federationTargetValid, matches[0].accepted())

	finding := Finding{Subject: federationRecord, Seen: zoneLine(federationRecord, s.Domain.Name, best.SRV),
		Want: zoneLine(federationRecord, s.Domain.Name, wantedTarget(s.Domain, f.Topology, best.SRV))}
	report := func(reason string) {
		finding.Reason = reason
		v.find(finding)
	}
	switch {
	case matches[0].accepted() && fitting < len(targets):
		report("federation_srv_extra_non_matching")
	case !matches[0].accepted() && fitting > 0:
		report("federation_srv_best_not_matching")
	case !matches[0].accepted():
		report(matches[0].Reason)
	}
	if matches[0].Label == hostingProvider {
		switch {
		case isRetiredCloud(best.Target):
			report("federation_target_retired_cloud")
		case f.Topology == config.OnPremises:
			report("federation_target_hosting_provider_unexpected")
		}
	}
	if best.Target == "" {
		return
	}
	if best.Port != federationPort {
		finding.Want = zoneLine(federationRecord, s.Domain.Name, observe.SRV{Priority: best.Priority, Weight: best.Weight, Port: federationPort, Target: best.Target})
		report("federation_port_not_5061")
	}
	if len(targets) > 1 && targets[1].Priority == best.Priority && targets[1].Weight == best.Weight {
		report("federation_srv_tie")
	}
	v.judgeTargetHost(s, federationRecord, best, Federation)
}

// wantedTarget is the record to have instead: the cloud's own for a domain
// that lives there, else the Edge's name in the domain.
func wantedTarget(d *config.Domain, t config.Topology, have observe.SRV) observe.SRV {
	have.Port, have.Target = federationPort, "sip."+d.Name
	if t == config.Online {
		have.Target = "sipfed.online.lync.com"
	}
	return have
}

// hostingProvider is the match that an Edge accepts although it is foreign.
const hostingProvider = "hosting_provider"

// match is how a federation target relates to the SIP domain: its label in
// metrics and, where an Edge refuses it, the reason.
type match struct{ Label, Reason string }

func (m match) accepted() bool { return m.Label == "exact_domain" || m.Label == hostingProvider }

// matchTarget applies the strict rule: the target must be exactly one label
// plus the SIP domain, or the Edge of a known hosting provider (lync-rules.md
// §2.2, §2.3). Specific mistakes come before the general ones that they are.
func matchTarget(target string, d *config.Domain) match {
	switch {
	case target == "":
		return match{"", "federation_srv_target_root"}
	case isAddress(target):
		return match{"", "federation_srv_target_ip"}
	case isDoubled(target, d):
		return match{"subdomain", "federation_target_doubled_suffix"}
	case parentOf(target) == d.Name:
		return match{"exact_domain", ""}
	case isHosted(target, d):
		return match{hostingProvider, ""}
	case target == d.Name:
		return match{"bare_domain", "federation_target_bare_domain"}
	case within(target, d.Name):
		return match{"subdomain", "federation_target_subdomain"}
	case isMicrosoftRole(target, "sipdir") || isMicrosoftRole(target, "webdir"):
		return match{"foreign_domain", "federation_target_wrong_provider_host"}
	case parentOf(target) != "" && within(d.Name, parentOf(target)):
		return match{"parent_domain", "federation_target_parent_domain"}
	}
	return match{"foreign_domain", "federation_target_foreign_domain"}
}

// isDoubled says whether the zone's name was appended to a target that was
// already complete, as a missing trailing dot does.
func isDoubled(target string, d *config.Domain) bool {
	first, ok := strings.CutSuffix(target, "."+d.Name)
	if !ok {
		return false
	}
	return within(first, d.Name) || isHosted(first, d) || isMicrosoftHost(first)
}

// firstDifference names what another nameserver of the view has instead, ""
// when all that answered agree.
func firstDifference(answer observe.Answer, others []observe.Answer) string {
	mine := strings.Join(rdatas(answer), "; ")
	for _, other := range others {
		if !other.Outcome.Known() {
			continue
		}
		if theirs := strings.Join(rdatas(other), "; "); theirs != mine {
			return fmt.Sprintf("one nameserver has %q, another %q", mine, theirs)
		}
	}
	return ""
}

func rdatas(a observe.Answer) []string {
	var lines []string
	for _, srv := range a.SRVs() {
		lines = append(lines, rdata(srv))
	}
	slices.Sort(lines)
	return lines
}
