package observe

import (
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Bounds on connections that wait for another request.
const (
	maxParked = 64
	maxIdle   = time.Second // IIS and reverse proxies hold out longer
)

// idlePool keeps connections open whose endpoint is wanted more than once, as
// the web services that all SIP domains of a pool share. Names that belong to
// one SIP domain, as lyncdiscover.D, are wanted once and never parked.
type idlePool struct {
	mu     sync.Mutex
	closed bool
	wanted map[endpoint]int // requests begun in this scrape
	parked []*wire          // the longest parked first
}

// want announces a request to an endpoint.
func (p *idlePool) want(to endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wanted == nil {
		p.wanted = make(map[endpoint]int)
	}
	p.wanted[to]++
}

// shared says whether others want the endpoint too.
func (p *idlePool) shared(to endpoint) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wanted[to] > 1
}

// take returns the connection parked last at an endpoint, or nil.
func (p *idlePool) take(to endpoint) *wire {
	p.mu.Lock()
	old := p.expire(time.Now())
	var found *wire
	for i, w := range slices.Backward(p.parked) {
		if w.to == to {
			found = w
			p.parked = slices.Delete(p.parked, i, i+1)
			break
		}
	}
	p.mu.Unlock()
	closeAll(old)
	return found
}

// park keeps a connection and gives back its place in the limits.
func (p *idlePool) park(w *wire) {
	leave := w.leave
	w.leave, w.parked = nil, time.Now()
	p.mu.Lock()
	old := p.expire(w.parked)
	if p.closed {
		old = append(old, w)
	} else {
		p.parked = append(p.parked, w)
		if len(p.parked) > maxParked {
			old = append(old, p.parked[0])
			p.parked = slices.Delete(p.parked, 0, 1)
		}
	}
	p.mu.Unlock()
	leave()
	closeAll(old)
}

// makeRoom closes connections parked at the address of one about to be made,
// until there are no more of them than may stay beside the open ones.
func (p *idlePool) makeRoom(address netip.AddrPort, stay int) {
	p.mu.Lock()
	old := p.expire(time.Now())
	there := 0
	for i := len(p.parked) - 1; i >= 0; i-- {
		if w := p.parked[i]; w.to.address == address {
			if there++; there > stay {
				old = append(old, w)
				p.parked = slices.Delete(p.parked, i, i+1)
			}
		}
	}
	p.mu.Unlock()
	closeAll(old)
}

// expire takes out what was parked too long. Its caller holds the lock.
func (p *idlePool) expire(now time.Time) []*wire {
	n := 0
	for n < len(p.parked) && now.Sub(p.parked[n].parked) > maxIdle {
		n++
	}
	old := slices.Clone(p.parked[:n])
	p.parked = slices.Delete(p.parked, 0, n)
	return old
}

func (p *idlePool) close() {
	p.mu.Lock()
	p.closed = true
	old := p.parked
	p.parked = nil
	p.mu.Unlock()
	closeAll(old)
}

func closeAll(wires []*wire) {
	for _, w := range wires {
		w.close()
	}
}
