package survey

import (
	"context"
	"sync"
	"time"
)

// turns say how many targets are checked side by side: as many as keep the
// allowed number of operations in flight. More would only wait for each other,
// and what waits takes memory. One that is slow, since its servers are silent, or
// since fewer operations are in flight than may be, makes room for another.
// With 1,000 targets and 20 ms to their servers this took the stacks in use from
// 24 to 7 MB.
type turns struct {
	quick, all chan struct{}
}

const (
	// operationsPerTarget is about how many operations of a target are in
	// flight at once.
	operationsPerTarget = 8
	// turnLasts is when a target that still waits for its servers no longer
	// keeps the next one from beginning.
	turnLasts = 300 * time.Millisecond
	// withSlow times as many targets are begun with slow ones among them.
	withSlow = 8
)

func newTurns(operations int) *turns {
	width := max(1, operations/operationsPerTarget)
	return &turns{quick: make(chan struct{}, width), all: make(chan struct{}, withSlow*width)}
}

// take waits for a turn, which lasts until leave is called. One that lasts long does
// not keep others from theirs if it says that it yields. It is refused when ctx is
// done.
func (t *turns) take(ctx context.Context, yields func() bool) (leave func(), ok bool) {
	if !place(ctx, t.all) || !place(ctx, t.quick) {
		return nil, false
	}
	var mu sync.Mutex
	quick := true
	slow := func() {
		if quick {
			quick = false
			<-t.quick
		}
	}
	var timer *time.Timer
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(turnLasts, func() {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case !quick:
		case yields():
			slow()
		default:
			timer.Reset(turnLasts)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		timer.Stop()
		slow()
		<-t.all
	}, true
}

func place(ctx context.Context, places chan struct{}) bool {
	select {
	case places <- struct{}{}:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
