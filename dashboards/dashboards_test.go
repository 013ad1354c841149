package dashboards

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommittedFilesAreWhatTheSourceGenerates(t *testing.T) {
	var want []string
	for _, d := range All() {
		want = append(want, d.File())
		generated, err := d.JSON()
		if err != nil {
			t.Fatal(err)
		}
		committed, err := os.ReadFile(d.File())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(generated, committed) {
			t.Errorf("%s is not what the source generates; run `go generate ./dashboards`\n%s", d.File(), cmp.Diff(string(committed), string(generated)))
		}
	}
	have, err := filepath.Glob("*.json")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("files in this folder (-want +have):\n%s", diff)
	}
}

func TestHead(t *testing.T) {
	uids := map[string]bool{}
	for _, d := range All() {
		if uids[d.UID] || d.UID == "" || len(d.UID) > 40 {
			t.Errorf("%s: uid %q is used twice, empty or too long", d.Title, d.UID)
		}
		uids[d.UID] = true
		if !slices.Contains(d.Tags, tag) || d.SchemaVersion != 42 || d.Refresh != "1m" || d.GraphTooltip != 1 ||
			d.Time != (TimeRange{From: "now-24h", To: "now"}) || d.Description == "" {
			t.Errorf("%s: head is %+v", d.Title, d)
		}
		others := slices.ContainsFunc(d.Links, func(l Link) bool {
			return l.Type == "link" && strings.HasPrefix(l.URL, "/d/lync-") && !l.IncludeVars && !strings.Contains(l.URL, "domain:queryparam") && l.KeepTime
		})
		if !others {
			t.Errorf("%s: no links to the other dashboards", d.Title)
		}
	}
}

func TestVariables(t *testing.T) {
	for _, d := range All() {
		data, err := d.JSON()
		if err != nil {
			t.Fatal(err)
		}
		used := map[string]bool{}
		for _, m := range variableForm.FindAllStringSubmatch(string(data), -1) {
			used[m[1]+m[2]] = true
		}
		for name := range used {
			if _, ok := d.variable(name); !ok && !strings.HasPrefix(name, "__") {
				t.Errorf("%s uses $%s, which is not defined", d.Title, name)
			}
		}
		for _, v := range d.Templating.List {
			if !used[v.Name] {
				t.Errorf("%s: $%s is defined and not used", d.Title, v.Name)
			}
			if v.Label == "" || v.Description == "" {
				t.Errorf("%s: $%s has no label or description", d.Title, v.Name)
			}
			single := d.UID == domainUID && (v.Name == "domain" || v.Name == "view")
			if v.Type == "query" && (v.Multi == single || v.IncludeAll == single || (v.AllValue == ".+") == single || v.Sort != 1) {
				t.Errorf("%s: $%s is not sorted, or takes the wrong number of values", d.Title, v.Name)
			}
		}
	}
}

func TestVariablesAskForWhatExists(t *testing.T) {
	c := readContract(t)
	for _, d := range All() {
		for _, v := range d.Templating.List {
			m := queryForm.FindStringSubmatch(v.Query)
			if m == nil {
				continue
			}
			names := metricForm.FindAllString(m[1], -1)
			if len(names) == 0 {
				t.Errorf("%s: $%s asks for no metric", d.Title, v.Name)
			}
			for _, name := range names {
				if !slices.Contains(c[name], m[2]) {
					t.Errorf("%s: $%s asks for %s, which has no label %s", d.Title, v.Name, name, m[2])
				}
			}
		}
	}
}

func TestGrid(t *testing.T) {
	for _, d := range All() {
		ids := map[int]bool{}
		for _, p := range append(slices.Clone(d.Panels), d.everyPanel()...) {
			if p.ID <= 0 {
				t.Errorf("%s, %s: no id", d.Title, p.Title)
			}
			if g := p.GridPos; g.W <= 0 || g.H <= 0 || g.X < 0 || g.X+g.W > 24 {
				t.Errorf("%s, %s: is at %+v", d.Title, p.Title, g)
			}
		}
		check := func(panels []Panel) {
			for i, p := range panels {
				if ids[p.ID] {
					t.Errorf("%s, %s: id %d is used twice", d.Title, p.Title, p.ID)
				}
				ids[p.ID] = true
				for _, q := range panels[:i] {
					if overlap(p.GridPos, q.GridPos) {
						t.Errorf("%s: %s and %s overlap", d.Title, p.Title, q.Title)
					}
				}
			}
		}
		check(d.Panels)
		for _, p := range d.Panels {
			if p.Type == "row" && p.Panels != nil {
				check(*p.Panels)
			}
		}
	}
}

func overlap(a, b GridPos) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

func TestTitlesWithinADashboardDiffer(t *testing.T) {
	for _, d := range All() {
		seen := map[string]bool{}
		for _, p := range d.everyPanel() {
			if seen[p.Title] {
				t.Errorf("%s: two panels are called %s", d.Title, p.Title)
			}
			seen[p.Title] = true
		}
	}
}

func TestLinksResolve(t *testing.T) {
	uids := map[string]bool{}
	for _, d := range All() {
		uids[d.UID] = true
	}
	for _, d := range All() {
		for _, p := range d.everyPanel() {
			for _, link := range dataLinks(p) {
				to, query, _ := strings.Cut(link.URL, "?")
				switch {
				case slices.Contains([]string{"${exporter}/findings/${__value.raw}", "${exporter}/domains/${__value.raw}", "${exporter}/domains/${domain}"}, link.URL):
				case link.URL == runbook+"#${__value.raw:lowercase}":
				case !uids[strings.TrimPrefix(to, "/d/")]:
					t.Errorf("%s, %s: link to %s", d.Title, p.Title, link.URL)
				case !strings.Contains(query, "var-domain=${__value.raw}") || !strings.Contains(query, "${__url_time_range}") || !strings.Contains(query, "${datasource:queryparam}"):
					t.Errorf("%s, %s: link %s loses what is chosen", d.Title, p.Title, link.URL)
				}
			}
		}
	}
}

func TestColumnsLink(t *testing.T) {
	for _, d := range All() {
		for _, p := range d.everyPanel() {
			for _, o := range p.FieldConfig.Overrides {
				switch o.Matcher.Options {
				case "SIP domain", "Reason":
					if !slices.ContainsFunc(o.Properties, func(p Property) bool { return p.ID == "links" }) {
						t.Errorf("%s, %s: column %s links nowhere", d.Title, p.Title, o.Matcher.Options)
					}
				}
			}
		}
	}
}

func dataLinks(p Panel) []DataLink {
	links := p.FieldConfig.Defaults.Links
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if l, ok := property.Value.([]DataLink); ok {
				links = append(links, l...)
			}
		}
	}
	return links
}

func TestLooks(t *testing.T) {
	kinds := []string{"stat", "timeseries", "table", "state-timeline", "bargauge"} // of Grafana's core
	for _, d := range All() {
		for _, p := range d.everyPanel() {
			at := d.Title + ", " + p.Title
			f := p.FieldConfig.Defaults
			if !slices.Contains(kinds, p.Type) {
				t.Errorf("%s: panel type %s", at, p.Type)
			}
			if p.Type == "table" && !strings.Contains(fmt.Sprint(p.FieldConfig.Overrides), "{noValue –}") {
				t.Errorf("%s: empty cells say %q", at, f.NoValue)
			}
			if f.NoValue == "" {
				t.Errorf("%s: no text for no value", at)
			}
			if p.Type == "stat" && f.Thresholds.Steps[0].Color != neutral {
				t.Errorf("%s: no data would be painted %s", at, f.Thresholds.Steps[0].Color)
			}
			if p.Type == "state-timeline" && (f.Color.Mode != "fixed" || len(f.Mappings) == 0) {
				t.Errorf("%s: states need mappings and a fixed colour", at)
			}
			for _, target := range p.Targets {
				if isRange := p.Type == "timeseries" || p.Type == "state-timeline" || p.Title == "Outages"; target.Range != isRange || target.Instant == isRange {
					t.Errorf("%s: a %s asks for range %v, instant %v", at, p.Type, target.Range, target.Instant)
				}
				if (p.Type == "table") != (target.Format == "table") {
					t.Errorf("%s: a %s asks for format %s", at, p.Type, target.Format)
				}
			}
		}
	}
}

// At a width of 1366, one of the grid's 24 units is 53 px. A letter of a title takes
// 7 px on average, a title's margins and the sign of its description 46 px, those
// of a column's header and its filter 40 px.
func TestTitlesAreNotCut(t *testing.T) {
	const unit, letter, aroundTitle, aroundHeader = 53, 7, 46, 40
	for _, d := range All() {
		for _, p := range d.everyPanel() {
			if need := letter*len(p.Title) + aroundTitle; need > unit*p.GridPos.W {
				t.Errorf("%s: the title %q needs %d px of %d", d.Title, p.Title, need, unit*p.GridPos.W)
			}
			for _, o := range p.FieldConfig.Overrides {
				for _, property := range o.Properties {
					if property.ID != "custom.width" {
						continue
					}
					// The last width counts; a wider one before it is no harm.
					last := o.Properties[len(o.Properties)-1]
					if last.ID != "custom.width" {
						last = property
					}
					if need := letter*len(o.Matcher.Options) + aroundHeader; need > last.Value.(int) {
						t.Errorf("%s, %s: the column %q needs %d px of %d", d.Title, p.Title, o.Matcher.Options, need, last.Value)
					}
				}
			}
		}
	}
}

// A table without a limit, a timeline or graph of something that there is for
// each SIP domain: with thousands of them Grafana shows nothing any more.
func TestNoPanelGrowsWithTheNumberOfDomains(t *testing.T) {
	perDomain := []string{"domain", "target", "instance", "subject_cn", "fingerprint_sha256", "host"}
	total := regexp.MustCompile(`^(count|sum|min|max)\(|\bvector\(`)
	limit := regexp.MustCompile(`\b(topk|bottomk)\(\d+,`)
	for _, d := range All() {
		if d.UID == domainUID {
			continue // shows one SIP domain
		}
		for _, p := range d.everyPanel() {
			for _, target := range p.Targets {
				grows := slices.ContainsFunc(kept(target.Expr), func(l string) bool { return slices.Contains(perDomain, l) })
				counted := total.MatchString(target.Expr)
				if grows && !counted && !limit.MatchString(target.Expr) {
					t.Errorf("%s, %s: no limit: %s", d.Title, p.Title, target.Expr)
				}
			}
		}
	}
}

func TestTablesShowTheLabelsOfTheirQueries(t *testing.T) {
	for _, d := range All() {
		for _, p := range d.everyPanel() {
			if p.Type != "table" {
				continue
			}
			at := d.Title + ", " + p.Title
			organize := p.Transformations[len(p.Transformations)-1].Options
			titles := map[string]bool{}
			var shown, asked []string
			for field, title := range organize["renameByName"].(settings) {
				titles[fmt.Sprint(title)] = true
				name, _, _ := strings.Cut(field, " (")
				switch i, isValue := strings.CutPrefix(name, "Value #"); {
				case name == "Value", name == "Time", name == "Lasted":
				case isValue:
					if int(i[0]-'A') >= len(p.Targets) {
						t.Errorf("%s: column %s has no query", at, field)
					}
				default:
					shown = append(shown, name)
				}
			}
			for _, target := range p.Targets {
				asked = append(asked, kept(target.Expr)...)
			}
			slices.Sort(shown)
			slices.Sort(asked)
			if diff := cmp.Diff(slices.Compact(asked), shown); diff != "" {
				t.Errorf("%s: labels (-asked for +shown):\n%s", at, diff)
			}
			for _, o := range p.FieldConfig.Overrides {
				if o.Matcher.ID == "byName" && !titles[o.Matcher.Options] {
					t.Errorf("%s: looks for a column %s that is not there", at, o.Matcher.Options)
				}
			}
			for _, s := range p.Options["sortBy"].([]settings) {
				if !titles[s["displayName"].(string)] {
					t.Errorf("%s: sorted by %v, which is not there", at, s)
				}
			}
		}
	}
}

// Grafana leaves the order as it is, without a word, where a table is sorted by a
// field that is not there.
func TestTablesAreSortedByFieldsThatTheyHave(t *testing.T) {
	for _, d := range All() {
		for _, p := range d.everyPanel() {
			fields := map[string]bool{}
			for i, target := range p.Targets {
				for _, label := range kept(target.Expr) {
					fields[label] = true
				}
				fields[value(p.Targets, i)] = true
			}
			for _, transformation := range p.Transformations {
				if transformation.ID != "sortBy" {
					continue
				}
				for _, s := range transformation.Options["sort"].([]settings) {
					if !fields[s["field"].(string)] {
						t.Errorf("%s, %s: sorted by %v, of %v", d.Title, p.Title, s, fields)
					}
				}
			}
		}
	}
}
