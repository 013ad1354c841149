// Package limit keeps the exporter from flooding anybody.
package limit

import (
	"context"
	"sync"
)

// Limits bound the operations in flight: all together, the questions to one
// nameserver, the connections to one address and port.
type Limits struct {
	All         Semaphore
	Nameservers Keyed
	Addresses   Keyed
}

// New makes limits of at least one operation each.
func New(all, perNameserver, perAddress int) *Limits {
	return &Limits{
		All:         make(Semaphore, max(1, all)),
		Nameservers: Keyed{Size: max(1, perNameserver)},
		Addresses:   Keyed{Size: max(1, perAddress)},
	}
}

// Semaphore has as many places as its capacity.
type Semaphore chan struct{}

// acquire takes a place or says why it could not.
func (s Semaphore) acquire(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	default:
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s Semaphore) release() { <-s }

// Keyed is one semaphore of Size places for each key.
type Keyed struct {
	Size int
	mu   sync.Mutex
	of   map[string]Semaphore
}

func (k *Keyed) get(key string) Semaphore {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.of[key]
	if s == nil {
		if k.of == nil {
			k.of = make(map[string]Semaphore)
		}
		s = make(Semaphore, k.Size)
		k.of[key] = s
	}
	return s
}

// Enter takes a place with one peer and then one among all operations, in this
// order so that waiting for a slow peer keeps no place from the others. The
// function it returns gives both back.
func (l *Limits) Enter(ctx context.Context, peers *Keyed, peer string) (leave func(), err error) {
	one := peers.get(peer)
	if err := one.acquire(ctx); err != nil {
		return nil, err
	}
	if err := l.All.acquire(ctx); err != nil {
		one.release()
		return nil, err
	}
	return func() { l.All.release(); one.release() }, nil
}
