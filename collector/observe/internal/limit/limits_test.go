package limit

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// enter says whether there is a place within a time.
func enter(t *testing.T, l *Limits, peers *Keyed, peer string, within time.Duration) (leave func(), ok bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	leave, err := l.Enter(ctx, nil, peers, peer)
	return leave, err == nil
}

// What is slow makes room for others, at a nameserver too, but not at an address,
// which would have to bear them all.
func TestSlowMakesRoom(t *testing.T) {
	for name, tt := range map[string]struct {
		nameserver, same bool
		want             bool
	}{
		"nameserver":      {true, true, true},
		"one address":     {false, true, false},
		"another address": {false, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := New(1, 1, 1)
				peers, second := &l.Addresses, "a"
				if tt.nameserver {
					peers = &l.Nameservers
				}
				if !tt.same {
					second = "b"
				}
				leave, _ := enter(t, l, peers, "a", time.Second)
				if _, ok := enter(t, l, peers, second, l.SlowAfter/2); ok {
					t.Fatal("there was a place before anything was slow")
				}
				other, ok := enter(t, l, peers, second, l.SlowAfter)
				if ok != tt.want {
					t.Errorf("there was a place = %t, want %t", ok, tt.want)
				}
				leave()
				if ok {
					other()
				}
				<-time.After(time.Minute) // timers that were left behind would have fired by then
				if l.All.Taken()+l.slow.Taken()+peers.get("a").Taken()+peers.get("b").Taken() > 0 {
					t.Errorf("not all places were given back: %+v", l)
				}
			})
		})
	}
}

// There is an end to what may be slow.
func TestSlowIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(2, 100, 100)
		entered := 0
		for {
			leave, ok := enter(t, l, &l.Nameservers, "a", time.Minute)
			if !ok {
				break
			}
			defer leave()
			entered++
		}
		if want := 2 + 2*slowPlaces; entered != want {
			t.Errorf("%d operations at once, want %d", entered, want)
		}
	})
}

// One domain cannot have all places, however slow its servers are, and leaves none
// behind.
func TestDomainIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(4*perDomain, 100*perDomain, 100*perDomain)
		domain, others := NewDomain(), NewDomain()
		within := func(d *Domain) (leave func(), ok bool) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			leave, err := l.Enter(ctx, d, &l.Nameservers, "a")
			return leave, err == nil
		}
		var leaves []func()
		for {
			leave, ok := within(domain)
			if !ok {
				break
			}
			leaves = append(leaves, leave)
		}
		if len(leaves) != perDomain {
			t.Errorf("%d operations at once, want %d", len(leaves), perDomain)
		}
		for _, d := range []*Domain{others, nil} {
			leave, ok := within(d)
			if !ok {
				t.Fatal("another domain has no place")
			}
			leave()
		}
		for _, leave := range leaves {
			leave()
		}
		if n := l.All.Taken() + l.slow.Taken() + l.Nameservers.get("a").Taken() + domain.places.Taken() + others.places.Taken(); n > 0 {
			t.Errorf("%d places were not given back", n)
		}
	})
}
