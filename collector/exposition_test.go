package collector

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/expfmt"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

var update = flag.Bool("update", false, "write the golden files")

// smallReport is one domain with a good check, a cut one and a finding.
func smallReport() *Report {
	s := subject("contoso.com")
	return &Report{Duration: 250 * time.Millisecond, Timeout: 10 * time.Second, Domains: []*DomainReport{{
		Domain: s.Domain, View: s.View,
		Capabilities: map[Capability]State{SignIn: Unknown, Federation: Down, Autodiscover: NotOffered, Meetings: Up},
		Checks: []CheckReport{
			{Name: "federation", Duration: 5 * time.Millisecond,
				Samples: Pack([]Sample{
					{federationTargetValid, nil, 0},
					{federationTargetInfo, []string{"sip.fabrikam.com", "foreign_domain"}, 1},
					{federationTargetInfo, []string{"sip.fabrikam.com", "foreign_domain"}, 1},
					{federationTargetInfo, []string{"\xff\x1b[31m" + strings.Repeat("ü", 200), "foreign_domain"}, 1},
					{federationTargetInfo, []string{"\xff\x1b[31m" + strings.Repeat("ü", 200) + "x", "foreign_domain"}, 1},
				}...),
				Findings: []Explained{{Check: "federation", Subject: federationRecord, Reason: "federation_target_foreign_domain", Severity: Critical}}},
			{Name: "tls", Err: errUnfinished, Duration: time.Second},
		}}}}
}

// What a remote party answered can neither repeat a series nor break the
// encoding.
func TestFamilies(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	encoder := expfmt.NewEncoder(&text, expfmt.NewFormat(expfmt.TypeTextPlain))
	for f := range smallReport().Families() {
		for _, m := range f.Metric {
			for _, l := range m.Label {
				if !utf8.ValidString(l.GetValue()) || len(l.GetValue()) > maxText {
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
	problems, err := testutil.GatherAndLint(smallReport())
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
	list, err := os.ReadFile("../dashboards/testdata/metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestJudgeCapability(t *testing.T) {
	t.Parallel()
	s := subject("contoso.com")
	critical := CheckReport{Findings: []Explained{{Reason: "federation_srv_missing", Severity: Critical, Breaks: Federation}}}
	warning := CheckReport{Findings: []Explained{{Reason: "federation_port_not_5061", Severity: Warning, Breaks: Federation}}}
	unknown := CheckReport{Err: errors.New("silence"), Unknown: []Capability{Federation}}
	noWay := []CheckReport{{Findings: []Explained{{Reason: "lyncdiscover_missing", Severity: Critical, Breaks: Autodiscover},
		{Reason: "client_srv_missing", Severity: Warning}, {Reason: "sip_host_missing", Severity: Warning}}}}
	unwanted := subject("contoso.com", func(s *Subject) { s.Domain.Federation = false })
	tests := []struct {
		name       string
		capability Capability
		subject    Subject
		topology   string
		checks     []CheckReport
		want       State
	}{
		{"nothing found", Federation, s, "on_premises", []CheckReport{{}}, Up},
		{"warning", Federation, s, "on_premises", []CheckReport{warning}, Up},
		{"critical", Federation, s, "on_premises", []CheckReport{warning, critical}, Down},
		{"unknown", Federation, s, "on_premises", []CheckReport{unknown}, Unknown},
		{"unknown does not hide what is known", Federation, s, "on_premises", []CheckReport{unknown, critical}, Down},
		{"another's fault", Autodiscover, s, "on_premises", []CheckReport{critical}, Up},
		{"not wanted", Federation, unwanted, "on_premises", []CheckReport{critical}, NotOffered},
		{"in the cloud", SignIn, s, "online", nil, NotOffered},
		{"federation in the cloud", Federation, s, "online", nil, Up},
		{"topology unknown", Federation, s, "", nil, Unknown},
		{"no Meet URL", Meetings, s, "on_premises", nil, NotOffered},
		{"no way in is left", SignIn, s, "on_premises", noWay, Down},
	}
	for _, tt := range tests {
		if got := judgeCapability(tt.capability, tt.subject, config.Topology(tt.topology), tt.checks); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
