package dashboards

import "fmt"

// maxDomains is how many of a certificate's SIP domains its row names.
const maxDomains = 20

// certificates answers: which to renew and when, which names to order.
func certificates() Dashboard {
	return assemble(certificatesUID, "Lync / Certificates",
		"Certificates across all SIP domains: what expires when, which names to order, what clients refuse.",
		variables(append(many(), thresholds(soon, verySoon)...)...), []section{
			{panels: certificateNumbers()},
			{panels: []Panel{nextToExpire(), daysLeftCourse()}},
			{panels: []Panel{certificatesTable(), namesToOrder()}},
			{title: "Servers", panels: []Panel{untrusted(), serversTable(), tlsVersions(), tlsVersionsTable()}},
		})
}

func certificateNumbers() []Panel {
	const one = "fingerprint_sha256"
	notAfter := agg("min", one, presented())
	expiring := func(title, description, color, left string) Panel {
		return number(color, title, description+" Distinct certificates, each counted once and in one of these tiles.", 4, 4,
			instant(orZero("count("+left+")", notAfter), title))
	}
	servers := func(metric string) string {
		return "sum(1 - " + agg("min", "role, target", series(metric)) + ")"
	}
	old := agg("max", "role, target, version", series("lync_tls_version_info", `version=~"TLS 1\\.[01]"`))
	return []Panel{
		expiring("Expired", "No longer valid.", bad, notAfter+" - time() <= 0"),
		expiring("Very soon", "Expire within the days chosen above, or within a tenth of their lifetime if that is shorter.", bad, verySoon.leftOf(one)+" > 0"),
		expiring("Soon", "Expire within the days chosen above, or within a third of their lifetime if that is shorter.", caution, soon.leftOf(one)+" unless "+verySoon.leftOf(one)),
		number(bad, "Untrusted", "Servers whose certificate has no chain to a trusted root today.", 4, 4,
			instant(servers("lync_tls_certificate_trusted"), "untrusted")),
		number(bad, "Names missing", "Required names that the certificate of a server does not have in a form that clients accept.", 4, 4,
			instant("sum(1 - "+agg("min", "name", series("lync_tls_san_covered"))+")", "missing")),
		number(caution, "TLS below 1.2", "Servers that negotiated TLS 1.0 or 1.1.", 4, 4,
			instant(orZero("count("+old+")", series("lync_tls_version_info")), "below 1.2")),
	}
}

func nextToExpire() Panel {
	p := bars("none", "Next to expire", "Days left of the certificates that expire next. The bar is full at 90 days.", "None seen, or not known", 10, 10,
		instant(short(bottomk(15, daysLeft(agg("min", "subject_cn, fingerprint_sha256", presented())))), "{{subject_cn}} {{fingerprint_sha256}}"))
	quarter := 90.0
	p.FieldConfig.Defaults.Max = &quarter
	p.FieldConfig.Defaults.Color = Color{Mode: "thresholds"}
	p.FieldConfig.Defaults.Thresholds = steps(neutral, longExpired, bad, 0, notice)
	p.FieldConfig.Defaults.Decimals = new(int)
	return p
}

func daysLeftCourse() Panel {
	p := graph("none", "Days left", "Days left of the certificates that have less than 60, over time. A renewal ends a line.", "None expires within 60 days, or not known", 14, 10,
		over(short(bottomk(15, daysLeft(agg("min", "subject_cn, fingerprint_sha256", presented()))+" < 60")), "{{subject_cn}} {{fingerprint_sha256}}"))
	p.FieldConfig.Defaults.Min = nil // expired ones are below zero
	p.FieldConfig.Defaults.Custom["fillOpacity"] = 0
	p.Interval, p.MaxDataPoints = "15m", 150
	return p
}

// certificatesTable has one row for each certificate. Prometheus gives a row
// for each certificate, SIP domain and server; Grafana folds them. How many
// SIP domains use it is counted by Prometheus, because the rows are capped.
func certificatesTable() Panel {
	labels := "fingerprint_sha256, subject_cn, issuer_cn, key, sans"
	info := series("lync_tls_certificate_info")
	first := fmt.Sprintf("and on (fingerprint_sha256) bottomk(%d, %s)", maxRows, agg("min", "fingerprint_sha256", presented()))
	used := agg("max", labels+", name", withNames(fmt.Sprintf("topk by (fingerprint_sha256) (%d, %s) %s", maxDomains, agg("max", labels+", domain", info), first)))
	p := table("Certificates", fmt.Sprintf("One row for each certificate, by time left, with the SIP domains that use it (at most %d of them are named, all are counted). Where the addresses of a server have different certificates, each has the earliest expiry.", maxDomains),
		"None seen, or not known", 24, 11, []column{
			show("subject_cn", "Subject"), show("issuer_cn", "Issuer"),
			show("Value #B", "Expires", measured("dateTimeAsIso"), wide(170)),
			show("Value #C", "Days left", days()),
			show("Value #E", "Renew", marked(renewals())),
			show("Value #D", "SIP domains", wide(110)),
			show("name (uniqueValues)", "Used by", pills()),
			show("key", "Key", wide(100)), show("sans", "Names", wide(80)), show("fingerprint_sha256", "Fingerprint"),
		}, up("Days left"),
		rows(used),
		rows(dated(agg("min", labels, presented()))+" "+first),
		rows(daysLeft(agg("min", labels, presented()))+" "+first),
		rows(agg("count", labels, agg("count", labels+", domain", info))+" "+first),
		rows("("+renewal(labels)+") "+first))
	p.Transformations[0], p.Transformations[1] = p.Transformations[1], p.Transformations[0]
	return p
}

func namesToOrder() Panel {
	return table("Names to order", fmt.Sprintf("Names that are required and missing, one row for each name and certificate. At most %d.", maxRows), "No name is missing, or not known", 24, 9, []column{
		show("name", "Name to add"), show("subject_cn", "Certificate"), show("Value", "SIP domains", wide(120)),
	}, up("Certificate"),
		rows(topk(maxRows, agg("count", "name, subject_cn", agg("max", "name, subject_cn, domain", named(series("lync_tls_san_covered")+" == 0"))))))
}

func untrusted() Panel {
	return table("Untrusted certificates", fmt.Sprintf("Servers whose certificate has no chain to a trusted root today. At most %d.", maxRows), "All are trusted, or not known", 24, 8, []column{
		show("subject_cn", "Subject"), show("issuer_cn", "Issuer"), show("role", "Role", wide(150), worded(roles())), show("target", "Server"), show("domain", "SIP domain", toDomain()),
	}, up("Subject"),
		rows(topk(maxRows, agg("max", "subject_cn, issuer_cn, role, target, domain",
			fmt.Sprintf("%s * on (%s) group_left () (%s == 0)", series("lync_tls_certificate_info"), source, series("lync_tls_certificate_trusted"))))))
}

// serversTable has a row for each server, whatever the number of SIP domains behind it.
func serversTable() Panel {
	expiry := agg("min", "role, target", series("lync_tls_certificate_expiry_timestamp_seconds"))
	first := fmt.Sprintf(" and on (role, target) bottomk(%d, %s)", maxRows, expiry)
	worst := func(metric string) Target { return rows(agg("min", "role, target", series(metric)) + first) }
	return table("Servers", fmt.Sprintf("Each server in each role, the worst of what the SIP domains see. The %d that expire first.", maxRows), "None seen, or not known", 24, 10, []column{
		show("target", "Server"), show("role", "Role", wide(150), worded(roles())),
		show("Value #A", "Days left", days()), show("Value #B", "Chain, days", days()),
		show("Value #C", "Trusted", marked(states("yes", good, "no", bad))), show("Value #D", "Names covered", measured("percentunit"), wide(130)),
		show("Value #E", "Addresses", wide(100)), show("Value #F", "Answer", wide(90)),
		show("Value #G", "SIP domains", wide(110)), show("Value #H", "Revoked", marked(states("yes", bad, "no", good))),
	}, up("Days left"),
		rows(daysLeft(expiry)+first),
		rows(daysLeft(agg("min", "role, target", series("lync_tls_chain_expiry_timestamp_seconds")))+first),
		worst("lync_tls_certificate_trusted"), worst("lync_tls_san_coverage_ratio"), worst("lync_tls_addresses"), worst("lync_tls_addresses_up"),
		rows(agg("count", "role, target", agg("count", "role, target, domain", series("lync_tls_certificate_expiry_timestamp_seconds")))+first),
		rows(agg("max", "role, target", series("lync_tls_certificate_revoked"))+first))
}

func tlsVersions() Panel {
	p := bars("none", "TLS versions", "Servers by the TLS version negotiated. Orange: too old.", "not measured", 8, 8,
		instant(agg("count", "version", agg("max", "role, target, version", series("lync_tls_version_info"))), "{{version}}"))
	p.FieldConfig.Overrides = byVersion()
	return p
}

func tlsVersionsTable() Panel {
	return table("TLS by server", fmt.Sprintf("What each server negotiated, the oldest versions first. At most %d.", maxRows), "not measured", 16, 8, []column{
		show("version", "Version", wide(100), marked(versions())), show("cipher", "Cipher"), show("role", "Role", wide(150), worded(roles())), show("target", "Server"),
	}, up("Version"),
		rows(topk(maxRows, agg("max", "version, cipher, role, target", series("lync_tls_version_info")))))
}
