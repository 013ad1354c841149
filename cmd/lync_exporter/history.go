package main

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// history remembers the latest result of each target, for people, and what it
// means for the order of the next scrape.
type history struct {
	mu     sync.Mutex
	known  map[targetKey]bool // the configured targets; of others nothing is remembered
	latest map[targetKey]*survey.DomainReport
	turns  map[targetKey]turn
	first  map[targetKey]sightings

	merging sync.Mutex
	version uint64         // of latest
	merged  repair.Changes // which that calls for; nil: to be merged
}

// turn is when a target had its turn and what came of it.
type turn struct {
	scrape time.Time // the start of the latest scrape that had time for it; zero: none had
	slow   float64   // its place among the slow ones; 0: it was not slow
}

// slow is the turn of one that took so long.
func slow(scrape time.Time, took time.Duration) turn {
	return turn{scrape, 1 + math.Floor(math.Log2(float64(took)/float64(slowTarget))) + rand.Float64()}
}

// unfinished is the turn of one that was not finished.
func unfinished(scrape time.Time) turn { return turn{scrape, 100 + rand.Float64()} }

// compare orders turns: who has waited longest for one comes first, so that no
// scrape that is too short for all leaves out the same ones again. Of those that
// had theirs in the same scrape the slow ones come last, so that they delay no
// other, those that took twice as long after the others, and in random order among
// their like, so that none of them always comes after the same dead one.
func (t turn) compare(other turn) int {
	return cmp.Or(t.scrape.Compare(other.scrape), cmp.Compare(t.slow, other.slow))
}

// slowTarget is how long a target may take without being called slow.
const slowTarget = time.Second

type targetKey struct{ domain, view string }

func keyOf(t survey.Target) targetKey { return targetKey{t.Domain.Name, t.View.Name} }

// ended takes the report of a target that was checked to its end. It is taken at
// once, and not with all of its scrape, so that people see it and the one before
// can be forgotten: thousands of both would not be there side by side.
func (h *history) ended(d *survey.DomainReport) {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := keyOf(survey.Target{Domain: d.Domain, View: d.View})
	if latest := h.latest[key]; !h.known[key] || latest != nil && !latest.Cut() && latest.Checked.After(d.Checked) {
		return
	}
	h.turns[key] = turn{scrape: d.Checked}
	if d.Duration >= slowTarget {
		h.turns[key] = slow(d.Checked, d.Duration)
	}
	h.remember(key, d)
	h.first[key] = h.first[key].with(d)
}

// take takes what a scrape had no time for, unless it was abandoned. An older
// result says more than one that was cut short.
func (h *history) take(r *survey.Report, abandoned bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range r.Domains {
		key := keyOf(survey.Target{Domain: d.Domain, View: d.View})
		switch {
		case !h.known[key] || !d.Cut():
		case !abandoned:
			if d.Duration >= min(slowTarget, r.Timeout/2) { // less was no turn
				h.turns[key] = unfinished(d.Checked)
			}
			if h.latest[key] == nil {
				h.remember(key, d)
			}
		}
	}
}

// remember is called with the lock held.
func (h *history) remember(key targetKey, d *survey.DomainReport) {
	h.latest[key] = d.WithoutSamples()
	h.renew()
}

// of returns the latest result of a target, nil if there is none yet.
func (h *history) of(t survey.Target) *survey.DomainReport {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.latest[keyOf(t)]
}

// changes are what the latest results of all targets call for. They are merged
// once for each state of the results, however many look at them, and forgotten
// with it.
func (h *history) changes() repair.Changes {
	h.merging.Lock()
	defer h.merging.Unlock()
	results, version, merged := h.all()
	if merged != nil {
		return merged
	}
	merged = repair.Merge(results)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.version == version {
		h.merged = merged
	}
	return merged
}

// all returns the latest results of all targets, by name, their version, and what
// they call for if that is known.
func (h *history) all() (results []*survey.DomainReport, version uint64, merged repair.Changes) {
	h.mu.Lock()
	defer h.mu.Unlock()
	results = slices.SortedFunc(maps.Values(h.latest), func(a, b *survey.DomainReport) int {
		return cmp.Or(cmp.Compare(a.Domain.Name, b.Domain.Name), cmp.Compare(a.View.Name, b.View.Name))
	})
	return results, h.version, h.merged
}

// renew is called with the lock held when a result has changed.
func (h *history) renew() {
	h.version++
	h.merged = nil
}

// order puts targets in the order in which to begin them.
func (h *history) order(targets []survey.Target) []survey.Target {
	h.mu.Lock()
	defer h.mu.Unlock()
	ordered := slices.Clone(targets)
	slices.SortStableFunc(ordered, func(a, b survey.Target) int { return h.turns[keyOf(a)].compare(h.turns[keyOf(b)]) })
	return ordered
}

// keep forgets all targets but these and remembers these from now on.
func (h *history) keep(targets []survey.Target) {
	h.mu.Lock()
	defer h.mu.Unlock()
	known, latest, turns, first := make(map[targetKey]bool, len(targets)), make(map[targetKey]*survey.DomainReport), make(map[targetKey]turn), make(map[targetKey]sightings)
	for _, t := range targets {
		key := keyOf(t)
		known[key] = true
		if d := h.latest[key]; d != nil {
			latest[key], first[key] = d, h.first[key]
		}
		if turn, ok := h.turns[key]; ok {
			turns[key] = turn
		}
	}
	h.known, h.latest, h.turns, h.first = known, latest, turns, first
	h.renew()
}
