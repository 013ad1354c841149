package frontend

import (
	"fmt"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func judgeRules(v *verdict.Verdict, site iis.Site) {
	if site.RulesUnknown != nil {
		return
	}
	name := verdict.Printable(site.Name)
	v.Gauge(rewriteRules, float64(site.RewriteRules), name)
	if site.RewriteRules == 0 {
		return
	}
	var origins []string
	for _, c := range site.RulesFrom {
		origins = append(origins, fmt.Sprintf("%s: %d", c.Origin, c.Rules))
	}
	v.Report(ruleCount.On(name).Saw("%d rules (%s)", site.RewriteRules, strings.Join(origins, "; ")))
}

// domainsWithoutRules are the SIP domains that no rule is for. Where no rule was
// read at all, or some are unknown, there may be rules for all of them.
func domainsWithoutRules(facts *iis.Facts, domains []*config.Domain) []string {
	if len(facts.Problems) > 0 {
		return nil
	}
	rules := 0
	for _, site := range facts.Sites {
		if site.RulesUnknown != nil {
			return nil
		}
		rules += site.RewriteRules
	}
	if rules == 0 {
		return nil
	}
	var absent []string
	for _, d := range domains {
		if !hasRule(facts, d) {
			absent = append(absent, d.Name)
		}
	}
	return absent
}

// hasRule says whether a rule is for a host of a domain: one that Lync writes
// rules for, or that of a simple URL. Dial-in and administration are often in
// another domain, which says nothing of this one.
func hasRule(facts *iis.Facts, d *config.Domain) bool {
	if facts.HasRuleFor(d.Name) {
		return true
	}
	for _, label := range []string{"meet", "lyncdiscover", "dialin", "lyncdiscoverinternal", "admin"} {
		if facts.HasRuleFor(label + "." + d.Name) {
			return true
		}
	}
	if d.Meet != nil && facts.HasRuleFor(d.Meet.Hostname()) {
		return true
	}
	if d.Dialin != nil && lync.Within(d.Dialin.Hostname(), d.Name) && facts.HasRuleFor(d.Dialin.Hostname()) {
		return true
	}
	return d.Admin != nil && lync.Within(d.Admin.Hostname(), d.Name) && facts.HasRuleFor(d.Admin.Hostname())
}
