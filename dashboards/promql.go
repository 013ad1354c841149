package dashboards

import (
	"fmt"
	"strings"
)

const (
	// scrapeScope selects the series of the chosen exporters.
	scrapeScope = `job=~"$job",instance=~"$instance"`
	// domainScope selects those of the chosen SIP domains and views, too.
	domainScope = scrapeScope + `,domain=~"$domain",view=~"$view"`
	// exporterJobs are the jobs of the exporter, as the alerts have them. Without
	// them, "All" would count the targets of every other exporter.
	exporterJobs = `job=~"lync.*"`
	// source are the labels that say where a certificate was seen and by whom.
	source = "job, instance, domain, view, role, target"

	// maxRows is how many rows a table holds at most.
	maxRows = 500
	// maxLines is how many rows a timeline or series a graph holds at most.
	maxLines = 40
)

// series selects a metric of the chosen SIP domains.
func series(metric string, matchers ...string) string {
	return metric + "{" + strings.Join(append([]string{domainScope}, matchers...), ",") + "}"
}

// exporter selects a metric of the exporter itself, which has no domain.
func exporter(metric string) string { return metric + "{" + scrapeScope + "}" }

// agg aggregates to labels: the worst of what several exporters or servers say.
func agg(op, labels, expr string) string {
	return fmt.Sprintf("%s by (%s) (%s)", op, labels, expr)
}

// orZero turns "no such series" into 0 as long as there is anything at all, so
// that an empty panel still means that nothing was measured.
func orZero(expr, exists string) string { return fmt.Sprintf("%s or 0 * count(%s)", expr, exists) }

// checked exists for every SIP domain that was looked at, whatever came of it.
func checked() string { return series("lync_check_success", `check="srv"`) }

// badness ranks SIP domains: capabilities that are down, then critical
// findings, then checks that did not end, then warnings. Every domain has one.
// It is recorded by the rules of alerts/, as many queries need it.
func badness() string {
	return agg("max", "domain, view", series("instance_domain_view:lync_badness:sum"))
}

// worst keeps an expression's series of the worst SIP domains.
func worst(expr string) string {
	return fmt.Sprintf("%s and on (domain, view) topk(%d, %s)", expr, maxRows, badness())
}

// ranked are findings with their severity as a number: 3 critical, 2 warning,
// 1 info. window, if any, looks back over so much time.
func ranked(window string) string {
	var parts []string
	for _, s := range []struct {
		severity string
		rank     int
	}{{"critical", 3}, {"warning", 2}, {"info", 1}} {
		f := series("lync_finding_info", fmt.Sprintf("severity=%q", s.severity), `severity=~"$severity"`)
		if window != "" {
			f = "max_over_time(" + f + window + ")"
		}
		parts = append(parts, fmt.Sprintf("%d * %s", s.rank, f))
	}
	return strings.Join(parts, " or ")
}

// presented is the NotAfter, in Unix seconds, of each certificate wherever it
// was seen. Where the addresses of a server differ, each of its certificates
// has the earliest.
func presented() string { return ofCertificates("lync_tls_certificate_expiry_timestamp_seconds") }

// ofCertificates gives a metric of servers to each certificate that they present.
func ofCertificates(metric string) string {
	return fmt.Sprintf("%s * on (%s) group_left () %s", series("lync_tls_certificate_info"), source, series(metric))
}

// named gives an expression about servers the name of the certificate that
// they present; one of them, where the addresses of a server differ.
func named(expr string) string {
	return fmt.Sprintf("(%s) + on (%s) group_left (subject_cn) 0 * topk by (%s) (1, %s)", expr, source, source, series("lync_tls_certificate_info"))
}

// expiringSoon is the time left of each certificate that the alerts call soon.
func expiringSoon() string {
	return soon.left(agg("min", "fingerprint_sha256", exporter("lync_certificate_expiry_timestamp_seconds")),
		agg("max", "fingerprint_sha256", exporter("lync_certificate_not_before_timestamp_seconds")))
}

// limit is when a certificate is to be renewed: so many days before it expires, or
// at this part of its lifetime where that is shorter. People change it in the
// variables that have its name.
type limit struct {
	name       string
	days, part int
}

// The limits of the alerts and findings.
var (
	soon     = limit{"soon", 30, 3}
	verySoon = limit{"very_soon", 7, 10}
)

// left is the time left of the certificates that have come to the limit. Where the
// beginning is not known, as in essential detail, the days count.
func (l limit) left(expiry, begin string) string {
	return fmt.Sprintf("(%[1]s - time() < $%[3]s_days * 86400 unless %[1]s - time() >= (%[1]s - %[2]s) / $%[3]s_part)", expiry, begin, l.name)
}

// leftOf is the time left of the certificates that servers present and that have
// come to the limit.
func (l limit) leftOf(labels string) string {
	return l.left(agg("min", labels, presented()), agg("max", labels, ofCertificates("lync_tls_certificate_not_before_timestamp_seconds")))
}

// renewal says of each certificate that servers present whether to renew it: 0 not
// yet, 1 soon, 2 very soon, 3 it has expired.
func renewal(labels string) string {
	expiry := agg("min", labels, presented())
	return fmt.Sprintf("3 + 0 * (%[1]s <= time()) or 2 + 0 * %[2]s or 1 + 0 * %[3]s or 0 * %[1]s", expiry, verySoon.leftOf(labels), soon.leftOf(labels))
}

// dated turns seconds into the milliseconds that Grafana shows as a date.
func dated(expr string) string { return "1000 * " + expr }

// daysLeft turns an instant into days from now.
func daysLeft(expr string) string { return "(" + expr + " - time()) / 86400" }

// downSince is since when a capability has been down, as the rules of alerts/
// record it, to labels.
func downSince(op, labels string) string {
	return agg(op, labels, `domain_capability:lync_capability_down:since{job=~"$job",domain=~"$domain",view=~"$view"}`)
}

// outages are those of the time range, to labels: at every step those that began
// last, and when each of them began.
func outages(labels string) Target {
	t := rows(dated(topk(maxLines, downSince("min", labels))))
	t.Instant, t.Range = false, true
	return t
}

// available is the part of so long a time in which capabilities were up, without the
// times of which nothing is known. It is recorded by the rules of alerts/.
func available(labels, window string) string {
	return agg("min", labels, `domain_view_capability:lync_capability_up:avg`+window+`{domain=~"$domain",view=~"$view"}`)
}

// written is the names of SIP domains as people write them, of those whose name in
// DNS is another.
func written() string {
	return agg("max", "domain, view, unicode", series("lync_domain_name_info"))
}

// withNames gives an expression about SIP domains the label name: as people write it.
func withNames(expr string) string {
	const as = `label_replace(%s, "name", "$1", "%s", "(.+)")`
	names := agg("max", "domain, name", fmt.Sprintf(as, series("lync_domain_name_info"), "unicode")) +
		" or on (domain) " + agg("max", "domain, name", fmt.Sprintf(as, checked(), "domain"))
	return fmt.Sprintf("(%s) * on (domain) group_left (name) (%s)", expr, names)
}

// whileNothing is a timeline's row for all of what it could show, while it shows nothing:
// well where every check has ended, and else that not all or nothing is known.
func whileNothing(shown string, well int) string {
	failed := "max(1 - min_over_time(" + series("lync_check_success") + "[$__interval]))"
	return fmt.Sprintf("(%d + %d * %s or vector(%d)) unless on () (count(%s) > 0)", well, partlyKnown-well, failed, notKnown, shown)
}

// short cuts fingerprints to what tells certificates of the same name apart.
func short(expr string) string {
	return fmt.Sprintf(`label_replace(%s, "fingerprint_sha256", "$1", "fingerprint_sha256", "(.{8}).*")`, expr)
}

// topk keeps the n largest series.
func topk(n int, expr string) string { return fmt.Sprintf("topk(%d, %s)", n, expr) }

// topkBy keeps the largest series of each value of a label.
func topkBy(label, expr string) string { return fmt.Sprintf("topk by (%s) (1, %s)", label, expr) }

// bottomk keeps the n smallest series.
func bottomk(n int, expr string) string { return fmt.Sprintf("bottomk(%d, %s)", n, expr) }
