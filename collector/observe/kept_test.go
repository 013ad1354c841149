package observe

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// keeping remembers between scrapes.
func keeping(c *config.Config) { c.Memory = time.Hour }

// following begins a scrape that knows what the one before left, under a
// configuration like it.
func (s *Scrape) following(t testing.TB, change ...func(*config.Config)) *Scrape {
	c := s.config
	if len(change) > 0 {
		other := *s.config
		c = &other
		for _, f := range change {
			f(c)
		}
	}
	next := NewScrape(t.Context(), c, nil, s.memory)
	t.Cleanup(next.Close)
	return next
}

// A server that several SIP domains share is asked once for several scrapes, as
// long as it is well, it belongs to none of the domains that are checked, and the
// configuration is the same.
func TestServerIsKept(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer string
		change []func(*config.Config) // of the first scrape
		reload []func(*config.Config) // of the second
		checks string                 // domain that the second one checks
		asked  int64
	}{
		"shared":                   {optionsAnswer, []func(*config.Config){keeping}, nil, "fabrikam.com", 1},
		"own":                      {optionsAnswer, []func(*config.Config){keeping}, nil, "contoso.com", 2},
		"nothing is to be kept":    {optionsAnswer, nil, nil, "fabrikam.com", 2},
		"the configuration is new": {optionsAnswer, []func(*config.Config){keeping}, []func(*config.Config){unhurried}, "fabrikam.com", 2},
		"it gave no answer":        {"", []func(*config.Config){keeping}, nil, "fabrikam.com", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ca := newRoot(t)
			c := ca.configFor(t, "sip.contoso.com")
			c.MaxVersion = 0x0303
			edge := serveTLS(t, c, say(tt.answer))
			first := newScrape(t, ca, append(tt.change, connectingTo(edge.address))...)
			first.SIP(t.Context(), external, "sip.contoso.com", 5061)
			first.Close()
			next := first.following(t, tt.reload...)
			next.Expect(tt.checks)
			if e := next.SIP(t.Context(), external, "sip.contoso.com", 5061); len(e.Addresses) != 1 || !e.Addresses[0].Trust.Trusted {
				t.Errorf("edge: %+v", e)
			}
			if n := edge.accepted.Load(); n != tt.asked {
				t.Errorf("%d connections, want %d", n, tt.asked)
			}
		})
	}
}

// A server whose certificate is not trusted is looked at again.
func TestFaultIsNotKept(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	c := ca.configFor(t, "edge.hoster.example")
	c.MaxVersion = 0x0303
	edge := serveTLS(t, c, say(optionsAnswer))
	first := newScrape(t, newRoot(t), keeping, connectingTo(edge.address))
	first.SIP(t.Context(), external, "edge.hoster.example", 5061)
	first.Close()
	first.following(t).SIP(t.Context(), external, "edge.hoster.example", 5061)
	if n := edge.accepted.Load(); n != 2 {
		t.Errorf("%d connections, want 2", n)
	}
}

// The next scrape uses the connection to a shared server that the one before left,
// which is closed when none does.
func TestConnectionIsLeftToTheNextScrape(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	ended := make(chan struct{})
	web := serveTLS(t, ca.configFor(t, "web.hoster.example"), func(c net.Conn) { keepAlive(c); close(ended) })
	s := newScrape(t, ca, keeping, connectingTo(web.address))
	for i := range 3 {
		path := fmt.Sprintf("/root?originalDomain=d%d.example", i)
		if e := s.Get(t.Context(), external, "https://web.hoster.example"+path); string(e.Body) != path || !e.Trust.Trusted {
			t.Errorf("exchange %d: %+v", i, e)
		}
		s.Close()
		s = s.following(t)
	}
	if n := web.accepted.Load(); n != 1 {
		t.Errorf("%d connections for 3 scrapes", n)
	}
	<-ended
}

// Names of the DNS are kept as servers are, failures are not.
func TestNamesAreKept(t *testing.T) {
	t.Parallel()
	view := resolving(t, "edge.hoster.example", "192.0.2.1")
	s := newScrape(t, nil, keeping)
	s.Resolve(t.Context(), view, "edge.hoster.example")
	s.Close()
	silent := &config.View{Name: view.Name, Nameservers: []string{"127.0.0.1:1"}}
	s = s.following(t)
	if h := s.Resolve(t.Context(), silent, "edge.hoster.example"); len(h.Addresses) != 1 {
		t.Errorf("host: %+v", h)
	}
	if h := s.Resolve(t.Context(), silent, "web.hoster.example"); h.Outcome.Known() {
		t.Errorf("host: %+v", h)
	}
	s.Close()
	if h := s.following(t).Resolve(t.Context(), view, "web.hoster.example"); !h.Outcome.Missing() {
		t.Errorf("a failure was kept: %+v", h)
	}
}
