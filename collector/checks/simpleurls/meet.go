package simpleurls

import (
	"net/http"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

const meetSubject = string(meet)

// judgeMeet judges the way to the meeting page. That nothing answers, and what
// else than its name is wrong with the certificate, is said by the check tls.
func judgeMeet(v *verdict.Verdict, s inquiry.Subject, f *facts, one visit) {
	host := one.host()
	switch {
	case isGuess(s, f, one):
		reportUnknownHost(v, s, host)
		return
	case host.Outcome.Missing():
		reportMissingHost(v, s, f, one)
		return
	}
	if one.AtEdge {
		repairs := append(common.DeleteHost(host), common.PublishAddresses(host.Name, common.ProxyAddress(s), f.Proxy.Addresses)...)
		at := one.server(s, one.first())
		at.Role = lync.AccessEdge.Words(s.View.Internal)
		v.Report(meetFailed.On(meetSubject).At(at).Saw("its address is that of the Edge, which is no web server").
			Wants("%s", instructions(repairs...)).Repair(repairs...))
		return
	}
	private := common.ReportPrivate(v, s, meetSubject, host, verdict.Meetings)
	if private && !one.answered() {
		return // it cannot be asked by this address
	}
	for _, h := range one.Hops {
		if leadsToMeeting := h.Exchange == one.first() || one.verified(); leadsToMeeting {
			reportCertificate(v, s, one, h)
		}
	}
	if one.unknown() == nil {
		judgePage(v, s, one)
	}
}

// isGuess says whether the URL is not configured, and nobody set its host up: DNS
// does not have it, or only by a wildcard, which leads to another web server.
func isGuess(s inquiry.Subject, f *facts, one visit) bool {
	host := one.host()
	switch {
	case !s.Domain.MeetGuessed:
		return false
	case host.Outcome.Missing():
		return len(host.Chain) == 0
	}
	return lync.SameAnswer(host, f.Wildcard) && !one.verified() && one.End != loginPage && !isPoolDown(one.last())
}

func reportUnknownHost(v *verdict.Verdict, s inquiry.Subject, host dns.Host) {
	finding := hostUnknown.On(meetSubject).Saw("it is not configured, and %s does not exist in DNS", host.Name)
	if host.Outcome == dns.Found {
		finding = hostUnknown.On(meetSubject).Saw("it is not configured, and only the zone's wildcard answers for %s", host.Name)
	}
	v.Report(finding.Wants(`simple_urls: {meet: "https://<host>/<path>"}`).Repair(verdict.Repair{Kind: verdict.RepairExporter,
		Text: verdict.Textf("In the exporter's configuration, set simple_urls of %s to the Meet URL that Get-CsSimpleUrlConfiguration shows, or to an empty one if the domain has no meetings.", s.Domain.Name)}))
	v.CannotTell(verdict.Meetings)
}

// reportMissingHost says what the host needs, and what its server will lack once
// it is there.
func reportMissingHost(v *verdict.Verdict, s inquiry.Subject, f *facts, one visit) {
	host := one.host()
	finding := hostMissing.On(meetSubject).Saw("%s does not exist", host.Name)
	if len(host.Chain) > 0 {
		finding = finding.Saw("%s is an alias of %s, which has no address", host.Name, lync.FinalName(host)).Repair(common.DeleteHost(host)...)
	}
	right := common.PublishAddresses(host.Name, common.ProxyAddress(s), f.Proxy.Addresses)
	v.Report(finding.Wants("%s", common.Lines(right)).Repair(right...))
	if one.LacksName != nil {
		at := f.Proxy.Server(host.Name, s.View.Internal)
		v.Report(certificateLacksName.On(meetSubject).At(at).Saw("%s", lync.SANs(one.LacksName)).Wants("%s", host.Name).
			Repair(common.CertificateRepair(at, one.LacksName, host.Name)))
	}
}

// reportCertificate says what browsers see at a server on the way. Of the URL's
// own server only the missing name is told here.
func reportCertificate(v *verdict.Verdict, s inquiry.Subject, one visit, h inquiry.Hop) {
	if len(h.Faults) == 0 {
		return
	}
	at, name := one.server(s, h.Exchange), h.URL.Hostname()
	leaf := h.Connection.Certificates[0]
	switch {
	case lync.Covers(leaf, name) < lync.Wildcard:
		v.Report(certificateLacksName.On(meetSubject).At(at).Saw("%s", lync.SANs(leaf)).Wants("%s", name).Repair(common.CertificateRepair(at, leaf, name)))
	case h.Exchange != one.first():
		repair := common.MendCertificate(at, h.Exchange, h.Faults)
		v.Report(meetFailed.On(meetSubject).At(at).Saw("%s leads there, and %s", one.URL.String(), strings.Join(h.Faults, "; ")).
			Wants("%s", instructions(repair)).Repair(repair))
	}
}

// judgePage judges how the visit ended.
func judgePage(v *verdict.Verdict, s inquiry.Subject, one visit) {
	last, name := one.last(), one.host().Name
	at := one.server(s, last)
	report := func(rule *verdict.Rule, want any, repair verdict.Repair) {
		v.Report(rule.On(meetSubject).At(at).Saw("%s", one.words()).Wants("%s", want).Repair(repair))
	}
	reportFailed := func(repair verdict.Repair) { report(meetFailed, instructions(repair), repair) }
	switch {
	case one.End == unanswered && last == one.first() && last.Stage != observe.StageRequest:
		// the check tls says so
	case one.End == loginPage, one.End == page && last.Status == http.StatusUnauthorized && !one.verified():
		report(preauthentication, last.URL.Hostname(), common.NoLogin(s, last.URL.Hostname()))
	case one.End == page && isPoolDown(last) && !one.moved():
		reportFailed(common.StartPool(s, name))
	case one.End == page && failed(last) && !one.moved(), one.End == unanswered && !one.moved():
		reportFailed(common.Publish(s, name))
	case one.End == page && !failed(last) && one.verified():
	default:
		report(meetUnverified, one.URL.String(), common.Publish(s, name))
	}
}
