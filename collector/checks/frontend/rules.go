package frontend

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

// Rules are the rules by which a Front End is judged.
func Rules() []*verdict.Rule { return rules.Rules() }

// commands introduces the lines that raise the limit of a trace file, put it
// back and turn tracing off.
const commands = "To trace again, raise the limit with the first of these commands. When you have found the fault, put the limit back with the second and turn tracing off with the third:\n{want}"

var (
	tracingEnabled = rules.Add(verdict.Rule{
		Code: "freb_enabled", Severity: verdict.Warning,
		What:   "Failed Request Tracing is on for the site {subject}: {seen}.",
		Why:    "It slows the web services down and fills the disk. Turn it on only while you investigate a fault.",
		Fix:    "When you have found the fault, turn it off:\n{want}",
		Source: "docs/rules.md#failed-request-tracing",
	})
	logTooSmall = rules.Add(verdict.Rule{
		Code: "freb_log_too_small", Severity: verdict.Warning,
		What:   "The limit of a trace file of the site {subject} is too low: {seen}.",
		Why:    "Lync writes rewrite rules for every SIP domain, and each of them takes space in a trace. IIS cuts the trace before the fault is seen.",
		Fix:    commands,
		Source: "docs/rules.md#failed-request-tracing",
	})
	logTruncated = rules.Add(verdict.Rule{
		Code: "freb_log_truncated", Severity: verdict.Warning,
		What:   "IIS cut trace files of the site {subject} at their limit: {seen}.",
		Why:    "The end of the request, where the fault is seen, is missing in these files.",
		Fix:    "Delete these files when you no longer need them.\n" + commands,
		Source: "docs/rules.md#failed-request-tracing",
	})
	logFull = rules.Add(verdict.Rule{
		Code: "freb_log_full", Severity: verdict.Info,
		What:   "The number of trace files of the site {subject} has reached its limit: {seen}.",
		Why:    "IIS deletes the oldest file for each new one, so that traces of earlier faults are lost.",
		Fix:    "Move the files that you need to another folder, or raise maxLogFiles while you trace.",
		Source: "docs/rules.md#failed-request-tracing",
	})
	siteOverride = rules.Add(verdict.Rule{
		Code: "freb_site_override", Severity: verdict.Info,
		What:   "The site {subject} has trace settings that differ from siteDefaults: {seen}.",
		Why:    "A change of siteDefaults has no effect on these settings of the site.",
		Fix:    "Change the settings at the site itself, or remove them there.",
		Source: "docs/rules.md#failed-request-tracing",
	})
	ruleCount = rules.Add(verdict.Rule{
		Code: "rewrite_rule_count", Severity: verdict.Info,
		What:   "The site {subject} has URL Rewrite rules in force: {seen}.",
		Why:    "Lync writes several for every SIP domain. Many rules make traces long and requests a little slower.",
		Source: "docs/rules.md#rewrite-rules",
	})
	domainAbsent = rules.Add(verdict.Rule{
		Code: "rewrite_rule_domain_absent", Severity: verdict.Info,
		What:   "No URL Rewrite rule on this Front End is for the SIP domain {subject}.",
		Why:    "Lync usually writes rules for the simple URLs of every SIP domain. Without them the domain's meeting links may not open.",
		Fix:    "If the domain has a Meet URL of its own, run Enable-CsComputer on this server.",
		Source: "docs/rules.md#rewrite-rules",
	})
	unreadable = rules.Add(verdict.Rule{
		Code: "iis_config_unreadable", Severity: verdict.Warning,
		What:   "The file {subject} cannot be read or is not valid XML: {seen}.",
		Why:    "The exporter cannot watch what depends on it, such as tracing and rewrite rules.",
		Fix:    "Give the exporter's account read access to the file, and check its path in the section iis of the exporter's configuration.",
		Source: "docs/rules.md#iis-configuration",
	})
)
