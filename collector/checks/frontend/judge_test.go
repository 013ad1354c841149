package frontend

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// frontEnd is an applicationHost.config with one site S that has this tracing
// element and n rewrite rules, the i-th of which is for meet.sip<i>.example.
func frontEnd(defaults, tracing string, n int) string {
	var b strings.Builder
	b.WriteString(`<configuration><system.applicationHost><sites><siteDefaults>` + defaults + `</siteDefaults><site name="S" id="1">` + tracing + `</site></sites></system.applicationHost>`)
	b.WriteString(`<location path="S"><system.webServer><rewrite><rules>`)
	for i := range n {
		fmt.Fprintf(&b, `<rule name="%d"><match url=".*"/><conditions><add input="{HTTP_HOST}" pattern="^meet\.sip%d\.example$"/></conditions></rule>`, i, i)
	}
	b.WriteString(`</rules></rewrite></system.webServer></location></configuration>`)
	return b.String()
}

// inspect has a Front End inspected that has this applicationHost.config and n
// SIP domains, sip0.example and so on.
func inspect(t *testing.T, file string, n int) *Report {
	t.Helper()
	path := filepath.Join(t.TempDir(), "applicationHost.config")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &config.Config{IIS: config.IIS{ApplicationHostConfig: path}}
	for i := range n {
		c.Domains = append(c.Domains, &config.Domain{Name: fmt.Sprintf("sip%d.example", i)})
	}
	return new(FrontEnd).Inspect(c, log.NewNopLogger())
}

// found lists "code subject" of a report but for the count of rules.
func found(r *Report) []string {
	var list []string
	for _, f := range r.Findings {
		if f.Rule != ruleCount {
			list = append(list, f.Rule.Code+" "+f.Subject)
		}
	}
	return list
}

func TestTracing(t *testing.T) {
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
			report := inspect(t, frontEnd(test.defaults, test.tracing, test.rules), test.domains)
			if diff := cmp.Diff(test.want, found(report)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// The limit to set leaves room for the rules that are there, and the lines that
// set it are those for where the limit stands now.
func TestCommands(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name              string
		defaults, tracing string
		rules             int
		want              []string
	}{
		{"in siteDefaults", `<traceFailedRequestsLogging enabled="true" maxLogFileSizeKB="100"/>`, "", 30, []string{
			"appcmd set config /section:sites -siteDefaults.traceFailedRequestsLogging.maxLogFileSizeKB:1024 /commit:apphost",
			"appcmd set config /section:sites -siteDefaults.traceFailedRequestsLogging.maxLogFileSizeKB:100 /commit:apphost",
			"appcmd set config /section:sites -siteDefaults.traceFailedRequestsLogging.enabled:false /commit:apphost"}},
		{"at the site", "", `<traceFailedRequestsLogging enabled="true" maxLogFileSizeKB="100"/>`, 1500, []string{
			`appcmd set config /section:sites "/[name='S'].traceFailedRequestsLogging.maxLogFileSizeKB:3072" /commit:apphost`,
			`appcmd set config /section:sites "/[name='S'].traceFailedRequestsLogging.maxLogFileSizeKB:100" /commit:apphost`,
			`appcmd set config /section:sites "/[name='S'].traceFailedRequestsLogging.enabled:false" /commit:apphost`}},
		{"nowhere", "", `<traceFailedRequestsLogging enabled="true"/>`, 600, []string{
			"appcmd set config /section:sites -siteDefaults.traceFailedRequestsLogging.maxLogFileSizeKB:2048 /commit:apphost",
			"appcmd set config /section:sites -siteDefaults.traceFailedRequestsLogging.maxLogFileSizeKB:1024 /commit:apphost",
			`appcmd set config /section:sites "/[name='S'].traceFailedRequestsLogging.enabled:false" /commit:apphost`}},
	} {
		report := inspect(t, frontEnd(test.defaults, test.tracing, test.rules), 0)
		if !slices.Contains(found(report), "freb_log_too_small S") {
			t.Errorf("%s: the limit is not too small", test.name)
			continue
		}
		for _, f := range report.Findings {
			if f.Rule != logTooSmall {
				continue
			}
			if len(f.Repairs()) != len(test.want) {
				t.Errorf("%s: %d repairs, want %d", test.name, len(f.Repairs()), len(test.want))
			}
			for i, want := range test.want {
				if got := f.Repairs()[i].Text.String(); !strings.HasSuffix(got, want) {
					t.Errorf("%s: repair %d is %s, want %s", test.name, i, got, want)
				}
				if fix := f.Fix("").String(); !strings.Contains(fix, want) {
					t.Errorf("%s: fix is %s, want %s in it", test.name, fix, want)
				}
			}
		}
	}
}

// A rule for the host of another Meet URL is one for its domain; one for a dial-in
// URL in another domain says nothing.
func TestDomainsByTheirURLs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rules := `<configuration><system.applicationHost><sites><site name="S" id="1"/></sites></system.applicationHost>
<location path="S"><system.webServer><rewrite><rules>
<rule name="1"><match url=".*"/><conditions><add input="{HTTP_HOST}" pattern="^lync\.contoso\.com$"/></conditions></rule>
<rule name="2"><match url=".*"/><conditions><add input="{HTTP_HOST}" pattern="^dialin\.contoso\.com$"/></conditions></rule>
</rules></rewrite></system.webServer></location></configuration>`
	text := `domains:
  - name: fabrikam.com
    simple_urls: {meet: "https://lync.contoso.com/fabrikam/Meet"}
  - name: litware.com
    simple_urls: {dialin: "https://dialin.contoso.com/"}
iis: {application_host_config: applicationHost.config}
`
	for name, text := range map[string]string{"applicationHost.config": rules, "lync.yml": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(filepath.Join(dir, "lync.yml"))
	if err != nil {
		t.Fatal(err)
	}
	report := new(FrontEnd).Inspect(c, log.NewNopLogger())
	if diff := cmp.Diff([]string{"rewrite_rule_domain_absent litware.com"}, found(report)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// Without a file nothing is inspected.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	if report := new(FrontEnd).Inspect(&config.Config{}, log.NewNopLogger()); report != nil {
		t.Errorf("report %v", report)
	}
}

// That files cannot be read is logged once, and once when they can be again. A
// new configuration is judged anew although the files are the same.
func TestInspectAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "applicationHost.config")
	var lines strings.Builder
	logger := log.NewLogfmtLogger(&lines)
	var f FrontEnd
	inspect := func(domains ...string) *Report {
		c := &config.Config{IIS: config.IIS{ApplicationHostConfig: path}}
		for _, name := range domains {
			c.Domains = append(c.Domains, &config.Domain{Name: name})
		}
		lines.Reset()
		return f.Inspect(c, logger)
	}
	for _, want := range []int{1, 0} {
		inspect()
		if got := strings.Count(lines.String(), "cannot be read"); got != want {
			t.Errorf("logged %q", lines.String())
		}
	}
	if err := os.WriteFile(path, []byte(frontEnd("", "", 2)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		inspect()
		if got := strings.Count(lines.String(), "are read again"); got != want {
			t.Errorf("logged %q", lines.String())
		}
	}
	for _, domain := range []string{"a.example", "b.example"} {
		if diff := cmp.Diff([]string{"rewrite_rule_domain_absent " + domain}, found(inspect(domain))); diff != "" {
			t.Errorf("findings (-want +got):\n%s", diff)
		}
	}
}
