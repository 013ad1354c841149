// Package docs writes the pages of documentation that come from the code.
package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/expose"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

//go:generate go run ./generate

// Pages are the generated pages by their file names.
func Pages() map[string]string {
	return map[string]string{
		"findings.md": findings(checks.Rules()),
		"metrics.md":  metrics(expose.AllMetrics()),
	}
}

const generated = "<!-- Generated from the code by: go generate ./docs -->\n\n"

const findingsPreface = "# Findings\n\n" + generated + "Everything that lync_exporter finds wrong or worth knowing has a reason code: in the label `reason` of\n" +
	"`lync_finding_info`, in reports and on the pages for people. This page explains each code: what is wrong, to whom it\n" +
	"matters, what to change, and where the rule comes from.\n\n" +
	"A finding of severity **critical** takes a capability of the domain down. A **warning** leaves it up, but some users or\n" +
	"partners are affected, or will be. **Info** is worth knowing. The severity given here is the worst. A critical finding\n" +
	"becomes a warning only where something stands in for what is broken, such as a better record or the other scheme; the\n" +
	"report then says what.\n\n" +
	"In the sentences, `{domain}` stands for the SIP domain, `{subject}` for the record, role or URL that was judged, `{server}` for\n" +
	"the server that shows the fault, `{seen}` for what was seen, `{want}` for the exact record, name or URL to have instead, and\n" +
	"`{users}` for clients or partners, whom the server or record serves.\n" +
	"`lync_exporter check` prints them filled in.\n\n"

// findings is the page of all rules. The headings are the codes, so that a
// runbook links to findings.md#code.
func findings(rules []*verdict.Rule) string {
	var b strings.Builder
	b.WriteString(findingsPreface + "| code | severity |\n|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", r.Code, r.Code, r.Severity)
	}
	for _, r := range rules {
		fmt.Fprintf(&b, "\n## `%s`\n\n**Severity:** %s\n\n", r.Code, r.Effect())
		fmt.Fprintf(&b, "**What is wrong:** %s\n\n**Why it matters:** %s\n\n", inMarkdown(r.What), inMarkdown(r.Why))
		if r.Fix == "" {
			b.WriteString("**What to change:** Nothing.\n")
		} else {
			fmt.Fprintf(&b, "**What to change:** %s\n", inMarkdown(r.Fix))
		}
		page, anchor, _ := strings.Cut(strings.TrimPrefix(r.Source, "docs/"), "#")
		fmt.Fprintf(&b, "\n**Source:** [%s](%s#%s)\n", strings.ReplaceAll(anchor, "-", " "), page, anchor)
	}
	return b.String()
}

// technical are the words that Markdown would take for markup: placeholders,
// names with underscores, wildcards, URLs.
var technical = regexp.MustCompile(`[^\s(]*[{_*][^\s,;:.)]*(?:\.[^\s,;:.)]+)*`)

// inMarkdown writes a rule's words. What stands on a line of its own is set apart.
func inMarkdown(words string) string {
	lines := strings.Split(words, "\n")
	for i, line := range lines {
		if line == "{want}" || line == "{seen}" {
			lines[i] = "\n\n    " + line + "\n\n"
			continue
		}
		lines[i] = technical.ReplaceAllString(line, "`$0`")
	}
	return strings.TrimSpace(strings.ReplaceAll(strings.Join(lines, " "), "\n ", "\n"))
}

const metricsPreface = "# Metrics\n\n" + generated + "Every series about a SIP domain has the labels `domain` and `view`. What is not known is absent: `lync_check_success` says\n" +
	"whether a check ran to its end. Metrics marked *essential* are there also with `detail: essential`. The metrics of the Go\n" +
	"runtime and of the process are client_golang's.\n\n"

// own are the exporter's metrics about itself, which client_golang keeps.
var own = [][2]string{
	{"lync_exporter_build_info", "Version, revision, branch and Go version of the exporter."},
	{"lync_exporter_config_last_reload_successful", "1 = the configuration was accepted when it was last loaded, 0 = it was refused and the one before is in force."},
	{"lync_exporter_config_last_reload_success_timestamp_seconds", "Unix time at which the configuration in force was loaded, in seconds."},
	{"lync_exporter_domains", "Number of configured SIP domains."},
	{"lync_exporter_dns_queries_total{result}", "DNS questions sent, by result."},
	{"lync_exporter_connections_total{result}", "TCP connections tried, by result."},
	{"lync_exporter_tls_handshakes_total{result}", "TLS handshakes tried, by result."},
	{"lync_exporter_http_requests_total{result}", "HTTP requests sent, by result."},
}

// metrics is the page of all metrics.
func metrics(list []*verdict.Metric) string {
	var b strings.Builder
	b.WriteString(metricsPreface + "| metric | labels | meaning |\n|---|---|---|\n")
	for _, m := range list {
		labels := slices.Clone(m.Labels)
		if !m.Plain {
			labels = append([]string{"domain", "view"}, labels...)
		}
		essential := ""
		if m.Essential {
			essential = " *essential*"
		}
		fmt.Fprintf(&b, "| `%s`%s | %s | %s |\n", m.Name, essential, strings.Join(quoted(labels), ", "), strings.ReplaceAll(m.Help, "|", "\\|"))
	}
	b.WriteString("\n## The exporter itself\n\n| metric | meaning |\n|---|---|\n")
	for _, m := range own {
		fmt.Fprintf(&b, "| `%s` | %s |\n", m[0], m[1])
	}
	return b.String()
}

func quoted(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = "`" + name + "`"
	}
	return list
}
