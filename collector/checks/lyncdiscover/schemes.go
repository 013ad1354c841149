package lyncdiscover

import (
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// judgeSchemes judges both ways of asking. The better of them decides whether
// Autodiscover works.
func judgeSchemes(v *verdict.Verdict, s inquiry.Subject, f *facts, n name) {
	unknown := n.unknown()
	switch {
	case n.works():
		if unknown != nil {
			common.ReportUnknownLink(v, n.Label, n.Host.Name, unknown)
		}
		for _, w := range n.asked() {
			reportStoodInFor(v, s, f, n, w)
		}
	case unknown != nil:
		common.ReportUnknownLink(v, n.Label, n.Host.Name, unknown, verdict.Autodiscover)
	default:
		reportBroken(v, s, f, n)
	}
}

// reportStoodInFor says what is wrong with one way of asking while the other
// works. Nothing is wrong with a closed port, nor with Microsoft 365, which has
// no certificate for its customers' names and answers over http
// (docs/rules.md#autodiscover-http, #autodiscover-cloud).
func reportStoodInFor(v *verdict.Verdict, s inquiry.Subject, f *facts, n name, w *inquiry.Walk) {
	if w.Unknown() != nil || w.Closed() || w.Scheme == "https" && lync.LeadsToCloud(n.Host) {
		return
	}
	for _, fault := range faultsOf(s, f, n, w) {
		switch fault.rule {
		case httpRedirect, httpRedirectAway:
			v.Report(fault.finding(s, n))
		case preauthentication:
			v.Report(fault.finding(s, n).Milder(verdict.OtherScheme))
		case certificateLacksName:
			fault.rule = nameMismatch
			v.Report(fault.finding(s, n))
		default:
			fault.rule, fault.format = oneScheme, "over "+w.Scheme+", "+fault.format
			v.Report(fault.finding(s, n))
		}
	}
}

// reportBroken says what is wrong where no way of asking leads to a user link. A
// port that is closed is told only where the other says no more.
func reportBroken(v *verdict.Verdict, s inquiry.Subject, f *facts, n name) {
	var faults, closed []fault
	for _, w := range n.asked() {
		for _, found := range faultsOf(s, f, n, w) {
			switch same := find(faults, found); {
			case w.Closed():
				closed = append(closed, found)
			case same == nil:
				faults = append(faults, found)
			case same.at.URL.Scheme != found.at.URL.Scheme:
				same.both = true
			}
		}
	}
	critical := false
	for _, fault := range faults {
		v.Report(fault.finding(s, n))
		critical = critical || fault.rule.Severity == verdict.Critical
	}
	if critical {
		return
	}
	if all := append(closed, faults...); len(all) > 0 {
		v.Report(together(all).finding(s, n))
	}
}

// find finds the same fault of the same host.
func find(faults []fault, f fault) *fault {
	for i := range faults {
		if faults[i].rule == f.rule && strings.EqualFold(faults[i].at.URL.Hostname(), f.at.URL.Hostname()) {
			return &faults[i]
		}
	}
	return nil
}

// together are several faults as one: clients cannot reach Autodiscover.
func together(faults []fault) fault {
	one := faults[0]
	one.rule = unreachable
	if len(faults) == 1 {
		return one
	}
	one.format, one.args, one.both = "", nil, false
	for i, f := range faults {
		if i > 0 {
			one.format += "; "
		}
		one.format += "over " + f.at.URL.Scheme + ", " + f.format
		one.args = append(one.args, f.args...)
	}
	return one
}
