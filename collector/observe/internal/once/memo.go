// Package once does each piece of work once.
package once

import (
	"context"
	"sync"
)

// Memo remembers the result of a piece of work, so that it is done once
// however many ask for it, also while it is under way.
type Memo[K comparable, V any] struct {
	mu   sync.Mutex
	once map[K]*pending[V]
}

type pending[V any] struct {
	ended bool
	wait  chan struct{} // made by the first who waits, as most often nobody does
	value V
}

// Do returns the result for key; the first to ask does the work. One who
// stops waiting gets false; the work goes on for the others.
func (m *Memo[K, V]) Do(ctx context.Context, key K, work func() V) (V, bool) {
	m.mu.Lock()
	p := m.once[key]
	switch {
	case p == nil:
		if m.once == nil {
			m.once = make(map[K]*pending[V])
		}
		p = new(pending[V])
		m.once[key] = p
		m.mu.Unlock()
		defer m.end(p)
		p.value = work()
		return p.value, true
	case p.ended:
		m.mu.Unlock()
		return p.value, true
	case p.wait == nil:
		p.wait = make(chan struct{})
	}
	wait := p.wait
	m.mu.Unlock()
	select {
	case <-wait:
		return p.value, true
	case <-ctx.Done():
		var none V
		return none, false
	}
}

func (m *Memo[K, V]) end(p *pending[V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.ended = true
	if p.wait != nil {
		close(p.wait)
	}
}
