package collector

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

var (
	sipAlive = &Metric{Name: "lync_sip_alive", Labels: []string{"role", "target"},
		Help: "1 = a SIP response came back to OPTIONS from at least one address, whatever its status: a 504 with Lync's marks is a sign of life. 0 = none came. Absent when the target's lookup failed."}
	sipStatus = &Metric{Name: "lync_sip_response_status_code", Labels: []string{"role", "target"},
		Help: "Status code of the SIP response. Absent without a response."}
	sipDuration = &Metric{Name: "lync_sip_response_duration_seconds", Labels: []string{"role", "target"},
		Help: "Seconds from the request to the SIP response. Absent without a response."}
	sipServerInfo = &Metric{Name: "lync_sip_server_info", Labels: []string{"role", "target", "server", "product"},
		Help: "Always 1; the response's Server header and the product that it stands for. Absent without a response."}
)

func sipMetrics() []*Metric { return []*Metric{sipAlive, sipStatus, sipDuration, sipServerInfo} }

// sipFacts are the SIP servers of a domain and what they answered.
type sipFacts struct {
	Targets  []sipTarget
	Unknown  []unknownRole
	Obsolete []observe.SRV // the XMPP record, where there is one
}

func observeSIP(ctx context.Context, q *Inquiry) sipFacts {
	var f sipFacts
	targets := q.SIPTargets(ctx)
	f.Targets, f.Unknown = targets.List, targets.Unknown
	f.Obsolete = q.SRV(ctx, xmppRecord).SRVs()
	return f
}

// judgeSIP applies group D of the decision table.
func judgeSIP(s Subject, f sipFacts) Verdict {
	var v Verdict
	for _, u := range f.Unknown {
		v.incomplete(u.Err, served(u.Role))
	}
	for _, t := range f.Targets {
		if t.Edge.Host.Err != nil {
			v.incomplete(t.Edge.Host.Err, served(t.Role))
			continue
		}
		if err := noRoute(t.Edge); err != nil {
			v.incomplete(err, served(t.Role))
			continue
		}
		product := v.judgeSIPTarget(t)
		if product == sfb2019 && len(f.Obsolete) > 0 && t.Role == roleFederation && !s.View.Internal {
			v.find(Finding{Reason: "xmpp_srv_obsolete", Subject: xmppRecord, Seen: zoneLine(xmppRecord, s.Domain.Name, f.Obsolete[0])})
		}
	}
	return v
}

// judgeSIPTarget judges the best answer that the addresses of a server gave,
// and says which product it is.
func (v *Verdict) judgeSIPTarget(t sipTarget) (product string) {
	answer, ok := bestAnswer(t.Edge)
	alive := ok && answer.Stage == observe.StageDone
	v.flag(sipAlive, alive, t.Role, t.name())
	if !ok {
		return "" // no connection stood; the tls check says so
	}
	finding := Finding{Subject: t.Role, Breaks: served(t.Role)}
	if alive {
		server := first(answer.Header("Server"))
		product = productOf(server)
		v.see(t.Role+" "+t.name(), "SIP %d %s, Server %q, after %s", answer.Status, answer.Phrase, server, answer.Duration.Round(time.Millisecond))
		v.gauge(sipStatus, float64(answer.Status), t.Role, t.name())
		v.gauge(sipDuration, answer.Duration.Seconds(), t.Role, t.name())
		v.flag(sipServerInfo, true, t.Role, t.name(), server, product)
		finding.Seen = strings.TrimSpace("status " + strconv.Itoa(answer.Status) + " from " + server)
	} else {
		v.see(t.Role+" "+t.name(), "SIP: %s", errorText(answer.Err))
		finding.Seen = t.name() + ": " + errorText(answer.Err)
	}
	finding.Reason = sipReason(t, answer, product)
	if finding.Reason == "" {
		return product
	}
	if severityOf(finding) == Critical && !t.Best {
		finding.Severity = Warning
	}
	if !t.Hosted || severityOf(finding) == Critical {
		v.find(finding)
	}
	return product
}

// sipReason says what is to be said of an answer, "" for a healthy one.
func sipReason(t sipTarget, a observe.SIPAnswer, product string) string {
	switch {
	case a.HTTP:
		return "edge_port_speaks_http"
	case a.Stage != observe.StageDone && (a.Closed || a.Stage == observe.StageTLS) && t.Role == roleFederation && wantedCertificate(t.Edge):
		return "edge_5061_closed_without_client_cert"
	case a.Stage != observe.StageDone:
		return "edge_sip_no_answer"
	case product == "lync_2010" || product == "lync_2013":
		return "edge_version_unsupported"
	case !isLync(a):
		return "edge_sip_not_lync"
	}
	return ""
}

// bestAnswer is the answer that got furthest, of the addresses that were asked.
func bestAnswer(e observe.Edge) (best observe.SIPAnswer, ok bool) {
	for i, a := range e.Answers {
		if i >= len(e.Connections) || !shook(e.Connections[i]) {
			continue
		}
		if !ok || a.Stage > best.Stage {
			best, ok = a, true
		}
	}
	return best, ok
}

func wantedCertificate(e observe.Edge) bool {
	for _, c := range e.Connections {
		if c.ClientCertificateRequested {
			return true
		}
	}
	return false
}

// sfb2019 is what Skype for Business Server 2019 and the Subscription Edition
// call themselves (lync-rules.md §6.2).
const sfb2019 = "sfb_2019"

// productOf names the product by its Server header (lync-rules.md §6.2).
func productOf(server string) string {
	version, ok := strings.CutPrefix(server, "RTC/")
	if !ok {
		return "other"
	}
	switch major, _, _ := strings.Cut(version, "."); major {
	case "4":
		return "lync_2010"
	case "5":
		return "lync_2013"
	case "6":
		return "sfb_2015"
	case "7":
		return sfb2019
	}
	return "other"
}

// isLync says whether a response bears a mark of Lync: its Server header, the
// logon data of an Edge, diagnostics, or an offer of NTLM or TLS-DSK.
func isLync(a observe.SIPAnswer) bool {
	if strings.HasPrefix(first(a.Header("Server")), "RTC/") || first(a.Header("ms-user-logon-data")) != "" ||
		first(a.Header("ms-diagnostics")) != "" || first(a.Header("ms-diagnostics-public")) != "" {
		return true
	}
	for _, offer := range a.Header("WWW-Authenticate") {
		if scheme, _, _ := strings.Cut(offer, " "); strings.EqualFold(scheme, "NTLM") || strings.EqualFold(scheme, "TLS-DSK") {
			return true
		}
	}
	return false
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
