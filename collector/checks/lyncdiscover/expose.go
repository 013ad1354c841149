package lyncdiscover

import (
	"slices"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// exposeName exposes what was seen of a name, whatever it is worth. Of one that
// neither exists nor is needed here there is nothing to say.
func exposeName(v *verdict.Verdict, s inquiry.Subject, n name, needed bool) {
	exists := n.Host.Outcome == dns.Found
	if !exists && !needed {
		return
	}
	common.SawHost(v, n.Label, n.Host)
	if exists {
		v.Flag(aliasMismatch, leavesDomain(n.Host, s.Domain.Name), n.Label)
	}
	for _, scheme := range s.Domain.Schemes {
		w := n.Plain
		if scheme == "https" {
			w = n.Secure
		}
		if exists && inquiry.Unasked(w.First()) != nil {
			v.Saw(scheme+"://"+n.Label, "%s", inquiry.Unanswering(w.First()))
			continue
		}
		v.Flag(reachable, w.Reachable(), n.Label, scheme)
		if exists {
			exposeWalk(v, s, w)
		}
	}
	if n.Belongs && n.answered() && n.Secure.Unknown() == nil {
		v.Flag(trustPrompt, n.prompts(s))
	}
}

// prompts says whether a client would ask its user to trust another domain: an
// answer over https is accepted wherever it leads (docs/rules.md#trust-prompt).
func (n name) prompts(s inquiry.Subject) bool {
	return !n.Secure.Usable() && n.Plain.Answered() && n.Plain.Mismatches(s)
}

func leavesDomain(h dns.Host, domain string) bool {
	for _, alias := range h.Chain {
		if !lync.Within(alias, domain) {
			return true
		}
	}
	return false
}

func exposeWalk(v *verdict.Verdict, s inquiry.Subject, w *inquiry.Walk) {
	subject := w.Scheme + "://" + w.Name
	if !w.Answered() {
		v.Saw(subject, "%s", inquiry.Unanswering(w.First()))
		return
	}
	server := w.First().Header.Get("Server")
	v.Saw(subject, "status %d, Server %q", w.First().Status, server)
	for i, h := range w.Hops {
		if i > 0 {
			v.Saw(subject, "redirects to %s", h.URL.String())
		}
		for _, fault := range h.Faults {
			v.Saw(subject, "%s: %s", h.URL.Hostname(), fault)
		}
	}
	if w.UserLink != "" {
		v.Saw(subject, "user link %s", w.UserLink)
	}
	v.Gauge(statusCode, float64(w.First().Status), w.Name, w.Scheme)
	if w.Unknown() == nil {
		v.Flag(valid, leads(w), w.Name, w.Scheme)
	}
	v.Gauge(redirects, float64(w.Redirects()), w.Name, w.Scheme)
	v.Flag(mismatch, w.Mismatches(s), w.Name, w.Scheme)
	exposePhases(v, w)
	if w.Document.Format != "" {
		v.Flag(info, true, w.Name, w.Scheme, w.Document.Format, w.Document.AccessLocation, lync.HostOf(w.UserLink), server)
	}
}

// leads says whether the answer leads to a user link, the server's own
// certificate left aside.
func leads(w *inquiry.Walk) bool {
	return w.UserLink != "" && !slices.ContainsFunc(w.Hops[1:], func(h inquiry.Hop) bool { return len(h.Faults) > 0 })
}

func exposePhases(v *verdict.Verdict, w *inquiry.Walk) {
	x := w.First()
	phases := []struct {
		name   string
		length time.Duration
	}{{"resolve", x.Resolve}, {"connect", x.Connect}, {"tls", x.TLS}, {"processing", x.Processing}, {"transfer", x.Transfer}}
	var seen strings.Builder
	for _, p := range phases {
		if p.name == "tls" && w.Scheme == "http" {
			continue
		}
		v.Gauge(duration, p.length.Seconds(), w.Name, w.Scheme, p.name)
		if seen.Len() > 0 {
			seen.WriteString(", ")
		}
		seen.WriteString(p.name + " " + p.length.Round(time.Millisecond).String())
	}
	v.Saw(w.Scheme+"://"+w.Name, "%s", seen.String())
}
