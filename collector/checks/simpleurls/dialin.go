package simpleurls

import (
	"fmt"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// judgeDialin judges the way to the dial-in page, on which no capability hangs.
func judgeDialin(v *verdict.Verdict, s inquiry.Subject, f *facts, one visit) {
	if common.ReportPrivate(v, s, string(dialin), one.host(), "") && !one.answered() {
		return // it cannot be asked by this address
	}
	if one.unknown() != nil {
		return
	}
	seen, repairs := dialinFaults(s, f, one)
	at := one.server(s, one.first())
	switch {
	case len(seen) > 0:
		v.Report(dialinFailed.On(string(dialin)).At(at).Saw("%s", strings.Join(seen, "; ")).Wants("%s", instructions(repairs...)).Repair(repairs...))
	case one.End != page || failed(one.last()) || !isDialinPage(one):
		host := one.last().URL.Hostname()
		repair := common.Publish(s, one.host().Name)
		if one.End == loginPage {
			repair = common.NoLogin(s, host)
		}
		v.Report(dialinUnverified.On(string(dialin)).At(one.server(s, one.last())).Saw("%s", one.words()).Wants("%s", one.URL.String()).Repair(repair))
	}
}

// isDialinPage says whether the visit ended at Lync's page, which shows by its
// path, too.
func isDialinPage(one visit) bool {
	return one.verified() || strings.HasSuffix(strings.ToLower(one.last().URL.Path), "dialin/conference.aspx")
}

// dialinFaults are all that can be seen of the URL's own server, and the changes
// that mend them.
func dialinFaults(s inquiry.Subject, f *facts, one visit) (seen []string, repairs []verdict.Repair) {
	host := one.host()
	if host.Outcome.Missing() {
		seen = append(seen, inquiry.Unanswering(one.first()))
		if len(host.Chain) > 0 {
			repairs = common.DeleteHost(host)
		}
		repairs = append(repairs, common.PublishAddresses(host.Name, common.ProxyAddress(s), f.Proxy.Addresses)...)
		if one.LacksName != nil {
			at := f.Proxy.Server(host.Name, s.View.Internal)
			seen = append(seen, fmt.Sprintf("the certificate of the %s lacks the name, too, and bears %s", at.Role, lync.SANs(one.LacksName)))
			repairs = append(repairs, common.CertificateRepair(at, one.LacksName, host.Name))
		}
		return seen, repairs
	}
	if faults := one.Hops[0].Faults; len(faults) > 0 {
		seen = append(seen, faults...)
		repairs = append(repairs, common.MendCertificate(one.server(s, one.first()), one.first(), faults))
	}
	switch {
	case one.End == unanswered && len(one.Hops) == 1:
		seen, repairs = append(seen, inquiry.Unanswering(one.first())), append(repairs, common.Publish(s, host.Name))
	case one.End == page && !one.moved() && isPoolDown(one.last()):
		seen, repairs = append(seen, one.words()), append(repairs, common.StartPool(s, host.Name))
	case one.End == page && !one.moved() && failed(one.last()):
		seen, repairs = append(seen, one.words()), append(repairs, common.Publish(s, host.Name))
	}
	return seen, repairs
}
