package dashboards

import "fmt"

// overview answers: does everything work, what broke when, what is to be done.
func overview() Dashboard {
	return assemble(overviewUID, "Lync / Overview",
		"All SIP domains at a glance: what their users can do, what broke when, what was found.",
		append(variables(), severity()), []section{
			{panels: overviewNumbers()},
			{panels: []Panel{whatBrokeWhen()}},
			{title: "SIP domains", panels: []Panel{domainsTable(),
				findings(fmt.Sprintf("What was found wrong or worth knowing, the most severe first, at most %d. Follow the SIP domain to everything about it, the reason to what it means and how to repair it.", maxRows), 12)}},
			{title: "Over time", panels: overviewCourse()},
			{title: "The exporter", collapsed: true, panels: exporterPanels()},
		})
}

func overviewNumbers() []Panel {
	soon := agg("min", "fingerprint_sha256", presented())
	return []Panel{
		number(neutral, "SIP domains", "SIP domains that are checked.", 3, 4,
			instant("count("+agg("count", "domain", checked())+")", "SIP domains")),
		number(bad, "Not all up", "SIP domains that have a capability down in some view.", 3, 4,
			instant("sum("+agg("max", "domain", "1 - "+series("lync_capability_up"))+")", "not all up")),
		number(bad, "Down, by capability", "In how many SIP domains each capability is down, each view counted. Domains whose topology does not offer it and those of which nothing is known are left out.", 8, 4,
			instant(agg("sum", "capability", "1 - "+agg("min", "domain, view, capability", series("lync_capability_up"))), "{{capability}}")),
		number(bad, "Critical findings", "Findings that take a capability down.", 3, 4,
			instant(orZero("count("+agg("max", "domain, view, check, subject, reason", series("lync_finding_info", `severity="critical"`))+")", checked()), "critical")),
		number(caution, "Checks not ended", "Checks that could not run to their end: a resolver did not answer, or time ran out. What they would have found is not known.", 3, 4,
			instant("sum(1 - "+agg("min", "domain, view, check", series("lync_check_success"))+")", "not ended")),
		number(caution, "Expire in 30 days", "Distinct certificates that expired or will within 30 days.", 4, 4,
			instant(orZero("count("+soon+" - time() < 30 * 86400)", checked()), "certificates")),
	}
}

// whatBrokeWhen shows those that were down for longest. The inner query is
// evaluated once, at the end of the range, so that the same rows are kept at
// every step; min_over_time shows an outage shorter than a step.
func whatBrokeWhen() Panel {
	labels := "domain, view, capability"
	state := series("lync_capability_up")
	expr := fmt.Sprintf("%s and on (%s) topk(%d, %s > 0)",
		agg("min", labels, "min_over_time("+state+"[$__interval])"), labels, maxLines,
		agg("max", labels, "1 - avg_over_time("+state+"[$__range] @ end())"))
	return timeline(upDown(), "What broke when",
		fmt.Sprintf("Capabilities that were down at some time in the time range: the %d that were down for longest. Gaps are times of which nothing is known.", maxLines),
		"Nothing was down in this time range", 10, over(expr, "{{domain}} {{capability}} ({{view}})"))
}

// domainsTable has a row for each SIP domain in each view, the worst first.
func domainsTable() Panel {
	capability := func(name string) Target {
		return rows(worst(agg("min", "domain, view", series("lync_capability_up", `capability="`+name+`"`))))
	}
	count := func(severity string) Target {
		return rows(worst(agg("count", "domain, view", agg("max", "domain, view, check, subject, reason", series("lync_finding_info", `severity="`+severity+`"`)))))
	}
	return table("SIP domains and their capabilities",
		fmt.Sprintf("What users of each SIP domain can do. The worst come first; at most %d are listed, choose others above. An empty field: not offered in this topology, or not known.", maxRows),
		"–", 24, 12, []column{
			show("domain", "SIP domain", toDomain()),
			show("view", "View", wide(120)),
			show("Value #B", "Sign-in", marked(upDown())),
			show("Value #C", "Federation", marked(upDown())),
			show("Value #D", "Autodiscover", marked(upDown())),
			show("Value #E", "Meetings", marked(upDown())),
			show("Value #F", "Critical", counted(bad)),
			show("Value #G", "Warnings", counted(caution)),
			show("Value #H", "Checks not ended", counted(caution), wide(140)),
			show("Value #I", "First certificate expires, days", expiring(), wide(220)),
		}, rank("Value #A"),
		rows(topk(maxRows, badness())),
		capability("sign_in"), capability("federation"), capability("autodiscover"), capability("meetings"),
		count("critical"), count("warning"),
		rows(worst(agg("sum", "domain, view", "1 - "+agg("min", "domain, view, check", series("lync_check_success"))))),
		rows(worst(daysLeft(agg("min", "domain, view", series("lync_tls_certificate_expiry_timestamp_seconds"))))))
}

func overviewCourse() []Panel {
	perFinding := agg("max", "domain, view, check, subject, reason, severity", series("lync_finding_info", `severity=~"$severity"`))
	broken := graph("none", "Capabilities down", "In how many SIP domains each capability is down, each view counted.", "not measured", 12, 8,
		over(agg("sum", "capability", "1 - "+agg("min", "domain, view, capability", series("lync_capability_up"))), "{{capability}}"))
	found := graph("none", "Number of findings", "Findings of each severity.", "Nothing found", 12, 8,
		over(agg("count", "severity", perFinding), "{{severity}}"))
	for _, p := range []*Panel{&broken, &found} {
		p.Interval = "5m"
	}
	found.FieldConfig.Overrides = bySeverity()
	reasons := table("Most frequent reasons",
		"In how many SIP domains a reason occurs. Where many have the same, they share the cause: a server, a certificate, a template.",
		"Nothing found", 24, 9, []column{
			show("severity", "Severity", marked(severities())),
			show("reason", "Reason", toExplanation()),
			show("check", "Check", wide(160)),
			show("Value", "SIP domains", wide(140)),
		}, down("SIP domains"),
		rows(topk(maxLines, agg("count", "reason, check, severity", agg("max", "domain, reason, check, severity", series("lync_finding_info", `severity=~"$severity"`))))))
	return []Panel{reasons, broken, found}
}

func exporterPanels() []Panel {
	scrapes := graph("s", "Length of scrapes", "The slowest scrape, and the shortest deadline that one worked under.", "not measured", 8, 8,
		over("max("+exporter("lync_scrape_duration_seconds")+")", "slowest"), over("min("+exporter("lync_scrape_timeout_seconds")+")", "deadline"))
	operations := func(metric, what string) Target {
		return over(agg("sum", "result", "rate("+exporter(metric)+"[$__rate_interval])"), what+" {{result}}")
	}
	reload := tiles(states("loaded", good, "refused", bad), "Configuration", "Whether the last configuration was accepted. If not, the one before is in force.", "not measured", 4, 4,
		instant("min("+exporter("lync_exporter_config_last_reload_successful")+")", "configuration"))
	reloaded := stat("Configuration loaded", "When a configuration was last accepted; the oldest of the chosen exporters.", "not measured", 6, 4,
		instant(dated("min("+exporter("lync_exporter_config_last_reload_success_timestamp_seconds")+")"), "loaded"))
	reloaded.FieldConfig.Defaults.Unit = "dateTimeFromNow"
	version := table("Versions", "Exporters and their versions.", "not measured", 24, 6, []column{
		show("instance", "Instance"), show("version", "Version"), show("goversion", "Go"),
	}, up("Instance"), rows(topk(maxRows, agg("max", "instance, version, goversion", exporter("lync_exporter_build_info")))))
	return []Panel{
		number(bad, "Scrapes that fail", "Targets of the chosen jobs that Prometheus could not scrape.", 4, 4,
			instant(orZero("count("+exporter("up")+" == 0)", exporter("up")), "fail")),
		reload, reloaded,
		number(neutral, "Configured SIP domains", "SIP domains in the configuration of the exporter, the most where several run.", 4, 4,
			instant("max("+exporter("lync_exporter_domains")+")", "configured")),
		number(neutral, "Domains in Prometheus", "SIP domains with series from the chosen jobs. Fewer than configured: some are not scraped.", 6, 4,
			instant("count("+agg("count", "domain", checked())+")", "seen")),
		scrapes,
		graph("s", "Slowest checks", "The slowest SIP domain in each check.", "not measured", 8, 8,
			over(agg("max", "check", series("lync_check_duration_seconds")), "{{check}}")),
		graph("ops", "Network operations", "Operations on the network, by result. Answers from the scrape's own memory are not counted.", "not measured", 8, 8,
			operations("lync_exporter_dns_queries_total", "DNS"), operations("lync_exporter_connections_total", "connect"),
			operations("lync_exporter_tls_handshakes_total", "TLS"), operations("lync_exporter_http_requests_total", "HTTP")),
		version,
	}
}
