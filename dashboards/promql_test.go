package dashboards

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// contract is the labels of each metric that a dashboard may use.
type contract map[string][]string

func readContract(t *testing.T) contract {
	t.Helper()
	data, err := os.ReadFile("testdata/metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := contract{}
	for line := range strings.Lines(string(data)) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] != "#" {
			c[fields[0]] = append([]string{"job", "instance"}, fields[1:]...)
		}
	}
	return c
}

// selector is a metric with its matchers as written.
type selector struct{ metric, matchers string }

var (
	selectorForm = regexp.MustCompile(`([a-zA-Z_][a-zA-Z0-9_:]*)\{([^{}]*)\}`)
	metricForm   = regexp.MustCompile(`\b(lync_[a-z0-9_]+|up)\b`)
	labelForm    = regexp.MustCompile(`(?:^|,)([a-z_0-9]+)(?:=~|!~|!=|=)"`)
	groupForm    = regexp.MustCompile(`\b([a-z_]+) by \(([^)]*)\) \(`)
	matchForm    = regexp.MustCompile(`\b(?:on|ignoring|group_left|group_right) ?\(([^)]*)\)`)
	stringForm   = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	legendForm   = regexp.MustCompile(`\{\{([a-z0-9_]+)\}\}`)
)

func selectors(expr string) []selector {
	var found []selector
	for _, m := range selectorForm.FindAllStringSubmatch(expr, -1) {
		found = append(found, selector{m[1], m[2]})
	}
	return found
}

// labelsMatched are the labels that a selector's matchers name.
func (s selector) labelsMatched() []string {
	var labels []string
	for _, m := range labelForm.FindAllStringSubmatch(s.matchers, -1) {
		labels = append(labels, m[1])
	}
	return labels
}

// group is an aggregation: the labels it keeps and what it aggregates.
type group struct {
	op     string
	labels []string
	body   string
}

func groups(expr string) []group {
	var found []group
	for _, m := range groupForm.FindAllStringSubmatchIndex(expr, -1) {
		found = append(found, group{op: expr[m[2]:m[3]], labels: splitLabels(expr[m[4]:m[5]]), body: enclosed(expr[m[1]:])})
	}
	return found
}

// enclosed is the text up to the parenthesis that closes one opened before it.
func enclosed(s string) string {
	depth := 1
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return s[:i]
		}
	}
	return s
}

func splitLabels(s string) []string {
	var labels []string
	for l := range strings.SplitSeq(s, ",") {
		if l = strings.TrimSpace(l); l != "" {
			labels = append(labels, l)
		}
	}
	return labels
}

// kept are the labels of an expression's result: those of its outermost
// aggregation, and the name that it was given. topk and bottomk keep whole series.
func kept(expr string) []string {
	for _, g := range groups(expr) {
		switch {
		case g.op == "topk" || g.op == "bottomk":
		case strings.Contains(expr, g.body+")") && strings.Contains(expr[strings.Index(expr, g.body)+len(g.body):], "group_left (name)"):
			return append(slices.Clone(g.labels), "name")
		default:
			return g.labels
		}
	}
	return nil
}

// mistakes says what is wrong with a query by the contract: metrics and labels
// that do not exist, series that are not selected by the variables.
func (c contract) mistakes(expr string) []string {
	var wrong []string
	for _, s := range selectors(expr) {
		labels, ok := c[s.metric]
		if !ok {
			wrong = append(wrong, "no metric "+s.metric)
			continue
		}
		for _, l := range s.labelsMatched() {
			if !slices.Contains(labels, l) {
				wrong = append(wrong, s.metric+" has no label "+l)
			}
		}
		if s.metric != "ALERTS" && slices.Contains(labels, "domain") && !strings.Contains(s.matchers, `domain=~"$domain",view=~"$view"`) {
			wrong = append(wrong, s.metric+" is not limited to the chosen SIP domains and views")
		}
	}
	bare := stringForm.ReplaceAllString(selectorForm.ReplaceAllString(expr, ""), "")
	for _, m := range metricForm.FindAllString(bare, -1) {
		wrong = append(wrong, m+" is not limited by any matcher")
	}
	for _, g := range groups(expr) {
		for _, l := range g.labels {
			if !c.has(g.body, l) {
				wrong = append(wrong, "nothing in "+g.op+" by has a label "+l)
			}
		}
	}
	for _, m := range matchForm.FindAllStringSubmatch(expr, -1) {
		for _, l := range splitLabels(m[1]) {
			if !c.has(expr, l) {
				wrong = append(wrong, "nothing to match by label "+l)
			}
		}
	}
	return wrong
}

// has says whether an expression has a label: all its metrics do, or, where it
// joins metrics, one of them.
func (c contract) has(expr, label string) bool {
	if strings.Contains(expr, `"`+label+`", "$1"`) {
		return true // made by label_replace
	}
	joined := matchForm.MatchString(expr)
	found := false
	for _, s := range selectors(expr) {
		has := slices.Contains(c[s.metric], label)
		if !has && !joined {
			return false
		}
		found = found || has
	}
	return found
}

// balanced says whether parentheses and brackets outside of strings close.
func balanced(expr string) bool {
	var open []rune
	closes := map[rune]rune{')': '(', ']': '[', '}': '{'}
	for _, r := range stringForm.ReplaceAllString(expr, "") {
		switch r {
		case '(', '[', '{':
			open = append(open, r)
		case ')', ']', '}':
			if len(open) == 0 || open[len(open)-1] != closes[r] {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0
}

func TestContractFindsMistakes(t *testing.T) {
	c := readContract(t)
	for _, tc := range []struct{ name, expr string }{
		{"unknown metric", series("lync_capability_upp")},
		{"unknown label matched", series("lync_capability_up", `reason="x"`)},
		{"unknown label kept", agg("max", "domain, role", series("lync_capability_up"))},
		{"label of one side of a union only", agg("sum", "capability", series("lync_capability_up")+" or "+series("lync_check_success"))},
		{"unknown label joined", series("lync_capability_up") + " and on (role) " + series("lync_check_success")},
		{"no matchers", "sum(lync_capability_up)"},
		{"all domains", exporter("lync_capability_up")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if len(c.mistakes(tc.expr)) == 0 {
				t.Errorf("no mistake found in %s", tc.expr)
			}
		})
	}
}

func TestEveryQueryKeepsTheContract(t *testing.T) {
	c := readContract(t)
	used := map[string]bool{}
	for _, d := range All() {
		for _, p := range d.everyPanel() {
			for _, target := range p.Targets {
				for _, wrong := range c.mistakes(target.Expr) {
					t.Errorf("%s, %s: %s: %s", d.Title, p.Title, wrong, target.Expr)
				}
				for _, m := range legendForm.FindAllStringSubmatch(target.LegendFormat, -1) {
					if !slices.Contains(kept(target.Expr), m[1]) {
						t.Errorf("%s, %s: the legend names %s, which the result has not: %s", d.Title, p.Title, m[1], target.Expr)
					}
				}
				for _, s := range selectors(target.Expr) {
					used[s.metric] = true
				}
			}
		}
	}
	for metric := range c {
		if !used[metric] && !strings.HasPrefix(metric, "lync_iis_") {
			t.Errorf("%s is on no dashboard", metric)
		}
	}
}

func TestQueriesHaveNoVariablesLeft(t *testing.T) {
	queries := Queries()
	panels := 0
	for _, d := range All() {
		panels += len(d.everyPanel())
	}
	if len(queries) < panels {
		t.Errorf("%d queries for %d panels", len(queries), panels)
	}
	for _, q := range queries {
		if strings.ContainsAny(strings.ReplaceAll(q.Expr, `"$1"`, ""), "$\n") {
			t.Errorf("%s, %s: %s", q.Dashboard, q.Panel, q.Expr)
		}
	}
}
