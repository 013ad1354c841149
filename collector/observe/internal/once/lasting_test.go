package once

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func good(n int) bool { return n > 0 }

// What is good is remembered as long as it lasts, what is not for nobody else.
func TestLasting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Lasting[string, int]
		times := 0
		ask := func(key string, result int) int {
			return l.Do(t.Context(), key, time.Minute, good, func() int { times++; return result })
		}
		for i, want := range []int{1, 1} {
			if got := ask("edge", i+1); got != want || times != 1 {
				t.Errorf("asked %d times, got %d, want %d", times, got, want)
			}
		}
		if got := ask("dead", 0); got != 0 {
			t.Errorf("got %d", got)
		}
		if got := ask("dead", 5); got != 5 {
			t.Errorf("a failure was remembered: got %d", got)
		}
		<-time.After(time.Minute) // of the bubble's clock
		if got := ask("edge", 3); got != 3 {
			t.Errorf("what is a minute old was remembered: got %d", got)
		}
	})
}

// Those who ask while the work is under way wait for it; when it fails they do it
// themselves.
func TestLastingUnderWay(t *testing.T) {
	for first, want := range map[int]int{7: 7, 0: 8} {
		synctest.Test(t, func(t *testing.T) {
			var l Lasting[string, int]
			began, end, second := make(chan struct{}), make(chan struct{}), make(chan int)
			go l.Do(t.Context(), "edge", time.Minute, good, func() int { close(began); <-end; return first })
			<-began
			go func() { second <- l.Do(t.Context(), "edge", time.Minute, good, func() int { return 8 }) }()
			synctest.Wait()
			close(end)
			if got := <-second; got != want {
				t.Errorf("first came to %d, second got %d, want %d", first, got, want)
			}
		})
	}
}

// One whose time is up waits for nobody.
func TestLastingEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Lasting[string, int]
		began, end := make(chan struct{}), make(chan struct{})
		defer close(end)
		go l.Do(t.Context(), "edge", time.Minute, good, func() int { close(began); <-end; return 1 })
		<-began
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if got := l.Do(ctx, "edge", time.Minute, good, func() int { return -1 }); got != -1 {
			t.Errorf("got %d", got)
		}
	})
}

// When there is no room the work is done and not remembered.
func TestLastingIsFull(t *testing.T) {
	var l Lasting[int, int]
	for i := range maxLasting {
		l.Do(t.Context(), i, time.Hour, good, func() int { return 1 })
	}
	for _, want := range []int{2, 3} {
		if got := l.Do(t.Context(), -1, time.Hour, good, func() int { return want }); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	if got := l.Do(t.Context(), 1, time.Hour, good, func() int { return 2 }); got != 1 {
		t.Errorf("what was there was forgotten: got %d", got)
	}
}
