package survey

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// taken is how many targets get a turn within a second while nobody leaves.
func taken(t *testing.T, operations int, yields func() bool) int {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second-time.Millisecond)
	defer cancel()
	turns := newTurns(operations)
	var leave []func()
	for {
		l, ok := turns.take(ctx, yields)
		if !ok {
			break
		}
		leave = append(leave, l)
	}
	for _, l := range leave {
		l()
	}
	<-time.After(time.Minute) // timers that were left behind would have fired by then
	if n := len(turns.quick); n > 0 {
		t.Errorf("%d places were not given back", n)
	}
	return len(leave)
}

// Slow targets that yield let others begin, up to a bound; others keep their turn.
func TestTurns(t *testing.T) {
	t.Parallel()
	const width = 4
	for name, tt := range map[string]struct {
		operations int
		yield      bool
		want       int
	}{
		"they yield":       {width * operationsPerTarget, true, 4 * width}, // at once and after 0.3, 0.6 and 0.9 s
		"they do not":      {width * operationsPerTarget, false, width},
		"as few as can be": {1, true, 4},
		"none are too few": {0, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if n := taken(t, tt.operations, func() bool { return tt.yield }); n != tt.want {
					t.Errorf("%d targets got a turn, want %d", n, tt.want)
				}
			})
		})
	}
}

// However slow all are, no more than so many are begun.
func TestTurnsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		turns := newTurns(2 * operationsPerTarget)
		n := 0
		for ; ; n++ {
			leave, ok := turns.take(ctx, func() bool { return true })
			if !ok {
				break
			}
			defer leave()
		}
		if n != 2*withSlow {
			t.Errorf("%d targets were begun, want %d", n, 2*withSlow)
		}
	})
}

// A target that is done lets the next one begin at once.
func TestTurnIsGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns(1)
		began := time.Now()
		for range 100 {
			leave, ok := turns.take(t.Context(), func() bool { return false })
			if !ok {
				t.Fatal("no turn")
			}
			leave()
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("a hundred turns took %s, want no time", took)
		}
	})
}
