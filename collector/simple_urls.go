package collector

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

var (
	simpleReachable = &Metric{Name: "lync_simple_url_reachable", Labels: []string{"url"},
		Help: "1 = an HTTPS answer below 500 other than 404 came back, with an acceptable certificate; 0 = it did not. Absent when the lookup failed or the URL is not configured."}
	simpleStatus = &Metric{Name: "lync_simple_url_http_status_code", Labels: []string{"url"},
		Help: "Status code of the answer. Absent without an answer."}
	simpleVerified = &Metric{Name: "lync_simple_url_verified", Labels: []string{"url"},
		Help: "1 = the answer bears a marker of a Lync meeting or dial-in page, 0 = it does not. Absent without an answer."}
	simpleUnique = &Metric{Name: "lync_simple_url_unique", Labels: []string{"url"},
		Help: "0 = another configured SIP domain uses the same Meet URL, or one is a prefix of the other; 1 = it is this domain's own. Absent without a Meet URL."}
)

func simpleURLsMetrics() []*Metric {
	return []*Metric{simpleReachable, simpleStatus, simpleVerified, simpleUnique}
}

// simpleURL is one of the URLs that people see: kind is meet, dialin or admin.
type simpleURL struct {
	kind string
	role string // in the tls check, "" for none
	url  *url.URL
}

// simpleURLs are the URLs that are configured.
func (s Subject) simpleURLs() []simpleURL {
	var list []simpleURL
	for _, u := range []simpleURL{{"meet", roleMeet, s.Domain.Meet}, {"dialin", roleDialin, s.Domain.Dialin}, {"admin", "", s.Domain.Admin}} {
		if u.url != nil {
			list = append(list, u)
		}
	}
	return list
}

// simpleURLFacts is what each URL answered.
type simpleURLFacts struct {
	Topology    config.Topology
	TopologyErr error
	Wildcard    observe.Host
	UserLink    string
	Answers     []simpleAnswer
}

type simpleAnswer struct {
	simpleURL
	Exchange   *observe.Exchange
	Acceptable bool
}

func observeSimpleURLs(ctx context.Context, q *Inquiry) simpleURLFacts {
	var f simpleURLFacts
	urls := q.simpleURLs()
	f.Answers = make([]simpleAnswer, len(urls))
	each(urls, func(i int, u simpleURL) {
		x := q.Get(ctx, u.url.String())
		f.Answers[i] = simpleAnswer{u, x, u.url.Scheme == "https" && x.URL != nil && q.acceptable(x)}
	})
	f.Topology, f.TopologyErr = q.Topology(ctx)
	f.Wildcard = q.Wildcard(ctx)
	f.UserLink, _ = q.UserLink(ctx) // only to know one's own web services again
	return f
}

// judgeSimpleURLs applies group F of the decision table.
func judgeSimpleURLs(s Subject, f simpleURLFacts) Verdict {
	var v Verdict
	if f.TopologyErr != nil {
		v.incomplete(f.TopologyErr, Meetings)
	}
	if s.Domain.Meet != nil {
		v.judgeUnique(s, needsServers(f.Topology))
	}
	for _, a := range f.Answers {
		if a.Exchange.Host.Err != nil {
			v.find(Finding{Reason: "dns_lookup_failed", Subject: a.kind, Seen: a.Exchange.Host.Err.Error()})
			if a.kind == "meet" {
				v.incomplete(a.Exchange.Host.Err, Meetings)
			} else {
				v.incomplete(a.Exchange.Host.Err)
			}
			continue
		}
		v.exposeSimpleURL(a)
		switch finding := simpleURLFinding(s, f, a); {
		case f.Topology == "" || finding.Reason == "":
		case needsServers(f.Topology):
			finding.Subject = a.kind
			v.find(finding)
		case a.Exchange.Host.Outcome == observe.Found && !sameAnswer(a.Exchange.Host, f.Wildcard) && a.kind != "admin":
			v.find(Finding{Reason: "simple_url_leftover", Subject: a.kind, Seen: a.url.String()})
		}
		if rule := urlRule(a.url); rule != "" && needsServers(f.Topology) {
			v.find(Finding{Reason: "simple_url_invalid", Subject: a.kind, Seen: a.url.String() + " " + rule, Severity: urlSeverity(a.kind)})
		}
	}
	return v
}

func (v *Verdict) exposeSimpleURL(a simpleAnswer) {
	x := a.Exchange
	answered := x.Stage == observe.StageDone
	v.flag(simpleReachable, answered && a.Acceptable && x.Status < 500 && x.Status != http.StatusNotFound, a.kind)
	if !answered {
		v.see(a.url.String(), "%s", unanswered(a.url.String(), x))
		return
	}
	v.gauge(simpleStatus, float64(x.Status), a.kind)
	v.flag(simpleVerified, hasMarker(x), a.kind)
	v.see(a.url.String(), "status %d, Server %q, marks of Lync: %s", x.Status, x.Header.Get("Server"), map[bool]string{true: "yes", false: "no"}[hasMarker(x)])
}

// simpleURLFinding is what is to be said of an answer; no Reason: nothing.
func simpleURLFinding(s Subject, f simpleURLFacts, a simpleAnswer) Finding {
	switch a.kind {
	case "meet":
		return meetFinding(s, f, a)
	case "dialin":
		if why := dialinFailure(a); why != "" {
			return Finding{Reason: "dialin_failed", Seen: why, Want: a.url.String()}
		}
	case "admin":
		if a.Exchange.Stage == observe.StageDone && !s.View.Internal {
			return Finding{Reason: "admin_visible_external", Seen: fmt.Sprintf("%s: status %d", a.url, a.Exchange.Status)}
		}
	}
	return Finding{}
}

func meetFinding(s Subject, f simpleURLFacts, a simpleAnswer) Finding {
	x, host := a.Exchange, a.url.Hostname()
	seen := fmt.Sprintf("%s: status %d", a.url, x.Status)
	switch {
	case x.Host.Outcome.Missing():
		return Finding{Reason: "meet_host_missing", Seen: host, Want: host + ". A <address of the reverse proxy>"}
	case a.url.Scheme == "https" && misnamed(x):
		return Finding{Reason: "meet_cert_name_missing", Seen: sanNames(x.Connection.Certificates[0]), Want: host}
	case x.Stage == observe.StageRequest:
		return Finding{Reason: "meet_http_error", Seen: unanswered(a.url.String(), x), Want: a.url.String()}
	case x.Stage != observe.StageDone:
		return Finding{} // the tls check says so
	case x.Status >= 300 && x.Status < 400:
		to := hostOf(x.Header.Get("Location"))
		if to == "" || to == host || within(to, s.Domain.Name) || parentOf(to) == parentOf(host) || to == hostOf(f.UserLink) || withinAny(to, s.Domain.TrustedDomains) {
			return Finding{}
		}
		return Finding{Reason: "meet_unverified", Seen: seen + ", to " + to}
	case x.Status == http.StatusNotFound || x.Status >= 500:
		return Finding{Reason: "meet_http_error", Seen: seen, Want: a.url.String()}
	case !hasMarker(x):
		return Finding{Reason: "meet_unverified", Seen: seen}
	}
	return Finding{}
}

// dialinFailure says why the dial-in page is of no use, "" if it is.
func dialinFailure(a simpleAnswer) string {
	x := a.Exchange
	switch {
	case x.Stage != observe.StageDone:
		return unanswered(a.url.String(), x)
	case a.url.Scheme == "https" && !a.Acceptable:
		return a.url.String() + ": its certificate is not acceptable"
	case x.Status == http.StatusNotFound || x.Status >= 500:
		return fmt.Sprintf("%s: status %d", a.url, x.Status)
	}
	return ""
}

// hasMarker says whether an answer bears what only Lync's pages have. Titles
// are no marks: they are translated (lync-rules.md §5.2).
func hasMarker(x *observe.Exchange) bool {
	if x.Header.Get("X-Ms-Server-Fqdn") != "" {
		return true
	}
	body := bytes.ToLower(x.Body)
	for _, mark := range []string{"reachjoinhtml", "javascriptresourcehandler.ashx", "lwaclient.aspx", "simplejoinconfdoc", "validmeeting=", "dialin/conference.aspx"} {
		if bytes.Contains(body, []byte(mark)) {
			return true
		}
	}
	return false
}

// urlRule says which rule of Lync's a simple URL breaks, "" if none does
// (lync-rules.md §5.1).
func urlRule(u *url.URL) string {
	switch {
	case u.Scheme != "https":
		return "does not begin with https"
	case u.Port() != "":
		return "has a port"
	case u.RawQuery != "" || u.Fragment != "":
		return "has more than host and path"
	}
	for _, r := range u.Hostname() + u.Path {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/", r) {
			return fmt.Sprintf("has the character %q", r)
		}
	}
	return ""
}

// urlSeverity: only a meeting's URL is every user's business.
func urlSeverity(kind string) Severity {
	if kind == "meet" {
		return Critical
	}
	return Warning
}

// judgeUnique says whether the Meet URL is the domain's own.
func (v *Verdict) judgeUnique(s Subject, judged bool) {
	sharers, prefix := s.Estate.sharing(s.Domain)
	v.flag(simpleUnique, len(sharers) == 0 && prefix == "", "meet")
	switch {
	case !judged:
	case len(sharers) > 0:
		v.find(Finding{Reason: "meet_not_unique", Subject: "meet", Seen: s.Domain.Meet.String() + ", also of " + strings.Join(sharers, ", "),
			Want: "https://meet." + s.Domain.Name + "/"})
	case prefix != "":
		v.find(Finding{Reason: "simple_url_invalid", Subject: "meet", Seen: s.Domain.Meet.String() + " and " + prefix + ", of which one begins with the other"})
	}
}
