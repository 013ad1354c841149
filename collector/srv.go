package collector

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

var (
	srvRecords = &Metric{Name: "lync_srv_records", Labels: []string{"record"},
		Help: "Number of SRV records found; 0 for a name that does not exist and for an empty answer. Absent when the lookup failed."}
	srvCorrect = &Metric{Name: "lync_srv_correct", Labels: []string{"record"},
		Help: "1 = the record is there where the topology needs it, and every target obeys the rules of its service: port, name, addresses, no alias. Absent when a lookup failed."}
	srvRecordInfo = &Metric{Name: "lync_srv_record_info", Labels: []string{"record", "target", "port", "priority", "weight"},
		Help: "Always 1; one series for each SRV record found. Absent without records."}
	dnsWildcard = &Metric{Name: "lync_dns_wildcard",
		Help: "1 = the zone answers for names that were never set up, so that a name's existence proves nothing. 0 = it does not. Absent when the lookup failed."}
)

func srvMetrics() []*Metric { return []*Metric{srvRecords, srvCorrect, srvRecordInfo, dnsWildcard} }

// srvFacts is what DNS has for the clients of the domain.
type srvFacts struct {
	Topology    config.Topology
	TopologyErr error

	Client, Federation, Internal record   // the three that every domain is asked for
	Extra                        []record // others that exist

	SIP, Lyncdiscover, LyncdiscoverInternal observe.Host
	Wildcard                                observe.Host
}

func observeSRV(ctx context.Context, q *Inquiry) srvFacts {
	var f srvFacts
	name := q.Domain.Name
	all(
		func() { f.Client = q.Record(ctx, clientRecord) },
		func() { f.Federation = q.Record(ctx, federationRecord) },
		func() { f.Internal = q.Record(ctx, internalRecord) },
		func() { f.SIP = q.Resolve(ctx, "sip."+name) },
		func() { f.Lyncdiscover = q.Resolve(ctx, "lyncdiscover."+name) },
		func() { f.LyncdiscoverInternal = q.Resolve(ctx, "lyncdiscoverinternal."+name) },
	)
	// These come later than what others wait for.
	f.Extra = q.existing(ctx, []string{plainRecord, xmppRecord})
	f.Topology, f.TopologyErr = q.Topology(ctx)
	f.Wildcard = q.Wildcard(ctx)
	return f
}

// judgeSRV applies group B of the decision table.
func judgeSRV(s Subject, f srvFacts) Verdict {
	var v Verdict
	v.judgeWildcard(f.Wildcard)
	for _, r := range append([]record{f.Client, f.Federation, f.Internal}, f.Extra...) {
		v.countRecord(r)
	}
	v.seeHost("sip", f.SIP)
	v.seeHost("lyncdiscover", f.Lyncdiscover)
	if f.TopologyErr != nil {
		v.incomplete(f.TopologyErr, SignIn)
		return v
	}
	v.judgeClientRecord(s, f)
	v.judgeFederationRecord(s, f)
	v.judgeInternalRecord(s, f)
	v.judgeSIPHost(s, f)
	if s.View.Internal {
		return v
	}
	v.judgeVisible(s, f)
	if f.Topology == config.Online {
		v.judgeLeftovers(f)
	}
	return v
}

func (v *Verdict) judgeWildcard(w observe.Host) {
	if !w.Outcome.Known() {
		v.incomplete(w.Err)
		return
	}
	v.flag(dnsWildcard, w.Outcome == observe.Found)
	if w.Outcome == observe.Found {
		v.find(Finding{Reason: "dns_wildcard", Subject: "zone", Seen: describeHost(w)})
	}
}

// countRecord exposes what was found, whatever it is worth.
func (v *Verdict) countRecord(r record) {
	v.seeRecord(r)
	if !r.Answer.Outcome.Known() {
		v.find(Finding{Reason: "dns_lookup_failed", Subject: r.Prefix, Seen: fmt.Sprint(r.Answer.Err)})
		v.incomplete(r.Answer.Err)
		return
	}
	v.gauge(srvRecords, float64(r.Answer.Total), r.Prefix)
	for _, srv := range r.Answer.SRVs() {
		v.flag(srvRecordInfo, true, r.Prefix, srv.Target, strconv.Itoa(int(srv.Port)), strconv.Itoa(int(srv.Priority)), strconv.Itoa(int(srv.Weight)))
	}
}

// correct exposes whether a record obeys its rules. What was found wrong of
// it is in findings; notes of severity info leave it correct.
func (v *Verdict) correct(r record, from int) {
	ok := true
	for _, f := range v.Findings[from:] {
		if f.Subject == r.Prefix && severityOf(f) != Info {
			ok = false
		}
	}
	for _, t := range r.Targets {
		if t.Host.Err != nil && ok {
			v.incomplete(t.Host.Err)
			return
		}
	}
	v.flag(srvCorrect, ok, r.Prefix)
}

// judgeClientRecord judges _sip._tls, by which clients outside find the Edge.
func (v *Verdict) judgeClientRecord(s Subject, f srvFacts) {
	if !f.Client.Answer.Outcome.Known() {
		v.incomplete(f.Client.Answer.Err, SignIn)
		return
	}
	from := len(v.Findings)
	want := zoneLine(clientRecord, s.Domain.Name, observe.SRV{Port: clientPort, Target: "sip." + s.Domain.Name})
	offered := len(f.Client.Targets) > 0 && f.Client.Targets[0].Target != ""
	if !offered && needsServers(f.Topology) && !s.View.Internal {
		v.find(Finding{Reason: "client_srv_missing", Subject: clientRecord, Want: want})
	}
	for _, t := range f.Client.Targets {
		if t.Target == "" {
			continue
		}
		finding := Finding{Subject: clientRecord, Seen: zoneLine(clientRecord, s.Domain.Name, t.SRV), Want: want}
		if finding.Reason = clientTargetReason(t.Target, s.Domain, f.Topology); finding.Reason != "" {
			v.find(finding)
		}
		if t.Port != clientPort && !s.View.Internal {
			finding.Reason = "client_srv_port_not_443"
			finding.Want = zoneLine(clientRecord, s.Domain.Name, observe.SRV{Priority: t.Priority, Weight: t.Weight, Port: clientPort, Target: t.Target})
			v.find(finding)
		}
		v.judgeTargetHost(s, clientRecord, t, SignIn)
	}
	v.correct(f.Client, from)
}

// clientPort is where clients outside find the Access Edge (lync-rules.md §1.1).
const clientPort = 443

// clientTargetReason says what is to be said of a target of _sip._tls, ""
// for one that every client takes (lync-rules.md §2.1).
func clientTargetReason(target string, d *config.Domain, t config.Topology) string {
	switch parent := parentOf(target); {
	case isMicrosoftRole(target, "sipfed"):
		return "client_srv_wrong_provider_host"
	case parent == d.Name:
		return ""
	case isMicrosoftHost(target) && t == config.Online:
		return "client_srv_legacy_m365"
	case t == config.Online:
		return "teams_only_stale_onprem_record"
	case within(target, d.Name), parent != "" && within(d.Name, parent):
		return "client_srv_suffix_only"
	case withinAny(target, d.TrustedDomains):
		return ""
	}
	return "client_srv_foreign_domain"
}

// judgeFederationRecord says whether the record is right; its findings are
// those of the federation check.
func (v *Verdict) judgeFederationRecord(s Subject, f srvFacts) {
	if !f.Federation.Answer.Outcome.Known() {
		return
	}
	if len(f.Federation.Targets) == 0 {
		v.flag(srvCorrect, !s.wantsFederation(), federationRecord)
		return
	}
	var judged Verdict
	for _, t := range f.Federation.Targets {
		if m := matchTarget(t.Target, s.Domain); !m.accepted() {
			judged.find(Finding{Reason: m.Reason, Subject: federationRecord})
		}
		if t.Port != federationPort {
			judged.find(Finding{Reason: "federation_port_not_5061", Subject: federationRecord})
		}
		judged.judgeTargetHost(s, federationRecord, t, Federation)
	}
	judged.correct(f.Federation, 0)
	v.Samples = append(v.Samples, judged.Samples...)
	if judged.Incomplete != nil {
		v.incomplete(judged.Incomplete)
	}
}

// judgeInternalRecord judges _sipinternaltls._tcp, which belongs inside and
// only there (lync-rules.md §1.3, §1.4).
func (v *Verdict) judgeInternalRecord(s Subject, f srvFacts) {
	if !f.Internal.Answer.Outcome.Known() {
		return
	}
	from := len(v.Findings)
	switch {
	case !s.View.Internal && len(f.Internal.Targets) > 0:
		v.find(Finding{Reason: "internal_record_visible_external", Subject: internalRecord,
			Seen: zoneLine(internalRecord, s.Domain.Name, f.Internal.Targets[0].SRV)})
	case s.View.Internal && len(f.Internal.Targets) == 0 && needsServers(f.Topology):
		v.find(Finding{Reason: "client_srv_missing", Subject: internalRecord,
			Want: zoneLine(internalRecord, s.Domain.Name, observe.SRV{Port: federationPort, Target: "sip." + s.Domain.Name})})
	case s.View.Internal:
		for _, t := range f.Internal.Targets {
			if reason := clientTargetReason(t.Target, s.Domain, f.Topology); reason != "" {
				v.find(Finding{Reason: reason, Subject: internalRecord, Seen: zoneLine(internalRecord, s.Domain.Name, t.SRV),
					Want: zoneLine(internalRecord, s.Domain.Name, observe.SRV{Port: federationPort, Target: "sip." + s.Domain.Name})})
			}
			v.judgeTargetHost(s, internalRecord, t, SignIn)
		}
	}
	v.correct(f.Internal, from)
}

// judgeSIPHost judges sip.<domain>, which clients guess and which the Edge's
// certificate names.
func (v *Verdict) judgeSIPHost(s Subject, f srvFacts) {
	switch {
	case !needsServers(f.Topology):
	case !f.SIP.Outcome.Known():
		v.incomplete(f.SIP.Err)
	case f.SIP.Outcome.Missing():
		v.find(Finding{Reason: "sip_host_missing", Subject: "sip", Want: "sip." + s.Domain.Name + ". A <external address of the Access Edge>"})
	}
}

// judgeVisible finds what belongs inside but is seen from outside.
func (v *Verdict) judgeVisible(s Subject, f srvFacts) {
	switch h := f.LyncdiscoverInternal; {
	case !h.Outcome.Known():
		v.incomplete(h.Err)
	case h.Outcome == observe.Found && !sameAnswer(h, f.Wildcard):
		v.find(Finding{Reason: "internal_record_visible_external", Subject: "lyncdiscoverinternal", Seen: h.Name + ": " + describeHost(h)})
	}
	for _, r := range f.Extra {
		switch {
		case r.Prefix == plainRecord:
			v.find(Finding{Reason: "internal_record_visible_external", Subject: plainRecord, Seen: zoneLine(plainRecord, s.Domain.Name, r.Answer.SRVs()[0])})
		case r.Prefix == xmppRecord && f.Topology == config.Online:
			v.find(Finding{Reason: "xmpp_srv_obsolete", Subject: xmppRecord, Seen: zoneLine(xmppRecord, s.Domain.Name, r.Answer.SRVs()[0])})
		}
	}
}

// judgeLeftovers finds records that a domain which lives in the cloud does not
// need any more (lync-rules.md §9).
func (v *Verdict) judgeLeftovers(f srvFacts) {
	for _, left := range []struct {
		subject string
		host    observe.Host
	}{{"sip", f.SIP}, {"lyncdiscover", f.Lyncdiscover}} {
		h := left.host
		if h.Outcome != observe.Found && len(h.Chain) == 0 || sameAnswer(h, f.Wildcard) {
			continue
		}
		reason := "teams_only_stale_onprem_record"
		if isMicrosoftHost(finalName(h)) || isMicrosoftAlias(h) {
			reason = "teams_only_legacy_records"
		}
		v.find(Finding{Reason: reason, Subject: left.subject, Seen: h.Name + ": " + describeHost(h)})
	}
}

// isMicrosoftAlias says whether a name is an alias into a Microsoft cloud,
// wherever that goes on to.
func isMicrosoftAlias(h observe.Host) bool {
	for _, alias := range h.Chain {
		if isMicrosoftHost(alias) {
			return true
		}
	}
	return false
}

// judgeTargetHost judges what a service record's target resolves to.
func (v *Verdict) judgeTargetHost(s Subject, prefix string, t target, breaks Capability) {
	finding := Finding{Subject: prefix, Breaks: breaks, Seen: t.Target + ": " + describeHost(t.Host)}
	if isAddress(t.Target) {
		if prefix != federationRecord {
			finding.Reason, finding.Seen = "srv_target_unresolvable", t.Target+" is an address, not a name"
			v.find(finding)
		}
		return
	}
	switch {
	case t.Target == "":
	case !t.Host.Outcome.Known():
		v.incomplete(t.Host.Err, breaks)
	case t.Host.Outcome.Missing():
		finding.Reason, finding.Want = "srv_target_unresolvable", t.Target+". A <address>"
		v.find(finding)
	default:
		if len(t.Host.Chain) > 0 {
			finding.Reason = "srv_target_cname"
			v.find(finding)
		}
		if private, ok := firstPrivate(t.Host.Addresses); ok && !s.View.Internal {
			finding.Reason, finding.Seen = "srv_target_private_ip", t.Target+": "+private.String()
			v.find(finding)
		}
	}
}

// firstPrivate finds an address that nobody outside can reach (RFC 1918, RFC
// 4193, link-local, RFC 6598). Loopback is left out: there the exporter is on
// the machine that it checks.
func firstPrivate(addresses []netip.Addr) (netip.Addr, bool) {
	shared := netip.MustParsePrefix("100.64.0.0/10")
	for _, a := range addresses {
		if a.IsPrivate() || a.IsLinkLocalUnicast() || shared.Contains(a) {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// seeRecord notes a record set for people.
func (v *Verdict) seeRecord(r record) {
	switch {
	case !r.Answer.Outcome.Known():
		v.see(r.Prefix, "%v", r.Answer.Err)
	case len(r.Answer.SRVs()) == 0:
		v.see(r.Prefix, "no record")
	}
	for i, srv := range r.Answer.SRVs() {
		v.see(r.Prefix, "SRV %s", rdata(srv))
		if i < len(r.Targets) && srv.Target != "" {
			v.seeHost(srv.Target, r.Targets[i].Host)
		}
	}
}

func (v *Verdict) seeHost(subject string, h observe.Host) {
	if h.Name != "" {
		v.see(subject, "%s", describeHost(h))
	}
}
