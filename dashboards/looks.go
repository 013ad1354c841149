package dashboards

import (
	"slices"
	"strconv"
	"strings"
)

// Colours. A field is neutral unless a mapping or a threshold says otherwise:
// Grafana paints "no data" with the base colour, which must not look like a verdict.
const (
	neutral = "#808a94"
	good    = "green"
	caution = "orange"
	bad     = "red"
	notice  = "blue"
)

// longExpired is a number of days from which on a certificate is red: the base
// colour below it is that of a value that is not known.
const longExpired = -100000

var prometheus = Datasource{Type: "prometheus", UID: "${datasource}"}

// panel is what all kinds of panels have in common. Values are neutral.
func panel(kind, title, description, noValue string, w, h int, targets ...Target) Panel {
	for i := range targets {
		targets[i].RefID = string(rune('A' + i))
		targets[i].Datasource = prometheus
		targets[i].EditorMode = "code"
	}
	return Panel{
		Type: kind, Title: title, Description: description, GridPos: GridPos{W: w, H: h},
		Datasource: &prometheus, Targets: targets, Options: settings{},
		FieldConfig: &FieldConfig{
			Defaults: Defaults{NoValue: noValue, Color: Color{Mode: "fixed", FixedColor: neutral}, Mappings: []Mapping{},
				Thresholds: steps(neutral)},
			Overrides: []Override{},
		},
	}
}

// instant asks for the state at the end of the time range.
func instant(expr, legend string) Target {
	return Target{Expr: expr, LegendFormat: legend, Instant: true, Format: "time_series"}
}

// over asks for the course over the time range.
func over(expr, legend string) Target {
	return Target{Expr: expr, LegendFormat: legend, Range: true, Format: "time_series"}
}

// rows asks for the state as a table.
func rows(expr string) Target { return Target{Expr: expr, Instant: true, Format: "table"} }

// stat shows one number, or one tile for each of a few series.
func stat(title, description, noValue string, w, h int, targets ...Target) Panel {
	p := panel("stat", title, description, noValue, w, h, targets...)
	p.Options = settings{
		"colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
		"percentChangeColorMode": "standard", "showPercentChange": false, "textMode": "auto", "wideLayout": true,
		"reduceOptions": settings{"calcs": []string{"lastNotNull"}, "fields": "", "values": false},
	}
	return p
}

// number shows a count of what is wrong: green at 0, coloured from 1 on.
func number(color, title, description string, w, h int, targets ...Target) Panel {
	p := stat(title, description, "not measured", w, h, targets...)
	p.FieldConfig.Defaults.Unit = "none"
	p.FieldConfig.Defaults.Color = Color{Mode: "thresholds"}
	p.FieldConfig.Defaults.Thresholds = steps(neutral, 0, good, 1, color)
	return p
}

// size shows a count that is neither good nor bad.
func size(title, description string, w, h int, targets ...Target) Panel {
	p := stat(title, description, "not measured", w, h, targets...)
	p.FieldConfig.Defaults.Unit = "none"
	return p
}

// tiles show yes/no answers on a coloured background.
func tiles(meaning Mapping, title, description, noValue string, w, h int, targets ...Target) Panel {
	p := stat(title, description, noValue, w, h, targets...)
	p.Options["colorMode"] = "background_solid"
	p.FieldConfig.Defaults.Mappings = []Mapping{meaning}
	return p
}

// graph shows the course of numbers.
func graph(unit, title, description, noValue string, w, h int, targets ...Target) Panel {
	p := panel("timeseries", title, description, noValue, w, h, targets...)
	p.FieldConfig.Defaults.Unit = unit
	p.FieldConfig.Defaults.Min = new(float64)
	p.FieldConfig.Defaults.Color = Color{Mode: "palette-classic"}
	p.FieldConfig.Defaults.Custom = settings{
		"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "never", "spanNulls": false,
		"stacking": settings{"mode": "none", "group": "A"}, "axisSoftMax": 1,
	}
	p.Options = settings{"legend": legend("list"), "tooltip": settings{"mode": "multi", "sort": "desc"}}
	p.Interval, p.MaxDataPoints = "1m", 300
	return p
}

// stacked makes a graph's series add up.
func stacked(p Panel) Panel {
	p.FieldConfig.Defaults.Custom["stacking"] = settings{"mode": "normal", "group": "A"}
	p.FieldConfig.Defaults.Custom["fillOpacity"] = 60
	return p
}

// timeline shows states over time, one row for each series. Colours come from
// mappings: with thresholds Grafana writes "1+" instead of the state. Names of
// capabilities are as everywhere else.
func timeline(meaning Mapping, title, description, noValue string, w, h int, targets ...Target) Panel {
	p := panel("state-timeline", title, description, noValue, w, h, targets...)
	p.FieldConfig.Defaults.Mappings = []Mapping{meaning}
	p.FieldConfig.Defaults.Custom = settings{"fillOpacity": 80, "lineWidth": 0}
	p.Options = settings{
		"alignValue": "left", "mergeValues": true, "perPage": 14, "rowHeight": 0.85, "showValue": "never",
		"legend": hidden(), "tooltip": settings{"mode": "single", "sort": "none"},
	}
	for _, c := range capabilityWords {
		p.Transformations = append(p.Transformations, Transformation{ID: "renameByRegex", Options: settings{"regex": "^" + c.name + "(.*)$", "renamePattern": c.word + "$1"}})
	}
	p.Interval, p.MaxDataPoints = "5m", 300
	return p
}

// bars compares numbers.
func bars(unit, title, description, noValue string, w, h int, target Target) Panel {
	p := panel("bargauge", title, description, noValue, w, h, target)
	p.FieldConfig.Defaults.Unit = unit
	p.FieldConfig.Defaults.Min = new(float64)
	p.Options = settings{
		"displayMode": "basic", "valueMode": "text", "namePlacement": "left", "orientation": "horizontal", "showUnfilled": true,
		"sizing": "manual", "minVizHeight": 16, "minVizWidth": 8, "maxVizHeight": 28,
		"legend":        hidden(),
		"reduceOptions": settings{"calcs": []string{"lastNotNull"}, "fields": "", "values": false},
	}
	return p
}

func legend(mode string) settings {
	return settings{"calcs": []string{}, "displayMode": mode, "placement": "bottom", "showLegend": true}
}

func hidden() settings {
	return settings{"calcs": []string{}, "displayMode": "list", "placement": "bottom", "showLegend": false}
}

// column is a column of a table: a label or a value, with a title and looks of
// its own.
type column struct {
	field, title string
	looks        []Property
}

// show is a column.
func show(field, title string, looks ...[]Property) column {
	c := column{field: field, title: title}
	for _, l := range looks {
		c.looks = append(c.looks, l...)
	}
	return c
}

// table shows one row for each combination of labels. Several queries are
// merged by the labels that they share. Fields that no column names are hidden
// if they are the time or a query's value; there are no others, because each
// query aggregates to the labels shown.
func table(title, description, noValue string, w, h int, columns []column, sorted order, targets ...Target) Panel {
	p := panel("table", title, description, noValue, w, h, targets...)
	p.FieldConfig.Defaults.Unit = "none"
	// noValue is the message of an empty table and the text of an empty cell, which
	// must not state the message.
	p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, Override{Matcher: Matcher{ID: "byRegexp", Options: "/.*/"}, Properties: []Property{{"noValue", "–"}}})
	p.FieldConfig.Defaults.Custom = settings{"align": "auto", "cellOptions": settings{"type": "auto"}, "filterable": true, "inspect": false}
	p.Options = settings{"cellHeight": "sm", "showHeader": true, "frameIndex": 0, "sortBy": []settings{}}
	if len(targets) > 1 {
		p.Transformations = append(p.Transformations, Transformation{ID: "merge", Options: settings{}}, folded(columns, targets))
	}
	if sorted.hidden {
		// Sorting keeps the order of equals, so the last field comes first.
		for _, field := range append(slices.Clone(sorted.then), sorted.by) {
			if strings.HasPrefix(field, "Value #") {
				field += foldedName
			}
			p.Transformations = append(p.Transformations, Transformation{ID: "sortBy", Options: settings{
				"fields": settings{}, "sort": []settings{{"field": field, "desc": sorted.desc && strings.HasPrefix(field, sorted.by)}}}})
		}
	} else {
		p.Options["sortBy"] = []settings{{"displayName": sorted.by, "desc": sorted.desc}}
	}
	p.arrange(columns)
	return p
}

// folded groups rows by the labels shown. Without it, a merged table of nothing is
// not empty: it has the columns of the values, and no message.
func folded(columns []column, targets []Target) Transformation {
	fields := settings{}
	for _, c := range columns {
		label, how, _ := strings.Cut(c.field, " (")
		switch {
		case strings.HasPrefix(label, "Value"):
		case how != "":
			fields[label] = settings{"operation": "aggregate", "aggregations": []string{strings.TrimSuffix(how, ")")}}
		default:
			fields[label] = grouped()
		}
	}
	for i := range targets {
		fields[refID(i)] = settings{"operation": "aggregate", "aggregations": []string{"lastNotNull"}}
	}
	return Transformation{ID: "groupBy", Options: settings{"fields": fields}}
}

// grouped is a field by which rows are grouped.
func grouped() settings { return settings{"operation": "groupby", "aggregations": []string{}} }

// arrange orders, names, hides and dresses the columns of a table.
func (p *Panel) arrange(columns []column) {
	index, rename, exclude := settings{}, settings{}, settings{"Time": true}
	for i := range p.Targets {
		exclude[value(p.Targets, i)] = true
	}
	for i, c := range columns {
		field := c.field
		if strings.HasPrefix(field, "Value #") {
			field += foldedName
		}
		delete(exclude, field)
		index[field], rename[field] = i, c.title
		for j, look := range c.looks {
			if width, ok := look.Value.(int); ok && look.ID == "custom.width" {
				c.looks[j].Value = max(width, headerWidth(c.title))
			}
		}
		if len(c.looks) > 0 {
			p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, Override{Matcher: Matcher{ID: "byName", Options: c.title}, Properties: c.looks})
		}
	}
	p.Transformations = append(p.Transformations, Transformation{ID: "organize", Options: settings{
		"excludeByName": exclude, "includeByName": settings{}, "indexByName": index, "renameByName": rename}})
}

// headerWidth is the least width at which a column's title is not cut.
func headerWidth(title string) int { return 8*len(title) + 40 }

// value is the name Grafana gives to the value of the i-th query of a table.
func value(targets []Target, i int) string {
	if len(targets) == 1 {
		return "Value"
	}
	return refID(i) + foldedName
}

// refID is the name that a merged table has for the value of its i-th query.
func refID(i int) string { return "Value #" + string(rune('A'+i)) }

// foldedName is what Grafana adds to a value's name when it groups rows.
const foldedName = " (lastNotNull)"

// order is what a table is sorted by at first.
type order struct {
	by           string
	desc, hidden bool
	then         []string // fields that order what is equal, the least important first
}

// up sorts by a column, the smallest first.
func up(title string) order { return order{by: title} }

// down sorts by a column, the largest first.
func down(title string) order { return order{by: title, desc: true} }

// rank sorts by a value that no column shows, the largest first, and equals by
// other fields, the least important first.
func rank(field string, then ...string) order {
	return order{by: field, desc: true, hidden: true, then: then}
}

// steps are thresholds: a base colour, then pairs of a value and the colour from there on.
func steps(base string, pairs ...any) *Thresholds {
	t := &Thresholds{Mode: "absolute", Steps: []Step{{Color: base}}}
	for i := 0; i+1 < len(pairs); i += 2 {
		at := float64(pairs[i].(int))
		t.Steps = append(t.Steps, Step{Color: pairs[i+1].(string), Value: &at})
	}
	return t
}

// states maps 1 and 0.
func states(one, oneColor, zero, zeroColor string) Mapping {
	return Mapping{Type: "value", Options: map[string]Result{
		"1": {Text: one, Color: oneColor, Index: 0},
		"0": {Text: zero, Color: zeroColor, Index: 1},
	}}
}

func upDown() Mapping { return states("up", good, "down", bad) }

// Values of a timeline's row for all of what it could show, while it shows nothing of it.
const (
	partlyKnown = 8
	notKnown    = 9
)

// orUnknown adds to a mapping what stands for "not known".
func orUnknown(m Mapping) Mapping {
	m.Options[strconv.Itoa(partlyKnown)] = Result{Text: "not all known", Color: neutral, Index: partlyKnown}
	m.Options[strconv.Itoa(notKnown)] = Result{Text: "not known", Color: neutral, Index: notKnown}
	return m
}

// severities maps the names and the ranks of severities.
func severities() Mapping {
	return Mapping{Type: "value", Options: map[string]Result{
		"critical": {Text: "critical", Color: bad, Index: 0}, "warning": {Text: "warning", Color: caution, Index: 1}, "info": {Text: "info", Color: notice, Index: 2},
		"3": {Text: "critical", Color: bad, Index: 3}, "2": {Text: "warning", Color: caution, Index: 4}, "1": {Text: "info", Color: notice, Index: 5},
	}}
}

// The looks of a column.

// marked gives values a text on a coloured ground.
func marked(m Mapping) []Property {
	return []Property{
		{"mappings", []Mapping{m}},
		{"custom.cellOptions", settings{"type": "color-background", "mode": "basic"}},
		{"custom.align", "center"},
		{"custom.width", 110},
	}
}

// counted colours a number from 1 on.
func counted(color string) []Property {
	return []Property{
		{"color", Color{Mode: "thresholds"}},
		{"thresholds", steps(neutral, 0, good, 1, color)},
		{"custom.cellOptions", settings{"type": "color-text"}},
		{"custom.width", 110},
	}
}

// days shows days. How many are few depends on the lifetime of a certificate,
// which the column of renewals knows; only what has expired is red.
func days() []Property {
	return []Property{
		{"decimals", 0},
		{"color", Color{Mode: "thresholds"}},
		{"thresholds", steps(neutral, longExpired, bad, 0, neutral)},
		{"custom.cellOptions", settings{"type": "color-text"}},
		{"custom.width", 100},
	}
}

// renewals maps when to renew a certificate.
func renewals() Mapping {
	return Mapping{Type: "value", Options: map[string]Result{
		"3": {Text: "expired", Color: bad, Index: 0}, "2": {Text: "very soon", Color: bad, Index: 1},
		"1": {Text: "soon", Color: caution, Index: 2}, "0": {Text: "later", Color: good, Index: 3},
	}}
}

func measured(unit string) []Property { return []Property{{"unit", unit}} }

func wide(px int) []Property { return []Property{{"custom.width", px}} }

// pills shows a list of names, each in a frame of its own.
func pills() []Property {
	return []Property{{"custom.cellOptions", settings{"type": "pill"}}, {"custom.width", 420}}
}

// toDomain links a SIP domain to its dashboard.
func toDomain() []Property {
	return []Property{{"links", []DataLink{
		{Title: "Everything about ${__value.text}",
			URL: "/d/" + domainUID + "?${datasource:queryparam}&${exporter:queryparam}&${job:queryparam}&${instance:queryparam}&var-domain=${__value.raw}&${__url_time_range}"},
		{Title: "Report and repairs", URL: "${exporter}/domains/${__value.raw}", TargetBlank: true},
	}}}
}

// toExplanation links a reason to what it means and how to repair it.
func toExplanation() []Property {
	return []Property{{"links", []DataLink{{Title: "What ${__value.text} means and how to repair it", URL: "${exporter}/findings/${__value.raw}", TargetBlank: true}}}}
}

// toRunbook links an alert to what to do.
func toRunbook() []Property {
	return []Property{{"links", []DataLink{{Title: "What to do about ${__value.text}", URL: runbook + "#${__value.raw:lowercase}", TargetBlank: true}}}}
}

// capabilityWords are the names of capabilities for people.
var capabilityWords = []struct{ name, word, color string }{
	{"sign_in", "Sign-in", "#b877d9"}, {"federation", "Federation", "#5794f2"}, {"autodiscover", "Autodiscover", "#ff9830"}, {"meetings", "Meetings", "#f2495c"},
}

func capabilityNames() Mapping {
	m := Mapping{Type: "value", Options: map[string]Result{}}
	for i, c := range capabilityWords {
		m.Options[c.name] = Result{Text: c.word, Color: "text", Index: i}
	}
	m.Options["autodiscover,meetings"] = Result{Text: "Autodiscover, Meetings", Color: "text", Index: len(capabilityWords)}
	return m
}

// roles are the names of roles of servers for people.
func roles() Mapping {
	m := Mapping{Type: "value", Options: map[string]Result{}}
	for i, r := range [][2]string{
		{"access_edge", "Edge, sign-in"}, {"federation", "Edge, federation"}, {"web", "Reverse proxy"}, {"lyncdiscover", "Autodiscover"},
		{"lyncdiscoverinternal", "Autodiscover inside"}, {"web_services", "Web services"}, {"meet", "Meet URL"}, {"dialin", "Dial-in URL"},
	} {
		m.Options[r[0]] = Result{Text: r[1], Color: "text", Index: i}
	}
	return m
}

// worded gives values a text, without a colour.
func worded(m Mapping) []Property { return []Property{{"mappings", []Mapping{m}}} }

// byCapability names and colours series of capabilities, the same everywhere:
// a palette would paint one of them green.
func byCapability() []Override {
	var overrides []Override
	for _, c := range capabilityWords {
		overrides = append(overrides, Override{Matcher: Matcher{ID: "byName", Options: c.name},
			Properties: []Property{{"displayName", c.word}, {"color", Color{Mode: "fixed", FixedColor: c.color}}}})
	}
	return overrides
}

// versions colours those of TLS that are too old.
func versions() Mapping {
	m := Mapping{Type: "value", Options: map[string]Result{}}
	for i, v := range []string{"TLS 1.0", "TLS 1.1"} {
		m.Options[v] = Result{Text: v, Color: caution, Index: i}
	}
	return m
}

// byVersion colours bars of TLS versions.
func byVersion() []Override {
	var overrides []Override
	for v := range versions().Options {
		overrides = append(overrides, Override{Matcher: Matcher{ID: "byName", Options: v}, Properties: []Property{{"color", Color{Mode: "fixed", FixedColor: caution}}}})
	}
	slices.SortFunc(overrides, func(a, b Override) int { return strings.Compare(a.Matcher.Options, b.Matcher.Options) })
	return overrides
}

// byResult colours what became of network operations: a palette would paint failures green.
func byResult() []Override {
	var overrides []Override
	for _, r := range []struct{ results, color string }{{"ok", notice}, {"nxdomain|empty|canceled", neutral}, {"timeout|refused", caution}, {"servfail|failed|local", bad}} {
		overrides = append(overrides, Override{Matcher: Matcher{ID: "byRegexp", Options: "/ (" + r.results + ")$/"}, Properties: []Property{{"color", Color{Mode: "fixed", FixedColor: r.color}}}})
	}
	return overrides
}

// names keeps the names of overrides and leaves out their colours.
func names(overrides []Override) []Override {
	for i := range overrides {
		overrides[i].Properties = overrides[i].Properties[:1]
	}
	return overrides
}

// toReport links to the report of the chosen SIP domain.
func toReport() []Property {
	return []Property{{"links", []DataLink{{Title: "Report and repairs", URL: "${exporter}/domains/${domain}", TargetBlank: true}}}}
}

// bySeverity colours series that are named after severities.
func bySeverity() []Override {
	var overrides []Override
	for _, s := range []struct{ name, color string }{{"critical", bad}, {"warning", caution}, {"info", notice}} {
		overrides = append(overrides, Override{Matcher: Matcher{ID: "byName", Options: s.name},
			Properties: []Property{{"color", Color{Mode: "fixed", FixedColor: s.color}}}})
	}
	return overrides
}
