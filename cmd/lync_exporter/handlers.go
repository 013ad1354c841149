package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-kit/log/level"
	"github.com/lync-exporter/lync_exporter/collector/expose"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// handler serves all endpoints.
func (e *exporter) handler() http.Handler {
	mux := e.location.router()
	mux.HandleFunc("GET "+e.telemetryPath, e.metrics)
	mux.HandleFunc("GET "+strings.TrimRight(e.telemetryPath, "/")+"/self", e.selfMetrics)
	newPages(e).register(mux)
	mux.HandleFunc("GET /probe", e.admit(e.probe))
	mux.HandleFunc("GET /sd", e.discovery)
	mux.HandleFunc("GET /config", e.configuration)
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "Healthy") })
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "Ready") })
	mux.HandleFunc("POST /-/reload", e.location.sameOrigin(e.reloadRequest))
	mux.HandleFunc("PUT /-/reload", e.location.sameOrigin(e.reloadRequest))
	if e.profiling {
		registerProfiling(mux)
	}
	return mux
}

// metrics checks every configured SIP domain, or those named by `domain`.
func (e *exporter) metrics(w http.ResponseWriter, r *http.Request) {
	rev := e.current.Load()
	names := r.URL.Query()["domain"]
	targets, unknown := rev.selected(names)
	if unknown != "" {
		http.Error(w, fmt.Sprintf("SIP domain %q is not configured", unknown), http.StatusNotFound)
		return
	}
	if len(names) > 0 {
		e.admit(func(w http.ResponseWriter, r *http.Request) {
			e.expose(w, r, false, expose.Exposition{Report: e.survey(r, rev, rev.runKey(targets), targets)})
		})(w, r)
		return
	}
	report := e.survey(r, rev, rev.runKey(targets), targets)
	e.expose(w, r, true, expose.Exposition{Report: report, FrontEnd: e.frontEnd.Inspect(rev.config, e.logger)})
}

// selfMetrics are the exporter's own metrics and those of the Front End that it
// runs on, without a check of any domain: for those who scrape /probe.
func (e *exporter) selfMetrics(w http.ResponseWriter, r *http.Request) {
	e.expose(w, r, true, expose.Exposition{FrontEnd: e.frontEnd.Inspect(e.current.Load().config, e.logger)})
}

// reloadRequest is the POST or PUT to /-/reload.
func (e *exporter) reloadRequest(w http.ResponseWriter, _ *http.Request) {
	if err := e.reload(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "Configuration reloaded")
}

// configuration shows what is in force, as a configuration file.
func (e *exporter) configuration(w http.ResponseWriter, _ *http.Request) {
	rev := e.current.Load()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintf(w, "# The configuration in force, with defaults and profiles filled in.\n# Loaded %s.\n", timestamp(rev.loaded))
	if r := rev.refusal; r == nil {
		fmt.Fprint(w, "# It is the latest: the last reload was accepted.\n\n")
	} else {
		fmt.Fprintf(w, "# It is not the latest: the reload of %s was refused, and the configuration before it stays in force:\n# %s\n\n", timestamp(r.at), verdict.Printable(r.err.Error()))
	}
	if err := rev.config.WriteEffective(w); err != nil {
		level.Debug(e.logger).Log("msg", "reader of the configuration hung up", "err", err)
	}
}

// targetGroup is an element of Prometheus's HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// discovery lists one target for each configured SIP domain and view.
func (e *exporter) discovery(w http.ResponseWriter, _ *http.Request) {
	rev := e.current.Load()
	groups := make([]targetGroup, 0, len(rev.targets))
	for _, t := range rev.targets {
		groups = append(groups, targetGroup{Targets: []string{t.Domain.Name}, Labels: discoveryLabels(t)})
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(groups); err != nil {
		level.Debug(e.logger).Log("msg", "service discovery hung up", "err", err)
	}
}

func discoveryLabels(t survey.Target) map[string]string {
	return map[string]string{
		"__meta_lync_domain":   t.Domain.Name,
		"__meta_lync_view":     t.View.Name,
		"__meta_lync_topology": string(t.Domain.Topology),
		"__meta_lync_profile":  t.Domain.Profile,
	}
}
