package dashboards

import (
	"fmt"
	"strconv"
	"strings"
)

//go:generate go run ./generate -dir .

// The uids are part of links that people keep: never change them.
const (
	overviewUID     = "lync-overview"
	domainUID       = "lync-domain"
	certificatesUID = "lync-certificates"

	tag = "lync"

	runbook = "${exporter}/docs/runbook.md" // which comes with the exporter
)

// All are the dashboards, in the order in which people read them.
func All() []Dashboard { return []Dashboard{overview(), domain(), certificates()} }

// section is a row of a dashboard: a title (none: no row) and its panels,
// which flow from left to right.
type section struct {
	title     string
	collapsed bool // Grafana asks for the panels of a collapsed row when it is opened
	panels    []Panel
}

// assemble puts sections below each other and gives panels their ids.
func assemble(uid, title, description string, variables []Variable, sections []section) Dashboard {
	d := Dashboard{
		UID: uid, Title: title, Description: description, Tags: []string{tag},
		GraphTooltip: 1, Refresh: "1m", SchemaVersion: schemaVersion, Timezone: "browser",
		Time:        TimeRange{From: "now-24h", To: "now"},
		Annotations: Annotations{List: []Annotation{firing()}},
		Templating:  Templating{List: variables},
		Links: []Link{
			to("Overview", overviewUID), to("Domain", domainUID), to("Certificates", certificatesUID),
			{Title: "Exporter", Type: "link", Tags: []string{}, URL: "${exporter}/", Icon: "external link", Tooltip: "The exporter's own pages", TargetBlank: true},
			{Title: "Runbook", Type: "link", Tags: []string{}, URL: runbook, Icon: "doc", Tooltip: "What to do when an alert fires", TargetBlank: true},
		},
	}
	id, y := 0, 0
	next := func() int { id++; return id }
	for _, s := range sections {
		row := Panel{Type: "row", Title: s.title, GridPos: GridPos{H: 1, W: 24, Y: y}, Collapsed: &s.collapsed, Panels: &[]Panel{}}
		if s.title != "" {
			row.ID = next()
			y++
		}
		bottom := flow(s.panels, y, next)
		if s.collapsed {
			row.Panels = &s.panels
		} else {
			y = bottom
		}
		if s.title != "" {
			d.Panels = append(d.Panels, row)
		}
		if !s.collapsed {
			d.Panels = append(d.Panels, s.panels...)
		}
	}
	return d
}

// to links to another dashboard with the choice of exporters, and without that of
// SIP domains: who comes from one domain wants to see all of them again.
func to(title, uid string) Link {
	return Link{Title: title, Type: "link", Tags: []string{}, Icon: "dashboard", KeepTime: true,
		URL: "/d/" + uid + "?${datasource:queryparam}&${exporter:queryparam}&${job:queryparam}&${instance:queryparam}"}
}

// flow places panels from left to right and starts a new line where the next
// does not fit. It returns the first free line.
func flow(panels []Panel, y int, next func() int) int {
	x, height := 0, 0
	for i := range panels {
		g := &panels[i].GridPos
		if x+g.W > 24 {
			x, y, height = 0, y+height, 0
		}
		g.X, g.Y = x, y
		x += g.W
		height = max(height, g.H)
		panels[i].ID = next()
	}
	return y + height
}

// firing marks when pages of the chosen jobs fired.
func firing() Annotation {
	return Annotation{Name: "Pages", Datasource: prometheus, Enable: true, IconColor: bad,
		Expr: `ALERTS{alertname=~"Lync.+",alertstate="firing",severity="critical",job=~"$job"}`, TitleFormat: "{{alertname}}", TextFormat: "{{domain}} {{host}} {{cause}}", Step: "60s"}
}

// variables are those that all dashboards share: what people choose comes first.
func variables(chosen ...Variable) []Variable {
	datasource := Variable{Name: "datasource", Label: "Data source", Description: "The Prometheus that scrapes the exporter.",
		Type: "datasource", Query: "prometheus", Refresh: 1, Current: Option{Selected: true, Text: "default", Value: "default"}, Options: []Option{}}
	address := Variable{Name: "exporter", Label: "Exporter", Description: "Address of the exporter's pages, for links to reports and explanations.",
		Type: "textbox", Query: "http://localhost:10077", Current: Option{Selected: true, Text: "http://localhost:10077", Value: "http://localhost:10077"}, Options: []Option{}}
	return append(append([]Variable{datasource}, chosen...),
		address,
		choice("job", "Job", "Scrape jobs.", `label_values({__name__=~"lync_check_success|lync_exporter_build_info"}, job)`),
		choice("instance", "Instance", "Scraped instances: exporters, or SIP domains where they are scraped through /probe.",
			`label_values({__name__=~"lync_check_success|lync_exporter_build_info",job=~"$job"}, instance)`),
	)
}

// many choose any number of SIP domains and views.
func many() []Variable {
	return []Variable{
		choice("domain", "SIP domain", "SIP domains.", `label_values(lync_check_success{`+scrapeScope+`}, domain)`),
		choice("view", "View", "From where a SIP domain is seen: external, or another resolver view of the configuration.",
			`label_values(lync_check_success{`+scrapeScope+`,domain=~"$domain"}, view)`),
	}
}

// one chooses one SIP domain in one view: everything about several at once is
// slow and nobody reads it.
func one() []Variable {
	chosen := many()
	for i := range chosen {
		chosen[i].Multi, chosen[i].IncludeAll, chosen[i].AllValue = false, false, ""
		chosen[i].Current = Option{}
	}
	chosen[1].Current = Option{Selected: true, Text: "external", Value: "external"}
	return chosen
}

// choice is a variable whose values Prometheus knows.
func choice(name, label, description, query string) Variable {
	return Variable{Name: name, Label: label, Description: description, Type: "query", Query: query, Datasource: &prometheus,
		Refresh: 2, Sort: 1, Multi: true, IncludeAll: true, AllValue: ".+",
		Current: Option{Selected: true, Text: []string{"All"}, Value: []string{"$__all"}}, Options: []Option{}}
}

// severity is the variable that filters findings.
func severity() Variable {
	picked := []string{"critical", "warning"}
	return Variable{Name: "severity", Label: "Severity", Description: "Severities of the findings shown.", Type: "custom", Query: "critical,warning,info",
		Multi: true, IncludeAll: true, AllValue: ".+", Current: Option{Selected: true, Text: picked, Value: picked}, Options: []Option{}}
}

// thresholds are variables for the limits of certificates. The part of the
// lifetime is that of the findings; nobody has to see it.
func thresholds(limits ...limit) []Variable {
	var list []Variable
	number := func(name, label, description, kind string, hide, n int) Variable {
		text := strconv.Itoa(n)
		return Variable{Name: name, Label: label, Description: description, Type: kind, Hide: hide, Query: text,
			Current: Option{Selected: true, Text: text, Value: text}, Options: []Option{}}
	}
	for _, l := range limits {
		label := capital(strings.ReplaceAll(l.name, "_", " "))
		list = append(list,
			number(l.name+"_days", label+", days", "A certificate expires "+strings.ToLower(label)+" if it has fewer days left than this.", "textbox", 0, l.days),
			number(l.name+"_part", label+", part", "A certificate expires "+strings.ToLower(label)+" only if it has less than this part of its lifetime left: 3 is a third.", "constant", 2, l.part))
	}
	return list
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// goal is the variable with which availability is compared.
func goal() Variable {
	return Variable{Name: "goal", Label: "Goal", Description: "The availability to have over 30 days.", Type: "custom",
		Query: "99 % : 0.99, 99.5 % : 0.995, 99.9 % : 0.999, 99.95 % : 0.9995", Current: Option{Selected: true, Text: "99.9 %", Value: "0.999"}, Options: []Option{}}
}

// compared says whether the availability over 30 days is that of the goal.
func compared(labels string) string { return available(labels, "30d") + " >= bool $goal" }

func metOrMissed() Mapping { return states("met", good, "missed", bad) }

// outagesTable lists the outages of the time range, the latest first. The same
// outage is there at each step with the same beginning.
func outagesTable(description string, w, h int, columns ...column) Panel {
	labels := make([]string, len(columns))
	for i, c := range columns {
		labels[i] = c.field
	}
	p := table("Outages", fmt.Sprintf("%s The latest %d. One that lasts ends now. Needs the rules of alerts/.", description, maxLines), "No outage, or not recorded", w, h,
		append(columns, show("Value", "Began", measured("dateTimeAsIso"), wide(170)), show("Time (max)", "Ended", measured("dateTimeAsIso"), wide(170)), show("Lasted", "Lasted", measured("dtdurationms"), wide(150))),
		down("Began"), outages(strings.Join(labels, ", ")))
	fields := settings{"Value": grouped(), "Time": settings{"operation": "aggregate", "aggregations": []string{"max"}}}
	for _, l := range labels {
		fields[l] = grouped()
	}
	field := func(name string) settings {
		return settings{"matcher": settings{"id": "byName", "options": name}}
	}
	p.Transformations = append([]Transformation{
		{ID: "groupBy", Options: settings{"fields": fields}},
		{ID: "calculateField", Options: settings{"mode": "binary", "alias": "Lasted", "replaceFields": false,
			"binary": settings{"left": field("Time (max)"), "operator": "-", "right": field("Value")}}},
	}, p.Transformations...)
	p.Interval, p.MaxDataPoints = "5m", 288
	return p
}

// findings is the table of findings: the most severe first, the same reason
// together, as it mostly has one cause.
func findings(description string, h int) Panel {
	found := topk(maxRows, agg("max", "domain, view, check, subject, reason, severity", ranked("")))
	return table("Findings", description, "Nothing found, or not known", 24, h, []column{
		show("severity", "Severity", marked(severities())),
		show("reason", "Reason", toExplanation()),
		show("domain", "SIP domain", wide(240), toDomain()), show("unicode", "As written", wide(200)),
		show("subject", "Subject", wide(240)),
		show("check", "Check", wide(130)),
		show("view", "View", wide(110)),
	}, rank("Value #A", "subject", "domain", "reason"),
		rows(found), rows(written()+" and on (domain, view) "+found))
}
