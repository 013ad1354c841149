package sip

import (
	"fmt"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func judge(s inquiry.Subject, f *facts) *verdict.Verdict {
	v := new(verdict.Verdict)
	if f.TopologyErr != nil {
		v.Incomplete(f.TopologyErr, verdict.SignIn)
	}
	for _, u := range f.Unknown {
		common.NoteUnknown(v, u.Err, u.Role.Serves())
	}
	var answered []*common.RankedServer
	for _, t := range f.Servers {
		if err := t.Unknown(); err != nil {
			common.NoteUnknown(v, err, openWithout(s, f, t)...)
			continue
		}
		answer, asked := bestAnswer(t)
		v.Exposing(t.Best || s.InFull())
		expose(v, t, answer, asked)
		v.Exposing(true)
		if !asked || answer.Unknown() {
			continue // that no connection stands is said by the check tls
		}
		if !t.Refused {
			answered = append(answered, &common.RankedServer{Ranked: common.Ranked{Known: true, Faults: answerFaults(s, f, t, answer)}, Server: &t})
		}
		if t.Role == lync.FederationEdge && !t.Hosted && len(f.XMPP) > 0 && !s.View.Internal && productOf(answer) == lync.SfB2019 {
			v.Report(common.XMPPObsolete.On(lync.XMPPRecord).Saw("%s", lync.Line(lync.XMPPRecord, s.Domain.Name, f.XMPP[0])).
				Repair(common.DeleteRecord(s, lync.XMPPRecord, f.XMPP[0])))
		}
	}
	common.SpareServers(answered)
	for _, t := range answered {
		v.Report(t.Faults...)
	}
	return v
}

// serves is the capability of the domain that needs a server, "" for none.
func serves(s inquiry.Subject, f *facts, t common.SIPServer) verdict.Capability {
	if c := t.Role.Serves(); f.Topology.Offers(s, c) {
		return c
	}
	return ""
}

// openWithout are the capabilities of which nothing is known while nothing is
// known of a server.
func openWithout(s inquiry.Subject, f *facts, t common.SIPServer) []verdict.Capability {
	if c := serves(s, f, t); t.Best && !t.Refused && c != "" {
		return []verdict.Capability{c}
	}
	return nil
}

// bestAnswer is the answer that got furthest, of the addresses that were asked.
func bestAnswer(t common.SIPServer) (best observe.SIPAnswer, asked bool) {
	for _, a := range t.Judged() {
		if a.Shook() && (!asked || a.Answer.Stage > best.Stage) {
			best, asked = a.Answer, true
		}
	}
	return best, asked
}

func productOf(a observe.SIPAnswer) string {
	if a.Stage != observe.StageDone {
		return ""
	}
	return lync.ProductOf(lync.First(a.Header("Server")))
}

// expose exposes an answer, whatever it is worth.
func expose(v *verdict.Verdict, t common.SIPServer, a observe.SIPAnswer, asked bool) {
	role, target, subject := string(t.Role), t.Target(), string(t.Role)+" "+t.Target()
	answered := asked && a.Stage == observe.StageDone
	if asked && a.Unknown() {
		v.Incomplete(fmt.Errorf("%s could not be asked from here: %w", t.Host.Name, a.Err))
		return
	}
	v.Flag(alive, answered, role, target)
	switch {
	case answered:
		server := lync.First(a.Header("Server"))
		v.Gauge(statusCode, float64(a.Status), role, target)
		v.Gauge(duration, a.Duration.Seconds(), role, target)
		v.Flag(serverInfo, true, role, target, server, lync.ProductOf(server))
		v.Saw(subject, "SIP %d %s, Server %q, after %s", a.Status, a.Phrase, server, a.Duration.Round(time.Millisecond))
	case asked:
		v.Saw(subject, "SIP: %s", common.Reason(a.Err))
	}
}

// answerFaults are what is wrong with an answer. Of a provider's server only what
// breaks something is the domain's business.
func answerFaults(s inquiry.Subject, f *facts, t common.SIPServer, a observe.SIPAnswer) []verdict.Finding {
	rule := ruleOf(f, t, a)
	if rule == nil {
		return nil
	}
	finding := rule.On(string(t.Role)).At(words(s, f, t, rule)).Serving(serves(s, f, t)).Saw("%s", seen(a))
	switch {
	case t.Best:
	case t.Prefix == "":
		finding = finding.Milder(verdict.OtherWayIn)
	default:
		finding = finding.Milder(verdict.BetterRecord)
	}
	if t.Hosted && finding.Severity != verdict.Critical {
		return nil
	}
	if repair := repairOf(s, f, t, rule); repair.DNS != nil {
		finding = finding.Wants("%s", repair.DNS.Record).Repair(repair)
	} else if repair.Kind != "" {
		finding = finding.Repair(repair)
	}
	return []verdict.Finding{finding}
}

// ruleOf is the rule that an answer breaks, nil for a healthy one. A domain that
// only federates has a gateway of another make.
func ruleOf(f *facts, t common.SIPServer, a observe.SIPAnswer) *verdict.Rule {
	switch product := productOf(a); {
	case a.HTTP:
		return speaksHTTP
	case a.Stage != observe.StageDone && (a.Closed || a.Stage == observe.StageTLS) && t.Role == lync.FederationEdge && wantsCertificate(t):
		return closedWithoutCertificate
	case a.Stage != observe.StageDone:
		return noAnswer
	case product == lync.Lync2010 || product == lync.Lync2013:
		return versionUnsupported
	case !lync.IsLync(a) && f.Topology.Kind != config.FederationOnly:
		return notLync
	}
	return nil
}

func wantsCertificate(t common.SIPServer) bool {
	for _, a := range t.Judged() {
		if a.ClientCertificateRequested {
			return true
		}
	}
	return false
}

// repairOf is the change that mends what breaks a rule.
func repairOf(s inquiry.Subject, f *facts, t common.SIPServer, rule *verdict.Rule) verdict.Repair {
	server := func(format string, args ...any) verdict.Repair {
		return verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf(format, args...)}
	}
	switch {
	case t.Hosted && rule == speaksHTTP:
		return server("Ask the provider that runs %s to repair it.", t.Host.Name)
	case t.WrongPort(s) && (rule == speaksHTTP || rule == noAnswer || rule == notLync):
		return t.MendPort(s)
	case rule == speaksHTTP && t.Prefix != "" && f.Edge.Name != t.Host.Name && len(f.Edge.Addresses) > 0:
		want := t.SRV // a web server stays what it is
		want.Target = f.Edge.Name
		return common.ReplaceRecord(s, t.Prefix, want, t.SRV)
	case rule == speaksHTTP || rule == notLync:
		return server("Let %s lead to the Access Edge.", t.Target())
	case rule == noAnswer:
		return server("Check on the Access Edge %s that its service runs and that port %d leads to it.", t.Host.Name, t.Port)
	case rule == versionUnsupported:
		return server("Move %s to Skype for Business Server Subscription Edition, or its users to Teams.", t.Host.Name)
	case rule == closedWithoutCertificate:
		return verdict.Repair{Kind: verdict.RepairExporter, Text: verdict.Textf("Configure tls.cert_file and tls.key_file, so that the exporter can show a client certificate.")}
	}
	return verdict.Repair{}
}

// words are a server as people are told of it. What speaks HTTP is whatever it
// was meant to be.
func words(s inquiry.Subject, f *facts, t common.SIPServer, rule *verdict.Rule) *verdict.Server {
	w := t.Words(s.View.Internal)
	switch {
	case rule == speaksHTTP:
		w.Role = ""
	case f.Topology.Kind == config.FederationOnly:
		w.Role = "SIP server"
	}
	return w
}

// seen is an answer for people.
func seen(a observe.SIPAnswer) string {
	if a.Stage != observe.StageDone {
		return common.Reason(a.Err)
	}
	server := lync.First(a.Header("Server"))
	text := fmt.Sprintf("%d %s", a.Status, a.Phrase)
	switch lync.ProductOf(server) {
	case lync.Lync2010:
		return "Lync Server 2010 (" + server + ")"
	case lync.Lync2013:
		return "Lync Server 2013 (" + server + ")"
	}
	if server != "" {
		text += " from " + server
	}
	return strings.TrimSpace(text)
}
