package dashboards

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

// findings is the table of findings: the most severe first, the same reason
// together, as it mostly has one cause.
func findings(description string, h int) Panel {
	return table("Findings", description, "Nothing found, or not known", 24, h, []column{
		show("severity", "Severity", marked(severities())),
		show("reason", "Reason", toExplanation()),
		show("domain", "SIP domain", wide(240), toDomain()),
		show("subject", "Subject", wide(240)),
		show("check", "Check", wide(130)),
		show("view", "View", wide(110)),
	}, rank("Value", "subject", "domain", "reason"),
		rows(topk(maxRows, agg("max", "domain, view, check, subject, reason, severity", ranked("")))))
}
