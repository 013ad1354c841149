package collector

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/iis"
)

// readFrontEnd reads an applicationHost.config with one site S that has this
// tracing element and n rewrite rules, the i-th of which names sip<i>.example.
func readFrontEnd(t *testing.T, defaults, tracing string, n int) *iis.Facts {
	t.Helper()
	var b strings.Builder
	b.WriteString(`<configuration><system.applicationHost><sites><siteDefaults>` + defaults + `</siteDefaults><site name="S" id="1">` + tracing + `</site></sites></system.applicationHost>`)
	b.WriteString(`<location path="S"><system.webServer><rewrite><rules>`)
	for i := range n {
		fmt.Fprintf(&b, `<rule name="%d"><match url=".*"/><conditions><add input="{HTTP_HOST}" pattern="^meet\.sip%d\.example$"/></conditions></rule>`, i, i)
	}
	b.WriteString(`</rules></rewrite></system.webServer></location></configuration>`)
	path := filepath.Join(t.TempDir(), "applicationHost.config")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	facts, err := new(iis.Reader).Read(iis.Files{ApplicationHost: path})
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

func sipDomains(n int) []string {
	var domains []string
	for i := range n {
		domains = append(domains, fmt.Sprintf("sip%d.example", i))
	}
	return domains
}

// iisFindings lists "reason subject" of a report but for the count of rules.
func iisFindings(r IISReport) []string {
	var found []string
	for _, f := range r.Findings {
		if f.Reason != "rewrite_rule_count" {
			found = append(found, f.Reason+" "+f.Subject)
		}
	}
	return found
}

func iisSeries(r IISReport) []string {
	var series []string
	for _, s := range r.Samples {
		series = append(series, strings.Join(append([]string{s.Metric.Name}, s.Labels...), " ")+fmt.Sprintf(" %v", s.Value))
	}
	return series
}

func TestJudgeIIS(t *testing.T) {
	t.Parallel()
	const on = `<traceFailedRequestsLogging enabled="true"/>`
	size := func(kb string) string {
		return `<traceFailedRequestsLogging enabled="true" maxLogFileSizeKB="` + kb + `"/>`
	}
	for _, test := range []struct {
		name              string
		defaults, tracing string
		rules, domains    int
		want              []string
	}{
		{"tracing off", "", "", 3, 3, nil},
		{"tracing on", "", on, 3, 3, []string{"freb_enabled S"}},
		{"tracing on by siteDefaults", on, "", 3, 3, []string{"freb_enabled S"}},
		{"default limit, 597 rules", "", on, 597, 3, []string{"freb_enabled S"}},
		{"default limit, 598 rules", "", on, 598, 3, []string{"freb_enabled S", "freb_log_too_small S"}},
		{"unlimited", "", size("0"), 598, 3, []string{"freb_enabled S"}},
		{"raised", "", size("2048"), 598, 3, []string{"freb_enabled S"}},
		{"too small but off", "", `<traceFailedRequestsLogging maxLogFileSizeKB="1"/>`, 598, 30, nil},
		{"lowered, few domains", "", size("512"), 30, 19, []string{"freb_enabled S"}},
		{"lowered, many domains", "", size("512"), 30, 20, []string{"freb_enabled S", "freb_log_too_small S"}},
		{"lowered in siteDefaults, many domains", size("1023"), "", 30, 20, []string{"freb_enabled S", "freb_log_too_small S"}},
		{"usual, many domains", "", size("1024"), 30, 20, []string{"freb_enabled S"}},
		{"site contradicts siteDefaults", size("1024"), `<traceFailedRequestsLogging enabled="false" maxLogFileSizeKB="2048"/>`, 3, 3, []string{"freb_site_override S"}},
		{"site repeats siteDefaults", size("1024"), size("1024"), 3, 3, []string{"freb_enabled S"}},
		{"domain without rules", "", "", 3, 4, []string{"rewrite_rule_domain_absent sip3.example"}},
		{"no rules at all", "", "", 0, 4, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			report := judgeIIS(readFrontEnd(t, test.defaults, test.tracing, test.rules), nil, sipDomains(test.domains))
			if diff := cmp.Diff(test.want, iisFindings(report)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for _, f := range report.Findings {
				if f.Check != "iis" {
					t.Errorf("%s is a finding of check %q", f.Reason, f.Check)
				}
			}
		})
	}
}

func TestJudgeIISSeries(t *testing.T) {
	t.Parallel()
	facts := readFrontEnd(t, `<traceFailedRequestsLogging maxLogFiles="20"/>`, `<traceFailedRequestsLogging enabled="true" maxLogFileSizeKB="512"/>`, 5)
	want := []string{
		"lync_iis_config_readable 1",
		"lync_iis_failed_request_tracing_enabled S 1",
		"lync_iis_failed_request_tracing_max_log_file_size_bytes S 524288",
		"lync_iis_failed_request_tracing_max_log_files S 20",
		"lync_iis_rewrite_rules S 5",
	}
	report := judgeIIS(facts, nil, nil)
	if diff := cmp.Diff(want, iisSeries(report)); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
	for _, s := range report.Samples {
		if !s.Metric.Plain || !slices.Contains(iisMetrics(), s.Metric) {
			t.Errorf("%s is not among the plain metrics of the check", s.Metric.Name)
		}
	}
}

// TestJudgeIISWanted: the limit to set leaves room for the rules that are
// there.
func TestJudgeIISWanted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rules int
		want  string
	}{{30, `maxLogFileSizeKB="1024"`}, {1500, `maxLogFileSizeKB="3072"`}} {
		report := judgeIIS(readFrontEnd(t, "", `<traceFailedRequestsLogging enabled="true" maxLogFileSizeKB="100"/>`, test.rules), nil, nil)
		i := slices.IndexFunc(report.Findings, func(f Explained) bool { return f.Reason == "freb_log_too_small" })
		if i < 0 {
			t.Errorf("%d rules: 100 KB are not too small", test.rules)
			continue
		}
		if got := report.Findings[i].Want; got != test.want {
			t.Errorf("%d rules: want %s, got %s", test.rules, test.want, got)
		}
	}
}

func TestJudgeIISUnreadable(t *testing.T) {
	t.Parallel()
	report := judgeIIS(nil, errors.New("half-written"), sipDomains(3))
	if diff := cmp.Diff([]string{"lync_iis_config_readable 0"}, iisSeries(report)); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"iis_config_unreadable applicationHost.config"}, iisFindings(report)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestJudgeIISUnknownRules: with a web.config that cannot be read the number of
// rules is unknown, hence absent, and no domain is said to lack rules.
func TestJudgeIISUnknownRules(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "applicationHost.config")
	const text = `<configuration><system.applicationHost><sites><site name="S" id="1"/></sites></system.applicationHost>
		<system.webServer><rewrite><globalRules><rule name="r"/></globalRules></rewrite></system.webServer></configuration>`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	facts, err := new(iis.Reader).Read(iis.Files{ApplicationHost: path, WebConfigs: map[string]string{"S": dir}})
	if err != nil {
		t.Fatal(err)
	}
	report := judgeIIS(facts, nil, sipDomains(3))
	if diff := cmp.Diff([]string{"iis_config_unreadable web.config of S"}, iisFindings(report)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	want := []string{
		"lync_iis_config_readable 1",
		"lync_iis_failed_request_tracing_enabled S 0",
		"lync_iis_failed_request_tracing_max_log_file_size_bytes S 1.048576e+06",
		"lync_iis_failed_request_tracing_max_log_files S 50",
	}
	if diff := cmp.Diff(want, iisSeries(report)); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
}
