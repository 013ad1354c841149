package observe

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// heartbeat is how often the scrape looks whether it is woken in time.
	heartbeat = 25 * time.Millisecond
	// tolerable is lateness that a busy machine has at any time.
	tolerable = 50 * time.Millisecond
	// sizeable is the part of operation_timeout that must be lost to lateness
	// before what ran out of time says nothing of the server.
	sizeable = 4
)

// starvation measures how late this process runs when it means to run: for want
// of CPU, or because it was stopped.
type starvation struct {
	mu      sync.Mutex
	due     time.Time     // when the next heartbeat is
	lost    time.Duration // lateness beyond what is tolerable, in all
	longest time.Duration
}

// watch beats until the scrape ends.
func (v *starvation) watch(end <-chan struct{}) {
	timer := time.NewTimer(heartbeat)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			v.beat(time.Now())
			timer.Reset(heartbeat)
		case <-end:
			return
		}
	}
}

// beat notes that the process was woken.
func (v *starvation) beat(now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	late := now.Sub(v.due)
	v.longest = max(v.longest, late)
	if late > tolerable {
		v.lost += late
	}
	v.due = now.Add(heartbeat)
}

// at is what was lost until now, also to a heartbeat that is still due.
func (v *starvation) at(now time.Time) (lost, longest time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	late := now.Sub(v.due)
	lost = v.lost
	if late > tolerable {
		lost += late
	}
	return lost, max(v.longest, late)
}

// Lag is the longest that this scrape was late so far when it meant to run.
func (s *Scrape) Lag() time.Duration {
	_, longest := s.starvation.at(time.Now())
	return max(0, longest)
}

// starvedError is why an operation ran out of time through no fault of its
// server.
type starvedError struct {
	lost time.Duration
	err  error
}

func (e *starvedError) Error() string {
	return fmt.Sprintf("this machine was too busy to tell (late by %v): %v", e.lost.Round(time.Millisecond), e.err)
}

func (e *starvedError) Unwrap() error { return e.err }

// IsStarved says whether an operation ran out of time while this process did
// not get the time to run. Nothing is known of the server then.
func IsStarved(err error) bool {
	_, starved := errors.AsType[*starvedError](err)
	return starved
}

// stopwatch times one operation.
type stopwatch struct {
	began time.Time
	lost  time.Duration // until then
}

func (s *Scrape) startWatch() stopwatch {
	now := time.Now()
	lost, _ := s.starvation.at(now)
	return stopwatch{now, lost}
}

// starved is what the process lost since then, if that is a sizeable part of an
// operation, else 0.
func (s *Scrape) starved(w stopwatch) time.Duration {
	lost, _ := s.starvation.at(time.Now())
	if lost -= w.lost; lost*sizeable >= s.config.OperationTimeout {
		return lost
	}
	return 0
}
