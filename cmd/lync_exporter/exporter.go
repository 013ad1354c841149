package main

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/collectors/version"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// exporter is what stands between HTTP and the surveys.
type exporter struct {
	options
	logger   log.Logger
	registry *prometheus.Registry // the exporter's own metrics
	counters *observe.Counters
	memory   *observe.Memory // what authorities said, which outlives a configuration
	runs     sharedRuns
	outputs  outputs
	history  history
	frontEnd frontend.FrontEnd
	admitted atomic.Int64    // requests that start scrapes of their own, those refused included
	stopped  context.Context // done when scrapes have to end
	stop     context.CancelFunc

	reloading sync.Mutex
	sum       string // checksum of the files that were read last
	current   atomic.Pointer[revision]
}

// options are the serve command's.
type options struct {
	load              func() (*config.Config, error)
	timeoutOffset     time.Duration
	allowUnconfigured bool
	telemetryPath     string
	location          location
	profiling         bool
	checksum          func() (string, error) // of the files that load reads; nil: there are none
	autoReload        time.Duration          // how often to compare it, 0 never
	sized             func(targets int)      // is told how many targets a configuration has; nil: nobody
}

// revision is one valid configuration and what works under it.
type revision struct {
	config   *config.Config
	surveyor *survey.Surveyor
	targets  []survey.Target
	number   uint64
	loaded   time.Time
	refusal  *refusal // of a later one, nil if there was none
}

// refusal is why a configuration was not put into force.
type refusal struct {
	at  time.Time
	err error
}

// newExporter loads the configuration for the first time.
func newExporter(o options, logger log.Logger) (*exporter, error) {
	e := &exporter{options: o, logger: logger, registry: prometheus.NewRegistry(), memory: observe.NewMemory()}
	e.stopped, e.stop = context.WithCancel(context.Background())
	e.counters = observe.NewCounters(e.registry)
	if err := e.reload(); err != nil {
		return nil, err
	}
	e.registry.MustRegister(
		version.NewCollector("lync_exporter"),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		e.gauge("lync_exporter_config_last_reload_successful", "1 = the configuration was accepted when it was last loaded, 0 = it was refused and the one before is in force.",
			func(r *revision) float64 {
				if r.refusal == nil {
					return 1
				}
				return 0
			}),
		e.gauge("lync_exporter_config_last_reload_success_timestamp_seconds", "Unix time at which the configuration in force was loaded, in seconds.",
			func(r *revision) float64 { return float64(r.loaded.UnixMilli()) / 1000 }),
		e.gauge("lync_exporter_domains", "Number of configured SIP domains.",
			func(r *revision) float64 { return float64(len(r.config.Domains)) }),
	)
	return e, nil
}

func (e *exporter) gauge(name, help string, value func(*revision) float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return value(e.current.Load()) })
}

// reload puts the configuration into force if all of it is valid. Otherwise
// the one before stays, and only the fact that it is not the latest changes.
func (e *exporter) reload() error {
	e.reloading.Lock()
	defer e.reloading.Unlock()
	before := e.current.Load()
	e.remember()
	c, err := e.load()
	if err != nil {
		if before != nil {
			refused := *before
			refused.refusal = &refusal{time.Now(), err}
			e.current.Store(&refused)
			level.Error(e.logger).Log("msg", "configuration not reloaded, the one before stays in force", "err", err)
		}
		return err
	}
	r := &revision{config: c, surveyor: e.newSurveyor(c, e.logger), targets: survey.Targets(c.Domains),
		loaded: time.Now()}
	if before != nil {
		r.number = before.number + 1
	}
	if e.sized != nil {
		e.sized(len(r.targets))
	}
	e.history.keep(r.targets)
	e.current.Store(r)
	level.Info(e.logger).Log("msg", "configuration loaded", "domains", len(c.Domains), "views", len(c.Views))
	return nil
}

// newSurveyor prepares surveys whose results people see.
func (e *exporter) newSurveyor(c *config.Config, logger log.Logger) *survey.Surveyor {
	s := survey.NewSurveyor(c, e.memory, e.counters, logger)
	s.Ended = e.history.ended
	return s
}

// survey checks targets under a revision, or shares the run of others that
// want the same.
func (e *exporter) survey(r *http.Request, rev *revision, key string, targets []survey.Target) *survey.Report {
	timeout := scrapeTimeout(r, e.timeoutOffset, rev.config.Timeout)
	ctx, cancel := e.untilStopped(r.Context())
	defer cancel()
	report := e.runs.wait(ctx, key, timeout, func(ctx context.Context) *survey.Survey {
		return rev.surveyor.Start(ctx, e.history.order(targets))
	})
	e.history.take(report, r.Context().Err() != nil)
	return report
}

// checkAll checks every target once, without being asked by a scrape.
func (e *exporter) checkAll(ctx context.Context) {
	rev := e.current.Load()
	ctx, cancel := context.WithTimeout(ctx, rev.config.Timeout)
	defer cancel()
	survey := rev.surveyor.Start(ctx, rev.targets)
	<-survey.Done()
	e.history.take(survey.Report(), false)
}

// selected are the targets of the domains asked for, all without any. The
// name of one that is not configured is the second result.
func (r *revision) selected(names []string) (targets []survey.Target, unknown string) {
	if len(names) == 0 {
		return r.targets, ""
	}
	var domains []*config.Domain
	seen := make(map[string]bool)
	for _, name := range names {
		d := r.config.Domain(name)
		if d == nil {
			return nil, name
		}
		if !seen[d.Name] {
			seen[d.Name] = true
			domains = append(domains, d)
		}
	}
	return survey.Targets(domains), ""
}

// runKey is equal for scrapes that can share a run.
func (r *revision) runKey(targets []survey.Target) string {
	var b strings.Builder
	b.WriteString(r.loaded.String())
	if slices.Equal(targets, r.targets) {
		return b.String()
	}
	for _, t := range targets {
		b.WriteString("\x00" + t.Domain.Name + "\x00" + t.View.Name)
	}
	return b.String()
}
