package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/lync-exporter/lync_exporter/collector"
)

// history remembers the latest result of each target, for people, and what it
// means for the order of the next scrape.
type history struct {
	mu     sync.Mutex
	known  map[targetKey]bool // the configured targets; of others nothing is remembered
	latest map[targetKey]*collector.DomainReport
	turns  map[targetKey]turn
}

// turn is when a target had its turn and what came of it.
type turn struct {
	scrape time.Time // the start of the latest scrape that had time for it; zero: none had
	luck   float64   // 0: it was not slow
}

// slow is the turn of one that was slow or not finished.
func slow(scrape time.Time) turn { return turn{scrape, 1 + rand.Float64()} }

// compare orders turns: who has waited longest for one comes first, so that no
// scrape that is too short for all leaves out the same ones again. Of those that
// had theirs in the same scrape the slow ones come last, so that they delay no
// other, and in an order left to luck, so that none of them always comes after
// the same dead one.
func (t turn) compare(other turn) int {
	return cmp.Or(t.scrape.Compare(other.scrape), cmp.Compare(t.luck, other.luck))
}

// slowAfter is how long a target may take without being called slow.
const slowAfter = time.Second

type targetKey struct{ domain, view string }

func keyOf(t collector.Target) targetKey { return targetKey{t.Domain.Name, t.View.Name} }

// add takes the result of one target, as soon as there is one.
func (h *history) add(d *collector.DomainReport) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if key := keyOf(collector.Target{Domain: d.Domain, View: d.View}); h.known[key] {
		h.turns[key] = turn{scrape: d.Checked}
		if d.Duration >= slowAfter {
			h.turns[key] = slow(d.Checked)
		}
		h.latest[key] = d.WithoutSamples()
	}
}

// addCut takes from a report which targets there was no time for. An older
// result of them says more than that.
func (h *history) addCut(r *collector.Report) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range r.Domains {
		key := keyOf(collector.Target{Domain: d.Domain, View: d.View})
		if !h.known[key] || !d.Cut() {
			continue
		}
		if d.Duration >= min(slowAfter, r.Timeout/2) { // less was no turn
			h.turns[key] = slow(d.Checked)
		}
		if h.latest[key] == nil {
			h.latest[key] = d.WithoutSamples()
		}
	}
}

// of returns the latest result of a target, nil if there is none yet.
func (h *history) of(t collector.Target) *collector.DomainReport {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.latest[keyOf(t)]
}

// order puts targets in the order in which to begin them.
func (h *history) order(targets []collector.Target) []collector.Target {
	h.mu.Lock()
	defer h.mu.Unlock()
	ordered := slices.Clone(targets)
	slices.SortStableFunc(ordered, func(a, b collector.Target) int { return h.turns[keyOf(a)].compare(h.turns[keyOf(b)]) })
	return ordered
}

// keep forgets all targets but these and remembers these from now on.
func (h *history) keep(targets []collector.Target) {
	h.mu.Lock()
	defer h.mu.Unlock()
	known, latest, turns := make(map[targetKey]bool, len(targets)), make(map[targetKey]*collector.DomainReport), make(map[targetKey]turn)
	for _, t := range targets {
		key := keyOf(t)
		known[key] = true
		if d := h.latest[key]; d != nil {
			latest[key] = d
		}
		if turn, ok := h.turns[key]; ok {
			turns[key] = turn
		}
	}
	h.known, h.latest, h.turns = known, latest, turns
}
