package collector

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

var (
	webReachable = &Metric{Name: "lync_web_services_reachable",
		Help: "1 = the user link that Autodiscover hands out answered over HTTPS with an acceptable certificate, 0 = it did not. Absent when Autodiscover led to no user link."}
	webStatus = &Metric{Name: "lync_web_services_http_status_code",
		Help: "Status code of the user link's answer, 401 when healthy. Absent without an answer."}
	webChallengeValid = &Metric{Name: "lync_web_services_challenge_valid",
		Help: "1 = that answer carries a Lync challenge: MsRtcOAuth, Bearer or a web-ticket URL. 0 = it does not. Absent without an answer."}
	webInfo = &Metric{Name: "lync_web_services_info", Labels: []string{"host", "server_fqdn", "server"},
		Help: "Always 1; the user link's host and the answer's X-MS-Server-Fqdn and Server headers. Absent without an answer."}
)

func webServicesMetrics() []*Metric {
	return []*Metric{webReachable, webStatus, webChallengeValid, webInfo}
}

// webServicesFacts is the user link and what it answered without credentials.
type webServicesFacts struct {
	Topology   config.Topology
	Err        error  // the user link could not be learned
	Link       string // "": Autodiscover led to none
	Exchange   *observe.Exchange
	Acceptable bool
}

func observeWebServices(ctx context.Context, q *Inquiry) webServicesFacts {
	var f webServicesFacts
	f.Topology, f.Err = q.Topology(ctx)
	if f.Err != nil {
		return f
	}
	if f.Link, f.Err = q.UserLink(ctx); f.Link != "" {
		f.Exchange = q.Get(ctx, f.Link)
		f.Acceptable = f.Exchange.URL != nil && f.Exchange.URL.Scheme == "https" && q.acceptable(f.Exchange)
	}
	return f
}

// judgeWebServices applies the user link's rows of group E.
func judgeWebServices(_ Subject, f webServicesFacts) Verdict {
	var v Verdict
	switch {
	case f.Err != nil:
		v.incomplete(f.Err, Autodiscover)
		return v
	case f.Link == "":
		return v // the lyncdiscover check says why
	case f.Exchange.Host.Err != nil:
		v.incomplete(f.Exchange.Host.Err, Autodiscover)
		return v
	}
	x := f.Exchange
	answered := x.Stage == observe.StageDone
	v.flag(webReachable, answered && f.Acceptable)
	c := challenge{}
	if answered {
		c = parseChallenge(x.Header)
		v.gauge(webStatus, float64(x.Status))
		v.flag(webChallengeValid, c.isLync())
		v.flag(webInfo, true, hostOf(f.Link), strings.ToLower(x.Header.Get("X-Ms-Server-Fqdn")), x.Header.Get("Server"))
		v.see(f.Link, "status %d, challenges %q, server %q", x.Status, c.Schemes, x.Header.Get("X-Ms-Server-Fqdn"))
	} else {
		v.see(f.Link, "%s", unanswered(f.Link, x))
	}
	if finding := webServicesFinding(f, c); finding.Reason != "" && needsServers(f.Topology) {
		finding.Subject, finding.Breaks = "user_link", Autodiscover
		v.find(finding)
	}
	return v
}

// webServicesFinding is what is wrong with the answer; no Reason: nothing.
func webServicesFinding(f webServicesFacts, c challenge) Finding {
	x := f.Exchange
	seen := fmt.Sprintf("%s: status %d", f.Link, x.Status)
	switch {
	case x.Stage != observe.StageDone:
		return Finding{Reason: "user_link_failed", Seen: unanswered(f.Link, x)}
	case x.URL.Scheme == "https" && !f.Acceptable:
		return Finding{Reason: "user_link_failed", Seen: f.Link + ": its certificate is not acceptable", Want: hostOf(f.Link)}
	case x.Status == http.StatusOK:
		return Finding{Reason: "user_link_no_challenge", Seen: seen}
	case x.Status != http.StatusUnauthorized:
		return Finding{Reason: "user_link_failed", Seen: seen}
	case !c.isLync():
		return Finding{Reason: "user_link_challenge_unknown", Seen: fmt.Sprintf("%s with challenges %q", seen, c.Schemes)}
	}
	if host := hostOf(c.Href); host != "" && !within(host, parentOf(hostOf(f.Link))) {
		return Finding{Reason: "user_link_sts_other_host", Seen: c.Href}
	}
	return Finding{}
}
