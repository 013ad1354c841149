package main

import (
	"context"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/go-kit/log"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// silentConfig is a configuration of domains whose nameserver never answers,
// so that a survey lasts until it is stopped.
func silentConfig(t *testing.T, domains ...string) *config.Config {
	t.Helper()
	nameserver, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nameserver.Close() })
	c, err := config.Default(domains...)
	if err != nil {
		t.Fatal(err)
	}
	c.OperationTimeout = time.Minute
	c.Views[0].Nameservers = []string{nameserver.LocalAddr().String()}
	return c
}

// sharing are scrapes that want the same run, and the surveys that were begun
// for them.
type sharing struct {
	runs    sharedRuns
	surveys chan *survey.Survey
	start   func(context.Context) *survey.Survey
}

func newSharing(t *testing.T) *sharing {
	t.Helper()
	c := silentConfig(t, "contoso.example")
	s := &sharing{surveys: make(chan *survey.Survey, 10)}
	s.start = func(ctx context.Context) *survey.Survey {
		run := survey.NewSurveyor(c, nil, nil, log.NewNopLogger()).Start(ctx, survey.Targets(c.Domains))
		s.surveys <- run
		return run
	}
	return s
}

// scrape begins to wait and returns how to hang up and what comes back.
func (s *sharing) scrape(ctx context.Context, timeout time.Duration) (hangUp func(), answer <-chan *survey.Report) {
	ctx, cancel := context.WithCancel(ctx)
	report := make(chan *survey.Report, 1)
	go func() { report <- s.runs.wait(ctx, "key", timeout, s.start) }()
	return cancel, report
}

// waitFor lets go on when so many scrapes wait for the run.
func (s *sharing) waitFor(n int) {
	for waiting := -1; waiting != n; runtime.Gosched() {
		s.runs.mu.Lock()
		if run := s.runs.runs["key"]; run != nil {
			waiting = run.waiting
		}
		s.runs.mu.Unlock()
	}
}

// Overlapping scrapes share one run. The first one's hanging up does not stop
// it for the others; the last one's does.
func TestOverlappingScrapesShareARun(t *testing.T) {
	t.Parallel()
	s := newSharing(t)
	hangUpFirst, first := s.scrape(t.Context(), time.Minute)
	s.waitFor(1)
	hangUpSecond, second := s.scrape(t.Context(), time.Minute)
	s.waitFor(2)
	survey := <-s.surveys

	hangUpFirst()
	if report := <-first; report.Domains[0].Complete() {
		t.Error("the first scrape has a complete report of a domain whose nameserver is silent")
	}
	s.waitFor(1)
	select {
	case <-survey.Done():
		t.Fatal("the run stopped when the first scrape hung up, although another one waits")
	case <-second:
		t.Fatal("the second scrape got its answer when the first one hung up")
	default:
	}

	hangUpSecond()
	<-second
	<-survey.Done() // for want of anybody who waits
	if len(s.surveys) > 0 {
		t.Error("a second run was begun")
	}

	hangUpThird, third := s.scrape(t.Context(), time.Minute)
	defer hangUpThird()
	again := <-s.surveys
	if again == survey {
		t.Error("a scrape that came later got the run that was stopped")
	}
	hangUpThird()
	<-third
	<-again.Done()
}

// A scrape with less time answers in its own time and leaves the others
// theirs.
func TestScrapeWithLessTimeAnswersFirst(t *testing.T) {
	t.Parallel()
	s := newSharing(t)
	hangUp, patient := s.scrape(t.Context(), time.Minute)
	defer hangUp()
	s.waitFor(1)
	_, hasty := s.scrape(t.Context(), time.Millisecond)
	if report := <-hasty; !report.Domains[0].Cut() {
		t.Error("the hasty scrape does not say that its domain was cut short")
	}
	survey := <-s.surveys
	select {
	case <-survey.Done():
		t.Error("the run stopped with the hasty scrape")
	case <-patient:
		t.Error("the patient scrape got its answer with the hasty one")
	default:
	}
	hangUp()
	<-patient
	<-survey.Done()
}

// A run that a hasty scrape began goes on for a patient one that joined it.
func TestRunLastsForTheMostPatient(t *testing.T) {
	t.Parallel()
	s := newSharing(t)
	_, hasty := s.scrape(t.Context(), 100*time.Millisecond)
	s.waitFor(1)
	hangUp, patient := s.scrape(t.Context(), time.Minute)
	s.waitFor(2)
	if report := <-hasty; !report.Domains[0].Cut() || report.Timeout != 100*time.Millisecond {
		t.Errorf("the hasty scrape had %v: %+v", report.Timeout, report.Domains[0])
	}
	s.waitFor(1)
	survey := <-s.surveys
	select {
	case <-survey.Done():
		t.Error("the run stopped with the hasty scrape that began it")
	case <-patient:
		t.Error("the patient scrape got its answer with the hasty one")
	default:
	}
	hangUp()
	if report := <-patient; report.Timeout != time.Minute {
		t.Errorf("the patient scrape had %v", report.Timeout)
	}
	<-survey.Done()
}

// Scrapes share a run only if they want the same domains: /probe of a domain
// that is not configured has a run of its own, also beside a configuration of
// as many domains.
func TestRunKey(t *testing.T) {
	t.Parallel()
	c, err := config.Default("contoso.example", "fabrikam.example")
	if err != nil {
		t.Fatal(err)
	}
	targets := func(names ...string) []survey.Target {
		var domains []*config.Domain
		for _, name := range names {
			d := c.Domain(name)
			if d == nil {
				if d, err = c.AdHoc(name); err != nil {
					t.Fatal(err)
				}
			}
			domains = append(domains, d)
		}
		return survey.Targets(domains)
	}
	rev := &revision{config: c, targets: survey.Targets(c.Domains), loaded: time.Now()}
	for _, tt := range []struct {
		name string
		a, b []string
		same bool
	}{
		{"all", []string{"contoso.example", "fabrikam.example"}, []string{"contoso.example", "fabrikam.example"}, true},
		{"the same one", []string{"contoso.example"}, []string{"contoso.example"}, true},
		{"the same one that is not configured", []string{"litware.example"}, []string{"litware.example"}, true},
		{"one and all", []string{"contoso.example"}, []string{"contoso.example", "fabrikam.example"}, false},
		{"two different ones", []string{"contoso.example"}, []string{"fabrikam.example"}, false},
		{"as many as are configured", []string{"litware.example", "northwind.example"}, []string{"contoso.example", "fabrikam.example"}, false},
	} {
		if same := rev.runKey(targets(tt.a...)) == rev.runKey(targets(tt.b...)); same != tt.same {
			t.Errorf("%s: shared is %v, want %v", tt.name, same, tt.same)
		}
	}
	later := &revision{config: c, targets: rev.targets, loaded: rev.loaded.Add(time.Millisecond)}
	if later.runKey(later.targets) == rev.runKey(rev.targets) {
		t.Error("scrapes before and after a reload share a run")
	}
}
