// Package survey checks many SIP domains under one deadline.
package survey

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

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Target is one SIP domain to check from one view.
type Target struct {
	Domain *config.Domain
	View   *config.View
}

// Targets are all targets of some domains: every domain from each of its views.
func Targets(domains []*config.Domain) []Target {
	var targets []Target
	for _, d := range domains {
		for _, v := range d.Views {
			targets = append(targets, Target{d, v})
		}
	}
	return targets
}

// TargetsIn are the targets of a domain in the view of a name; "" is each of its
// views.
func TargetsIn(d *config.Domain, view string) []Target {
	return slices.DeleteFunc(Targets([]*config.Domain{d}), func(t Target) bool { return view != "" && t.View.Name != view })
}

// Surveyor checks SIP domains under one configuration.
type Surveyor struct {
	config     *config.Config
	logger     log.Logger
	checks     []inquiry.Check
	neighbours *inquiry.Neighbours
	begin      func(context.Context) network

	// Ended is told of each target as soon as it was checked to its end; nil: of
	// none. It is called by several goroutines.
	Ended func(*DomainReport)
}

// network is what a survey asks, until it is closed.
type network interface {
	inquiry.Network
	Expect(domain string)
	Leave(domain string)
	Yields(domain string) bool
	Nameservers() []dns.Nameserver
	Lag() time.Duration
	Shortage() error
	Close()
}

// NewSurveyor prepares surveys of the SIP domains of a configuration. The memory
// outlives surveys and may outlive the configuration; nil is one of the
// Surveyor's own. The counters may be nil.
func NewSurveyor(c *config.Config, memory *observe.Memory, count *observe.Counters, logger log.Logger) *Surveyor {
	if memory == nil {
		memory = observe.NewMemory()
	}
	return &Surveyor{config: c, logger: logger, checks: checks.Table(), neighbours: inquiry.NewNeighbours(c.Domains),
		begin: func(ctx context.Context) network { return observe.NewScrape(ctx, c, count, memory) }}
}

// Survey is one run over some targets. Its report can be taken at any time.
type Survey struct {
	started time.Time
	timeout time.Duration
	jobs    []*job
	done    chan struct{}

	mu      sync.Mutex
	elapsed time.Duration // set when done
	network network
}

// job is one target and the results of its checks so far.
type job struct {
	subject inquiry.Subject
	checks  []inquiry.Check // those that serve what the domain is meant to offer

	mu       sync.Mutex
	started  time.Time // zero: not begun
	ended    time.Time
	topology *inquiry.Topology
	results  []*result     // by check; nil: not ended
	final    *DomainReport // once it has ended
}

// result is the report of a check, and what the domain's is made of beside it.
type result struct {
	CheckReport
	samples verdict.Samples
	unknown []verdict.Capability // of which the check could learn too little
}

// Start begins a survey, which ends when all targets are checked or ctx is
// done. Targets begin in the order given.
func (s *Surveyor) Start(ctx context.Context, targets []Target) *Survey {
	now := time.Now()
	run := &Survey{started: now, timeout: s.config.Timeout, done: make(chan struct{})}
	if deadline, ok := ctx.Deadline(); ok {
		run.timeout = deadline.Sub(now)
	}
	for _, t := range targets {
		subject := inquiry.NewSubject(t.Domain, t.View, now, s.neighbours)
		run.jobs = append(run.jobs, &job{subject: subject, checks: s.serving(t.Domain)})
	}
	go s.run(ctx, run)
	return run
}

// serving are the checks that serve what a domain is meant to offer.
func (s *Surveyor) serving(d *config.Domain) []inquiry.Check {
	if d.Capabilities == nil {
		return s.checks
	}
	return slices.DeleteFunc(slices.Clone(s.checks), func(c inquiry.Check) bool { return !c.For(d) })
}

// run works through the jobs.
func (s *Surveyor) run(ctx context.Context, run *Survey) {
	defer close(run.done)
	scrape := s.begin(ctx)
	defer scrape.Close()
	run.mu.Lock()
	run.network = scrape
	run.mu.Unlock()
	for _, j := range run.jobs {
		scrape.Expect(j.subject.Domain.Name)
	}
	turns := newTurns(s.config.Concurrency)
	var wg sync.WaitGroup
	for _, j := range run.jobs {
		leave, ok := turns.take(ctx, func() bool { return scrape.Yields(j.subject.Domain.Name) })
		if !ok {
			break
		}
		wg.Go(func() {
			defer leave()
			s.check(ctx, scrape, j)
		})
	}
	wg.Wait()
	if err := scrape.Shortage(); err != nil {
		level.Warn(s.logger).Log("msg", "this machine ran short; what it could not ask is unknown", "err", err)
	}
	run.mu.Lock()
	run.elapsed = time.Since(run.started)
	run.mu.Unlock()
}

// check runs all checks of one job side by side.
func (s *Surveyor) check(ctx context.Context, scrape network, j *job) {
	defer scrape.Leave(j.subject.Domain.Name)
	q := inquiry.New(ctx, j.subject, scrape)
	j.mu.Lock()
	j.started, j.results = time.Now(), make([]*result, len(j.checks))
	j.mu.Unlock()
	run := func(i int, c inquiry.Check) {
		r := s.runCheck(ctx, c, j.subject, q)
		if ctx.Err() != nil {
			return // what it says may come of the scrape's end and not of the domain
		}
		j.mu.Lock()
		j.results[i] = r
		j.mu.Unlock()
	}
	inquiry.Each(j.checks, run)
	if final := j.end(ctx, topologyIfKnown(ctx, q)); final != nil && s.Ended != nil {
		s.Ended(final)
	}
}

// end notes what a job came to. It gives the final report, nil where the scrape
// ended first.
func (j *job) end(ctx context.Context, topology *inquiry.Topology) *DomainReport {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.topology = topology
	if ctx.Err() != nil {
		return nil
	}
	j.ended = time.Now()
	j.final, j.results = j.report(), nil
	j.final.pack()
	return j.final
}

// topologyIfKnown is nil where the topology could not be learned, for whatever
// reason.
func topologyIfKnown(ctx context.Context, q inquiry.Questions) (topology *inquiry.Topology) {
	defer func() { _ = recover() }() // a defect, which the checks report
	t, err := q.Topology(ctx)
	if err != nil {
		return nil
	}
	return &t
}

// runCheck runs one check. One that panics is a defect of ours: it is logged
// and costs only its own result.
func (s *Surveyor) runCheck(ctx context.Context, c inquiry.Check, subject inquiry.Subject, q inquiry.Questions) (r *result) {
	started := time.Now()
	defer func() {
		if p := recover(); p != nil {
			level.Error(s.logger).Log("msg", "check failed because of a defect in the exporter; please report it", "check", c.Name,
				"domain", subject.Domain.Name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			r = unfinished(c, fmt.Errorf("defect in the check %s", c.Name))
		}
		r.Duration = time.Since(started)
	}()
	return s.resultOf(c, subject, c.Run(ctx, subject, q))
}

func (s *Surveyor) resultOf(c inquiry.Check, subject inquiry.Subject, v *verdict.Verdict) *result {
	level.Debug(s.logger).Log("msg", "check ended", "check", c.Name, "domain", subject.Domain.Name, "view", subject.View.Name,
		"findings", len(v.Findings), "err", v.Err)
	if subject.Domain.Detail == config.Essential { // the others are exposed by nobody and take room until then
		v.Samples = v.Samples.Essential()
	}
	return &result{CheckReport{Name: c.Name, Err: v.Err, Findings: v.Findings, Observed: v.Observed}, v.Samples, v.Unknown}
}

func unfinished(c inquiry.Check, err error) *result {
	return &result{CheckReport: CheckReport{Name: c.Name, Err: err}, unknown: c.Serves}
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
	if r.network != nil {
		report.Nameservers, report.Lag = r.network.Nameservers(), r.network.Lag()
	}
	r.mu.Unlock()
	if report.Duration == 0 {
		report.Duration = time.Since(r.started)
	}
	for i, j := range r.jobs {
		j.mu.Lock()
		report.Domains[i] = j.report()
		j.mu.Unlock()
	}
	return report
}

// report is the final report, or what is known by now. Its caller holds the
// lock.
func (j *job) report() *DomainReport {
	if j.final != nil {
		return j.final
	}
	d := &DomainReport{Domain: j.subject.Domain, View: j.subject.View, Topology: j.topology, Checked: j.subject.Now, Checks: make([]CheckReport, len(j.checks))}
	switch {
	case !j.ended.IsZero():
		d.Duration = j.ended.Sub(j.started)
	case !j.started.IsZero():
		d.Duration = time.Since(j.started)
	}
	results, samples := j.soFar(), make([]verdict.Samples, len(j.checks))
	for i, r := range results {
		d.Checks[i], samples[i] = r.CheckReport, r.samples
	}
	d.Samples = verdict.Join(samples...)
	for _, c := range verdict.Capabilities() {
		d.Capabilities.Set(c, stateOf(c, j.subject, j.topology, results))
	}
	return d
}

// soFar are the results of all checks: those that have not ended are unfinished.
func (j *job) soFar() []*result {
	list := make([]*result, len(j.checks))
	copy(list, j.results)
	for i, c := range j.checks {
		if list[i] == nil {
			list[i] = unfinished(c, errUnfinished)
			if !j.started.IsZero() {
				list[i].Duration = time.Since(j.started)
			}
		}
	}
	return list
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
