package federation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func judge(s inquiry.Subject, f *facts) *verdict.Verdict {
	v := new(verdict.Verdict)
	common.SawRecord(v, f.Record)
	answer := f.Record.Answer
	switch {
	case !answer.Outcome.Known():
		common.ReportLookupFailed(v, lync.FederationRecord, answer.Err, verdict.Federation)
		return v
	case !s.Wants(verdict.Federation):
		if saysNoFederation(f.Record) && !s.View.Internal && !s.Domain.Federation {
			v.Report(notWanted.On(lync.FederationRecord))
		}
		return v
	case f.TopologyErr != nil:
		v.Incomplete(f.TopologyErr, verdict.Federation)
	}
	if f.Topology.Absence != inquiry.NothingMissing {
		v.Flag(targetValid, false)
		return v // the check srv says what is missing
	}
	if answer.Outcome.Missing() {
		v.Flag(targetValid, false)
		judgeMissing(v, s, f)
		return v
	}
	if differ := firstDifference(answer, f.Others); differ != "" {
		v.Report(nameserversDisagree.On(lync.FederationRecord).Saw("%s", differ).
			Repair(verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Give every nameserver of %s the same zone: compare the serial numbers in their SOA records and repair the zone transfer.", s.Domain.Name)}))
	}
	judgeTargets(v, s, f)
	return v
}

// saysNoFederation says whether DNS says so: no record, or one whose target is
// "." (RFC 2782).
func saysNoFederation(r inquiry.Record) bool {
	return r.Answer.Outcome.Missing() || len(r.Targets) > 0 && r.Targets[0].Target == ""
}

// judgeMissing says what stands in the place of the record.
func judgeMissing(v *verdict.Verdict, s inquiry.Subject, f *facts) {
	want := common.WantedFederation(f.Topology, f.Edge, 0, 0)
	if f.Topology.Kind == config.Online {
		want.Priority, want.Weight = 100, 1
	}
	if len(f.Misspelled) > 0 {
		wrong := f.Misspelled[0]
		srv := wrong.Answer.SRVs()[0]
		if lync.MatchTarget(srv.Target, s.Domain).Accepted() {
			want.Priority, want.Weight, want.Target = srv.Priority, srv.Weight, srv.Target
		}
		v.Report(misspelt.On(lync.FederationRecord).Saw("%s", lync.Line(wrong.Prefix, s.Domain.Name, srv)).
			Wants("%s", lync.Line(lync.FederationRecord, s.Domain.Name, want)).
			Repair(common.DeleteRecord(s, wrong.Prefix, srv), common.ReplaceRecord(s, lync.FederationRecord, want)))
		return
	}
	finding := missing.On(lync.FederationRecord).Saw("no such record").Wants("%s", lync.Line(lync.FederationRecord, s.Domain.Name, want))
	if chain := f.Record.Answer.Chain; len(chain) > 0 {
		finding = finding.Saw("an alias (CNAME) of %s stands in its place", chain[0]).Repair(common.DeleteAlias(s, f.Record))
	}
	v.Report(finding.Repair(common.ReplaceRecord(s, lync.FederationRecord, want)))
}

// judged is one target and what is to be said of it.
type judged struct {
	record  inquiry.Target
	match   lync.Match
	swapped bool
}

func (j judged) accepted() bool { return j.match.Accepted() && !j.swapped }

func (j judged) acceptedFirst(other judged) int {
	switch {
	case j.accepted() == other.accepted():
		return 0
	case j.accepted():
		return -1
	}
	return 1
}

// judgeTargets judges the targets by the ones that the Access Edge picks, of which
// those that partners accept come first. Those that stand by take nothing down.
func judgeTargets(v *verdict.Verdict, s inquiry.Subject, f *facts) {
	targets := make([]judged, len(f.Record.Targets))
	for i, t := range f.Record.Targets {
		targets[i] = judged{t, lync.MatchTarget(t.Target, s.Domain), lync.IsSwapped(t.SRV, lync.FederationPort)}
		named := func(other inquiry.Target) bool { return other.Target == t.Target }
		if label := targets[i].match.String(); label != "" && !slices.ContainsFunc(f.Record.Targets[:i], named) {
			v.Flag(targetInfo, true, t.Target, label)
		}
	}
	tied := slices.IndexFunc(targets, func(t judged) bool { return !t.record.SameRank(targets[0].record.SRV) })
	if tied < 0 {
		tied = len(targets)
	}
	slices.SortStableFunc(targets[:tied], judged.acceptedFirst)
	best := targets[0]
	v.Flag(targetValid, best.accepted())
	good := slices.IndexFunc(targets, judged.accepted)
	var first []*common.Ranked
	switch {
	case good > 0:
		v.Report(bestRefused.On(lync.FederationRecord).Saw("%s", lync.Line(lync.FederationRecord, s.Domain.Name, best.record.SRV)).
			Wants("%s", lync.Line(lync.FederationRecord, s.Domain.Name, targets[good].record.SRV)).
			Repair(common.DeleteRecord(s, lync.FederationRecord, best.record.SRV)))
	default:
		first = append(first, judgeTarget(v, s, f, best, true))
	}
	for i, t := range targets[1:] {
		switch {
		case i+1 < tied && best.accepted() && t.accepted():
			first = append(first, judgeTarget(v, s, f, t, true))
		case i+1 != good || t.accepted():
			judgeStandby(v, s, f, t, targets[max(good, 0)])
		}
	}
	common.SpareEqual(first)
	for _, t := range first {
		v.Report(t.Faults...)
	}
	if tied > 1 {
		v.Report(tie.On(lync.FederationRecord).Saw("%s and %s", lync.Data(best.record.SRV), lync.Data(targets[1].record.SRV)))
	}
}

// judgeStandby judges a record that is not picked first. One that partners
// refuse for where it leads is deleted, other mistakes are named.
func judgeStandby(v *verdict.Verdict, s inquiry.Subject, f *facts, t, keep judged) {
	switch t.match {
	case lync.Subdomain, lync.ParentDomain, lync.ForeignDomain, lync.BareDomain:
		if keep.accepted() && !t.swapped {
			v.Report(extraRefused.On(lync.FederationRecord).Saw("%s", lync.Line(lync.FederationRecord, s.Domain.Name, t.record.SRV)).
				Wants("%s", lync.Line(lync.FederationRecord, s.Domain.Name, keep.record.SRV)).
				Repair(common.DeleteRecord(s, lync.FederationRecord, t.record.SRV)))
		}
		return
	}
	v.Report(judgeTarget(v, s, f, t, false).Faults...)
}

// judgeTarget says what is wrong with one record: first what makes it go, and
// only of one that stays what is to be changed at it.
func judgeTarget(v *verdict.Verdict, s inquiry.Subject, f *facts, t judged, best bool) *common.Ranked {
	r := &common.Ranked{Known: t.record.Host.Err == nil}
	seen := lync.Line(lync.FederationRecord, s.Domain.Name, t.record.SRV)
	report := func(rule *verdict.Rule, want dns.SRV) {
		left, repairs := common.MendRecord(s, f.Record, want, t.record.SRV)
		finding := rule.On(lync.FederationRecord).Saw("%s", seen).
			Wants("%s", lync.Line(lync.FederationRecord, s.Domain.Name, left)).Repair(repairs...)
		if !best {
			finding = finding.Milder(verdict.BetterRecord)
		}
		r.Faults = append(r.Faults, finding)
	}
	want := wanted(s, f, t)
	switch {
	case t.swapped || t.match == lync.WholeRecord:
		report(fieldsSwapped, want)
		return r
	case !t.match.Accepted():
		report(refusal(t.match), want)
		return r
	case common.NamesCloudByAlias(f.Topology, t.record.SRV, t.record.Host):
		want.Target, seen = f.Topology.Cloud, seen+", an alias of "+lync.FinalName(t.record.Host)
		report(wrongProviderHost, want)
		return r
	case t.match == lync.HostingProvider && lync.IsRetiredCloud(t.record.Target):
		want.Target = lync.OnlineFederation
		report(retiredCloud, want)
		if t.record.Host.Outcome.Missing() {
			r.Faults = append(r.Faults, common.Unresolvable(lync.FederationRecord, t.record, best, verdict.Federation))
		}
		return r
	case lync.IsMicrosoftHost(t.record.Target) && f.Topology.Kind == config.OnPremises:
		report(providerUnexpected, own(f, t))
	case lync.IsMicrosoftHost(t.record.Target) && f.Topology.Kind == config.Hybrid:
		report(providerInHybrid, own(f, t))
	case t.record.Port != lync.FederationPort:
		report(wrongPort, want)
	}
	if t.record.Host.Err != nil && best {
		v.Incomplete(t.record.Host.Err, verdict.Federation)
	}
	r.Faults = append(r.Faults, common.TargetFaults(s, lync.FederationRecord, t.record, best, verdict.Federation, f.Edge)...)
	return r
}

// refusal is the rule that a target breaks which partners do not accept.
func refusal(m lync.Match) *verdict.Rule {
	switch m {
	case lync.NoTarget:
		return targetRoot
	case lync.Address:
		return targetAddress
	case lync.DoubledSuffix:
		return targetDoubled
	case lync.BareDomain:
		return targetBare
	case lync.Subdomain:
		return targetSubdomain
	case lync.WrongProviderHost:
		return wrongProviderHost
	case lync.ParentDomain:
		return targetParent
	}
	return targetForeign
}

// wanted is the record to have instead, as near to the one that is there as the
// rules allow.
func wanted(s inquiry.Subject, f *facts, t judged) dns.SRV {
	want := dns.SRV{Priority: t.record.Priority, Weight: t.record.Weight, Port: lync.FederationPort,
		Target: common.WantedTarget(s, f.Topology, f.Edge, t.record.Target)}
	if t.swapped {
		want.Priority, want.Weight = 0, 0
	}
	return want
}

// own is the record with the Edge of the domain's own.
func own(f *facts, t judged) dns.SRV {
	return dns.SRV{Priority: t.record.Priority, Weight: t.record.Weight, Port: lync.FederationPort, Target: f.Edge.Name}
}

// firstDifference names what another nameserver of the view has instead, ""
// when all that answered agree.
func firstDifference(answer dns.Answer, others []dns.Answer) string {
	mine := data(answer)
	for _, other := range others {
		if theirs := data(other); other.Outcome.Known() && theirs != mine {
			return fmt.Sprintf("one nameserver has %q, another %q", mine, theirs)
		}
	}
	return ""
}

func data(a dns.Answer) string {
	var lines []string
	for _, srv := range a.SRVs() {
		lines = append(lines, lync.Data(srv))
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}
