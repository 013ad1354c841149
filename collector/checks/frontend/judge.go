package frontend

import (
	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// judge judges the outcome of iis.Reader. domains is how many SIP domains there
// are, and absent are those that no rewrite rule is for.
func judge(facts *iis.Facts, logs map[string]iis.Logs, err error, domains int, absent []string) *verdict.Verdict {
	v := new(verdict.Verdict)
	v.Flag(configReadable, err == nil)
	if err != nil {
		reportUnreadable(v, "applicationHost.config", err)
		return v
	}
	for _, p := range facts.Problems {
		reportUnreadable(v, "web.config of "+verdict.Printable(p.Site), p.Err)
	}
	for _, site := range facts.Sites {
		judgeTracing(v, site, logs[site.Name], domains)
		judgeRules(v, site)
	}
	for _, domain := range absent {
		v.Report(domainAbsent.On(domain).Repair(verdict.Repair{Kind: verdict.RepairServer,
			Text: verdict.Textf("Run Enable-CsComputer on the Front End if %s has a Meet URL of its own.", domain)}))
	}
	return v
}

func reportUnreadable(v *verdict.Verdict, file string, err error) {
	v.Report(unreadable.On(file).Saw("%s", err.Error()).Repair(verdict.Repair{Kind: verdict.RepairExporter,
		Text: verdict.Textf("Give the exporter's account read access to %s, and check its path in the section iis of the exporter's configuration.", file)}))
}
