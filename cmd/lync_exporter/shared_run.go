package main

import (
	"context"
	"sync"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// sharedRuns lets overlapping scrapes of the same domains share one survey.
// A survey that nobody waits for any more is stopped.
type sharedRuns struct {
	mu   sync.Mutex
	runs map[string]*sharedRun
}

type sharedRun struct {
	survey  *survey.Survey
	cancel  context.CancelFunc
	waiting int
	until   time.Time   // the latest deadline of those who asked for it
	end     *time.Timer // cancels it then
}

// wait returns what the survey of this key has found when it ends, when the
// timeout is over or when the caller's context is done, whichever is first.
// start begins a survey if none is under way.
func (s *sharedRuns) wait(ctx context.Context, key string, timeout time.Duration, start func(context.Context) *survey.Survey) *survey.Report {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	run := s.join(ctx, key, start)
	defer s.leave(key, run)
	select {
	case <-run.survey.Done():
	case <-ctx.Done():
	}
	report := run.survey.Report()
	report.Timeout = timeout
	return report
}

// join finds the survey that is under way or begins one. It lasts as long as the
// most patient of those who wait for it have time, whoever was first.
func (s *sharedRuns) join(ctx context.Context, key string, start func(context.Context) *survey.Survey) *sharedRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	deadline, _ := ctx.Deadline()
	run := s.runs[key]
	if run == nil || run.ended() || !run.prolong(deadline) {
		detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
		run = &sharedRun{survey: start(detached), cancel: cancel, until: deadline, end: time.AfterFunc(time.Until(deadline), cancel)}
		if s.runs == nil {
			s.runs = make(map[string]*sharedRun)
		}
		s.runs[key] = run
	}
	run.waiting++
	return run
}

func (s *sharedRuns) leave(key string, run *sharedRun) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if run.waiting--; run.waiting > 0 {
		return
	}
	run.end.Stop()
	run.cancel()
	if s.runs[key] == run {
		delete(s.runs, key)
	}
}

// prolong gives the run until a deadline, if that is later than its own. It is too
// late when its own has come.
func (r *sharedRun) prolong(until time.Time) bool {
	if !until.After(r.until) {
		return true
	}
	if !r.end.Stop() {
		return false
	}
	r.until = until
	r.end.Reset(time.Until(until))
	return true
}

func (r *sharedRun) ended() bool {
	select {
	case <-r.survey.Done():
		return true
	default:
		return false
	}
}
