package dashboards

import (
	"strings"
)

// Query is one query of a panel, ready to be sent to Prometheus.
type Query struct {
	Dashboard string // uid
	Panel     string // title
	Expr      string
}

// Queries are all queries of all panels with everything chosen and a time
// range of a day. Each is also valid as an instant query.
func Queries() []Query {
	var queries []Query
	for _, d := range All() {
		for _, p := range d.everyPanel() {
			for _, t := range p.Targets {
				queries = append(queries, Query{Dashboard: d.UID, Panel: p.Title, Expr: d.substitute(t.Expr)})
			}
		}
	}
	return queries
}

// substitute replaces variables as Grafana does when everything is chosen and no
// limit was changed.
func (d Dashboard) substitute(expr string) string {
	pairs := []string{"$__rate_interval", "5m", "$__interval", "5m", "$__range", "24h"}
	for _, v := range d.Templating.List {
		switch value, isText := v.Current.Value.(string); {
		case v.Type == "query" || v.AllValue != "":
			pairs = append(pairs, "$"+v.Name, ".+")
		case isText:
			pairs = append(pairs, "$"+v.Name, value)
		}
	}
	return strings.NewReplacer(pairs...).Replace(expr)
}

// everyPanel lists all panels but rows, also those of collapsed rows.
func (d Dashboard) everyPanel() []Panel {
	var panels []Panel
	for _, p := range d.Panels {
		if p.Type != "row" {
			panels = append(panels, p)
		} else if p.Panels != nil {
			panels = append(panels, *p.Panels...)
		}
	}
	return panels
}
