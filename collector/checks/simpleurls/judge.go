package simpleurls

import (
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func judge(s inquiry.Subject, f *facts) *verdict.Verdict {
	v := new(verdict.Verdict)
	if f.Topology.Absence != inquiry.NothingMissing || f.Topology.Kind == config.FederationOnly {
		return v
	}
	if f.TopologyErr != nil {
		v.Incomplete(f.TopologyErr, verdict.Meetings)
	}
	judged := f.Topology.HasServers()
	for _, one := range f.Visits {
		if one.Kind == meet {
			judgeUnique(v, s, one.simpleURL, judged)
		} else if judged {
			judgeForm(v, one.simpleURL, nil)
		}
		if err := one.host().Err; err != nil {
			common.ReportLookupFailed(v, string(one.Kind), err, one.serves()...)
			continue
		}
		err, behind := one.unknown(), len(one.Hops) > 1
		_, private := common.PrivateAddress(s, one.host())
		switch {
		case err != nil && behind:
			common.ReportUnknownLink(v, string(one.Kind), one.host().Name, err, one.serves()...)
		case err != nil && !private:
			common.ReportUnknown(v, string(one.Kind), err, one.serves()...)
			continue
		}
		if err == nil || behind {
			expose(v, one)
		}
		if judged {
			judgeVisit(v, s, f, one)
		}
	}
	judgeFormer(v, s, f)
	return v
}

// serves are the capabilities that hang on a URL.
func (u simpleURL) serves() []verdict.Capability {
	if u.Kind == meet {
		return []verdict.Capability{verdict.Meetings}
	}
	return nil
}

func expose(v *verdict.Verdict, one visit) {
	common.SawHost(v, one.URL.Hostname(), one.host())
	v.Flag(reachable, one.reachable(), string(one.Kind))
	if !one.answered() {
		v.Saw(one.URL.String(), "%s", inquiry.Unanswering(one.first()))
		return
	}
	v.Gauge(statusCode, float64(one.first().Status), string(one.Kind))
	v.Flag(verified, one.verified(), string(one.Kind))
	for _, fault := range one.Hops[0].Faults {
		v.Saw(one.URL.String(), "%s", fault)
	}
	v.Saw(one.URL.String(), "%s", one.words())
	marks := "no"
	if one.verified() {
		marks = "yes"
	}
	v.Saw(one.URL.String(), "Server %q, marks of Lync: %s", one.last().Header.Get("Server"), marks)
}

func judgeVisit(v *verdict.Verdict, s inquiry.Subject, f *facts, one visit) {
	switch one.Kind {
	case meet:
		judgeMeet(v, s, f, one)
	case dialin:
		judgeDialin(v, s, f, one)
	case admin:
		judgeAdmin(v, s, f, one)
	}
}

// server is the web server of a hop, as people are told of it.
func (one visit) server(s inquiry.Subject, x *observe.Exchange) *verdict.Server {
	w := common.WebServer(one.role(), x, s.View.Internal)
	switch {
	case x.Host.Outcome.Missing():
		w.Role = "" // whatever it was meant to be
	case !strings.EqualFold(x.URL.Hostname(), one.URL.Hostname()):
		w.Role = "web server" // whose it is shows by nothing
	}
	return w
}

// judgeAdmin says that the page for administrators can be reached. A private
// address cannot, though the exporter may, nor is it the page for which only a
// wildcard answers.
func judgeAdmin(v *verdict.Verdict, s inquiry.Subject, f *facts, one visit) {
	_, private := lync.FirstPrivate(one.host().Addresses)
	if s.View.Internal || private || !one.answered() || failed(one.first()) || one.End == loginPage ||
		lync.SameAnswer(one.host(), f.Wildcard) && !one.verified() {
		return
	}
	v.Report(adminVisible.On(string(admin)).At(one.server(s, one.first())).Saw("%s", one.words()).
		Wants("%s", one.host().Name).Repair(common.DeleteHost(one.host())...))
}

// judgeFormer says which URLs of former servers are left. What only a wildcard
// answers was not set up.
func judgeFormer(v *verdict.Verdict, s inquiry.Subject, f *facts) {
	for _, one := range f.Former {
		if one.Kind == admin || one.Host.Outcome != dns.Found || lync.SameAnswer(one.Host, f.Wildcard) || lync.LeadsToCloud(one.Host) {
			continue
		}
		finding := leftover.On(string(one.Kind)).Saw("%s", one.URL.String())
		if lync.Within(one.Host.Name, s.Domain.Name) { // else it may be others' as well
			finding = finding.Repair(common.DeleteHost(one.Host)...)
		}
		v.Report(finding)
	}
}
