package dashboards

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rule is a rule of Grafana's dashboard-linter, here for all types of panels.
// broken makes a good dashboard violate it.
type rule struct {
	name   string
	check  func(Dashboard) []string
	broken func(*Dashboard)
}

var (
	variableForm = regexp.MustCompile(`\$(?:\{([A-Za-z_]+)(?:[:.][^}]*)?\}|([A-Za-z_]+))`)
	queryForm    = regexp.MustCompile(`^label_values\((.+), ?([a-z_]+)\)$`)
	rateForm     = regexp.MustCompile(`\b(rate|irate|increase)\(([^\[\]]*)\[([^\]]*)\]\)`)
	rangeForm    = regexp.MustCompile(`\b([a-z_]+)\([^()\[\]]*\[([^\]]*)\]`)
	counterForm  = regexp.MustCompile(`\b[a-z_]+_total\b`)
	units        = []string{"none", "s", "d", "percentunit", "ops", "dateTimeAsIso", "dateTimeFromNow", "dtdurationms"}
)

func rules() []rule {
	firstQuery := func(d *Dashboard) *string {
		for i := range d.Panels {
			if len(d.Panels[i].Targets) > 0 {
				return &d.Panels[i].Targets[0].Expr
			}
		}
		return nil
	}
	swap := func(old, new string) func(*Dashboard) {
		return func(d *Dashboard) { e := firstQuery(d); *e = strings.ReplaceAll(*e, old, new) }
	}
	set := func(expr string) func(*Dashboard) { return func(d *Dashboard) { *firstQuery(d) = expr } }
	isPrometheus := func(d Dashboard) []string {
		return eachTarget(d, func(_ Panel, t Target) string {
			return unless(t.Datasource == prometheus, "data source "+t.Datasource.Type)
		})
	}
	loki := func(d *Dashboard) { d.Panels[0].Targets[0].Datasource.Type = "loki" }
	return []rule{
		{"template-datasource-rule", func(d Dashboard) []string {
			v, ok := d.variable("datasource")
			return compact(unless(ok && v.Type == "datasource" && v.Query == "prometheus" && v.Label == "Data source", "no variable datasource"))
		}, func(d *Dashboard) { d.named("datasource").Label = "datasource" }},
		{"template-job-rule", requiredVariable("job", "Job"), func(d *Dashboard) { d.named("job").Multi = false }},
		{"template-instance-rule", requiredVariable("instance", "Instance"), func(d *Dashboard) { d.named("instance").AllValue = ".*" }},
		{"template-label-promql-rule", func(d Dashboard) []string {
			return eachVariable(d, func(v Variable) string {
				m := queryForm.FindStringSubmatch(v.Query)
				return unless(v.Type != "query" || m != nil && balanced(m[1]), "query "+v.Query)
			})
		}, func(d *Dashboard) { d.named("job").Query = "label_valeus(up, job)" }},
		{"template-on-time-change-reload-rule", func(d Dashboard) []string {
			return eachVariable(d, func(v Variable) string { return unless(v.Type != "query" || v.Refresh == 2, "refresh") })
		}, func(d *Dashboard) { d.named("domain").Refresh = 1 }},
		{"panel-datasource-rule", func(d Dashboard) []string {
			return eachPanel(d, func(p Panel) string {
				return unless(p.Datasource != nil && *p.Datasource == prometheus, "data source")
			})
		}, func(d *Dashboard) { d.Panels[0].Datasource.UID = "abc" }},
		{"panel-title-description-rule", func(d Dashboard) []string {
			return eachPanel(d, func(p Panel) string {
				return unless(p.Title != "" && strings.HasSuffix(p.Description, "."), "title or description")
			})
		}, func(d *Dashboard) { d.Panels[0].Description = "" }},
		{"panel-units-rule", func(d Dashboard) []string { return eachPanel(d, unitMistake) },
			func(d *Dashboard) {
				d.Panels[0].FieldConfig.Defaults.Mappings, d.Panels[0].FieldConfig.Defaults.Unit = nil, "seconds"
			}},
		{"panel-no-targets-rule", func(d Dashboard) []string {
			return eachPanel(d, func(p Panel) string { return unless(len(p.Targets) > 0, "no query") })
		}, func(d *Dashboard) { d.Panels[0].Targets = nil }},
		{"target-logql-rule", isPrometheus, loki},
		{"target-logql-auto-rule", isPrometheus, loki},
		{"target-promql-rule", func(d Dashboard) []string {
			return eachTarget(d, func(_ Panel, t Target) string {
				return unless(balanced(t.Expr) && len(selectors(t.Expr)) > 0, "query "+t.Expr)
			})
		}, set("sum(up{")},
		{"target-rate-interval-rule", func(d Dashboard) []string { return eachTarget(d, rangeMistake) },
			set("rate(" + exporter("lync_exporter_dns_queries_total") + "[5m])")},
		{"target-job-rule", everySelector(`job=~"$job"`), swap(`job=~"$job",`, "")},
		{"target-instance-rule", everySelector(`instance=~"$instance"`), swap(`instance=~"$instance"`, `instance="$instance"`)},
		{"target-counter-agg-rule", func(d Dashboard) []string {
			return eachTarget(d, func(_ Panel, t Target) string {
				return unless(!counterForm.MatchString(rateForm.ReplaceAllString(t.Expr, "")), "counter without rate: "+t.Expr)
			})
		}, set("sum(" + exporter("lync_exporter_dns_queries_total") + ")")},
		{"uneditable-dashboard", func(d Dashboard) []string { return compact(unless(!d.Editable, "editable")) },
			func(d *Dashboard) { d.Editable = true }},
	}
}

func TestDashboardLinter(t *testing.T) {
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			for _, d := range All() {
				for _, wrong := range r.check(d) {
					t.Errorf("%s: %s", d.Title, wrong)
				}
				bad := copyOf(t, d)
				r.broken(&bad)
				if len(r.check(bad)) == 0 {
					t.Errorf("%s: the rule does not find what is broken on purpose", d.Title)
				}
			}
		})
	}
}

func copyOf(t *testing.T, d Dashboard) Dashboard {
	t.Helper()
	data, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var c Dashboard
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// unitMistake: a panel has a known unit or value mappings.
func unitMistake(p Panel) string {
	if len(p.FieldConfig.Defaults.Mappings) > 0 {
		return ""
	}
	used := []string{p.FieldConfig.Defaults.Unit}
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if property.ID == "unit" {
				used = append(used, fmt.Sprint(property.Value))
			}
		}
	}
	for _, u := range used {
		if !slices.Contains(units, u) {
			return fmt.Sprintf("unit %q", u)
		}
	}
	return ""
}

// rangeMistake: rate and its like look back over $__rate_interval, other
// functions over an interval of Grafana's, never a fixed one.
func rangeMistake(_ Panel, t Target) string {
	for _, m := range rangeForm.FindAllStringSubmatch(t.Expr, -1) {
		isRate := slices.Contains([]string{"rate", "irate", "increase"}, m[1])
		if isRate != (m[2] == "$__rate_interval") || !strings.HasPrefix(m[2], "$__") {
			return m[0]
		}
	}
	return ""
}

func requiredVariable(name, label string) func(Dashboard) []string {
	return func(d Dashboard) []string {
		v, ok := d.variable(name)
		good := ok && v.Type == "query" && v.Label == label && v.Multi && v.IncludeAll && v.AllValue == ".+" &&
			v.Datasource != nil && *v.Datasource == prometheus && strings.HasSuffix(v.Query, name+")")
		return compact(unless(good, "variable "+name))
	}
}

func everySelector(matcher string) func(Dashboard) []string {
	return func(d Dashboard) []string {
		return eachTarget(d, func(_ Panel, t Target) string {
			for _, s := range selectors(t.Expr) {
				// Rules and alerts have lost the instance, some the job.
				recorded := strings.Contains(s.metric, ":") || strings.HasPrefix(s.metric, "ALERTS")
				if !recorded && !strings.Contains(s.matchers, matcher) {
					return s.metric + " without " + matcher
				}
			}
			return ""
		})
	}
}

// named is a variable, to be changed.
func (d *Dashboard) named(name string) *Variable {
	return &d.Templating.List[slices.IndexFunc(d.Templating.List, func(v Variable) bool { return v.Name == name })]
}

func (d Dashboard) variable(name string) (Variable, bool) {
	for _, v := range d.Templating.List {
		if v.Name == name {
			return v, true
		}
	}
	return Variable{}, false
}

func eachVariable(d Dashboard, check func(Variable) string) []string {
	var wrong []string
	for _, v := range d.Templating.List {
		if w := check(v); w != "" {
			wrong = append(wrong, v.Name+": "+w)
		}
	}
	return wrong
}

func eachPanel(d Dashboard, check func(Panel) string) []string {
	var wrong []string
	for _, p := range d.everyPanel() {
		if w := check(p); w != "" {
			wrong = append(wrong, p.Title+": "+w)
		}
	}
	return wrong
}

func eachTarget(d Dashboard, check func(Panel, Target) string) []string {
	var wrong []string
	for _, p := range d.everyPanel() {
		for _, t := range p.Targets {
			if w := check(p, t); w != "" {
				wrong = append(wrong, p.Title+": "+w)
			}
		}
	}
	return wrong
}

func unless(ok bool, wrong string) string {
	if ok {
		return ""
	}
	return wrong
}

func compact(wrong ...string) []string {
	return slices.DeleteFunc(wrong, func(w string) bool { return w == "" })
}
