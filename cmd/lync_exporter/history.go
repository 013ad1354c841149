package main

import (
	"sync"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/config"
)

// history remembers the latest result of each target, for people, and which
// targets the latest scrape had no time for, so that these come first in the
// next one.
type history struct {
	mu     sync.Mutex
	latest map[targetKey]*collector.DomainReport
	cut    map[targetKey]bool
}

type targetKey struct{ domain, view string }

func keyOf(t collector.Target) targetKey { return targetKey{t.Domain.Name, t.View.Name} }

// add takes the results of a report, those of configured domains only: what
// else /probe was asked for would be remembered for ever.
func (h *history) add(r *collector.Report, c *config.Config) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.latest == nil {
		h.latest, h.cut = make(map[targetKey]*collector.DomainReport), make(map[targetKey]bool)
	}
	for _, d := range r.Domains {
		if c.Domain(d.Domain.Name) == nil {
			continue
		}
		key := targetKey{d.Domain.Name, d.View.Name}
		if d.Cut() {
			h.cut[key] = true
			if h.latest[key] != nil {
				continue // an older result says more than none
			}
		} else {
			delete(h.cut, key)
		}
		h.latest[key] = d.WithoutSamples()
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

// keep forgets all targets but these, after a reload.
func (h *history) keep(targets []collector.Target) {
	h.mu.Lock()
	defer h.mu.Unlock()
	latest, cut := make(map[targetKey]*collector.DomainReport), make(map[targetKey]bool)
	for _, t := range targets {
		key := keyOf(t)
		if d := h.latest[key]; d != nil {
			latest[key] = d
		}
		if h.cut[key] {
			cut[key] = true
		}
	}
	h.latest, h.cut = latest, cut
}
