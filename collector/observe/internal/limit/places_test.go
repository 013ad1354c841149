package limit

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

// Of those who wait, each domain gets a place in turn, slow ones every fourth, and
// one that has given up takes none.
func TestPlacesGoRoundTheDomains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(1)
		flood, healthy, slow := NewDomain(), NewDomain(), NewDomain()
		slow.becomeSlow()
		if err := p.acquire(t.Context(), flood); err != nil {
			t.Fatal(err)
		}
		var order []string
		wait := func(ctx context.Context, name string, d *Domain) {
			go func() {
				if p.acquire(ctx, d) == nil {
					order = append(order, name)
				}
			}()
			synctest.Wait()
		}
		ctx, giveUp := context.WithCancel(t.Context())
		for range 4 {
			wait(t.Context(), "flood", flood)
		}
		wait(t.Context(), "slow", slow)
		wait(ctx, "gone", healthy)
		wait(t.Context(), "healthy", healthy)
		wait(t.Context(), "nobody's", nil)
		wait(t.Context(), "healthy", healthy)
		giveUp()
		for range 9 {
			synctest.Wait()
			p.release()
		}
		synctest.Wait()
		want := []string{"flood", "healthy", "nobody's", "slow", "flood", "healthy", "flood", "flood"}
		if !slices.Equal(order, want) {
			t.Errorf("the order is %q, want %q", order, want)
		}
		if p.Taken() != 0 {
			t.Errorf("%d places are taken in the end", p.Taken())
		}
	})
}

// One who gives up at the moment in which a place comes gives it back.
func TestPlaceIsNotLost(t *testing.T) {
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			p := newPlaces(1)
			if err := p.acquire(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			ctx, giveUp := context.WithCancel(t.Context())
			got := make(chan error)
			go func() { got <- p.acquire(ctx, nil) }()
			synctest.Wait()
			go giveUp()
			go p.release()
			if <-got == nil {
				p.release()
			}
			synctest.Wait()
			if p.Taken() != 0 {
				t.Fatal("a place is lost")
			}
		})
	}
}
