package dashboards

import "fmt"

// domain shows everything about one SIP domain, in the order in which a client
// or a partner's Edge gets at it: DNS, Autodiscover, web services, TLS, SIP.
// With several SIP domains chosen, tiles tell the worst, tables have rows for each.
func domain() Dashboard {
	return assemble(domainUID, "Lync / Domain",
		"Everything about one SIP domain: records, federation, Autodiscover, certificates, SIP, timings. Choose it above.",
		append(variables(), severity()), []section{
			{panels: []Panel{domainCapabilities(), domainNumbers(), domainTimeline()}},
			{panels: []Panel{
				findings("What was found wrong or worth knowing. Follow the reason to what it means and how to repair it.", 9),
				findingsTimeline()}},
			{title: "DNS and federation", panels: dnsPanels()},
			{title: "Autodiscover", panels: lyncdiscoverPanels()},
			{title: "Web services and simple URLs", panels: webPanels()},
			{title: "Certificates and TLS", panels: tlsPanels()},
			{title: "SIP", panels: sipPanels()},
			{title: "Timings", panels: timingPanels()},
		})
}

// some says how many SIP domains a panel shows when none is chosen.
func some(description string) string {
	return description + fmt.Sprintf(" At most %d SIP domains.", maxLines)
}

func domainCapabilities() Panel {
	return tiles(upDown(), "Capabilities", "What users of the SIP domain can do, in each view. Missing: not offered in this topology, or not known. With several SIP domains chosen, down if it is down for one of them.",
		"not known", 16, 5, instant(agg("min", "capability, view", series("lync_capability_up")), "{{capability}} ({{view}})"))
}

func domainNumbers() Panel {
	p := number(caution, "To do", "Findings of each severity, checks that did not run to their end, names missing from certificates.", 8, 5,
		instant(agg("count", "severity", agg("max", "domain, view, check, subject, reason, severity", series("lync_finding_info"))), "{{severity}}"),
		instant("sum(1 - "+agg("min", "domain, view, check", series("lync_check_success"))+")", "checks not ended"),
		instant("sum(1 - "+agg("min", "role, target, name", series("lync_tls_san_covered"))+")", "names missing"))
	p.FieldConfig.Overrides = bySeverity()
	return p
}

func domainTimeline() Panel {
	return timeline(upDown(), "What broke when", "Capabilities over time. Gaps are times of which nothing is known.", "not known", 7,
		over(agg("min", "capability, view", "min_over_time("+series("lync_capability_up")+"[$__interval])"), "{{capability}} ({{view}})"))
}

func findingsTimeline() Panel {
	return timeline(severities(), "Findings over time", fmt.Sprintf("When each finding was there; at most %d at a time, the most severe.", maxLines), "Nothing found", 10,
		over(topk(maxLines, agg("max", "domain, view, check, subject, reason, severity", ranked("[$__interval]"))), "{{reason}} {{subject}} ({{domain}}, {{view}})"))
}

// subjectColumns begin each table of the dashboard.
func subjectColumns(more ...column) []column {
	return append([]column{show("domain", "SIP domain", wide(220), toDomain()), show("view", "View", wide(100))}, more...)
}

func dnsPanels() []Panel {
	byRecord := func(metric string) Target {
		return rows(few(agg("min", "domain, view, record", series(metric))))
	}
	return []Panel{
		tiles(states("accepted", good, "refused", bad), "Federation target", "Whether the Edge of a partner that discovers the SIP domain by DNS accepts the target: exactly one label and the SIP domain, or a known hosting provider. Refused also if the record is missing.",
			"federation not wanted, or not known", 6, 6, instant(agg("min", "view", series("lync_federation_target_valid")), "{{view}}")),
		table("Federation targets", some("Where _sipfederationtls._tcp points to and how that relates to the SIP domain."), "No federation record", 18, 6, subjectColumns(
			show("target", "Target"), show("match", "Match", wide(180))), up("SIP domain"),
			rows(few(agg("max", "domain, view, target, match", series("lync_federation_target_info"))))),
		table("Service records", some("Records looked up, how many were found, and whether they obey the rules for their service."), "not known", 12, 8, subjectColumns(
			show("record", "Record"), show("Value #A", "Found", wide(80)), show("Value #B", "Rules", marked(states("obeyed", good, "broken", bad)))), up("SIP domain"),
			byRecord("lync_srv_records"), byRecord("lync_srv_correct")),
		table("Targets of service records", some("Every record as DNS has it."), "No service record", 12, 8, subjectColumns(
			show("record", "Record"), show("target", "Target"), show("port", "Port", wide(70)), show("priority", "Priority", wide(80)), show("weight", "Weight", wide(80))), up("SIP domain"),
			rows(few(agg("max", "domain, view, record, target, port, priority, weight", series("lync_srv_record_info"))))),
	}
}

func lyncdiscoverPanels() []Panel {
	byName := func(metric string) Target {
		return rows(few(agg("max", "domain, view, name, scheme", series(metric))))
	}
	answered := func(metric string) Target {
		return rows(few(agg("min", "domain, view, name, scheme", series(metric))))
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
		table("Answers", some("The answers to each name and scheme, and where they lead. Leaves the domain: the first hop off the asked host names one that is neither in the SIP domain nor trusted."), "not known", 24, 8, subjectColumns(
			show("name", "Name"), show("scheme", "Scheme", wide(90)),
			show("Value #A", "Reachable", marked(yes)), show("Value #B", "Status", wide(90)),
			show("Value #C", "User link", marked(states("found", good, "none", bad))), show("Value #D", "Hops", wide(80)),
			show("Value #E", "Leaves the domain", marked(states("yes", caution, "no", good)), wide(150))), up("SIP domain"),
			answered("lync_lyncdiscover_reachable"), byName("lync_lyncdiscover_http_status_code"), answered("lync_lyncdiscover_valid"),
			byName("lync_lyncdiscover_redirects"), byName("lync_lyncdiscover_redirect_domain_mismatch")),
		table("Documents", some("The Autodiscover document that was found: its format, the host of the user link, the server that sent it."), "No Autodiscover document", 24, 7, subjectColumns(
			show("name", "Name"), show("scheme", "Scheme", wide(90)), show("format", "Format", wide(140)), show("host", "Host of the user link"), show("server", "Server")), up("SIP domain"),
			rows(few(agg("max", "domain, view, name, scheme, format, host, server", series("lync_lyncdiscover_info"))))),
	}
}

func webPanels() []Panel {
	byDomain := func(metric string) Target { return rows(few(agg("min", "domain, view", series(metric)))) }
	byURL := func(metric string) Target { return rows(few(agg("min", "domain, view, url", series(metric)))) }
	yes := states("yes", good, "no", bad)
	maybe := states("yes", good, "no", caution)
	return []Panel{
		table("Web services", some("The user link that Autodiscover hands out. A healthy one answers 401 with a challenge of Lync."), "No user link is known", 12, 7, subjectColumns(
			show("Value #A", "Reachable", marked(yes)), show("Value #B", "Status", wide(90)), show("Value #C", "Challenge", marked(states("of Lync", good, "none", bad)))), up("SIP domain"),
			byDomain("lync_web_services_reachable"), byDomain("lync_web_services_http_status_code"), byDomain("lync_web_services_challenge_valid")),
		table("Servers of the web services", some("Who answered at the user link."), "No answer at the user link", 12, 7, subjectColumns(
			show("host", "Host"), show("server_fqdn", "Front End"), show("server", "Server")), up("SIP domain"),
			rows(few(agg("max", "domain, view, host, server_fqdn, server", series("lync_web_services_info"))))),
		table("Simple URLs", some("The Meet, Dial-in and Admin URLs. Recognised: the answer bears a marker of a Lync page. Unique: no other SIP domain uses the same Meet URL."), "No simple URL is configured", 24, 7, subjectColumns(
			show("url", "URL", wide(120)), show("Value #A", "Reachable", marked(yes)), show("Value #B", "Status", wide(90)),
			show("Value #C", "Recognised", marked(maybe)), show("Value #D", "Unique", marked(maybe))), up("SIP domain"),
			byURL("lync_simple_url_reachable"), byURL("lync_simple_url_http_status_code"), byURL("lync_simple_url_verified"), byURL("lync_simple_url_unique")),
	}
}

func tlsPanels() []Panel {
	at := func(expr string) string { return agg("min", "domain, view, role, target", expr) }
	byServer := func(metric string) Target { return rows(few(at(series(metric)))) }
	server := []column{show("role", "Role", wide(140)), show("target", "Server")}
	serverColumns := func(more ...column) []column { return subjectColumns(append(server[:2:2], more...)...) }
	return []Panel{
		table("Servers", some("Every server by the role it has for the SIP domain. Chain: first expiry in the chain that lasts longest; empty if no chain verifies."), "not known", 24, 9, serverColumns(
			show("Value #A", "Handshake", marked(states("yes", good, "no", bad))), show("Value #B", "Addresses", wide(90)), show("Value #C", "Answer", wide(80)),
			show("Value #D", "Expires, days", expiring(), wide(110)), show("Value #E", "Chain, days", expiring()),
			show("Value #F", "Trusted", marked(states("yes", good, "no", bad))), show("Value #G", "Names covered", measured("percentunit"), wide(120)),
			show("Value #H", "Client certificate", marked(states("asked for", notice, "no", neutral)), wide(140))), up("Expires, days"),
			byServer("lync_tls_handshake_success"), byServer("lync_tls_addresses"), byServer("lync_tls_addresses_up"),
			rows(few(daysLeft(at(series("lync_tls_certificate_expiry_timestamp_seconds"))))),
			rows(few(daysLeft(at(series("lync_tls_chain_expiry_timestamp_seconds"))))),
			byServer("lync_tls_certificate_trusted"), byServer("lync_tls_san_coverage_ratio"), byServer("lync_tls_client_certificate_requested")),
		table("Required names", some("Names that a certificate must have for its role, the missing ones first."), "not known", 12, 8, serverColumns(
			show("name", "Name"), show("Value", "In the certificate", marked(states("yes", good, "missing", bad)), wide(130))), up("In the certificate"),
			rows(few(agg("min", "domain, view, role, target, name", series("lync_tls_san_covered"))))),
		table("TLS versions", some("What was negotiated with each server."), "not known", 12, 8, serverColumns(
			show("version", "Version", wide(90)), show("cipher", "Cipher")), up("Version"),
			rows(few(agg("max", "domain, view, role, target, version, cipher", series("lync_tls_version_info"))))),
		table("Certificates", some("The certificates that the servers present."), "No certificate was seen", 24, 8, serverColumns(
			show("subject_cn", "Subject"), show("issuer_cn", "Issuer"), show("serial_number", "Serial number"), show("key", "Key", wide(100)),
			show("signature_algorithm", "Signature"), show("sans", "Names", wide(70)), show("fingerprint_sha256", "Fingerprint"), show("Value", "Expires, days", expiring())), up("Expires, days"),
			rows(few(daysLeft(agg("min", "domain, view, role, target, subject_cn, issuer_cn, serial_number, key, signature_algorithm, sans, fingerprint_sha256", presented()))))),
	}
}

func sipPanels() []Panel {
	byServer := func(op, metric string) Target {
		return rows(few(agg(op, "domain, view, role, target", series(metric))))
	}
	return []Panel{
		table("SIP answers", some("What came back to OPTIONS. A refusal with the marks of Lync is a sign of life."), "not known", 12, 8, subjectColumns(
			show("role", "Role", wide(130)), show("target", "Server"),
			show("Value #A", "Alive", marked(states("yes", good, "no", bad))), show("Value #B", "Status", wide(80)), show("Value #C", "Time", measured("s"), wide(90))), up("SIP domain"),
			byServer("min", "lync_sip_alive"), byServer("max", "lync_sip_response_status_code"), byServer("max", "lync_sip_response_duration_seconds")),
		table("SIP servers", some("What the servers say they are."), "No server told its name", 12, 8, subjectColumns(
			show("role", "Role", wide(130)), show("target", "Server"), show("product", "Product", wide(110)), show("server", "Server header")), up("SIP domain"),
			rows(few(agg("max", "domain, view, role, target, product, server", series("lync_sip_server_info"))))),
	}
}

func timingPanels() []Panel {
	phases := func(scheme string) Panel {
		return stacked(graph("s", "Autodiscover over "+scheme, "First request by phase. Where several names or SIP domains are asked, the slowest in each phase.", "not measured", 12, 8,
			over(agg("max", "phase", series("lync_lyncdiscover_duration_seconds", `scheme="`+scheme+`"`)), "{{phase}}")))
	}
	checks := timeline(states("ended", good, "did not end", caution), "Checks that ran to their end",
		"A check that did not end leaves unknown what it would have found: a resolver did not answer, or time ran out.", "not measured", 7,
		over(agg("min", "check", "min_over_time("+series("lync_check_success")+"[$__interval])"), "{{check}}"))
	return []Panel{
		phases("https"), phases("http"),
		graph("s", "SIP response time", some("From request to response."), "No SIP answer", 12, 8,
			over(topk(maxLines, agg("max", "role, target", series("lync_sip_response_duration_seconds"))), "{{role}} {{target}}")),
		graph("s", "Length of checks", "Seconds that each check took.", "not measured", 12, 8,
			over(agg("max", "check", series("lync_check_duration_seconds")), "{{check}}")),
		checks,
	}
}
