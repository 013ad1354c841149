package once

import (
	"context"
	"sync"
	"time"
)

// maxLasting is how many results a Lasting keeps at most.
const maxLasting = 4096

// Lasting remembers the good results of pieces of work for a time, for askers
// that have nothing else in common. Its zero value knows nothing yet. When it is
// full nothing new is remembered until something has expired: nobody pushes out
// what another needs.
type Lasting[K comparable, V any] struct {
	mu      sync.Mutex
	results map[K]*lasting[V]
}

type lasting[V any] struct {
	done  chan struct{}
	value V
	good  bool
	until time.Time // zero: the work is under way
}

// Do returns a result for key that is not older than lasts, which counts from
// when the work began. Who asks first does the work, which ends with his ctx, and
// others wait for it. If it comes to nothing good they do it for themselves, so
// that nobody is told of another's failure.
func (l *Lasting[K, V]) Do(ctx context.Context, key K, lasts time.Duration, good func(V) bool, work func() V) V {
	r, mine := l.begin(key, time.Now().Add(lasts))
	if r == nil {
		return work()
	}
	if mine != nil {
		defer mine()
		r.value = work()
		r.good = good(r.value)
		return r.value
	}
	select {
	case <-r.done:
		if r.good {
			return r.value
		}
	case <-ctx.Done():
	}
	return work()
}

// begin finds the result of key, under way or not, or makes one that is to be
// ended by its maker. It is nil when there is no room.
func (l *Lasting[K, V]) begin(key K, until time.Time) (r *lasting[V], mine func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if r := l.results[key]; r != nil && (r.until.IsZero() || now.Before(r.until)) {
		return r, nil
	}
	if len(l.results) >= maxLasting {
		for key, r := range l.results {
			if !r.until.IsZero() && !now.Before(r.until) {
				delete(l.results, key)
			}
		}
		if len(l.results) >= maxLasting {
			return nil, nil
		}
	}
	if l.results == nil {
		l.results = make(map[K]*lasting[V])
	}
	r = &lasting[V]{done: make(chan struct{})}
	l.results[key] = r
	return r, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if r.until = until; !r.good {
			delete(l.results, key)
		}
		close(r.done)
	}
}
