// Package limit keeps the exporter from flooding anybody.
package limit

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Limits bound the operations in flight: all together, those about one SIP domain,
// the questions to one nameserver, the connections to one address and port.
//
// An operation that has taken SlowAfter, as one with a silent server does, gives
// its place among all, and with a nameserver, to others and takes one of those for
// slow ones, of which there are several times as many. Where most servers are dead
// the others would otherwise wait for them.
type Limits struct {
	All         *Places
	Nameservers Keyed
	Addresses   Keyed
	SlowAfter   time.Duration
	slow        *Places
}

// slowPlaces times as many operations may be slow as may be in flight besides.
const slowPlaces = 3

// New makes limits of at least one operation each.
func New(all, perNameserver, perAddress int) *Limits {
	return &Limits{
		All:         newPlaces(max(1, all)),
		Nameservers: Keyed{Size: max(1, perNameserver)},
		Addresses:   Keyed{Size: max(1, perAddress)},
		SlowAfter:   300 * time.Millisecond,
		slow:        newPlaces(slowPlaces * max(1, all)),
	}
}

// Room says whether more operations could be in flight than are now.
func (l *Limits) Room() bool { return l.All.Taken() < l.All.size }

// Keyed are Size places for each key.
type Keyed struct {
	Size int
	mu   sync.Mutex
	of   map[string]*Places
}

func (k *Keyed) get(key string) *Places {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.of[key]
	if s == nil {
		if k.of == nil {
			k.of = make(map[string]*Places)
		}
		s = newPlaces(k.Size)
		k.of[key] = s
	}
	return s
}

// Domain is a SIP domain. Its operations keep a place of the domain's however slow
// they are: with hundreds of silent addresses it would otherwise have all those for
// slow ones. Nil is for operations that are about no domain alone.
type Domain struct {
	places *Places
	slow   atomic.Bool
}

// perDomain is how many operations about one SIP domain may be in flight. A healthy
// one has about twenty questions to ask at once, and few servers.
const perDomain = 32

// NewDomain makes the places of a SIP domain.
func NewDomain() *Domain { return &Domain{places: newPlaces(perDomain)} }

func (d *Domain) acquire(ctx context.Context) error {
	if d == nil {
		return nil
	}
	return d.places.acquire(ctx, nil)
}

func (d *Domain) release() {
	if d != nil {
		d.places.release()
	}
}

// IsSlow says whether one of its operations was.
func (d *Domain) IsSlow() bool { return d != nil && d.slow.Load() }

func (d *Domain) becomeSlow() {
	if d != nil {
		d.slow.Store(true)
	}
}

// Enter takes a place of a domain, one with a peer and then one among all
// operations, in this order so that waiting for a slow peer keeps no place from the
// others. The function it returns gives all of them back.
func (l *Limits) Enter(ctx context.Context, domain *Domain, peers *Keyed, peer string) (leave func(), err error) {
	if err := domain.acquire(ctx); err != nil {
		return nil, err
	}
	one := peers.get(peer)
	if err := one.acquire(ctx, domain); err != nil {
		domain.release()
		return nil, err
	}
	if err := l.All.acquire(ctx, domain); err != nil {
		one.release()
		domain.release()
		return nil, err
	}
	p := &place{limits: l, domain: domain, peer: one, yields: peers == &l.Nameservers}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = time.AfterFunc(l.SlowAfter, p.becomeSlow)
	return p.leave, nil
}

// place is what an operation has of the limits.
type place struct {
	limits *Limits
	domain *Domain
	peer   *Places
	yields bool // the place with the peer, too, when slow

	mu         sync.Mutex
	timer      *time.Timer
	slow, left bool
}

func (p *place) becomeSlow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.left {
		p.domain.becomeSlow()
	}
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
	p.domain.release()
}
