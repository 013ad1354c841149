package collector

import (
	"fmt"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/iis"
)

// Series about a Front End carry neither `domain` nor `view`.
var (
	iisConfigReadable = &Metric{Name: "lync_iis_config_readable", Plain: true,
		Help: "1 = applicationHost.config of the Front End was read and parsed; 0 = it is missing, half-written or refused, and the other lync_iis_ series are absent. Absent when no such file is configured."}
	iisTracingEnabled = &Metric{Name: "lync_iis_failed_request_tracing_enabled", Labels: []string{"site"}, Plain: true,
		Help: "1 = Failed Request Tracing is on for the site (it should be off once debugging is over), 0 = it is off. Absent when the configuration is not readable."}
	iisTracingMaxSize = &Metric{Name: "lync_iis_failed_request_tracing_max_log_file_size_bytes", Labels: []string{"site"}, Plain: true,
		Help: "Bytes at which one trace file is cut: the site's value over that of siteDefaults over the schema default. 0 = unlimited. Absent when the configuration is not readable."}
	iisTracingMaxFiles = &Metric{Name: "lync_iis_failed_request_tracing_max_log_files", Labels: []string{"site"}, Plain: true,
		Help: "Number of trace files that are kept: the site's value over that of siteDefaults over the schema default. Absent when the configuration is not readable."}
	iisRewriteRules = &Metric{Name: "lync_iis_rewrite_rules", Labels: []string{"site"}, Plain: true,
		Help: "Enabled inbound URL Rewrite rules in force for the site, global and inherited ones and those of its paths included; Lync writes several per SIP domain. Absent when the configuration is not readable or rules are kept where they were not read."}
)

func iisMetrics() []*Metric {
	return []*Metric{iisConfigReadable, iisTracingEnabled, iisTracingMaxSize, iisTracingMaxFiles, iisRewriteRules}
}

// iisCheck is the `check` of findings about the Front End. They are about no
// SIP domain: their `domain` and `view` are empty.
const iisCheck = "iis"

// IISReport is what was found of the Front End's IIS.
type IISReport struct {
	Samples  []Sample
	Findings []Explained
}

// judgeIIS applies group G of the decision table to the outcome of
// iis.Reader.Read. domains are the configured SIP domains as A-labels.
//
// Whether trace files were cut or their number is reached (freb_log_truncated,
// freb_log_full) would need the log directory, which is not looked at: the
// check reads the configured files and nothing else.
func judgeIIS(facts *iis.Facts, err error, domains []string) IISReport {
	var v Verdict
	v.flag(iisConfigReadable, err == nil)
	if err != nil {
		v.find(Finding{Reason: "iis_config_unreadable", Subject: "applicationHost.config", Seen: err.Error()})
	} else {
		v.judgeFrontEnd(facts, domains)
	}
	report := IISReport{Samples: v.Samples}
	for _, f := range v.Findings {
		report.Findings = append(report.Findings, explain(iisCheck, "", f))
	}
	return report
}

func (v *Verdict) judgeFrontEnd(facts *iis.Facts, domains []string) {
	for _, p := range facts.Problems {
		v.find(Finding{Reason: "iis_config_unreadable", Subject: "web.config of " + p.Site, Seen: p.Err.Error()})
	}
	for _, site := range facts.Sites {
		name := Printable(site.Name)
		v.flag(iisTracingEnabled, site.TracingEnabled, name)
		v.gauge(iisTracingMaxSize, float64(site.MaxLogFileSize), name)
		v.gauge(iisTracingMaxFiles, float64(site.MaxLogFiles), name)
		v.judgeTracing(site, len(domains))
		v.judgeRewriteRules(site)
	}
	v.judgeNamedDomains(facts, domains)
}

func (v *Verdict) judgeTracing(site iis.Site, domains int) {
	name := Printable(site.Name)
	if site.TracingEnabled {
		v.find(Finding{Reason: "freb_enabled", Subject: name,
			Seen: fmt.Sprintf("enabled, at most %d files of %s", site.MaxLogFiles, kilobytes(site.MaxLogFileSize))})
	}
	if why := traceTooSmall(site, domains); site.TracingEnabled && why != "" {
		v.find(Finding{Reason: "freb_log_too_small", Subject: name, Seen: why,
			Want: fmt.Sprintf(`maxLogFileSizeKB="%d"`, traceSizeWanted(site)>>10)})
	}
	if len(site.Overrides) > 0 {
		v.find(Finding{Reason: "freb_site_override", Subject: name, Seen: strings.Join(site.Overrides, ", ")})
	}
}

// How long the trace of one request gets. The rewrite module traces every rule
// that it tries by several events (rule evaluation start, pattern match, one
// for each condition, rule evaluation end), each some hundred bytes of XML, and
// a request that only the last rule matches has tried them all. 1.5 KiB per
// rule is a low estimate; the other modules' events are covered by the base.
// Thus 512 KiB suffice for 256 rules and 1 MiB for 597, that is for about 50
// and 120 SIP domains of five rules each.
const (
	traceBase    = 128 << 10
	tracePerRule = 1536
)

// A limit below the default of IIS 8 and later that somebody set on purpose is
// too small where there are many SIP domains (lync-rules.md, decision table G);
// the table leaves open how many are many.
const (
	traceSizeUsual = 1024 << 10
	manySIPDomains = 20
)

// traceTooSmall says why the limit of a trace file is too small, "" if it is
// not. 0 is no limit.
func traceTooSmall(site iis.Site, domains int) string {
	limit := kilobytes(site.MaxLogFileSize)
	switch {
	case site.MaxLogFileSize == 0:
		return ""
	case site.RulesUnknown == nil && site.MaxLogFileSize < traceSizeNeeded(site):
		return fmt.Sprintf("%s for %d rewrite rules, whose trace takes about %s", limit, site.RewriteRules, kilobytes(traceSizeNeeded(site)))
	case site.MaxLogFileSizeExplicit && site.MaxLogFileSize < traceSizeUsual && domains >= manySIPDomains:
		return fmt.Sprintf("%s for %d SIP domains", limit, domains)
	}
	return ""
}

func traceSizeNeeded(site iis.Site) int64 {
	return traceBase + tracePerRule*int64(site.RewriteRules)
}

// traceSizeWanted is the need in whole MiB, which leaves room to grow.
func traceSizeWanted(site iis.Site) int64 {
	return max(1, (traceSizeNeeded(site)+1<<20-1)>>20) << 20
}

// kilobytes writes a limit in the unit of maxLogFileSizeKB.
func kilobytes(bytes int64) string {
	if bytes == 0 {
		return "unlimited size"
	}
	return fmt.Sprintf("%d KB", (bytes+1023)>>10)
}

func (v *Verdict) judgeRewriteRules(site iis.Site) {
	if site.RulesUnknown != nil {
		return
	}
	name := Printable(site.Name)
	v.gauge(iisRewriteRules, float64(site.RewriteRules), name)
	if site.RewriteRules == 0 {
		return
	}
	var origins []string
	for _, c := range site.RulesFrom {
		origins = append(origins, fmt.Sprintf("%s: %d", c.Origin, c.Rules))
	}
	v.find(Finding{Reason: "rewrite_rule_count", Subject: name,
		Seen: fmt.Sprintf("%d rules (%s)", site.RewriteRules, strings.Join(origins, "; "))})
}

// judgeNamedDomains looks for SIP domains that Lync seems to have written no
// rules for. Where no rule was read at all, or some are unknown, they may name
// every domain, so that nothing is said.
func (v *Verdict) judgeNamedDomains(facts *iis.Facts, domains []string) {
	if len(facts.Problems) > 0 {
		return
	}
	rules := 0
	for _, site := range facts.Sites {
		if site.RulesUnknown != nil {
			return
		}
		rules += site.RewriteRules
	}
	if rules == 0 {
		return
	}
	for _, domain := range domains {
		if !facts.RuleNames(domain) {
			v.find(Finding{Reason: "rewrite_rule_domain_absent", Subject: domain})
		}
	}
}
