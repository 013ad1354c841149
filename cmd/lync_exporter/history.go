package main

import (
	"sync"

	"github.com/lync-exporter/lync_exporter/collector"
)

// history remembers the latest result of each target, for people, and which
// targets the latest scrape had no time for, so that these come first in the
// next one.
type history struct {
	mu     sync.Mutex
	known  map[targetKey]bool // the configured targets; of others nothing is remembered
	latest map[targetKey]*collector.DomainReport
	cut    map[targetKey]bool
}

type targetKey struct{ domain, view string }

func keyOf(t collector.Target) targetKey { return targetKey{t.Domain.Name, t.View.Name} }

// add takes the result of one target, as soon as there is one.
func (h *history) add(d *collector.DomainReport) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if key := (targetKey{d.Domain.Name, d.View.Name}); h.known[key] {
		delete(h.cut, key)
		h.latest[key] = d.WithoutSamples()
	}
}

// addCut takes from a report which targets there was no time for. An older
// result of them says more than that.
func (h *history) addCut(r *collector.Report) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range r.Domains {
		key := targetKey{d.Domain.Name, d.View.Name}
		if !h.known[key] || !d.Cut() {
			continue
		}
		h.cut[key] = true
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

// order puts those first that were cut short the last time.
func (h *history) order(targets []collector.Target) []collector.Target {
	h.mu.Lock()
	defer h.mu.Unlock()
	ordered := make([]collector.Target, 0, len(targets))
	for _, first := range []bool{true, false} {
		for _, t := range targets {
			if h.cut[keyOf(t)] == first {
				ordered = append(ordered, t)
			}
		}
	}
	return ordered
}

// keep forgets all targets but these and remembers these from now on.
func (h *history) keep(targets []collector.Target) {
	h.mu.Lock()
	defer h.mu.Unlock()
	known, latest, cut := make(map[targetKey]bool, len(targets)), make(map[targetKey]*collector.DomainReport), make(map[targetKey]bool)
	for _, t := range targets {
		key := keyOf(t)
		known[key] = true
		if d := h.latest[key]; d != nil {
			latest[key] = d
		}
		if h.cut[key] {
			cut[key] = true
		}
	}
	h.known, h.latest, h.cut = known, latest, cut
}
