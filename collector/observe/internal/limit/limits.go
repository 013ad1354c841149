// Package limit keeps the exporter from flooding anybody.
package limit

import (
	"context"
	"sync"
	"time"
)

// Limits bound the operations in flight: all together, the questions to one
// nameserver, the connections to one address and port.
//
// An operation that has taken SlowAfter, as one with a silent server does, gives
// its place among all, and with a nameserver, to others and takes one of those for
// slow ones, of which there are several times as many. Where most servers are dead
// the others would otherwise wait for them.
type Limits struct {
	All         Semaphore
	Nameservers Keyed
	Addresses   Keyed
	SlowAfter   time.Duration
	slow        Semaphore
}

// slowPlaces times as many operations may be slow as may be in flight besides.
const slowPlaces = 3

// New makes limits of at least one operation each.
func New(all, perNameserver, perAddress int) *Limits {
	return &Limits{
		All:         make(Semaphore, max(1, all)),
		Nameservers: Keyed{Size: max(1, perNameserver)},
		Addresses:   Keyed{Size: max(1, perAddress)},
		SlowAfter:   300 * time.Millisecond,
		slow:        make(Semaphore, slowPlaces*max(1, all)),
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

func (s Semaphore) tryAcquire() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
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
	p := &place{limits: l, peer: one, yields: peers == &l.Nameservers}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = time.AfterFunc(l.SlowAfter, p.becomeSlow)
	return p.leave, nil
}

// place is what an operation has of the limits.
type place struct {
	limits *Limits
	peer   Semaphore
	yields bool // the place with the peer, too, when slow

	mu         sync.Mutex
	timer      *time.Timer
	slow, left bool
}

func (p *place) becomeSlow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.left:
	case p.limits.slow.tryAcquire():
		p.slow = true
		p.release()
	default:
		p.timer.Reset(p.limits.SlowAfter)
	}
}

// release gives back what slow ones do not have.
func (p *place) release() {
	p.limits.All.release()
	if p.yields {
		p.peer.release()
	}
}

func (p *place) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer.Stop()
	p.left = true
	if p.slow {
		p.limits.slow.release()
	} else {
		p.release()
	}
	if !p.yields {
		p.peer.release()
	}
}
