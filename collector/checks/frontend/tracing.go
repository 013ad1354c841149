package frontend

import (
	"fmt"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// judgeTracing judges the settings of Failed Request Tracing and the files that
// there are.
func judgeTracing(v *verdict.Verdict, site iis.Site, logs iis.Logs, domains int) {
	name := verdict.Printable(site.Name)
	v.Flag(traceEnabled, site.TracingEnabled, name)
	v.Gauge(traceMaxSize, float64(site.MaxLogFileSize), name)
	v.Gauge(traceMaxFiles, float64(site.MaxLogFiles), name)
	if site.TracingEnabled {
		off := turnOff(site)
		v.Report(tracingEnabled.On(name).Saw("enabled, at most %d files, size limit %s", site.MaxLogFiles, kilobytes(site.MaxLogFileSize)).
			Wants("%s", off.line).Repair(off.repair()))
		if why := tooSmall(site, domains); why != "" {
			v.Report(asking(logTooSmall.On(name).Saw("%s", why), site, logs))
		}
	}
	if len(site.Overrides) > 0 {
		v.Report(siteOverride.On(name).Saw("%s", strings.Join(site.Overrides, ", ")))
	}
	if logs.Err == nil {
		judgeLogs(v, site, logs)
	}
}

// judgeLogs judges the files that there are.
func judgeLogs(v *verdict.Verdict, site iis.Site, logs iis.Logs) {
	name := verdict.Printable(site.Name)
	v.Gauge(traceFiles, float64(logs.Files), name)
	v.Gauge(traceTruncated, float64(logs.Truncated), name)
	if logs.Truncated > 0 {
		v.Report(asking(logTruncated.On(name).Saw("%d of %d files; now the limit is %s", logs.Truncated, logs.Files, kilobytes(site.MaxLogFileSize)), site, logs))
	}
	if logs.Files > 0 && int64(logs.Files) >= site.MaxLogFiles {
		v.Report(logFull.On(name).Saw("%d files, and at most %d are kept", logs.Files, site.MaxLogFiles).Repair(verdict.Repair{Kind: verdict.RepairServer,
			Text: verdict.Textf("Move the trace files of the site %s that you need to another folder, or raise maxLogFiles while you trace.", name)}))
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
	maxTraceSize = (1<<32 - 1) << 10 // that IIS can be told
)

// A limit below the default of IIS 8 and later that somebody set on purpose is
// too small where there are many SIP domains; how many are many is an estimate.
const (
	traceSizeUsual = 1024 << 10
	manySIPDomains = 20
)

// tooSmall says why the limit of a trace file is too small, "" if it is not. 0
// is no limit.
func tooSmall(site iis.Site, domains int) string {
	limit := kilobytes(site.MaxLogFileSize)
	switch {
	case site.MaxLogFileSize == 0:
		return ""
	case site.RulesUnknown == nil && site.MaxLogFileSize < sizeNeeded(site):
		return fmt.Sprintf("%s for %d rewrite rules, which need about %s", limit, site.RewriteRules, kilobytes(sizeNeeded(site)))
	case site.MaxLogFileSizeExplicit && site.MaxLogFileSize < traceSizeUsual && domains >= manySIPDomains:
		return fmt.Sprintf("%s for %d SIP domains", limit, domains)
	}
	return ""
}

func sizeNeeded(site iis.Site) int64 { return traceBase + tracePerRule*int64(site.RewriteRules) }

// sizeWanted is the need in whole MiB, which leaves room to grow. Where traces
// were cut, it is twice what was too small for them.
func sizeWanted(site iis.Site, logs iis.Logs) int64 {
	need := sizeNeeded(site)
	if logs.Truncated > 0 {
		need = max(need, 2*site.MaxLogFileSize)
	}
	return min(max(1, (need+1<<20-1)>>20)<<20, maxTraceSize)
}

// kilobytes writes a limit in the unit of maxLogFileSizeKB.
func kilobytes(bytes int64) string {
	if bytes == 0 {
		return "unlimited"
	}
	return fmt.Sprintf("%d KB", (bytes+1023)>>10)
}
