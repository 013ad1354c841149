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
	return run.survey.Report()
}

// join finds the survey that is under way or begins one, under the deadline of
// the first but not ended by the first one's hanging up.
func (s *sharedRuns) join(ctx context.Context, key string, start func(context.Context) *survey.Survey) *sharedRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[key]
	if run == nil || run.ended() {
		deadline, _ := ctx.Deadline()
		detached, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
		run = &sharedRun{survey: start(detached), cancel: cancel}
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
	run.cancel()
	if s.runs[key] == run {
		delete(s.runs, key)
	}
}

func (r *sharedRun) ended() bool {
	select {
	case <-r.survey.Done():
		return true
	default:
		return false
	}
}
