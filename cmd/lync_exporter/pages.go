package main

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-kit/log/level"

	"github.com/lync-exporter/lync_exporter/collector"
)

//go:embed pages
var pageFiles embed.FS

// pages are the pages for people. They work without JavaScript.
type pages struct {
	*exporter
	templates *template.Template
}

// findingsPage is where every reason code is explained.
const findingsPage = "https://github.com/lync-exporter/lync_exporter/blob/main/docs/findings.md"

// pageSize is how many targets a page lists.
const pageSize = 500

func newPages(e *exporter) *pages {
	functions := template.FuncMap{
		"capability": capabilityName,
		"printable":  collector.Printable,
		"explained":  func(reason string) string { return findingsPage + "#" + reason },
		"topology":   topologyText,
		"seenApart":  seenApart,
		"fold":       fold,
		"unfinished": func(d *collector.DomainReport) []string {
			checks, why := d.Unfinished()
			return append([]string{strings.Join(checks, ", ")}, why...)
		},
		"round": func(d time.Duration) string { return d.Round(time.Millisecond).String() },
		"clock": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") },
		"words": func(s collector.State) string { return strings.ReplaceAll(string(s), "_", " ") },
	}
	return &pages{e, template.Must(template.New("").Funcs(functions).ParseFS(pageFiles, "pages/*.html"))}
}

// register adds the pages to the endpoints.
func (p *pages) register(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", p.overview)
	mux.HandleFunc("GET /domains/{name}", p.domain)
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, pageFiles, "pages/style.css")
	})
}

// row is a target in the list of all.
type row struct {
	Target       collector.Target
	Report       *collector.DomainReport // nil: not checked yet
	State        string                  // the worst of its capabilities, for sorting and filtering
	Critical     int
	Warnings     int
	Capabilities []collector.State
}

// States of a row, the worst first.
const (
	stateDown      = "down"
	stateUnknown   = "unknown"
	stateUp        = "up"
	stateUnchecked = "unchecked"
)

func (p *pages) row(t collector.Target) row {
	r := row{Target: t, Report: p.history.of(t), State: stateUnchecked}
	if r.Report == nil {
		return r
	}
	r.State = stateUp
	for _, c := range collector.Capabilities() {
		state := r.Report.Capabilities[c]
		r.Capabilities = append(r.Capabilities, state)
		switch {
		case state == collector.Down:
			r.State = stateDown
		case state == collector.Unknown && r.State != stateDown:
			r.State = stateUnknown
		}
	}
	for _, f := range r.Report.Findings() {
		switch f.Severity {
		case collector.Critical:
			r.Critical++
		case collector.Warning:
			r.Warnings++
		}
	}
	return r
}

// list is the page of all domains.
type list struct {
	Query, State, Sort string
	States, Sorts      []string
	Rows               []row
	Capabilities       []collector.Capability
	All, Found         int
	Page, Pages        int
	SeveralViews       bool
	MetricsPath        string
}

// Link is the same list with one thing changed.
func (l list) Link(change, value string) string {
	parameters := map[string]string{"q": l.Query, "state": l.State, "sort": l.Sort, "page": "1"}
	parameters[change] = value
	var parts []string
	for _, key := range []string{"q", "state", "sort", "page"} {
		if v := parameters[key]; v != "" && (key != "page" || v != "1") {
			parts = append(parts, key+"="+template.URLQueryEscaper(v))
		}
	}
	return "/?" + strings.Join(parts, "&")
}

// Next and Previous are the pages beside this one.
func (l list) Next() string     { return strconv.Itoa(l.Page + 1) }
func (l list) Previous() string { return strconv.Itoa(l.Page - 1) }

func (p *pages) overview(w http.ResponseWriter, r *http.Request) {
	rev, query := p.current.Load(), r.URL.Query()
	l := list{Query: strings.TrimSpace(query.Get("q")), State: query.Get("state"), Sort: query.Get("sort"),
		States: []string{stateDown, stateUnknown, stateUp, stateUnchecked}, Sorts: []string{"state", "domain", "checked"},
		Capabilities: collector.Capabilities(), All: len(rev.targets), MetricsPath: p.telemetryPath}
	if !slices.Contains(l.Sorts, l.Sort) {
		l.Sort = "state"
	}
	var rows []row
	for _, t := range rev.targets {
		l.SeveralViews = l.SeveralViews || t.View.Name != rev.targets[0].View.Name
		found := strings.Contains(t.Domain.Name, strings.ToLower(l.Query)) || strings.Contains(t.Domain.Display, l.Query)
		if row := p.row(t); found && (l.State == "" || l.State == row.State) {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, rowOrder(l.Sort))
	l.Found, l.Pages = len(rows), max(1, (len(rows)+pageSize-1)/pageSize)
	l.Page, _ = strconv.Atoi(query.Get("page")) // anything else is the first
	l.Page = min(max(1, l.Page), l.Pages)
	from := (l.Page - 1) * pageSize
	l.Rows = rows[from:min(len(rows), from+pageSize)]
	p.show(w, http.StatusOK, "overview.html", l)
}

// rowOrder compares rows by what they are to be sorted by.
func rowOrder(by string) func(a, b row) int {
	rank := map[string]int{stateDown: 0, stateUnknown: 1, stateUnchecked: 2, stateUp: 3}
	return func(a, b row) int {
		switch by {
		case "domain":
			return strings.Compare(a.Target.Domain.Name, b.Target.Domain.Name)
		case "checked":
			return checked(b).Compare(checked(a))
		}
		if rank[a.State] != rank[b.State] {
			return rank[a.State] - rank[b.State]
		}
		return b.Critical*1000 + b.Warnings - a.Critical*1000 - a.Warnings
	}
}

func checked(r row) time.Time {
	if r.Report == nil {
		return time.Time{}
	}
	return r.Report.Checked
}

// detail is the page of one domain.
type detail struct {
	Name, Display string
	Known         bool
	Rows          []row
	Capabilities  []collector.Capability
}

func (p *pages) domain(w http.ResponseWriter, r *http.Request) {
	d := p.current.Load().config.Domain(r.PathValue("name"))
	if d == nil {
		p.show(w, http.StatusNotFound, "domain.html", detail{Name: r.PathValue("name")})
		return
	}
	page := detail{Name: d.Name, Display: d.Display, Known: true, Capabilities: collector.Capabilities()}
	for _, v := range d.Views {
		if view := r.URL.Query().Get("view"); view == "" || view == v.Name {
			page.Rows = append(page.Rows, p.row(collector.Target{Domain: d, View: v}))
		}
	}
	p.show(w, http.StatusOK, "domain.html", page)
}

// show writes a page, whole or not at all.
func (p *pages) show(w http.ResponseWriter, status int, name string, data any) {
	var body bytes.Buffer
	if err := p.templates.ExecuteTemplate(&body, name, data); err != nil {
		level.Error(p.logger).Log("msg", "page cannot be made", "page", name, "err", err)
		http.Error(w, fmt.Sprintf("the page cannot be made: %v", err), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := body.WriteTo(w); err != nil {
		level.Debug(p.logger).Log("msg", "reader hung up", "err", err)
	}
}
