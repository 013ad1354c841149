package dns

import (
	"context"
	"sync"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

// silentQuestions is how many questions about a SIP domain may be left without an
// answer, and none answered, before no more are asked in the scrape.
const silentQuestions = 2

// zones are the zones of a SIP domain as each view has them.
type zones struct {
	mu sync.Mutex
	of map[string]*ownZone
}

func (z *zones) in(view string) *ownZone {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.of[view] == nil {
		if z.of == nil {
			z.of = make(map[string]*ownZone)
		}
		z.of[view] = &ownZone{turn: make(chan struct{}, 1)}
	}
	return z.of[view]
}

// ownZone is the part of the DNS that a SIP domain's own nameservers speak for, which
// the view's pass questions on to. While they have answered nothing they are asked
// one question after the other and soon no more: twenty questions of each of a
// hundred domains without a nameserver would keep the view's own nameservers, and
// the places there, from all others for longer than a scrape lasts.
type ownZone struct {
	turn chan struct{}

	mu       sync.Mutex
	answered bool
	silent   []*reply // to questions that nobody answered, while none was
}

// ask asks a question unless it is known that it will not be answered.
func (z *ownZone) ask(ctx context.Context, question func() *reply) *reply {
	if z.open() {
		return question()
	}
	select {
	case z.turn <- struct{}{}:
	case <-ctx.Done():
		return &reply{outcome: Timeout, err: failure.Ended(ctx)}
	}
	if z.open() {
		<-z.turn
		return question()
	}
	defer func() { <-z.turn }()
	if silence := z.dead(); silence != nil {
		return silence
	}
	r := question()
	z.learn(r)
	return r
}

func (z *ownZone) open() bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.answered
}

// dead returns how the questions ended when no more are to be asked, else nil.
func (z *ownZone) dead() *reply {
	z.mu.Lock()
	defer z.mu.Unlock()
	if len(z.silent) < silentQuestions {
		return nil
	}
	return z.silent[0]
}

func (z *ownZone) learn(r *reply) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if r.outcome == Timeout && isSilent(r.err) {
		z.silent = append(z.silent, r)
		return
	}
	z.answered = !failure.IsEnded(r.err)
}
