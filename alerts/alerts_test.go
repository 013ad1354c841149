package alerts_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/lync-exporter/lync_exporter/alerts"
)

const (
	runbook    = "../docs/runbook.md"
	runbookURL = "https://github.com/lync-exporter/lync_exporter/blob/main/docs/runbook.md#"
)

type ruleFile struct {
	Groups []struct {
		Name  string
		Rules []rule
	}
}

type rule struct {
	Alert, Record, Expr string
	For                 string
	KeepFiringFor       string `yaml:"keep_firing_for"`
	Labels, Annotations map[string]string
}

func parse(t *testing.T, text string) []rule {
	t.Helper()
	var file ruleFile
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	var rules []rule
	for _, g := range file.Groups {
		rules = append(rules, g.Rules...)
	}
	if len(rules) == 0 {
		t.Fatal("no rules")
	}
	return rules
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// alertsOf are the rules of a file that are alerts.
func alertsOf(t *testing.T, text string) []rule {
	t.Helper()
	return slices.DeleteFunc(parse(t, text), func(r rule) bool { return r.Alert == "" })
}

func TestAlertsFollowTheConventions(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range alertsOf(t, alerts.Rules) {
		t.Run(r.Alert, func(t *testing.T) {
			if seen[r.Alert] {
				t.Error("the name is taken")
			}
			seen[r.Alert] = true
			if !regexp.MustCompile(`^Lync([A-Z][A-Za-z0-9]+)$`).MatchString(r.Alert) {
				t.Error("the name is not Lync and words in camel case")
			}
			if r.For == "" {
				t.Error("fires at the first wrong answer: no `for`")
			}
			if want := []string{"severity"}; !slices.Equal(keys(r.Labels), want) {
				t.Errorf("labels %q, want %q", keys(r.Labels), want)
			}
			if !slices.Contains([]string{"critical", "warning", "info"}, r.Labels["severity"]) {
				t.Errorf("severity %q", r.Labels["severity"])
			}
			if want := []string{"dashboard_url", "description", "runbook_url", "summary"}; !slices.Equal(keys(r.Annotations), want) {
				t.Errorf("annotations %q, want %q", keys(r.Annotations), want)
			}
			if s := r.Annotations["summary"]; !strings.HasSuffix(s, ".") || !strings.Contains(s, "$labels.") && r.Alert != "LyncExporterAbsent" {
				t.Errorf("summary %q is not a sentence that names a server or a SIP domain", s)
			}
			for _, part := range []string{"Why it matters: ", "First: ", "http://localhost:10077/"} {
				if !strings.Contains(r.Annotations["description"], part) {
					t.Errorf("the description lacks %q", part)
				}
			}
			if regexp.MustCompile(`\breason\s*(=|!)`).MatchString(r.Expr + r.Annotations["description"]) {
				t.Error("compares a reason code as a string")
			}
			if got, want := r.Annotations["runbook_url"], runbookURL+strings.ToLower(r.Alert); got != want {
				t.Errorf("runbook_url %q, want %q", got, want)
			}
		})
	}
}

func keys(m map[string]string) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// testFile is a file of `promtool test rules`.
type testFile struct{ Tests []testCase }

type testCase struct {
	Name        string
	AlertTests  []alertTest `yaml:"alert_rule_test"`
	RecordTests []struct {
		Expr    string
		Samples []any `yaml:"exp_samples"`
	} `yaml:"promql_expr_test"`
}

type alertTest struct {
	Alertname string
	Alerts    []struct {
		Labels      map[string]string `yaml:"exp_labels"`
		Annotations map[string]string `yaml:"exp_annotations"`
	} `yaml:"exp_alerts"`
}

// testCases are the cases of all files, by name. Two must not share one.
func testCases(t *testing.T) map[string]testCase {
	t.Helper()
	names, err := filepath.Glob("*_test.yml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	cases := map[string]testCase{}
	for _, name := range names {
		var file testFile
		if err := yaml.Unmarshal([]byte(read(t, name)), &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range file.Tests {
			if _, taken := cases[c.Name]; taken {
				t.Errorf("two cases are named %q", c.Name)
			}
			cases[c.Name] = c
		}
	}
	return cases
}

// course says at which of its times a case expects an alert, in order: "-+-"
// is not yet, firing, no longer.
func (c testCase) course(alert string) string {
	var b strings.Builder
	for _, a := range c.AlertTests {
		switch {
		case a.Alertname != alert:
		case len(a.Alerts) == 0:
			b.WriteByte('-')
		default:
			b.WriteByte('+')
		}
	}
	return b.String()
}

func TestEveryAlertIsTested(t *testing.T) {
	t.Parallel()
	cases := testCases(t)
	kinds := []struct{ suffix, course string }{
		{"fires", `^-+\++$`},
		{"stays quiet while all is well", `^-{2,}$`},
		{"resolves", `^\++-+$`},
	}
	for _, r := range alertsOf(t, alerts.Rules) {
		for _, kind := range kinds {
			name := r.Alert + " " + kind.suffix
			c, ok := cases[name]
			if !ok {
				t.Errorf("no case %q", name)
				continue
			}
			if got := c.course(r.Alert); !regexp.MustCompile(kind.course).MatchString(got) {
				t.Errorf("case %q goes %q, want %s (-: silent, +: fires)", name, got, kind.course)
			}
			for _, a := range c.AlertTests {
				for _, expected := range a.Alerts {
					if len(expected.Labels) == 0 || len(expected.Annotations) != len(r.Annotations) {
						t.Errorf("case %q does not say all labels and annotations", name)
					}
				}
			}
		}
	}
}

func TestEveryRecordingRuleIsTested(t *testing.T) {
	t.Parallel()
	cases := testCases(t)
	for _, r := range parse(t, alerts.Recording) {
		for suffix, wantSamples := range map[string]bool{"records": true, "rides out a lost probe": true, "has no value where nothing is known": false} {
			name := r.Record + " " + suffix
			c, ok := cases[name]
			if !ok || len(c.RecordTests) == 0 {
				t.Errorf("no case %q", name)
				continue
			}
			for _, q := range c.RecordTests {
				if q.Expr != r.Record || (len(q.Samples) > 0) != wantSamples {
					t.Errorf("case %q asks for %q and expects %d samples", name, q.Expr, len(q.Samples))
				}
			}
		}
	}
}

// sections are the second-level sections of a Markdown text by their anchor.
func sections(text string) map[string]string {
	found := map[string]string{}
	for _, part := range strings.Split("\n"+text, "\n## ")[1:] {
		title, body, _ := strings.Cut(part, "\n")
		found[strings.ToLower(strings.ReplaceAll(title, " ", "-"))] = body
	}
	return found
}

func TestEveryAlertHasItsSectionInTheRunbook(t *testing.T) {
	t.Parallel()
	chapters := sections(read(t, runbook))
	for _, r := range alertsOf(t, alerts.Rules) {
		anchor := strings.ToLower(r.Alert)
		body, ok := chapters[anchor]
		if !ok {
			t.Errorf("%s has no section %q", runbook, r.Alert)
			continue
		}
		delete(chapters, anchor)
		for _, part := range []string{"**Cause.**", "**Effect.**", "**Repair.**"} {
			if !strings.Contains(body, part) {
				t.Errorf("the section of %s lacks %s", r.Alert, part)
			}
		}
		for _, code := range reasonCodes(r) {
			if !strings.Contains(body, "findings.md#"+code+")") {
				t.Errorf("the section of %s does not link to %s, which its text names", r.Alert, code)
			}
		}
	}
	for anchor := range chapters {
		if strings.HasPrefix(anchor, "lync") {
			t.Errorf("%s has a section %q without an alert", runbook, anchor)
		}
	}
}

// reasonCodes are those whose page an alert's text links to.
func reasonCodes(r rule) []string {
	var codes []string
	for _, m := range regexp.MustCompile(`/findings/([a-z0-9_]+)`).FindAllStringSubmatch(r.Annotations["description"], -1) {
		codes = append(codes, m[1])
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func TestReasonCodesOfTheRunbookAreExplained(t *testing.T) {
	t.Parallel()
	explained := regexp.MustCompile(`(?m)^#+ ([a-z0-9_]+)$`).FindAllStringSubmatch(strings.ReplaceAll(read(t, "../docs/findings.md"), "`", ""), -1)
	known := map[string]bool{}
	for _, m := range explained {
		known[m[1]] = true
	}
	links := regexp.MustCompile("\\[`([a-z0-9_]+)`\\]\\(findings\\.md#([a-z0-9_]+)\\)").FindAllStringSubmatch(read(t, runbook), -1)
	if len(links) == 0 {
		t.Fatal("the runbook links to no finding")
	}
	for _, m := range links {
		if m[1] != m[2] || !known[m[1]] {
			t.Errorf("the runbook says %s, which docs/findings.md does not explain", m[0])
		}
	}
}

// vocabulary reads the metrics and their labels that rules may use.
func vocabulary(t *testing.T) map[string][]string {
	t.Helper()
	known := map[string][]string{}
	lines := bufio.NewScanner(strings.NewReader(read(t, "../dashboards/testdata/metrics.txt")))
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 0 && words[0] != "#" {
			known[words[0]] = append([]string{"job", "instance"}, words[1:]...)
		}
	}
	return known
}

var (
	metricName = regexp.MustCompile(`\b(?:[a-z_]+:)?lync_[a-z_0-9]+(?::[a-z0-9_]+)?`)
	selector   = regexp.MustCompile(`\b(up|(?:[a-z_]+:)?lync_[a-z_]+(?::[a-z0-9_]+)?)\{([^{}]*)\}`)
	matcher    = regexp.MustCompile(`([a-z_]+)(?:=~|!~|!=|=)(?:"[^"]*"|%(?:\[\d\])?q)`)
	labelList  = regexp.MustCompile(`\b(?:by|on|without|ignoring)\s*\(([a-z_0-9, ]+)\)`)
	labelUse   = regexp.MustCompile(`(?:\$labels|\.Labels)\.([a-zA-Z_0-9]+)`)
)

func TestRulesNameOnlyMetricsAndLabelsThatExist(t *testing.T) {
	t.Parallel()
	known := vocabulary(t)
	labels := map[string]bool{"job": true, "instance": true, "host": true, "cause": true, "capability": true, "name": true} // made by label_replace, too
	for _, list := range known {
		for _, l := range list {
			labels[l] = true
		}
	}
	rules := append(parse(t, alerts.Rules), parse(t, alerts.Recording)...)
	for _, r := range rules {
		if r.Record != "" {
			known[r.Record] = []string{"job", "domain", "view", "capability", "role", "target", "host", "address", "fingerprint_sha256", "cause"}
		}
	}
	for _, r := range rules {
		text := r.Expr + " " + r.Annotations["description"]
		t.Run(r.Alert+r.Record, func(t *testing.T) {
			for _, name := range metricName.FindAllString(text, -1) {
				if _, ok := known[name]; !ok && name != "lync_exporter" {
					t.Errorf("no metric %s", name)
				}
			}
			for _, s := range selector.FindAllStringSubmatch(text, -1) {
				for _, m := range matcher.FindAllStringSubmatch(s[2], -1) {
					if !slices.Contains(known[s[1]], m[1]) {
						t.Errorf("%s has no label %s", s[1], m[1])
					}
				}
			}
			for _, l := range labelList.FindAllStringSubmatch(text, -1) {
				for name := range strings.SplitSeq(l[1], ",") {
					if !labels[strings.TrimSpace(name)] {
						t.Errorf("no label %s", name)
					}
				}
			}
			for _, l := range labelUse.FindAllStringSubmatch(text, -1) {
				if !labels[l[1]] {
					t.Errorf("no label %s", l[1])
				}
			}
		})
	}
}

// A template of a label that the series does not have prints nothing, so nobody
// would notice.
func TestExpectedTextsHaveNoGaps(t *testing.T) {
	t.Parallel()
	for name, c := range testCases(t) {
		for _, a := range c.AlertTests {
			for _, expected := range a.Alerts {
				text := expected.Annotations["description"]
				if regexp.MustCompile(`  | [,.)](?:\s|$)|\(view \)|<no value>`).MatchString(text) {
					t.Errorf("case %q expects a text with a gap: %s", name, text)
				}
			}
		}
	}
}

func TestCommittedFilesAreWhatTheMixinGenerates(t *testing.T) {
	t.Parallel()
	files, err := alerts.Generate("")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := f.Name
		if name == "prometheusrule.yml" {
			name = "../examples/kubernetes/" + name
		}
		if diff := cmp.Diff(f.Text, read(t, name)); diff != "" {
			t.Errorf("%s is not up to date, run go generate ./alerts (-want +got):\n%s", name, diff)
		}
	}
}

// An alert that holds back others comes no later than they do and goes after
// them. Otherwise they slip through in the moment in which it has gone.
func TestAlertsOutlastThoseThatTheyHoldBack(t *testing.T) {
	t.Parallel()
	var config struct {
		Rules []struct {
			Sources []string `yaml:"source_matchers"`
			Targets []string `yaml:"target_matchers"`
		} `yaml:"inhibit_rules"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "../examples/alertmanager.yml")), &config); err != nil {
		t.Fatal(err)
	}
	named := func(matchers []string) []rule {
		form := regexp.MustCompile(`^alertname=~?"(.*)"$`).FindStringSubmatch(matchers[0])
		if form == nil {
			t.Fatalf("%q does not begin with the names of alerts", matchers)
		}
		found := slices.DeleteFunc(alertsOf(t, alerts.Rules), func(r rule) bool {
			return !regexp.MustCompile("^(?:" + form[1] + ")$").MatchString(r.Alert)
		})
		if len(found) == 0 {
			t.Errorf("no alert fits %s", matchers[0])
		}
		return found
	}
	pairs := 0
	for _, r := range config.Rules {
		for _, source := range named(r.Sources) {
			for _, target := range named(r.Targets) {
				if source.Alert == target.Alert {
					continue
				}
				pairs++
				// What flaps does so for longer than any of its outages.
				if strings.HasSuffix(target.Alert, "Flapping") {
					continue
				}
				if length(t, source.KeepFiringFor) <= length(t, target.KeepFiringFor) {
					t.Errorf("%s goes after %q, and %s, which it holds back, after %q", source.Alert, source.KeepFiringFor, target.Alert, target.KeepFiringFor)
				}
				if length(t, source.For) > length(t, target.For) {
					t.Errorf("%s comes after %q, and %s, which it holds back, after %q", source.Alert, source.For, target.Alert, target.For)
				}
			}
		}
	}
	if pairs == 0 {
		t.Error("nothing holds back anything")
	}
}

func length(t *testing.T, duration string) time.Duration {
	t.Helper()
	if duration == "" {
		return 0
	}
	if days, isDays := strings.CutSuffix(duration, "d"); isDays {
		duration = days + "h" // longer than all others either way
	}
	d, err := time.ParseDuration(duration)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestManifestHoldsTheSameGroups(t *testing.T) {
	t.Parallel()
	var manifest struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Spec       struct{ Groups []any }
	}
	if err := yaml.Unmarshal([]byte(read(t, "../examples/kubernetes/prometheusrule.yml")), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Kind != "PrometheusRule" || manifest.APIVersion != "monitoring.coreos.com/v1" {
		t.Errorf("the manifest is a %s of %s", manifest.Kind, manifest.APIVersion)
	}
	var want []any
	for _, source := range []string{alerts.Rules, alerts.Recording} {
		var file struct{ Groups []any }
		if err := yaml.Unmarshal([]byte(source), &file); err != nil {
			t.Fatal(err)
		}
		want = append(want, file.Groups...)
	}
	if diff := cmp.Diff(want, manifest.Spec.Groups); diff != "" {
		t.Errorf("the manifest differs from the rules (-rules +manifest):\n%s", diff)
	}
}

// Every setting is in one place, and is used: whoever changes one sees the rules,
// their texts or the dashboards change.
func TestEverySettingOfTheMixinChangesWhatItSays(t *testing.T) {
	t.Parallel()
	settings := regexp.MustCompile(`(?m)^    ([A-Za-z]+): (.*),$`).FindAllStringSubmatch(strings.Split(read(t, "mixin.libsonnet"), "  local config")[0], -1)
	if len(settings) < 30 {
		t.Fatalf("only %d settings found", len(settings))
	}
	// Each gets a value that nothing else has, and shows it.
	var changes strings.Builder
	shown := map[string]string{}
	for i, s := range settings {
		name := s[1]
		value, shows := fmt.Sprintf("'%dm'", 1000+i), fmt.Sprintf("%dm", 1000+i)
		switch {
		case strings.HasSuffix(name, "URL"):
			value, shows = fmt.Sprintf("'https://%s.test/'", name), "https://"+name+".test/"
		case name == "jobs":
			value, shows = `'job="sip"'`, `up{job="sip"}`
		case name == "page", name == "ticket", name == "internalViews":
			value, shows = "'"+name+"s'", name+"s"
		case name == "severities":
			value, shows = "{ LyncExporterDown: 'mild' }", "mild"
		case name == "blindChecks":
			value, shows = "0.96875", "< 0.03125"
		case !strings.HasPrefix(s[2], "'"):
			value, shows = fmt.Sprint(1000+i), fmt.Sprint(1000+i)
		}
		fmt.Fprintf(&changes, "%s: %s, ", name, value)
		shown[name] = shows
	}
	after := everythingWith(t, "{ _config+:: { "+changes.String()+" } }")
	for name, shows := range shown {
		if !strings.Contains(after, shows) {
			t.Errorf("%s is set and %q is nowhere", name, shows)
		}
	}
	for _, old := range []string{"localhost:10077", "localhost:3000", "lync-exporter/lync_exporter", "lync.*", "severity: critical", "severity: warning"} {
		if strings.Contains(after, old) {
			t.Errorf("%s is in more places than one", old)
		}
	}
	if _, err := alerts.Generate("{ _config+:: { } "); err == nil {
		t.Error("a mistake in the changes is taken")
	}
}

func rulesWith(t *testing.T, changes string) string {
	t.Helper()
	files, err := alerts.Generate(changes)
	if err != nil {
		t.Fatal(err)
	}
	return texts(files)
}

func everythingWith(t *testing.T, changes string) string {
	t.Helper()
	boards, err := alerts.Dashboards(changes)
	if err != nil {
		t.Fatal(err)
	}
	return rulesWith(t, changes) + texts(boards)
}

func texts(files []alerts.File) string {
	var text strings.Builder
	for _, f := range files {
		text.WriteString(f.Text)
	}
	return text.String()
}

func TestTheMixinHasTheDashboardsAsTheyAre(t *testing.T) {
	t.Parallel()
	boards, err := alerts.Dashboards("")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range boards {
		var want, got any
		if err := errors.Join(json.Unmarshal([]byte(read(t, "../dashboards/"+f.Name)), &want), json.Unmarshal([]byte(f.Text), &got)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-committed +mixin):\n%s", f.Name, diff)
		}
	}
}

// A selector is in every series of the exporter, and in none that a rule has
// made of them.
func TestSelectorOfTheMixinIsInEverySeries(t *testing.T) {
	t.Parallel()
	files, err := alerts.Generate("{ _config+:: { selector: 'job=\"sip\"' } }")
	if err != nil {
		t.Fatal(err)
	}
	raw := regexp.MustCompile(`(^|[^a-z_:"])(lync_[a-z_0-9]+)(\{[^}]*\})?`)
	for _, r := range slices.Concat(parse(t, files[0].Text), parse(t, files[1].Text)) {
		for _, found := range raw.FindAllStringSubmatch(r.Expr, -1) {
			if !strings.HasPrefix(found[3], `{job="sip"`) {
				t.Errorf("%s: %s%s is not selected", r.Alert+r.Record, found[2], found[3])
			}
		}
		if strings.Contains(r.Expr, `:last{job=`) || strings.Contains(r.Expr, `{job="sip",}`) {
			t.Errorf("%s selects what is recorded: %s", r.Alert+r.Record, r.Expr)
		}
	}
}

// The variables of the dashboards begin with the thresholds of the alerts.
func TestThresholdsOfTheMixinAreThoseOfTheDashboards(t *testing.T) {
	t.Parallel()
	boards, err := alerts.Dashboards("{ _config+:: { soonDays: 45, verySoonPart: 12 } }")
	if err != nil {
		t.Fatal(err)
	}
	type variable struct {
		Name, Query string
		Current     struct{ Value any }
	}
	var certificates struct{ Templating struct{ List []variable } }
	if err := json.Unmarshal([]byte(boards[0].Text), &certificates); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"soon_days": "45", "soon_part": "3", "very_soon_days": "7", "very_soon_part": "12"}
	for _, v := range certificates.Templating.List {
		if n, ok := want[v.Name]; ok && (v.Query != n || v.Current.Value != n) {
			t.Errorf("%s begins with %+v, want %s", v.Name, v, n)
		}
		delete(want, v.Name)
	}
	if len(want) > 0 {
		t.Errorf("no variables %v in %s", want, boards[0].Name)
	}
}
