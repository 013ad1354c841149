package collector

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// Target is one SIP domain to check from one view.
type Target struct {
	Domain *config.Domain
	View   *config.View
}

// Targets are all targets of a configuration: every domain from each of its
// views.
func Targets(domains []*config.Domain) []Target {
	var targets []Target
	for _, d := range domains {
		for _, v := range d.Views {
			targets = append(targets, Target{d, v})
		}
	}
	return targets
}

// Surveyor checks SIP domains under one configuration.
type Surveyor struct {
	// Ended, if there, is told of each target as soon as all its checks have
	// ended, from several goroutines at once. It must not change the report.
	Ended func(*DomainReport)

	config *config.Config
	count  *observe.Counters
	logger log.Logger
	checks []Check
	estate *Estate
}

// NewSurveyor prepares surveys of the SIP domains of a configuration. The
// counters may be nil.
func NewSurveyor(c *config.Config, count *observe.Counters, logger log.Logger) *Surveyor {
	return &Surveyor{config: c, count: count, logger: logger, checks: Checks(), estate: NewEstate(c.Domains)}
}

// Survey is one run over some targets. Its report can be taken at any time.
type Survey struct {
	checks  []Check
	started time.Time
	timeout time.Duration
	jobs    []*job
	done    chan struct{}

	mu      sync.Mutex
	elapsed time.Duration // set when done
}

// job is one target and the results of its checks so far.
type job struct {
	subject Subject

	mu       sync.Mutex
	started  time.Time // zero: not begun
	ended    time.Time
	topology config.Topology
	results  []*CheckReport // by check; nil: not ended
	final    *DomainReport  // once it has ended
}

// Start begins a survey, which ends when all targets are checked or ctx is
// done. Targets begin in the order given.
func (s *Surveyor) Start(ctx context.Context, targets []Target) *Survey {
	now := time.Now()
	run := &Survey{checks: s.checks, started: now, timeout: s.config.Timeout, done: make(chan struct{})}
	if deadline, ok := ctx.Deadline(); ok {
		run.timeout = deadline.Sub(now)
	}
	for _, t := range targets {
		run.jobs = append(run.jobs, &job{subject: Subject{t.Domain, t.View, now, s.estate}, results: make([]*CheckReport, len(s.checks))})
	}
	go s.run(ctx, run)
	return run
}

// run works through the jobs.
func (s *Surveyor) run(ctx context.Context, run *Survey) {
	defer close(run.done)
	scrape := observe.NewScrape(ctx, s.config, s.count)
	defer scrape.Close()
	for _, j := range run.jobs {
		scrape.Expect(j.subject.Domain.Name)
	}
	turns := newTurns(s.config.Concurrency, scrape.Room)
	var wg sync.WaitGroup
	for _, j := range run.jobs {
		leave, ok := turns.take(ctx)
		if !ok {
			break
		}
		wg.Go(func() {
			defer leave()
			s.check(ctx, scrape, j)
		})
	}
	wg.Wait()
	run.mu.Lock()
	run.elapsed = time.Since(run.started)
	run.mu.Unlock()
}

// check runs all checks of one job side by side.
func (s *Surveyor) check(ctx context.Context, scrape *observe.Scrape, j *job) {
	defer scrape.Leave(j.subject.Domain.Name)
	q := newInquiry(j.subject, scrape)
	j.mu.Lock()
	j.started = time.Now()
	j.mu.Unlock()
	run := func(i int, c Check) {
		result := s.runCheck(ctx, c, q)
		if ctx.Err() != nil {
			return // what it says may come of the scrape's end and not of the domain
		}
		j.mu.Lock()
		j.results[i] = result
		j.mu.Unlock()
	}
	var topology config.Topology
	all(
		func() { topology = q.topologyIfKnown(ctx) }, // which most checks want after their own questions
		func() { each(s.checks, run) },
	)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.topology = topology
	if ctx.Err() != nil {
		return
	}
	j.ended = time.Now()
	j.final, j.results = j.report(s.checks), nil
	if s.Ended != nil {
		s.Ended(j.final)
	}
}

// runCheck runs one check. One that panics is a defect of ours: it is logged
// and costs only its own result.
func (s *Surveyor) runCheck(ctx context.Context, c Check, q *Inquiry) (result *CheckReport) {
	started := time.Now()
	defer func() {
		if p := recover(); p != nil {
			level.Error(s.logger).Log("msg", "check failed by a defect of the exporter; please report it", "check", c.Name,
				"domain", q.Domain.Name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			result = unfinished(c, fmt.Errorf("defect in the check %s", c.Name))
		}
		result.Duration = time.Since(started)
	}()
	v := c.Run(ctx, q)
	result = &CheckReport{Name: c.Name, Err: v.Incomplete, Unknown: v.Unknown,
		Samples: Pack(v.Samples...), Observed: slices.Clone(v.Observed)}
	for _, f := range v.Findings {
		known := func(e Explained) bool { return e.Reason == f.Reason && e.Subject == f.Subject }
		if !slices.ContainsFunc(result.Findings, known) { // one series, one line in reports
			result.Findings = append(result.Findings, explain(c.Name, q.Domain.Name, f))
		}
	}
	level.Debug(s.logger).Log("msg", "check ended", "check", c.Name, "domain", q.Domain.Name, "view", q.View.Name,
		"findings", len(result.Findings), "err", result.Err)
	return result
}

func unfinished(c Check, err error) *CheckReport {
	return &CheckReport{Name: c.Name, Err: err, Unknown: c.Serves}
}

// errUnfinished is why a check has no result when the scrape ended first.
var errUnfinished = errors.New("the scrape ended before this check did; give it more time, or fewer domains")

// Done is closed when the survey has ended and nothing of it is left running.
func (r *Survey) Done() <-chan struct{} { return r.done }

// Report is what is known now: ended checks in full, others as unfinished.
func (r *Survey) Report() *Report {
	report := &Report{Started: r.started, Timeout: r.timeout, Domains: make([]*DomainReport, len(r.jobs))}
	r.mu.Lock()
	report.Duration = r.elapsed
	r.mu.Unlock()
	if report.Duration == 0 {
		report.Duration = time.Since(r.started)
	}
	for i, j := range r.jobs {
		j.mu.Lock()
		report.Domains[i] = j.report(r.checks)
		j.mu.Unlock()
	}
	return report
}

// report is the final report, or what is known by now. Its caller holds the
// lock.
func (j *job) report(checks []Check) *DomainReport {
	if j.final != nil {
		return j.final
	}
	d := &DomainReport{Domain: j.subject.Domain, View: j.subject.View, Topology: j.topology, Checked: j.subject.Now,
		Checks: make([]CheckReport, len(checks)), Capabilities: make(map[Capability]State, 4)}
	switch {
	case !j.ended.IsZero():
		d.Duration = j.ended.Sub(j.started)
	case !j.started.IsZero():
		d.Duration = time.Since(j.started)
	}
	for i, result := range j.results {
		if result == nil {
			result = unfinished(checks[i], errUnfinished)
			if !j.started.IsZero() {
				result.Duration = time.Since(j.started)
			}
		}
		d.Checks[i] = *result
	}
	for _, c := range Capabilities() {
		d.Capabilities[c] = judgeCapability(c, j.subject, j.topology, d.Checks)
	}
	return d
}

// Ended is how many targets have been checked to their end.
func (r *Survey) Ended() int {
	n := 0
	for _, j := range r.jobs {
		j.mu.Lock()
		if !j.ended.IsZero() {
			n++
		}
		j.mu.Unlock()
	}
	return n
}
