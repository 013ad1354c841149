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
	done  chan struct{}
	value V
}

// Do returns the result for key; the first to ask does the work. One who
// stops waiting gets false; the work goes on for the others.
func (m *Memo[K, V]) Do(ctx context.Context, key K, work func() V) (V, bool) {
	m.mu.Lock()
	p, known := m.once[key]
	if !known {
		if m.once == nil {
			m.once = make(map[K]*pending[V])
		}
		p = &pending[V]{done: make(chan struct{})}
		m.once[key] = p
	}
	m.mu.Unlock()
	if !known {
		defer close(p.done)
		p.value = work()
		return p.value, true
	}
	select {
	case <-p.done:
		return p.value, true
	case <-ctx.Done():
		var none V
		return none, false
	}
}
