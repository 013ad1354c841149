package main

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/go-kit/log/level"
	"github.com/prometheus/common/version"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

//go:embed pages
var pageFiles embed.FS

// pages are the pages for people. They work without JavaScript.
type pages struct {
	*exporter
	templates *template.Template
}

// findingsPage is where every reason code is explained for those who have no exporter at hand.
const findingsPage = published + "docs/findings.md"

// assets are the files that pages refer to and their types. The types are not
// left to the machine: Windows takes them from its registry.
var assets = map[string]string{
	"style.css": "text/css; charset=utf-8",
	"sort.js":   "text/javascript; charset=utf-8",
	"icon.svg":  "image/svg+xml",
}

func newPages(e *exporter) *pages {
	return &pages{e, pageTemplates(e.location, template.FuncMap{
		"explained":   func(code string) string { return e.location.link("/findings/" + code) },
		"metricsPath": func() string { return e.location.link(e.telemetryPath) },
		"findings":    sinceWhen(e.history.since).findings,
	})}
}

// pageTemplates are the pages, and the report that is one, with links below a
// location. What depends on who shows them are functions: explained and
// metricsPath, which are links, and findings, which know since when they are there.
func pageTemplates(l location, shown template.FuncMap) *template.Template {
	functions := template.FuncMap{
		"capabilities":     verdict.Capabilities,
		"capability":       verdict.Capability.Words,
		"printable":        verdict.Printable,
		"legible":          legible,
		"observedAt":       observedAt,
		"inWords":          words,
		"ownChanges":       ownChanges,
		"frontEndChanges":  func(r *frontend.Report) []repair.Change { return repair.OfFrontEnd(r.Findings) },
		"frontEndFindings": frontEndFindings,
		"version":          func() string { return version.Version },
		"topology":         topologyText,
		"because":          topologyReasons,
		"fromInside":       func() string { return fromInside },
		"unfinished":       unfinishedOf,
		"round":            func(d time.Duration) string { return d.Round(time.Millisecond).String() },
		"clock":            timestamp,
		"machine":          func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"ago":              func(t time.Time) string { return age(time.Since(t)) },
		"words":            stateWords,
		"recordTask":       recordTask,
		"certificateTask":  certificateTask,
		"place":            func(k verdict.RepairKind) string { return places[k] },
		"capabilityState": func(d *survey.DomainReport, c verdict.Capability) survey.State {
			return d.Capabilities.Of(c)
		},
	}
	templates := template.New("").Funcs(functions).Funcs(shown)
	files, err := pageFiles.ReadDir("pages")
	if err != nil {
		panic(err) // they are part of the binary
	}
	for _, file := range files {
		text, err := pageFiles.ReadFile("pages/" + file.Name())
		if err != nil {
			panic(err)
		}
		if path.Ext(file.Name()) == ".html" {
			template.Must(templates.New(file.Name()).Parse(l.rooted(string(text))))
		}
	}
	return templates
}

// register adds the pages to the endpoints.
func (p *pages) register(mux router) {
	mux.HandleFunc("GET /{$}", p.overview)
	mux.HandleFunc("GET /domains/{name}", p.domain)
	mux.HandleFunc("POST /check", p.location.sameOrigin(p.checkAllNow))
	mux.HandleFunc("POST /domains/{name}/check", p.location.sameOrigin(p.checkNow))
	mux.HandleFunc("GET /docs/{$}", p.documents)
	mux.HandleFunc("GET /docs/{file}", p.document)
	mux.HandleFunc("GET /findings/{$}", p.findings)
	mux.HandleFunc("GET /findings/{code}", p.finding)
	mux.HandleFunc("GET /assets/{file}", p.asset)
}

// stateWords are a capability's state for people. One of which nothing is said
// is as unknown as one that is said to be.
func stateWords(s survey.State) string {
	if s == "" {
		s = survey.Unknown
	}
	return strings.ReplaceAll(string(s), "_", " ")
}

// timestamp is a point in time for people.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }

// age is how long ago something was, in the one unit that people would use.
func age(d time.Duration) string {
	switch {
	case d < time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", d/time.Hour)
	}
	return fmt.Sprintf("%d days ago", d/(24*time.Hour))
}

// unfinishedChecks are those without a result, and why.
type unfinishedChecks struct {
	Checks string
	Causes []string
}

func unfinishedOf(d *survey.DomainReport) unfinishedChecks {
	checks, why := d.Unfinished()
	return unfinishedChecks{words(strings.Join(checks, ", ")), why}
}

// detail is the page of one domain.
type detail struct {
	Name    string // normalised, or as asked for when it is not configured
	Domain  *config.Domain
	Problem string // why there is no such page
	View    string // "" shows all views
	Rows    []row
	Changes repair.Changes // of all targets
}

// domain shows the latest result of one domain, which may be spelled in any
// way, from each of its views or from the one asked for.
func (p *pages) domain(w http.ResponseWriter, r *http.Request) {
	page := detail{Name: r.PathValue("name"), View: r.URL.Query().Get("view"),
		Changes: p.history.changes()}
	page.Domain = p.current.Load().config.Domain(page.Name)
	if page.Domain == nil {
		page.Problem = "This SIP domain is not configured."
		if normal, err := config.NormalizeDomain(page.Name); err != nil {
			page.Problem = "This is not the name of a SIP domain: " + err.Error() + "."
		} else {
			page.Name = normal
		}
		p.show(w, http.StatusNotFound, "missing.html", page)
		return
	}
	page.Name = page.Domain.Name
	for _, t := range survey.TargetsIn(page.Domain, page.View) {
		page.Rows = append(page.Rows, p.row(t))
	}
	if len(page.Rows) == 0 {
		page.Problem = fmt.Sprintf("This SIP domain has no view %q.", page.View)
		p.show(w, http.StatusNotFound, "missing.html", page)
		return
	}
	p.show(w, http.StatusOK, "domain.html", page)
}

// asset is a file that pages refer to.
func (p *pages) asset(w http.ResponseWriter, r *http.Request) {
	file := r.PathValue("file")
	contentType, known := assets[file]
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeFileFS(w, r, pageFiles, "pages/"+file)
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
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := body.WriteTo(w); err != nil {
		level.Debug(p.logger).Log("msg", "reader hung up", "err", err)
	}
}
