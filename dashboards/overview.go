package dashboards

import (
	"fmt"
	"slices"
)

// overview answers: does everything work, what broke when, what is to be done.
func overview() Dashboard {
	return assemble(overviewUID, "Lync / Overview",
		"All SIP domains at a glance: what their users can do, what broke when, what was found.",
		variables(slices.Concat(many(), []Variable{severity(), goal()}, thresholds(soon))...), []section{
			{panels: overviewNumbers()},
			{panels: []Panel{causes(), alertsTable(10, 7, "")}},
			{panels: []Panel{whatBrokeWhen(), capabilitiesDown()}},
			{title: "SIP domains", panels: []Panel{shown(), domainsTable(),
				findings(fmt.Sprintf("What was found wrong or worth knowing, the most severe first, at most %d. Follow the SIP domain to everything about it, the reason to what it means and how to repair it.", maxRows), 12)}},
			{title: "Outages and availability", panels: []Panel{
				outagesTable("When a capability of a SIP domain was down.", 12, 11,
					show("domain", "SIP domain", toDomain()), show("capability", "Capability", worded(capabilityNames()), wide(140)), show("view", "View", wide(100))),
				availabilityTable()}},
			{title: "Over time", panels: overviewCourse()},
			{title: "The exporter", collapsed: true, panels: exporterPanels()},
		})
}

func overviewNumbers() []Panel {
	targets := `up{` + exporterJobs + `,` + scrapeScope + `}`
	return []Panel{
		number(bad, "Exporters down", "Targets of the exporter that Prometheus cannot scrape; 1 also if it has none at all. Until they are back, nothing new is known.", 3, 4,
			instant("count("+targets+" == 0) or 0 * count("+targets+") or absent("+targets+")", "down")),
		size("SIP domains", "SIP domains that are checked.", 3, 4,
			instant("count("+agg("count", "domain", checked())+")", "SIP domains")),
		number(bad, "Not all up", "SIP domains that have a capability down in some view.", 3, 4,
			instant("sum("+agg("max", "domain", "1 - "+series("lync_capability_up"))+")", "not all up")),
		number(bad, "Down, by capability", "In how many SIP domains each capability is down, each view counted. Domains whose topology does not offer it and those of which nothing is known are left out.", 9, 4,
			instant(agg("sum", "capability", "1 - "+agg("min", "domain, view, capability", series("lync_capability_up"))), "{{capability}}")),
		number(caution, "Not known", "Checks that could not run to their end: a resolver did not answer, or time ran out. What they would have found is not known.", 3, 4,
			instant("sum(1 - "+agg("min", "domain, view, check", series("lync_check_success"))+")", "not ended")),
		number(caution, "Expiring", "Distinct certificates that expired or will soon: within the days chosen above, or within a third of their lifetime if that is shorter.", 3, 4,
			instant(orZero("count("+expiringSoon()+")", exporter("lync_certificate_expiry_timestamp_seconds")), "certificates")),
	}
}

// whatBrokeWhen shows those that were down for longest. The inner query is
// evaluated once, at the end of the range, so that the same rows are kept at
// every step; min_over_time shows an outage shorter than a step.
func whatBrokeWhen() Panel {
	labels := "domain, view, capability"
	state := series("lync_capability_up")
	down := agg("min", labels, "avg_over_time("+state+"[$__range] @ end())") + " < 1"
	expr := fmt.Sprintf("%s and on (%s) topk(%d, (%s) > bool 0)",
		agg("min", labels, "min_over_time("+state+"[$__interval])"), labels, maxLines, down)
	// A timeline without a row shows an error and not the text for no value.
	return timeline(orUnknown(upDown()), "What broke when",
		fmt.Sprintf("Capabilities that were down at some time in the time range, at most %d: first those that changed, then those that were down all the time. Gaps are times of which nothing is known.", maxLines),
		"Not known", 16, 10, over(withNames(expr), "{{capability}} {{name}}"), over(whileNothing(down, 1), "all chosen SIP domains"))
}

// capabilitiesDown shows how many are down, however many there are.
func capabilitiesDown() Panel {
	p := graph("none", "Capabilities down", "In how many SIP domains each capability is down, each view counted.", "Not known", 8, 10,
		over(agg("sum", "capability", "1 - "+agg("min", "domain, view, capability", series("lync_capability_up"))), "{{capability}}"))
	p.FieldConfig.Overrides = byCapability()
	p.Interval = "5m"
	return p
}

// causes are servers and certificates that take capabilities down. They are
// recorded by the rules of the alerts.
func causes() Panel {
	lost := `domain_capability:lync_cause:info{job=~"$job",domain=~"$domain",view=~"$view"}`
	return table("Causes", "Servers that do not answer and certificates that are refused, with the number of SIP domains that they take down. Needs the rules of alerts/.", "No common cause, or not known", 14, 7, []column{
		show("role", "Server", wide(150), worded(roles())), show("address", "Address", wide(200)), show("fingerprint_sha256", "Certificate refused"),
		show("capability", "What", wide(120), worded(capabilityNames())), show("Value", "SIP domains", wide(110)),
	}, down("SIP domains"),
		rows(topk(maxLines, agg("count", "role, address, fingerprint_sha256, capability", agg("max", "role, address, fingerprint_sha256, capability, domain", lost)))))
}

// alertsTable lists what fires, or what of it fits further matchers.
func alertsTable(w, h int, matchers string) Panel {
	return table("Alerts", "Alerts of lync_exporter that fire, as Prometheus has them; Alertmanager may hold some back.", "No alert fires, or the rules are not loaded", w, h, []column{
		show("severity", "Severity", marked(severities())), show("alertname", "Alert", toRunbook()), show("Value", "Number", wide(80)),
	}, up("Severity"),
		rows(topk(maxLines, agg("count", "severity, alertname", `ALERTS{alertname=~"Lync.+",alertstate="firing",job=~"$job"`+matchers+`}`))))
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
		fmt.Sprintf("What users of each SIP domain can do. The worst come first; those that are well have no row. At most %d are listed. –: not offered in this topology, or not known.", maxRows),
		"No SIP domain is known to be broken (needs the rules of alerts/)", 24, 12, []column{
			show("domain", "SIP domain", toDomain()),
			show("unicode", "As written"),
			show("Value #B", "Sign-in", marked(upDown())),
			show("Value #C", "Federation", marked(upDown())),
			show("Value #D", "Autodiscover", marked(upDown())),
			show("Value #E", "Meetings", marked(upDown())),
			show("Value #F", "Critical", counted(bad)),
			show("Value #G", "Warnings", counted(caution)),
			show("Value #H", "Not known", counted(caution)),
			show("Value #I", "Days left", days()),
			show("Value #J", "Down since", measured("dateTimeFromNow"), wide(130)),
			show("view", "View", wide(120)),
		}, rank("Value #A"),
		rows(topk(maxRows, badness()+" > 0")),
		capability("sign_in"), capability("federation"), capability("autodiscover"), capability("meetings"),
		count("critical"), count("warning"),
		rows(worst(agg("sum", "domain, view", "1 - "+agg("min", "domain, view, check", series("lync_check_success"))))),
		rows(worst(daysLeft(agg("min", "domain, view", series("lync_tls_certificate_expiry_timestamp_seconds"))))),
		rows(worst(dated(downSince("min", "domain, view")))),
		rows(worst(written())))
}

// availabilityTable has a row for each SIP domain that was down within 30 days.
func availabilityTable() Panel {
	const labels = "domain, view"
	lowest := bottomk(maxRows, available(labels, "30d")+" < 1")
	of := func(expr string) Target { return rows("(" + expr + ") and on (domain, view) " + lowest) }
	part := func(field, title string) column {
		return show(field, title, measured("percentunit"), []Property{{"decimals", 2}}, wide(95))
	}
	return table("Availability", fmt.Sprintf("Part of the time in which the worst capability of each SIP domain was up, without the times of which nothing is known, compared with the goal chosen above. Those that were up all the time have no row; at most %d. Needs the recording rules.", maxRows),
		"All were up for 30 days, or not recorded", 12, 11, []column{
			show("domain", "SIP domain", toDomain()),
			part("Value #A", "30 days"), part("Value #B", "7 days"), part("Value #C", "24 hours"),
			show("Value #D", "Goal", marked(metOrMissed())), show("view", "View", wide(100)),
		}, up("30 days"),
		rows(lowest), of(available(labels, "7d")), of(available(labels, "24h")), of(compared(labels)))
}

// shown says how many rows the tables below it leave out.
func shown() Panel {
	listed := func(rows string) string { return fmt.Sprintf("count(%s)", topk(maxRows, rows)) }
	broken, found := badness()+" > 0", agg("max", "domain, view, check, subject, reason, severity", ranked(""))
	p := size("Shown of total", "The tables below hold the worst. How many there are in all.", 24, 3,
		instant("count("+broken+")", "SIP domains not well"), instant(listed(broken), "of them shown"),
		instant("count("+found+")", "Findings"), instant(listed(found), "of these shown"))
	p.FieldConfig.Defaults.NoValue = "None, or not known"
	return p
}

func overviewCourse() []Panel {
	perFinding := agg("max", "domain, view, check, subject, reason, severity", series("lync_finding_info", `severity=~"$severity"`))
	found := graph("none", "Number of findings", "Findings of each severity.", "Nothing found, or not known", 10, 9,
		over(agg("count", "severity", perFinding), "{{severity}}"))
	found.Interval = "5m"
	found.FieldConfig.Overrides = bySeverity()
	reasons := table("Most frequent reasons",
		"In how many SIP domains a reason occurs. Where many have the same, they share the cause: a server, a certificate, a template.",
		"Nothing found, or not known", 14, 9, []column{
			show("severity", "Severity", marked(severities())),
			show("reason", "Reason", toExplanation()),
			show("Value", "SIP domains", wide(140)),
		}, down("SIP domains"),
		rows(topk(maxLines, agg("count", "reason, severity", agg("max", "domain, reason, severity", series("lync_finding_info", `severity=~"$severity"`))))))
	return []Panel{reasons, found}
}

func exporterPanels() []Panel {
	scrapes := graph("s", "Length of scrapes", "The slowest scrape, and the shortest deadline that one worked under.", "not measured", 8, 8,
		over("max("+exporter("lync_scrape_duration_seconds")+")", "slowest"), over("min("+exporter("lync_scrape_timeout_seconds")+")", "deadline"), over("max("+exporter("lync_exporter_lag_seconds")+")", "process late"))
	operations := func(metric, what string) Target {
		return over(agg("sum", "result", "rate("+exporter(metric)+"[$__rate_interval])"), what+" {{result}}")
	}
	network := graph("ops", "Network operations", "Operations on the network, by result. Answers from the scrape's own memory are not counted.", "not measured", 8, 8,
		operations("lync_exporter_dns_queries_total", "DNS"), operations("lync_exporter_connections_total", "connect"),
		operations("lync_exporter_tls_handshakes_total", "TLS"), operations("lync_exporter_http_requests_total", "HTTP"))
	network.FieldConfig.Overrides = byResult()
	reload := tiles(states("loaded", good, "refused", bad), "Configuration", "Whether the last configuration was accepted. If not, the one before is in force.", "not measured", 4, 4,
		instant("min("+exporter("lync_exporter_config_last_reload_successful")+")", "configuration"))
	reloaded := stat("Configuration loaded", "When a configuration was last accepted; the oldest of the chosen exporters.", "not measured", 6, 4,
		instant(dated("min("+exporter("lync_exporter_config_last_reload_success_timestamp_seconds")+")"), "loaded"))
	reloaded.FieldConfig.Defaults.Unit = "dateTimeFromNow"
	version := table("Versions", "Exporters and their versions.", "not measured", 24, 6, []column{
		show("instance", "Instance"), show("version", "Version"), show("goversion", "Go"),
	}, up("Instance"), rows(topk(maxRows, agg("max", "instance, version, goversion", exporter("lync_exporter_build_info")))))
	nameservers := table("Nameservers", "Whether each nameserver answered at least one question of the latest scrape.", "Not known", 24, 5, []column{
		show("Value", "Answers", marked(states("yes", good, "no", bad))), show("nameserver", "Nameserver"), show("view", "View"),
	}, up("Answers"), rows(topk(maxRows, agg("max", "view, nameserver", exporter("lync_nameserver_up")))))
	return []Panel{
		number(bad, "Scrapes that fail", "Targets of the chosen jobs that Prometheus could not scrape.", 4, 4,
			instant(orZero("count("+exporter("up")+" == 0)", exporter("up")), "fail")),
		reload, reloaded,
		size("Configured SIP domains", "SIP domains in the configuration of the exporter, the most where several run.", 4, 4,
			instant("max("+exporter("lync_exporter_domains")+")", "configured")),
		size("Domains in Prometheus", "SIP domains with series from the chosen jobs. Fewer than configured: some are not scraped.", 6, 4,
			instant("count("+agg("count", "domain", checked())+")", "seen")),
		scrapes,
		graph("s", "Slowest checks", "The slowest SIP domain in each check.", "not measured", 8, 8,
			over(agg("max", "check", series("lync_check_duration_seconds")), "{{check}}")),
		network,
		nameservers, version,
	}
}
