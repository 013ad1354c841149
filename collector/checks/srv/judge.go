package srv

import (
	"strconv"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func judge(s inquiry.Subject, f *facts) *verdict.Verdict {
	v := new(verdict.Verdict)
	if f.Topology.Absence != inquiry.NothingMissing {
		judgeAbsence(v, s, f)
		return v
	}
	judgeWildcard(v, f.Wildcard)
	for _, r := range append([]inquiry.Record{f.Client, f.Federation, f.Internal}, f.Extra...) {
		countRecord(v, s, r)
	}
	common.SawHost(v, "sip", f.SIP)
	common.SawHost(v, "lyncdiscover", f.Lyncdiscover)
	if f.TopologyErr != nil {
		v.Incomplete(f.TopologyErr, verdict.SignIn, verdict.Federation)
		return v
	}
	judgeFederationRecord(v, s, f)
	if s.Wants(verdict.SignIn) && f.Topology.Kind != config.FederationOnly {
		judgeRecord(v, s, f.Client, clientFaults(s, f))
		v.Exposing(s.View.Internal || s.InFull())
		judgeRecord(v, s, f.Internal, internalFaults(s, f))
		v.Exposing(true)
		judgeSIPHost(v, s, f)
	}
	if !s.View.Internal {
		judgeVisible(v, s, f)
		judgeLeftovers(v, s, f)
	}
	return v
}

// judgeAbsence says that there is nothing to judge.
func judgeAbsence(v *verdict.Verdict, s inquiry.Subject, f *facts) {
	if f.Topology.Absence == inquiry.NoDomain {
		finding := domainMissing.On("domain").Saw("the nameserver says that there is no such name (NXDOMAIN)").
			Repair(verdict.Repair{Kind: verdict.RepairExporter, Text: verdict.Textf("Check the spelling of %s, its registration and its delegation; if it is gone for good, remove it from the configuration.", s.Domain.Name)})
		if f.Existing != "" {
			finding = finding.Saw("the nameserver says that there is no such name (NXDOMAIN), but %s exists", f.Existing)
		}
		v.Report(finding)
		return
	}
	want := dns.SRV{Priority: 100, Weight: 1, Port: lync.FederationPort, Target: lync.OnlineFederation}
	finding := recordsMissing.On("domain").Wants("%s", lync.Line(lync.FederationRecord, s.Domain.Name, want)).
		Repair(verdict.Repair{Kind: verdict.RepairExporter, Text: verdict.Textf("Say in the exporter's configuration what %s is: topology: on_premises, hybrid or online, or federation: false.", s.Domain.Name)})
	if !s.Wants(verdict.Federation) {
		finding = finding.Milder(verdict.NotWanted)
	}
	v.Report(finding)
}

func judgeWildcard(v *verdict.Verdict, w dns.Host) {
	if !w.Outcome.Known() {
		v.Incomplete(w.Err)
		return
	}
	v.Flag(dnsWildcard, w.Outcome == dns.Found)
	if w.Outcome == dns.Found {
		v.Report(wildcard.On("zone").Saw("%s", lync.Describe(w)))
	}
}

// serves is the capability that a service record serves.
func serves(prefix string) verdict.Capability {
	if prefix == lync.FederationRecord {
		return verdict.Federation
	}
	return verdict.SignIn
}

// countRecord exposes what was found, whatever it is worth.
func countRecord(v *verdict.Verdict, s inquiry.Subject, r inquiry.Record) {
	if !s.Wants(serves(r.Prefix)) && !r.Exists() {
		return
	}
	common.SawRecord(v, r)
	if !r.Answer.Outcome.Known() {
		common.ReportLookupFailed(v, r.Prefix, r.Answer.Err)
		return
	}
	v.Gauge(srvRecords, float64(r.Answer.Total), r.Prefix)
	for _, srv := range r.Answer.SRVs() {
		v.Flag(srvRecordInfo, true, r.Prefix, srv.Target, strconv.Itoa(int(srv.Port)), strconv.Itoa(int(srv.Priority)), strconv.Itoa(int(srv.Weight)))
	}
}

// judgeRecord reports what is wrong with a record and exposes whether it obeys
// its rules. Notes leave it correct.
func judgeRecord(v *verdict.Verdict, s inquiry.Subject, r inquiry.Record, faults []verdict.Finding) {
	if !r.Answer.Outcome.Known() {
		v.Incomplete(r.Answer.Err, verdict.SignIn)
		return
	}
	v.Report(faults...)
	exposeCorrect(v, r, obeys(faults), verdict.SignIn)
}

func obeys(faults []verdict.Finding) bool {
	for _, f := range faults {
		if f.Severity != verdict.Info {
			return false
		}
	}
	return true
}

// exposeCorrect exposes whether a record obeys its rules, unless an address
// could not be looked up and all else is right.
func exposeCorrect(v *verdict.Verdict, r inquiry.Record, correct bool, open verdict.Capability) {
	for i, t := range r.Targets {
		if t.Host.Err == nil || !correct {
			continue
		}
		if i == 0 {
			v.Incomplete(t.Host.Err, open)
		} else {
			v.Incomplete(t.Host.Err)
		}
		return
	}
	v.Flag(srvCorrect, correct, r.Prefix)
}

// judgeFederationRecord exposes whether the record is right; what is wrong with
// it are findings of the check federation.
func judgeFederationRecord(v *verdict.Verdict, s inquiry.Subject, f *facts) {
	r := f.Federation
	if !r.Answer.Outcome.Known() || !s.Wants(verdict.Federation) {
		return
	}
	correct := len(r.Targets) > 0
	for i, t := range r.Targets {
		if !lync.MatchTarget(t.Target, s.Domain).Accepted() || t.Port != lync.FederationPort ||
			len(common.TargetFaults(s, r.Prefix, t, i == 0, verdict.Federation, f.Edge)) > 0 {
			correct = false
		}
	}
	exposeCorrect(v, r, correct, verdict.Federation)
}

// judgeSIPHost judges sip.<domain>, which clients guess.
func judgeSIPHost(v *verdict.Verdict, s inquiry.Subject, f *facts) {
	switch h := f.SIP; {
	case !f.Topology.HasServers():
	case !h.Outcome.Known():
		v.Incomplete(h.Err)
	case h.Outcome.Missing():
		repairs := common.PublishAddresses(h.Name, "<external address of the Access Edge>", f.Edge.Addresses)
		v.Report(sipMissing.On("sip").Wants("%s", common.Lines(repairs)).Repair(repairs...))
		if f.Client.Answer.Outcome.Missing() && !s.View.Internal && !f.Autodiscover {
			v.Report(noWayIn.On("sign_in").Repair(repairs...))
		}
	default:
		if private, found := lync.FirstPrivate(h.Addresses); found && !s.View.Internal && !isTarget(h.Name, f.Client, f.Federation) {
			finding := common.PrivateHost("sip", h, private, verdict.SignIn)
			if f.Client.Exists() {
				finding = finding.Milder(verdict.OtherWayIn)
			}
			v.Report(finding)
		}
	}
}

// isTarget says whether a record names a host, of which its own rule speaks.
func isTarget(host string, records ...inquiry.Record) bool {
	for _, r := range records {
		for _, t := range r.Targets {
			if t.Target == host {
				return true
			}
		}
	}
	return false
}

// judgeVisible finds what belongs inside but is seen from outside.
func judgeVisible(v *verdict.Verdict, s inquiry.Subject, f *facts) {
	switch h := f.LyncdiscoverInternal; {
	case !h.Outcome.Known():
		v.Incomplete(h.Err)
	case h.Outcome == dns.Found && !lync.SameAnswer(h, f.Wildcard):
		v.Report(InternalVisible.On("lyncdiscoverinternal").Saw("%s: %s", h.Name, lync.Describe(h)).Repair(common.DeleteHost(h)...))
	}
	for _, r := range f.Extra {
		srv := r.Answer.SRVs()[0]
		switch {
		case r.Prefix == lync.PlainRecord:
			v.Report(InternalVisible.On(r.Prefix).Saw("%s", lync.Line(r.Prefix, s.Domain.Name, srv)).Repair(common.DeleteRecord(s, r.Prefix, srv)))
		case r.Prefix == lync.XMPPRecord && f.Topology.Kind == config.Online:
			v.Report(common.XMPPObsolete.On(r.Prefix).Saw("%s", lync.Line(r.Prefix, s.Domain.Name, srv)).Repair(common.DeleteRecord(s, r.Prefix, srv)))
		}
	}
}

// judgeLeftovers finds hosts that a domain in the cloud no longer needs.
func judgeLeftovers(v *verdict.Verdict, s inquiry.Subject, f *facts) {
	if f.Topology.Kind != config.Online {
		return
	}
	for _, left := range []struct {
		subject string
		host    dns.Host
	}{{"sip", f.SIP}, {"lyncdiscover", f.Lyncdiscover}} {
		h := left.host
		if h.Outcome != dns.Found && len(h.Chain) == 0 || lync.SameAnswer(h, f.Wildcard) {
			continue
		}
		rule := staleRecord
		if lync.LeadsToCloud(h) {
			rule = legacyRecord
		}
		finding := rule.On(left.subject).Saw("%s: %s", h.Name, lync.Describe(h))
		if rule == staleRecord && !isTarget(h.Name, f.Federation) { // which still needs it
			finding = finding.Repair(common.DeleteHost(h)...)
		}
		v.Report(finding)
	}
}
