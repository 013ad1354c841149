package observe

import (
	"testing"
	"testing/synctest"
	"time"
)

// waiting is somebody who awaits a connection.
type waiting struct {
	wire  *socket
	after time.Duration
}

func (p *idlePool) waiter(t *testing.T, to endpoint) <-chan waiting {
	p.want(to)
	got := make(chan waiting, 1)
	go func() {
		began := time.Now()
		w := p.await(t.Context(), to, time.Second)
		got <- waiting{w, time.Since(began)}
	}()
	synctest.Wait()
	return got
}

// A request waits for the connection of another one to the same endpoint, and
// for no longer than it has patience.
func TestAwaitConnection(t *testing.T) {
	t.Parallel()
	to := endpoint{serverName: "lyncweb.contoso.com"}
	for name, tt := range map[string]struct {
		during func(*idlePool) // while one request is under way and another waits
		want   time.Duration   // 0: the connection comes, or the wait ends, at once
		passed bool
	}{
		"it is passed on":   {func(p *idlePool) { p.pass(&socket{to: to}); p.done(to) }, 0, true},
		"it breaks":         {func(p *idlePool) { p.done(to) }, 0, false},
		"it takes too long": {func(*idlePool) {}, time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var p idlePool
				p.want(to)
				got := p.waiter(t, to)
				tt.during(&p)
				if w := <-got; w.after != tt.want || (w.wire != nil) != tt.passed {
					t.Errorf("got connection %v after %s, want %v after %s", w.wire, w.after, tt.passed, tt.want)
				}
				if n := len(p.wanted[to].waiting); n > 0 || p.pass(&socket{to: to}) {
					t.Errorf("%d still wait", n)
				}
			})
		})
	}
}

// Nobody waits for a connection that nobody has, for one that is parked or for
// one that others wait for already: a new one is nearer.
func TestAwaitNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to, other := endpoint{serverName: "lyncweb.contoso.com"}, endpoint{serverName: "meet.contoso.com"}
		var p idlePool
		p.want(other)
		if w := <-p.waiter(t, to); w.after > 0 {
			t.Errorf("the only request waited %s", w.after)
		}
		first := p.waiter(t, to) // for the one before, which makes a connection
		if w := <-p.waiter(t, to); w.after > 0 {
			t.Errorf("the second to wait for the same connection waited %s", w.after)
		}
		p.parked = []*socket{{to: other}}
		if w := <-p.waiter(t, other); w.after > 0 {
			t.Errorf("a request waited %s beside a parked connection", w.after)
		}
		if w := <-first; w.after != time.Second {
			t.Errorf("the first to wait waited %s", w.after)
		}
	})
}
