package expose

import (
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/expfmt"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

var update = flag.Bool("update", false, "write the golden files")

// fault is a rule that exists only here.
var fault = &verdict.Rule{Code: "federation_target_foreign_domain", Severity: verdict.Critical, Breaks: verdict.Federation}

// metric is one of those that are exposed.
func metric(t *testing.T, name string) *verdict.Metric {
	t.Helper()
	i := slices.IndexFunc(AllMetrics(), func(m *verdict.Metric) bool { return m.Name == name })
	if i < 0 {
		t.Fatalf("there is no metric %s", name)
	}
	return AllMetrics()[i]
}

// small is one domain with a good check, a cut one and a finding.
func small(t *testing.T) Exposition {
	c, err := config.Default("contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	valid, target := metric(t, "lync_federation_target_valid"), metric(t, "lync_federation_target_info")
	return Exposition{Report: &survey.Report{Duration: 250 * time.Millisecond, Timeout: 10 * time.Second, Domains: []*survey.DomainReport{{
		Domain: c.Domains[0], View: c.Views[0], Topology: &inquiry.Topology{Kind: config.Hybrid},
		Capabilities: survey.States{survey.Unknown, survey.Down, survey.NotOffered, survey.Up},
		Checks: []survey.CheckReport{
			{Name: "federation", Duration: 5 * time.Millisecond, Findings: []verdict.Finding{fault.On("_sipfederationtls._tcp")}},
			{Name: "tls", Err: errors.New("the scrape ended first"), Duration: time.Second},
		},
		Samples: verdict.Join(verdict.Pack([]verdict.Sample{
			{Metric: valid},
			{Metric: target, Labels: []string{"sip.fabrikam.com", "foreign_domain"}, Value: 1},
			{Metric: target, Labels: []string{"sip.fabrikam.com", "foreign_domain"}, Value: 1},
			{Metric: target, Labels: []string{"\xff\x1b[31m" + strings.Repeat("ü", 200), "foreign_domain"}, Value: 1},
			{Metric: target, Labels: []string{"\xff\x1b[31m" + strings.Repeat("ü", 200) + "x", "foreign_domain"}, Value: 1},
		}...)),
	}}}}
}

// What a remote party answered can neither repeat a series nor break the
// encoding.
func TestFamilies(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	encoder := expfmt.NewEncoder(&text, expfmt.NewFormat(expfmt.TypeTextPlain))
	for f := range small(t).Families() {
		for _, m := range f.Metric {
			for _, l := range m.Label {
				if !utf8.ValidString(l.GetValue()) || len(l.GetValue()) > 256 {
					t.Errorf("label %s of %s is %q", l.GetName(), f.GetName(), l.GetValue())
				}
			}
		}
		if err := encoder.Encode(f); err != nil {
			t.Fatal(err)
		}
	}
	const golden = "testdata/small_report.prom"
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Errorf("exposition (-want +got):\n%s", diff)
	}
	problems, err := testutil.GatherAndLint(small(t))
	if len(problems) > 0 || err != nil {
		t.Errorf("promlint: %v %v", problems, err)
	}
}

// TestMetricsAreTheContract compares names and labels with the public list.
func TestMetricsAreTheContract(t *testing.T) {
	t.Parallel()
	got := map[string]bool{}
	for _, m := range AllMetrics() {
		if got[m.Name] {
			t.Errorf("%s is there twice", m.Name)
		}
		got[m.Name] = true
		if !strings.HasSuffix(m.Help, ".") {
			t.Errorf("the help of %s is no sentence: %s", m.Name, m.Help)
		}
	}
	for line := range strings.Lines(string(contract(t))) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, _, _ = strings.Cut(name, "{")
		if strings.HasPrefix(name, "lync_") && !strings.HasPrefix(name, "lync_exporter_") && !got[name] {
			t.Errorf("%s of the contract is missing", name)
		}
	}
}

func contract(t *testing.T) []byte {
	t.Helper()
	list, err := os.ReadFile("../../dashboards/testdata/metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// People look for the name that they write: a domain whose name is another in
// DNS has both.
func TestNameAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	c, err := config.Default("contoso.com", "Bücher.example")
	if err != nil {
		t.Fatal(err)
	}
	report := &survey.Report{}
	for _, d := range c.Domains {
		d.Detail = config.Essential
		report.Domains = append(report.Domains, &survey.DomainReport{Domain: d, View: c.Views[0]})
	}
	want := `# HELP lync_domain_name_info Always 1; the name of the SIP domain as people write it. Absent where it is the same as the label domain.
# TYPE lync_domain_name_info gauge
lync_domain_name_info{domain="xn--bcher-kva.example",unicode="bücher.example",view="external"} 1
`
	if err := testutil.GatherAndCompare(Exposition{Report: report}, strings.NewReader(want), "lync_domain_name_info"); err != nil {
		t.Error(err)
	}
}
