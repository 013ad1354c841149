package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/common/expfmt"

	"github.com/lync-exporter/lync_exporter/collector/expose"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// probe checks one SIP domain in the multi-target pattern: `target` is the
// domain, `view` one of its views, else all of them.
func (e *exporter) probe(w http.ResponseWriter, r *http.Request) {
	rev := e.current.Load()
	query := r.URL.Query()
	targets, status, err := e.probeTargets(rev, query.Get("target"), query.Get("view"))
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	if query.Get("debug") == "true" {
		e.debugProbe(w, r, rev, targets)
		return
	}
	e.expose(w, r, false, expose.Exposition{Report: e.survey(r, rev, rev.runKey(targets), targets)})
}

// probeTargets finds what to check, or says with which status to refuse.
func (e *exporter) probeTargets(rev *revision, name, view string) ([]survey.Target, int, error) {
	if name == "" {
		return nil, http.StatusBadRequest, fmt.Errorf("the parameter target is missing: /probe?target=contoso.com")
	}
	domain, err := rev.config.AdHoc(name)
	switch {
	case err != nil:
		return nil, http.StatusBadRequest, err
	case !e.allowUnconfigured && rev.config.Domain(name) == nil:
		return nil, http.StatusNotFound, fmt.Errorf("SIP domain %q is not configured; --probe.allow-unconfigured allows any", name)
	}
	targets := survey.TargetsIn(domain, view)
	if len(targets) == 0 {
		return nil, http.StatusNotFound, fmt.Errorf("SIP domain %q has no view %q", name, view)
	}
	return targets, http.StatusOK, nil
}

// debugProbe shows as text what the check logs, finds and exposes.
func (e *exporter) debugProbe(w http.ResponseWriter, r *http.Request, rev *revision, targets []survey.Target) {
	var lines bytes.Buffer
	logger := level.NewFilter(log.With(log.NewLogfmtLogger(log.NewSyncWriter(&lines)), "ts", log.DefaultTimestampUTC), level.AllowDebug())
	ctx, cancel := e.untilStopped(r.Context())
	defer cancel()
	ctx, cancelAtTimeout := context.WithTimeout(ctx, scrapeTimeout(r, e.timeoutOffset, rev.config.Timeout))
	defer cancelAtTimeout()
	surveyor := e.newSurveyor(rev.config, logger)
	survey := surveyor.Start(ctx, targets)
	<-survey.Done()
	result := survey.Report()
	e.history.take(result, r.Context().Err() != nil)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "# Log of the checks\n\n%s\n# Report\n\n", lines.String())
	writeReport(w, result, nil, textOptions{Verbose: true})
	fmt.Fprint(w, "\n# Metrics\n\n")
	if err := encode(w, expfmt.NewFormat(expfmt.TypeTextPlain), expose.Exposition{Report: result}.Families()); err != nil {
		level.Debug(e.logger).Log("msg", "scraper hung up", "err", err)
	}
}
