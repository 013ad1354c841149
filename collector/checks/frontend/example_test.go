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
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// example is a file of testdata: the files of a Front End, and before them what
// is to be found, a line each:
//
//	want: warning freb_enabled S     a finding; all of them are named, but for the number of rules
//	want: none                       there is no finding
//	series: lync_iis_rewrite_rules{site="S"} 3
//	no series: lync_iis_rewrite_rules
//	fix: TEXT                        one of the findings has this text in what to change
//
// In applicationHost.config, %SystemDrive% stands for the folder of the files.
type example struct {
	wants, series, absent, fixes []string
	files                        []txtar.File
}

func readExample(t *testing.T, path string) example {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	e := example{files: archive.Files}
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "want":
			e.wants = append(e.wants, value)
		case "series":
			e.series = append(e.series, value)
		case "no series":
			e.absent = append(e.absent, value)
		case "fix":
			e.fixes = append(e.fixes, value)
		}
	}
	if len(e.wants) == 0 {
		t.Fatalf("%s wants nothing, not even none", path)
	}
	return e
}

// inspect puts the files in a folder and inspects them.
func (e example) inspect(t *testing.T) *Report {
	t.Helper()
	dir := t.TempDir()
	files := append([]txtar.File{{Name: "lync.yml", Data: []byte("domains: [contoso.com]\niis: {application_host_config: applicationHost.config}\n")}}, e.files...)
	for _, file := range files {
		path := filepath.Join(dir, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		text := string(file.Data)
		if file.Name == "applicationHost.config" {
			text = strings.ReplaceAll(text, "%SystemDrive%", dir)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(filepath.Join(dir, "lync.yml"))
	if err != nil {
		t.Fatal(err)
	}
	return new(FrontEnd).Inspect(c, log.NewNopLogger())
}

func TestExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	shown := make(map[string]bool)
	for _, file := range files {
		e := readExample(t, file)
		for _, want := range e.wants {
			for _, r := range Rules() {
				shown[r.Code] = shown[r.Code] || strings.Contains(want, " "+r.Code+" ")
			}
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			e.compare(t, e.inspect(t))
		})
	}
	for _, r := range Rules() {
		if !shown[r.Code] {
			t.Errorf("no example has the finding %s", r.Code)
		}
	}
}

func (e example) compare(t *testing.T, r *Report) {
	t.Helper()
	counts := slices.ContainsFunc(e.wants, func(want string) bool { return strings.Contains(want, ruleCount.Code) })
	var findings, fixes, series []string
	for _, f := range r.Findings {
		if f.Rule != ruleCount || counts {
			findings = append(findings, fmt.Sprintf("%s %s %s", f.Severity, f.Rule.Code, f.Subject))
		}
		fixes = append(fixes, f.Fix("").String())
	}
	if len(findings) == 0 {
		findings = []string{"none"}
	}
	slices.Sort(findings)
	slices.Sort(e.wants)
	if diff := cmp.Diff(e.wants, findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	for _, fix := range e.fixes {
		if !strings.Contains(strings.Join(fixes, "\n"), fix) {
			t.Errorf("%q is in none of:\n%s", fix, strings.Join(fixes, "\n"))
		}
	}
	for _, m := range r.Samples.Metrics() {
		if !m.Plain || !slices.Contains(Metrics(), m) {
			t.Errorf("%s is not among the plain metrics of a Front End", m.Name)
		}
		for s := range r.Samples.Of(m) {
			series = append(series, seriesText(s))
		}
	}
	for _, want := range e.series {
		if !slices.Contains(series, want) {
			t.Errorf("series %s is none of:\n%s", want, strings.Join(series, "\n"))
		}
	}
	for _, absent := range e.absent {
		if slices.ContainsFunc(series, func(s string) bool { return strings.HasPrefix(s, absent+"{") || strings.HasPrefix(s, absent+" ") }) {
			t.Errorf("series %s is there", absent)
		}
	}
}

func seriesText(s verdict.Sample) string {
	if len(s.Labels) == 0 {
		return fmt.Sprintf("%s %.0f", s.Metric.Name, s.Value)
	}
	return fmt.Sprintf("%s{site=%q} %.0f", s.Metric.Name, s.Labels[0], s.Value)
}
