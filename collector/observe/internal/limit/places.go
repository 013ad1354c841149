package limit

import (
	"container/list"
	"context"
	"sync"
)

// Places are what operations take one of each, and wait for in queues: one for each
// SIP domain, which have their turns one after the other. However many operations
// one domain waits with, those of another one wait for one of them at most.
// Domains of which something is known to be slow wait behind the others, and get
// every fourth place.
type Places struct {
	mu    sync.Mutex
	free  int
	size  int
	quick queues // of domains that are not known to be slow
	slow  queues
	given int // to those who waited
}

// slowTurn is which of the places goes to a domain that is slow, as long as others
// wait, too.
const slowTurn = 4

func newPlaces(n int) *Places { return &Places{free: n, size: n} }

// waiter gets a place by its channel.
type waiter struct {
	domain *Domain
	got    chan struct{}
}

// queues are those of domains that wait, in the order of their turns.
type queues struct {
	turns list.List // of *queue
	of    map[*Domain]*queue
}

type queue struct {
	domain  *Domain
	waiting []*waiter
}

func (q *queues) add(w *waiter) {
	if one := q.of[w.domain]; one != nil {
		one.waiting = append(one.waiting, w)
		return
	}
	one := &queue{w.domain, []*waiter{w}}
	q.turns.PushBack(one)
	if w.domain == nil { // what is about no domain alone has a turn for itself
		return
	}
	if q.of == nil {
		q.of = make(map[*Domain]*queue)
	}
	q.of[w.domain] = one
}

// next takes the one whose turn it is out of its queue, nil if nobody waits.
func (q *queues) next() *waiter {
	for front := q.turns.Front(); front != nil; front = q.turns.Front() {
		one := front.Value.(*queue)
		w := one.next()
		if len(one.waiting) > 0 {
			q.turns.MoveToBack(front)
		} else {
			q.turns.Remove(front)
			delete(q.of, one.domain)
		}
		if w != nil {
			return w
		}
	}
	return nil
}

// next leaves out those who have given up.
func (q *queue) next() *waiter {
	for len(q.waiting) > 0 {
		w := q.waiting[0]
		if q.waiting = q.waiting[1:]; w.got != nil {
			return w
		}
	}
	return nil
}

// acquire takes a place or says why it could not.
func (p *Places) acquire(ctx context.Context, domain *Domain) error {
	p.mu.Lock()
	if p.free > 0 {
		p.free--
		p.mu.Unlock()
		return nil
	}
	w := &waiter{domain, make(chan struct{}, 1)}
	if domain.IsSlow() {
		p.slow.add(w)
	} else {
		p.quick.add(w)
	}
	p.mu.Unlock()
	select {
	case <-w.got:
		return nil
	case <-ctx.Done():
		p.giveUp(w)
		return context.Cause(ctx)
	}
}

// giveUp makes one who got a place in spite of it give it back. One who did not
// stays in the queue, and gives it back when it comes.
func (p *Places) giveUp(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-w.got:
		p.pass()
	default:
		w.got = nil
	}
}

func (p *Places) tryAcquire() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.free == 0 {
		return false
	}
	p.free--
	return true
}

func (p *Places) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
}

// pass gives a place to who is next. It is called with the lock held.
func (p *Places) pass() {
	w := p.next()
	if w == nil {
		p.free++
		return
	}
	w.got <- struct{}{}
	p.given++
}

func (p *Places) next() *waiter {
	first, second := &p.quick, &p.slow
	if p.given%slowTurn == slowTurn-1 {
		first, second = second, first
	}
	if w := first.next(); w != nil {
		return w
	}
	return second.next()
}

// Taken is how many places are.
func (p *Places) Taken() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.size - p.free
}
