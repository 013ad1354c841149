package webservices

import (
	"net/http"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// subject is what all findings of this check are about.
const subject = "user_link"

func judge(s inquiry.Subject, f *facts) *verdict.Verdict {
	v := new(verdict.Verdict)
	if f.Err != nil {
		common.NoteUnknown(v, f.Err, verdict.Autodiscover)
		return v
	}
	if f.Link == "" {
		return v // the check lyncdiscover says why
	}
	challenge := lync.ParseChallenge(f.Exchange.Header)
	switch err := inquiry.Unasked(f.Exchange); {
	case err == nil:
		expose(v, f, challenge)
	case !hopeless(s, f.Exchange):
		common.ReportUnknown(v, subject, err, verdict.Autodiscover)
		return v
	}
	if f.Topology.HasServers() {
		judgeLink(v, s, f, challenge)
	}
	return v
}

func expose(v *verdict.Verdict, f *facts, c lync.Challenge) {
	x := f.Exchange
	answered := x.Stage == observe.StageDone
	if x.Stage == observe.StageForbidden {
		v.Saw(f.Link, "%s", inquiry.Unanswering(x))
		return // it was not asked
	}
	v.Flag(reachable, answered && x.URL.Scheme == "https" && len(f.Faults) == 0)
	for _, fault := range f.Faults {
		v.Saw(f.Link, "%s", fault)
	}
	if !answered {
		v.Saw(f.Link, "%s", inquiry.Unanswering(x))
		return
	}
	fqdn := strings.ToLower(x.Header.Get("X-Ms-Server-Fqdn"))
	v.Gauge(statusCode, float64(x.Status))
	v.Flag(challengeValid, c.IsLync())
	v.Flag(info, true, lync.HostOf(f.Link), fqdn, x.Header.Get("Server"))
	v.Saw(f.Link, "status %d, challenges %s, server %q", x.Status, offered(c), fqdn)
}

// hopeless says whether no client outside can reach the host, whatever this
// machine sees of it.
func hopeless(s inquiry.Subject, x *observe.Exchange) bool {
	_, private := common.PrivateAddress(s, x.Host)
	return private || !s.View.Internal && lync.IsInternalName(x.Host.Name)
}

// offered are the ways of authentication that a server offers, for people.
func offered(c lync.Challenge) string {
	if len(c.Schemes) == 0 {
		return "none"
	}
	return strings.Join(c.Schemes, ", ")
}

// judgeLink judges the host and its certificate, and what lies behind them as far
// as it can be seen.
func judgeLink(v *verdict.Verdict, s inquiry.Subject, f *facts, c lync.Challenge) {
	x := f.Exchange
	host := x.URL.Hostname()
	inside := !s.View.Internal && lync.IsInternalName(host)
	server := common.WebServer(lync.WebServices, x, s.View.Internal)
	if x.Host.Outcome.Missing() || inside {
		server.Role = "" // whatever it was meant to be
	}
	if !inside && !lync.IsAddress(host) && common.ReportPrivate(v, s, subject, x.Host, verdict.Autodiscover) && x.Stage != observe.StageDone {
		return // it cannot be asked by this address
	}
	if list := failures(s, f, server); len(list) > 0 {
		var repairs []verdict.Repair
		for _, f := range list {
			repairs = append(repairs, f.repairs...)
		}
		v.Report(failed.On(subject).At(server).Saw("%s", together(list)).Wants("%s", common.Instructions(repairs)).Repair(repairs...))
	}
	switch {
	case inside, x.Stage != observe.StageDone:
	case x.Status == http.StatusOK:
		v.Report(noChallenge.On(subject).At(server).Saw("%s answers 200 OK", f.Link).Wants("%s", host).Repair(common.Publish(s, host)))
	case x.Status == http.StatusUnauthorized && !c.IsLync():
		v.Report(unknownChallenge.On(subject).At(server).Saw("%s offers %s", f.Link, offered(c)).Wants("%s", host).Repair(common.NoLogin(s, host)))
	case x.Status == http.StatusUnauthorized:
		if tickets := lync.HostOf(c.Href); tickets != "" && !lync.Within(tickets, lync.ParentOf(lync.HostOf(f.Link))) {
			v.Report(otherHost.On(subject).At(server).Saw("%s", c.Href).Repair(ticketHost(s, tickets)))
		}
	}
}

// ticketHost is the change for web services that send clients elsewhere.
func ticketHost(s inquiry.Subject, host string) verdict.Repair {
	side := "external"
	if s.View.Internal {
		side = "internal"
	}
	return verdict.Repair{Kind: verdict.RepairTopology, Text: verdict.Textf("Correct the pool's %s web services FQDN in Topology Builder, or make sure that clients can reach %s and trust it.", side, host)}
}
