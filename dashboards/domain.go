package dashboards

import "fmt"

// domain shows everything about one SIP domain in one view: first what to do, then
// what was measured, in the order in which a client or a partner's Edge gets
// at it: DNS, Autodiscover, web services, TLS, SIP.
func domain() Dashboard {
	return assemble(domainUID, "Lync / Domain",
		"Everything about one SIP domain: records, federation, Autodiscover, certificates, SIP, timings. Choose it above.",
		variables(append(one(), severity(), goal())...), []section{
			{panels: []Panel{domainCapabilities(), domainNumbers(), domainFindings(), domainServers()}},
			{panels: []Panel{domainTimeline(), domainAvailability(),
				outagesTable("When each capability was down.", 14, 7, show("capability", "Capability", worded(capabilityNames()), wide(140))),
				alertsTable(10, 7, `,domain=~"$domain",view=~"$view"`), findingsTimeline()}},
			{title: "DNS and federation", panels: dnsPanels()},
			{title: "Autodiscover", collapsed: true, panels: lyncdiscoverPanels()},
			{title: "Web services and simple URLs", collapsed: true, panels: webPanels()},
			{title: "Certificates and TLS", collapsed: true, panels: tlsPanels()},
			{title: "SIP", collapsed: true, panels: sipPanels()},
			{title: "Timings", collapsed: true, panels: timingPanels()},
		})
}

func domainCapabilities() Panel {
	p := tiles(upDown(), "Capabilities", "What users of the SIP domain can do. Missing: not offered in this topology, or not known.",
		"not known", 16, 5, instant(agg("min", "capability", series("lync_capability_up")), "{{capability}}"))
	p.FieldConfig.Overrides = names(byCapability())
	return p
}

func domainNumbers() Panel {
	p := number(caution, "To do", "Findings of each severity, checks that did not run to their end, names missing from certificates.", 8, 5,
		instant(ofSeverity("critical"), "critical"), instant(ofSeverity("warning"), "warning"), instant(ofSeverity("info"), "info"),
		instant("sum(1 - "+agg("min", "check", series("lync_check_success"))+")", "checks not ended"),
		instant("sum(1 - "+agg("min", "role, target, name", series("lync_tls_san_covered"))+")", "names missing"))
	return p
}

// ofSeverity counts findings; none are 0 only where something is known of the domain.
func ofSeverity(severity string) string {
	return orZero("count("+agg("max", "check, subject, reason", series("lync_finding_info", `severity="`+severity+`"`))+")", series("lync_capability_up"))
}

// domainFindings says what to do: the reason leads to its repair.
func domainFindings() Panel {
	return table("What to do", "What was found, the most severe first. Follow the reason to what it means and how to repair it; the report has the exact records and names.", "Nothing found, or not known", 24, 7, []column{
		show("severity", "Severity", marked(severities())), show("reason", "Reason", toExplanation()),
		show("subject", "Subject", toReport()), show("check", "Check", wide(130)),
	}, rank("Value", "subject", "reason"),
		rows(topk(maxRows, agg("max", "check, subject, reason, severity", ranked("")))))
}

// domainServers are the servers on which the capabilities hang.
func domainServers() Panel {
	return table("Servers it hangs on", "Each address, what is lost with it, and whether it serves: TLS handshake done, certificate accepted for this SIP domain. With detail: essential they are listed while one of them does not.", "Not known, or with detail: essential all of them serve", 24, 6, []column{
		show("Value", "Serves", marked(states("yes", good, "no", bad))), show("role", "Server", wide(150), worded(roles())),
		show("target", "Name"), show("address", "Address"), show("capabilities", "Capabilities", worded(capabilityNames())), show("fingerprint_sha256", "Certificate"),
	}, up("Serves"),
		rows(topk(maxLines, agg("min", "role, target, address, capabilities, fingerprint_sha256", series("lync_server_up")))))
}

// domainAvailability has a row for each capability.
func domainAvailability() Panel {
	const labels = "capability"
	part := func(field, title string) column {
		return show(field, title, measured("percentunit"), []Property{{"decimals", 2}}, wide(110))
	}
	return table("Availability", "Since when each capability is down, how often it went down in the time range, and in what part of the time it was up, without the times of which nothing is known, compared with the goal chosen above. Needs the rules and the recording rules.", "Not known", 24, 6, []column{
		show("Value #A", "Now", marked(upDown())), show("capability", "Capability", worded(capabilityNames()), wide(140)),
		show("Value #B", "Down since", measured("dateTimeFromNow"), wide(150)), show("Value #C", "Outages", counted(caution)),
		part("Value #D", "24 hours"), part("Value #E", "7 days"), part("Value #F", "30 days"), show("Value #G", "Goal", marked(metOrMissed())),
	}, up("Capability"),
		rows(agg("min", labels, series("lync_capability_up"))), rows(dated(downSince("min", labels))),
		rows(agg("max", labels, "resets("+series("lync_capability_up")+"[$__range])")),
		rows(available(labels, "24h")), rows(available(labels, "7d")), rows(available(labels, "30d")), rows(compared(labels)))
}

func domainTimeline() Panel {
	state := series("lync_capability_up")
	return timeline(orUnknown(upDown()), "What broke when", "Capabilities over time. Gaps are times of which nothing is known.", "Not known", 24, 5,
		over(agg("min", "capability", "min_over_time("+state+"[$__interval])"), "{{capability}}"),
		over(fmt.Sprintf("vector(%d) unless on () (count(count_over_time(%s[$__range] @ end())) > 0)", notKnown, state), "all capabilities"))
}

func findingsTimeline() Panel {
	found := fmt.Sprintf("max_over_time(%s[$__range] @ end())", series("lync_finding_info", `severity=~"$severity"`))
	meaning := orUnknown(severities())
	meaning.Options["0"] = Result{Text: "nothing found", Color: good, Index: 6}
	return timeline(meaning, "Findings over time", fmt.Sprintf("When each finding was there; at most %d at a time, the most severe.", maxLines), "Nothing found, or not known", 24, 8,
		over(topk(maxLines, agg("max", "check, subject, reason, severity", ranked("[$__interval]"))), "{{reason}} {{subject}}"),
		over(whileNothing(found, 0), "all checks"))
}

func dnsPanels() []Panel {
	byRecord := func(metric string) Target {
		return rows(agg("min", "record", series(metric)))
	}
	return []Panel{
		table("Judged as", "The topology by which the SIP domain is judged, and whether it is configured or found by its records; its name as people write it, where that is another than in DNS.", "Not known", 24, 3, []column{
			show("topology", "Topology"), show("source", "From"), show("unicode", "As written")}, up("Topology"),
			rows(agg("max", "topology, source", series("lync_topology_info"))), rows(agg("max", "unicode", series("lync_domain_name_info")))),
		tiles(states("accepted", good, "refused", bad), "Federation target", "Whether the Edge of a partner that discovers the SIP domain by DNS accepts the target: exactly one label and the SIP domain, or a known hosting provider. Refused also if the record is missing.",
			"federation not wanted, or not known", 6, 6, instant(agg("min", "view", series("lync_federation_target_valid")), "{{view}}")),
		table("Federation targets", "Where _sipfederationtls._tcp points to and how that relates to the SIP domain.", "None seen, or not known", 18, 6, []column{
			show("target", "Target"), show("match", "Match", wide(180))}, up("Target"),
			rows(agg("max", "target, match", series("lync_federation_target_info")))),
		table("Service records", "Records looked up, how many were found, and whether they obey the rules for their service.", "not known", 12, 8, []column{
			show("record", "Record"), show("Value #A", "Found", wide(80)), show("Value #B", "Rules", marked(states("obeyed", good, "broken", bad))), show("reason", "Reason", toExplanation())}, up("Record"),
			byRecord("lync_srv_records"), byRecord("lync_srv_correct"),
			rows(topkBy("record", agg("max", "record, reason", `label_replace(`+ranked("")+`, "record", "$1", "subject", "(_.+)")`)))),
		table("Targets of service records", "Every record as DNS has it.", "None seen, or not known", 12, 8, []column{
			show("record", "Record"), show("target", "Target"), show("port", "Port", wide(70)), show("priority", "Priority", wide(80)), show("weight", "Weight", wide(80))}, up("Record"),
			rows(agg("max", "record, target, port, priority, weight", series("lync_srv_record_info")))),
	}
}

func lyncdiscoverPanels() []Panel {
	byName := func(metric string) Target {
		return rows(agg("max", "name, scheme", series(metric)))
	}
	answered := func(metric string) Target {
		return rows(agg("min", "name, scheme", series(metric)))
	}
	yes := states("yes", good, "no", bad)
	prompt := states("asks", bad, "does not ask", good)
	return []Panel{
		tiles(prompt, "Trust prompt", "Whether a client would ask its user to trust another domain: no usable HTTPS answer, and the HTTP answer leads out of the SIP domain.", "not known", 6, 4,
			instant(agg("max", "view", series("lync_lyncdiscover_trust_prompt")), "{{view}}")),
		tiles(states("leaves the domain", caution, "inside", good), "Alias", "Whether the name is a CNAME that leaves the SIP domain, which HTTPS does not survive.", "not known", 9, 4,
			instant(agg("max", "name, view", series("lync_lyncdiscover_cname_domain_mismatch")), "{{name}} ({{view}})")),
		tiles(states("yes", caution, "no", good), "Wildcard in the zone", "Whether the zone answers for names that were never set up, so that a name that exists proves nothing.", "not known", 9, 4,
			instant(agg("max", "view", series("lync_dns_wildcard")), "{{view}}")),
		table("Answers", "The answers to each name and scheme, and where they lead. Leaves the domain: the first hop off the asked host names one that is neither in the SIP domain nor trusted.", "not known", 24, 8, []column{
			show("name", "Name"), show("scheme", "Scheme", wide(90)),
			show("Value #A", "Reachable", marked(yes)), show("Value #B", "Status", wide(90)),
			show("Value #C", "User link", marked(states("found", good, "none", bad))), show("Value #D", "Hops", wide(80)),
			show("Value #E", "Leaves the domain", marked(states("yes", caution, "no", good)), wide(150))}, up("Name"),
			answered("lync_lyncdiscover_reachable"), byName("lync_lyncdiscover_http_status_code"), answered("lync_lyncdiscover_valid"),
			byName("lync_lyncdiscover_redirects"), byName("lync_lyncdiscover_redirect_domain_mismatch")),
		table("Documents", "The Autodiscover document that was found: its format, the host of the user link, the server that sent it.", "None seen, or not known", 24, 7, []column{
			show("name", "Name"), show("scheme", "Scheme", wide(90)), show("format", "Format", wide(140)), show("host", "Host of the user link"), show("server", "Server")}, up("Name"),
			rows(agg("max", "name, scheme, format, host, server", series("lync_lyncdiscover_info")))),
	}
}

func webPanels() []Panel {
	// 401 and the like are no states.
	answer := tiles(states("yes", good, "no", bad), "Web services", "The user link that Autodiscover hands out. A healthy one answers 401 with a challenge of Lync.", "None seen, or not known", 12, 7,
		instant("min("+series("lync_web_services_reachable")+")", "reachable"), instant("max("+series("lync_web_services_http_status_code")+")", "status"),
		instant("min("+series("lync_web_services_challenge_valid")+")", "challenge of Lync"))
	byURL := func(metric string) Target { return rows(agg("min", "url", series(metric))) }
	yes := states("yes", good, "no", bad)
	maybe := states("yes", good, "no", caution)
	return []Panel{
		answer,
		table("Servers of the web services", "Who answered at the user link.", "None seen, or not known", 12, 7, []column{
			show("host", "Host"), show("server_fqdn", "Front End"), show("server", "Server")}, up("Host"),
			rows(agg("max", "host, server_fqdn, server", series("lync_web_services_info")))),
		table("Simple URLs", "The Meet, Dial-in and Admin URLs. Recognised: the answer bears a marker of a Lync page. Unique: no other SIP domain uses the same Meet URL.", "None configured, or not known", 24, 7, []column{
			show("url", "URL", wide(120)), show("Value #A", "Reachable", marked(yes)), show("Value #B", "Status", wide(90)),
			show("Value #C", "Recognised", marked(maybe)), show("Value #D", "Unique", marked(maybe))}, up("URL"),
			byURL("lync_simple_url_reachable"), byURL("lync_simple_url_http_status_code"), byURL("lync_simple_url_verified"), byURL("lync_simple_url_unique")),
	}
}

func tlsPanels() []Panel {
	at := func(expr string) string { return agg("min", "role, target", expr) }
	byServer := func(metric string) Target { return rows(at(series(metric))) }
	return []Panel{
		table("Servers", "Every server by the role it has for the SIP domain. Chain: first expiry in the chain that lasts longest; empty if no chain verifies.", "not known", 24, 9, []column{
			show("Value #A", "Handshake", marked(states("yes", good, "no", bad))), show("Value #F", "Trusted", marked(states("yes", good, "no", bad))),
			show("Value #G", "Names covered", measured("percentunit"), wide(120)), show("Value #D", "Expires, days", days(), wide(110)),
			show("role", "Role", wide(150), worded(roles())), show("target", "Server", wide(280)),
			show("Value #B", "Addresses", wide(90)), show("Value #C", "Answer", wide(80)), show("Value #E", "Chain, days", days()),
			show("Value #H", "Client certificate", marked(states("asked for", notice, "no", neutral)), wide(140)),
			show("Value #I", "Valid since", measured("dateTimeAsIso"), wide(170))}, up("Expires, days"),
			byServer("lync_tls_handshake_success"), byServer("lync_tls_addresses"), byServer("lync_tls_addresses_up"),
			rows(daysLeft(at(series("lync_tls_certificate_expiry_timestamp_seconds")))),
			rows(daysLeft(at(series("lync_tls_chain_expiry_timestamp_seconds")))),
			byServer("lync_tls_certificate_trusted"), byServer("lync_tls_san_coverage_ratio"), byServer("lync_tls_client_certificate_requested"),
			rows(dated(at(series("lync_tls_certificate_not_before_timestamp_seconds"))))),
		table("Required names", "Names that a certificate must have for its role, the missing ones first.", "not known", 12, 8, []column{
			show("Value", "In the certificate", marked(states("yes", good, "missing", bad)), wide(130)), show("name", "Name"), show("role", "Role", wide(150), worded(roles())), show("target", "Server")}, up("In the certificate"),
			rows(agg("min", "role, target, name", series("lync_tls_san_covered")))),
		table("TLS versions", "What was negotiated with each server.", "not known", 12, 8, []column{
			show("version", "Version", wide(90), marked(versions())), show("target", "Server"), show("role", "Role", wide(150), worded(roles())), show("cipher", "Cipher")}, up("Version"),
			rows(agg("max", "role, target, version, cipher", series("lync_tls_version_info")))),
		table("Certificates", "The certificates that the servers present.", "None seen, or not known", 24, 8, []column{
			show("Value", "Expires, days", days()), show("subject_cn", "Subject"), show("issuer_cn", "Issuer"), show("role", "Role", wide(150), worded(roles())), show("target", "Server", wide(240)),
			show("key", "Key", wide(100)), show("sans", "Names", wide(70)), show("signature_algorithm", "Signature"), show("serial_number", "Serial number"), show("fingerprint_sha256", "Fingerprint")}, up("Expires, days"),
			rows(daysLeft(agg("min", "role, target, subject_cn, issuer_cn, serial_number, key, signature_algorithm, sans, fingerprint_sha256", presented())))),
	}
}

func sipPanels() []Panel {
	byServer := func(op, metric string) Target {
		return rows(agg(op, "role, target", series(metric)))
	}
	return []Panel{
		table("SIP answers", "What came back to OPTIONS. A refusal with the marks of Lync is a sign of life.", "not known", 12, 8, []column{
			show("Value #A", "Alive", marked(states("yes", good, "no", bad))), show("target", "Server"), show("role", "Role", wide(150), worded(roles())),
			show("Value #B", "Status", wide(80)), show("Value #C", "Time", measured("s"), wide(90))}, up("Alive"),
			byServer("min", "lync_sip_alive"), byServer("max", "lync_sip_response_status_code"), byServer("max", "lync_sip_response_duration_seconds")),
		table("SIP servers", "What the servers say they are.", "None seen, or not known", 12, 8, []column{
			show("role", "Role", wide(150), worded(roles())), show("target", "Server"), show("product", "Product", wide(110)), show("server", "Server header")}, up("Role"),
			rows(agg("max", "role, target, product, server", series("lync_sip_server_info")))),
	}
}

func timingPanels() []Panel {
	phases := func(scheme string) Panel {
		return stacked(graph("s", "Autodiscover over "+scheme, "First request by phase. Where several names or SIP domains are asked, the slowest in each phase.", "not measured", 12, 8,
			over(agg("max", "phase", series("lync_lyncdiscover_duration_seconds", `scheme="`+scheme+`"`)), "{{phase}}")))
	}
	checks := timeline(states("ended", good, "did not end", caution), "Checks that ran to their end",
		"A check that did not end leaves unknown what it would have found: a resolver did not answer, or time ran out.", "not measured", 24, 7,
		over(agg("min", "check", "min_over_time("+series("lync_check_success")+"[$__interval])"), "{{check}}"))
	return []Panel{
		phases("https"), phases("http"),
		graph("s", "SIP response time", "From request to response.", "None seen, or not known", 12, 8,
			over(topk(maxLines, agg("max", "role, target", series("lync_sip_response_duration_seconds"))), "{{role}} {{target}}")),
		graph("s", "Length of checks", "Seconds that each check took.", "not measured", 12, 8,
			over(agg("max", "check", series("lync_check_duration_seconds")), "{{check}}")),
		checks,
	}
}
