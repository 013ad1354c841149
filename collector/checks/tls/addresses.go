package tls

import (
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func exposeAddresses(v *verdict.Verdict, t *server) {
	up := 0
	for _, a := range t.Judged() {
		if a.Shook() {
			up++
		}
	}
	v.Gauge(addressesKnown, float64(len(t.Judged())), string(t.Role), t.Target())
	v.Gauge(addressesUp, float64(up), string(t.Role), t.Target())
	v.Flag(handshakeSuccess, up > 0, string(t.Role), t.Target())
}

// addressFaults say which addresses do not answer. That a private address does
// not answer outside is said of the address, and that a web server does not by
// the check that asks it for something. Only of the meeting page this is said
// here.
func (j judgement) addressFaults(t *server) []verdict.Finding {
	var down []*observe.Address
	up := 0
	for _, a := range t.Judged() {
		switch {
		case a.Shook():
			up++
		case j.View.Internal || !lync.IsPrivate(a.Address.Addr()):
			down = append(down, a)
		}
	}
	switch {
	case len(down) == 0:
		return nil
	case up > 0:
		return []verdict.Finding{j.mitigated(t, partiallyDown.On(string(t.Role)).At(j.words(t)).Saw("%s", reasons(down, true)).Repair(j.repairAddresses(t, down)))}
	case !t.Role.IsEdge() && t.Role != lync.Meet:
		return nil
	}
	rule := unreachable
	if slices.ContainsFunc(down, func(a *observe.Address) bool { return a.Stage == observe.StageTLS }) {
		rule = handshakeFailed
	}
	finding := rule.On(string(t.Role)).At(j.words(t)).Saw("%s", reasons(down, len(down) > 1))
	switch {
	case t.WrongPort(j.Subject):
		repair := t.MendPort(j.Subject)
		finding = finding.Wants("%s", repair.DNS.Record).Repair(repair)
	case t.Hosted:
		finding = finding.Repair(askProvider(t))
	case rule == handshakeFailed:
		finding = finding.Repair(verdict.Repair{Kind: j.kind(t), Text: verdict.Textf("Assign a certificate with its private key to the service at %s, and check that no firewall or load balancer in between changes or ends TLS.", t.Target())})
	case t.Role.IsEdge():
		finding = finding.Repair(j.repairAddresses(t, down))
	default:
		finding = finding.Repair(common.Reach(j.Subject, t.Host.Name))
	}
	return []verdict.Finding{j.mitigated(t, finding)}
}

// reasons say why addresses do not answer.
func reasons(down []*observe.Address, named bool) string {
	texts := make([]string, len(down))
	for i, a := range down {
		texts[i] = reason(a.Connection)
		if named {
			texts[i] = a.Address.Addr().String() + ": " + texts[i]
		}
	}
	return strings.Join(texts, "; ")
}

// reason is why a connection failed.
func reason(c observe.Connection) string {
	if c.BadCertificate != nil {
		return "its certificate cannot be read: " + common.Reason(c.BadCertificate)
	}
	return common.Reason(c.Err)
}

// repairAddresses is the change that makes addresses of a server answer.
func (j judgement) repairAddresses(t *server, down []*observe.Address) verdict.Repair {
	at := make([]string, len(down))
	for i, a := range down {
		at[i] = a.Address.Addr().String()
	}
	return verdict.Repair{Kind: j.kind(t), Text: verdict.Textf("Start the service of the %s for %s at %s, and check that no firewall blocks TCP port %d to it.",
		j.words(t).Role, t.Host.Name, strings.Join(at, ", "), t.Port)}
}
