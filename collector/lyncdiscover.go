package collector

import (
	"context"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

var (
	discoverReachable = &Metric{Name: "lync_lyncdiscover_reachable", Labels: []string{"name", "scheme"},
		Help: "1 = an HTTP answer came back, whatever its status; over https only with a certificate that a client accepts for the name. 0 = none did. Absent when the lookup failed, and for a name that does not belong into the view and does not exist."}
	discoverStatus = &Metric{Name: "lync_lyncdiscover_http_status_code", Labels: []string{"name", "scheme"},
		Help: "Status code of the first answer, over https also when the certificate was not acceptable. Absent without an answer."}
	discoverValid = &Metric{Name: "lync_lyncdiscover_valid", Labels: []string{"name", "scheme"},
		Help: "1 = following the answer led to an Autodiscover document with a user link, 0 = it did not. Absent without an answer."}
	discoverRedirects = &Metric{Name: "lync_lyncdiscover_redirects", Labels: []string{"name", "scheme"},
		Help: "Number of redirects followed. Absent without an answer."}
	discoverMismatch = &Metric{Name: "lync_lyncdiscover_redirect_domain_mismatch", Labels: []string{"name", "scheme"},
		Help: "1 = the first hop that leaves the asked host names a host that is neither inside the SIP domain nor in the trusted domains. 0 = it does not, or none leaves. Absent without an answer."}
	discoverPrompt = &Metric{Name: "lync_lyncdiscover_trust_prompt",
		Help: "1 = a client of this domain would ask its user to trust another domain: no usable https answer, and the http answer mismatches. 0 = it would not. Absent when no answer came over http or https."}
	discoverCNAME = &Metric{Name: "lync_lyncdiscover_cname_domain_mismatch", Labels: []string{"name"},
		Help: "1 = the name is a CNAME that leaves the SIP domain, which https does not survive unless the server's certificate bears the name. Absent when the name does not exist or the lookup failed."}
	discoverDuration = &Metric{Name: "lync_lyncdiscover_duration_seconds", Labels: []string{"name", "scheme", "phase"},
		Help: "Seconds of the first request by phase: resolve, connect, tls, processing, transfer. Absent without an answer."}
	discoverInfo = &Metric{Name: "lync_lyncdiscover_info", Labels: []string{"name", "scheme", "format", "access_location", "host", "server"},
		Help: "Always 1; the last document's format and access location, the host of its user link and the first answer's Server header. Absent without an Autodiscover document."}
)

func lyncdiscoverMetrics() []*Metric {
	return []*Metric{discoverReachable, discoverStatus, discoverValid, discoverRedirects, discoverMismatch, discoverPrompt,
		discoverCNAME, discoverDuration, discoverInfo}
}

// lyncdiscoverFacts are the four ways in which clients ask.
type lyncdiscoverFacts struct {
	Topology    config.Topology
	TopologyErr error
	Names       []discoverName
}

// discoverName is one of the two names and both ways of asking it.
type discoverName struct {
	Name          string
	Belongs       bool // into this view
	Host          observe.Host
	Wild          bool       // only a wildcard answers for it
	Secure, Plain *discovery // nil: the name does not exist
}

func observeLyncdiscover(ctx context.Context, q *Inquiry) lyncdiscoverFacts {
	var f lyncdiscoverFacts
	f.Names = []discoverName{{Name: "lyncdiscover"}, {Name: "lyncdiscoverinternal"}}
	each(f.Names, func(i int, n discoverName) {
		n.Belongs = n.Name == q.discoverName()
		n.Host = q.Resolve(ctx, n.Name+"."+q.Domain.Name)
		if n.Host.Outcome == observe.Found {
			all(
				func() { n.Secure = q.Discover(ctx, "https", n.Name) },
				func() { n.Plain = q.Discover(ctx, "http", n.Name) },
			)
		}
		f.Names[i] = n
	})
	f.Topology, f.TopologyErr = q.Topology(ctx)
	wildcard := q.Wildcard(ctx)
	for i, n := range f.Names {
		f.Names[i].Wild = sameAnswer(n.Host, wildcard)
	}
	return f
}

// judgeLyncdiscover applies group E of the decision table.
func judgeLyncdiscover(s Subject, f lyncdiscoverFacts) Verdict {
	var v Verdict
	if f.TopologyErr != nil {
		v.incomplete(f.TopologyErr, Autodiscover, SignIn)
	}
	for _, n := range f.Names {
		if !n.Host.Outcome.Known() {
			v.find(Finding{Reason: "dns_lookup_failed", Subject: n.Name, Seen: errorText(n.Host.Err)})
			if n.Belongs {
				v.incomplete(n.Host.Err, Autodiscover)
			} else {
				v.incomplete(n.Host.Err)
			}
			continue
		}
		v.exposeName(s, n)
		switch {
		case n.Belongs && needsServers(f.Topology):
			v.judgeName(s, n)
		case !n.Belongs && !s.View.Internal && !n.Wild && (n.Secure.answered() || n.Plain.answered()):
			v.find(Finding{Reason: "lyncdiscoverinternal_visible_external", Subject: n.Name, Seen: n.Host.Name + ": " + describeHost(n.Host)})
		}
	}
	return v
}

// exposeName exposes what was seen of a name, whatever it is worth. Of one
// that neither exists nor belongs here there is nothing to say.
func (v *Verdict) exposeName(s Subject, n discoverName) {
	exists := n.Host.Outcome == observe.Found
	if !exists && !n.Belongs {
		return
	}
	v.seeHost(n.Name, n.Host)
	if exists {
		v.flag(discoverCNAME, leavesDomain(n.Host, s.Domain.Name), n.Name)
	}
	for _, scheme := range s.Domain.Schemes {
		d := n.Plain
		if scheme == "https" {
			d = n.Secure
		}
		v.flag(discoverReachable, d.reachable(), n.Name, scheme)
		if exists {
			v.exposeDiscovery(s, d)
		}
	}
	if n.Belongs && (n.Secure.answered() || n.Plain.answered()) {
		v.flag(discoverPrompt, n.prompts(s))
	}
}

// prompts says whether a client would ask its user to trust another domain:
// an answer over https is taken wherever it leads (lync-rules.md §3.6).
func (n discoverName) prompts(s Subject) bool {
	return !n.Secure.usable() && n.Plain.answered() && n.Plain.mismatches(s)
}

func leavesDomain(h observe.Host, domain string) bool {
	for _, alias := range h.Chain {
		if !within(alias, domain) {
			return true
		}
	}
	return false
}

func (v *Verdict) exposeDiscovery(s Subject, d *discovery) {
	subject := d.Scheme + "://" + d.Name
	if !d.answered() {
		v.see(subject, "%s", d.Failure.Seen)
		return
	}
	server := d.First.Header.Get("Server")
	accepted := ""
	if d.Scheme == "https" && !d.Acceptable {
		accepted = ", its certificate is not acceptable"
	}
	v.see(subject, "status %d, Server %q%s", d.First.Status, server, accepted)
	for _, hop := range d.Hops {
		v.see(subject, "redirects to %s", hop)
	}
	if d.UserLink != "" {
		v.see(subject, "user link %s", d.UserLink)
	}
	v.gauge(discoverStatus, float64(d.First.Status), d.Name, d.Scheme)
	v.flag(discoverValid, d.UserLink != "", d.Name, d.Scheme)
	v.gauge(discoverRedirects, float64(len(d.Hops)), d.Name, d.Scheme)
	v.flag(discoverMismatch, d.mismatches(s), d.Name, d.Scheme)
	v.phases(d)
	if d.Document.Format != "" {
		v.flag(discoverInfo, true, d.Name, d.Scheme, d.Document.Format, d.Document.AccessLocation, hostOf(d.UserLink), server)
	}
}

func (v *Verdict) phases(d *discovery) {
	phases := []struct {
		name   string
		length time.Duration
	}{{"resolve", d.First.Resolve}, {"connect", d.First.Connect}, {"tls", d.First.TLS}, {"processing", d.First.Processing}, {"transfer", d.First.Transfer}}
	var seen []string
	for _, p := range phases {
		if p.name == "tls" && d.Scheme == "http" {
			continue
		}
		v.gauge(discoverDuration, p.length.Seconds(), d.Name, d.Scheme, p.name)
		seen = append(seen, p.name+" "+p.length.Round(time.Millisecond).String())
	}
	v.see(d.Scheme+"://"+d.Name, "%s", strings.Join(seen, ", "))
}

// judgeName judges the name that clients of this view ask: the better of both
// schemes decides whether Autodiscover works.
func (v *Verdict) judgeName(s Subject, n discoverName) {
	add := func(f Finding, severity Severity) {
		f.Subject, f.Severity, f.Breaks = n.Name, severity, Autodiscover
		if f.Want == "" {
			f.Want = n.Host.Name
		}
		v.find(f)
	}
	if n.Host.Outcome.Missing() {
		add(Finding{Reason: "lyncdiscover_missing", Seen: n.Host.Name}, Critical)
		return
	}
	works := n.Secure.usable() || n.Plain.usable()
	v.judgeSecure(n, works, add)
	v.judgePlain(n, works, add)
	if n.prompts(s) && n.Plain.usable() {
		add(Finding{Reason: "lyncdiscover_http_redirect_prompt", Seen: n.Plain.Leaves}, Warning)
	}
	for _, d := range []*discovery{n.Secure, n.Plain} {
		if strings.EqualFold(d.Document.AccessLocation, "Internal") && !s.View.Internal {
			add(Finding{Reason: "lyncdiscover_internal_site", Seen: d.Scheme + "://" + n.Host.Name}, Warning)
			break
		}
	}
	for _, d := range []*discovery{n.Secure, n.Plain} {
		if d.Plain != "" {
			add(Finding{Reason: "lyncdiscover_bad_href", Seen: d.Plain}, Warning)
			break
		}
	}
}

// judgeSecure judges what https showed.
func (v *Verdict) judgeSecure(n discoverName, works bool, add func(Finding, Severity)) {
	d := n.Secure
	names := func(reason string) Finding {
		f := Finding{Reason: reason, Want: n.Host.Name}
		if chain := d.First.Connection.Certificates; len(chain) > 0 {
			f.Seen = sanNames(chain[0])
		}
		return f
	}
	switch {
	case !d.Asked || d.usable():
	case d.Misnamed && works && isMicrosoftAlias(n.Host):
		// Microsoft 365 has no certificate for its customers' names and answers
		// over http: no fault (lync-rules.md §3.7).
	case d.Misnamed && works:
		add(names("lyncdiscover_https_name_mismatch_http_ok"), Warning)
	case d.Misnamed:
		add(names("lyncdiscover_cert_name_missing"), Critical)
	case d.reachable() && works:
		add(d.Failure, Warning)
	case d.reachable():
		add(d.Failure, Critical)
	case !works && !n.Plain.answered():
		add(Finding{Reason: "lyncdiscover_unreachable", Seen: firstText(d.Failure.Seen, n.Host.Name+": its certificate is not acceptable")}, Critical)
	}
}

// judgePlain judges what http showed: it is to answer with a redirect to
// https, in the body (lync-rules.md §3.2).
func (v *Verdict) judgePlain(n discoverName, works bool, add func(Finding, Severity)) {
	d := n.Plain
	switch {
	case !d.Asked:
	case d.usable() && d.Direct:
		add(Finding{Reason: "lyncdiscover_http_no_redirect", Seen: "http://" + n.Host.Name}, Info)
	case d.usable():
	case !d.answered() && !n.Secure.Asked:
		add(Finding{Reason: "lyncdiscover_unreachable", Seen: d.Failure.Seen}, Critical)
	case !d.answered(): // closed on purpose, or judged together with https
	case d.Location != nil:
		add(d.Failure, Warning)
		if !works && !n.Secure.reachable() {
			add(Finding{Reason: "lyncdiscover_unreachable", Seen: d.Failure.Seen}, Critical)
		}
	case works:
		add(d.Failure, Warning)
	default:
		add(d.Failure, Critical)
	}
}

// firstText is the first text that is not empty.
func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
