package srv

import (
	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// clientFaults are what is wrong with _sip._tls, by which clients outside find
// the Edge.
func clientFaults(s inquiry.Subject, f *facts) []verdict.Finding {
	offered := len(f.Client.Targets) > 0 && f.Client.Targets[0].Target != ""
	if !offered {
		return missingClientRecord(s, f)
	}
	return recordFaults(s, f, f.Client)
}

// recordFaults are what is wrong with the records of a set. Those that stand by take
// nothing down.
func recordFaults(s inquiry.Subject, f *facts, r inquiry.Record) []verdict.Finding {
	var first []*common.Ranked
	var standby []verdict.Finding
	for _, t := range r.Targets {
		switch best := t.SameRank(r.Targets[0].SRV); {
		case t.Target == "":
		case best:
			first = append(first, &common.Ranked{Known: t.Host.Err == nil, Faults: targetFaults(s, f, r, t, true)})
		default:
			standby = append(standby, targetFaults(s, f, r, t, false)...)
		}
	}
	common.SpareEqual(first)
	var faults []verdict.Finding
	for _, t := range first {
		faults = append(faults, t.Faults...)
	}
	return append(faults, standby...)
}

func missingClientRecord(s inquiry.Subject, f *facts) []verdict.Finding {
	if !f.Topology.HasServers() || s.View.Internal {
		return nil
	}
	want := dns.SRV{Port: lync.ClientPort, Target: f.Edge.Name}
	if len(f.Misspelled) > 0 {
		wrong := f.Misspelled[0]
		srv := wrong.Answer.SRVs()[0]
		if lync.ParentOf(srv.Target) == s.Domain.Name {
			want.Priority, want.Weight, want.Target = srv.Priority, srv.Weight, srv.Target
		}
		return []verdict.Finding{clientMisspelt.On(lync.ClientRecord).Saw("%s", lync.Line(wrong.Prefix, s.Domain.Name, srv)).
			Wants("%s", lync.Line(lync.ClientRecord, s.Domain.Name, want)).
			Repair(common.DeleteRecord(s, wrong.Prefix, srv), common.ReplaceRecord(s, lync.ClientRecord, want))}
	}
	return []verdict.Finding{clientMissing.On(lync.ClientRecord).Wants("%s", lync.Line(lync.ClientRecord, s.Domain.Name, want)).
		Repair(common.ReplaceRecord(s, lync.ClientRecord, want))}
}

// internalFaults are what is wrong with _sipinternaltls._tcp, which belongs
// inside and only there.
func internalFaults(s inquiry.Subject, f *facts) []verdict.Finding {
	targets := f.Internal.Targets
	switch {
	case f.InternalVisible:
		srv := targets[0].SRV
		return []verdict.Finding{InternalVisible.On(lync.InternalRecord).Saw("%s", lync.Line(lync.InternalRecord, s.Domain.Name, srv)).
			Repair(common.DeleteRecord(s, lync.InternalRecord, srv))}
	case !s.View.Internal:
		return nil
	case len(targets) == 0 && f.Topology.HasServers():
		want := dns.SRV{Port: lync.InternalPort, Target: f.Edge.Name}
		return []verdict.Finding{clientMissing.On(lync.InternalRecord).Wants("%s", lync.Line(lync.InternalRecord, s.Domain.Name, want)).
			Repair(common.ReplaceRecord(s, lync.InternalRecord, want))}
	}
	return recordFaults(s, f, f.Internal)
}

// targetFaults are what is wrong with one record for clients: first what makes
// it go, and only of one that stays what is to be changed at it.
func targetFaults(s inquiry.Subject, f *facts, r inquiry.Record, t inquiry.Target, best bool) []verdict.Finding {
	prefix := r.Prefix
	seen := lync.Line(prefix, s.Domain.Name, t.SRV)
	want := dns.SRV{Priority: t.Priority, Weight: t.Weight, Port: lync.PortOf(prefix), Target: f.Edge.Name}
	if lync.IsSwapped(t.SRV, want.Port) {
		want.Priority, want.Weight = 0, 0
	}
	found := func(rule *verdict.Rule, repairs ...verdict.Repair) verdict.Finding {
		finding := rule.On(prefix).Saw("%s", seen).Repair(repairs...)
		if !best {
			finding = finding.Milder(verdict.BetterRecord)
		}
		return finding
	}
	replaced := func(rule *verdict.Rule) verdict.Finding {
		left, repairs := common.MendRecord(s, r, want, t.SRV)
		return found(rule, repairs...).Wants("%s", lync.Line(prefix, s.Domain.Name, left))
	}
	cloud := lync.SpeaksOfCloud(t.Target) || lync.SpeakOfCloud(t.Host.Chain)
	switch wrongHost := cloud && !lync.IsMicrosoftRole(t.Target, "sipdir") && lync.ParentOf(t.Target) != s.Domain.Name; {
	case f.Topology.Kind == config.Online && wrongHost:
		return []verdict.Finding{found(clientWrongProviderHost, common.DeleteRecord(s, prefix, t.SRV)).Milder(verdict.NoClientNeedsIt)}
	case f.Topology.Kind == config.Online && cloud:
		return []verdict.Finding{found(clientLegacy)}
	case f.Topology.Kind == config.Online:
		return []verdict.Finding{found(staleRecord, common.DeleteRecord(s, prefix, t.SRV))}
	case wrongHost:
		return []verdict.Finding{replaced(clientWrongProviderHost)}
	case lync.IsAddress(t.Target):
		return []verdict.Finding{replaced(common.TargetUnresolvable).Serving(verdict.SignIn).Saw("%s is an address, not a name", t.Target)}
	}
	var faults []verdict.Finding
	if rule := strictNaming(t.Target, s.Domain); rule != nil {
		faults = append(faults, replaced(rule))
		if !lync.IsProvider(t.Target, s.Domain) && t.Host.Outcome.Missing() {
			return faults // it has to go anyway
		}
	} else if t.Port != want.Port && prefix == lync.ClientRecord && !s.View.Internal {
		want.Target = t.Target
		faults = append(faults, replaced(clientWrongPort))
	}
	return append(faults, common.TargetFaults(s, prefix, t, best, verdict.SignIn, f.Edge)...)
}

// strictNaming is the rule that a target breaks, nil for one that every client
// takes (docs/rules.md#client-target).
func strictNaming(target string, d *config.Domain) *verdict.Rule {
	switch parent := lync.ParentOf(target); {
	case parent == d.Name:
		return nil
	case lync.Within(target, d.Name), parent != "" && lync.Within(d.Name, parent):
		return clientSuffixOnly
	case lync.WithinAny(target, d.TrustedDomains):
		return nil
	}
	return clientForeign
}
