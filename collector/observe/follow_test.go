package observe

import (
	"errors"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// fromOutside is what is configured where nothing allows more.
func fromOutside(c *config.Config) { c.FollowPrivate = false }

// What leads to loopback gets no packet, unless a configuration or a view from
// inside allows it.
func TestCanary(t *testing.T) {
	t.Parallel()
	inside := func(v *config.View) *config.View {
		return &config.View{Name: "internal", Internal: true, Nameservers: v.Nameservers}
	}
	outside := func(v *config.View) *config.View { return v }
	for name, tt := range map[string]struct {
		view   func(*config.View) *config.View
		change func(*config.Config, *server)
		want   bool
	}{
		"from outside":     {outside, func(*config.Config, *server) {}, false},
		"from inside":      {inside, func(*config.Config, *server) {}, true},
		"follow_private":   {outside, func(c *config.Config, _ *server) { c.FollowPrivate = true }, true},
		"connect_to":       {outside, func(c *config.Config, s *server) { connectingTo(s.address)(c) }, true},
		"other connect_to": {outside, func(c *config.Config, s *server) { connectingTo(s.address)(c); c.ConnectTo[0].Host = "b.example" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			canary := serve(t, say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
			s := newScrape(t, nil, fromOutside, func(c *config.Config) { tt.change(c, canary) })
			view := tt.view(resolving(t, "a.example", "127.0.0.1"))
			port := canary.address.Port()
			if name == "connect_to" {
				port = 80
			}
			at := net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port)))
			named := net.JoinHostPort("a.example", strconv.Itoa(int(port)))
			for what, ask := range map[string]func() Connection{
				"Follow": func() Connection { return s.Follow(t.Context(), view, "http://"+at+"/").Connection },
				"Get":    func() Connection { return s.Get(t.Context(), view, "http://"+named+"/").Connection },
				"Web":    func() Connection { return s.Web(t.Context(), view, "https://"+named+"/").Addresses[0].Connection },
				"SIP":    func() Connection { return s.SIP(t.Context(), view, "a.example", port).Addresses[0].Connection },
			} {
				c := ask()
				var f *Forbidden
				if forbidden := c.Stage == StageForbidden; forbidden == tt.want || forbidden != errors.As(c.Err, &f) || forbidden != c.Unknown() {
					t.Errorf("%s: %+v", what, c)
				}
			}
			if n := canary.accepted.Load(); (n > 0) != tt.want {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// Ports that Lync does not use are not asked at anybody's, and no lookup changes
// what was found.
func TestWhereAnswersMayLead(t *testing.T) {
	t.Parallel()
	s := newScrape(t, nil, fromOutside, quick)
	for _, url := range []string{"http://127.0.0.1/", "http://[::1]/", "https://10.1.2.3/", "http://169.254.169.254/latest/meta-data/", "http://192.0.2.1:22/",
		"http://[fd00:ec2::254]/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "http://192.0.2.1:25/", "https://192.0.2.1:3389/"} {
		if e := s.Follow(t.Context(), external, url); e.Stage != StageForbidden || !e.Unknown() {
			t.Errorf("%s: %+v", url, e)
		}
	}
	for _, port := range []uint16{22, 25, 80, 9100} {
		server := s.SIP(t.Context(), external, "192.0.2.1", port)
		if len(server.Addresses) != 1 || server.Addresses[0].Stage != StageForbidden || server.Addresses[0].Answer.Stage != StageForbidden {
			t.Errorf("port %d: %+v", port, server)
		}
	}
	for address, want := range map[string]bool{"127.0.0.1": true, "169.254.169.254": true, "100.100.100.200": true, "168.63.129.16": true, "192.0.2.1": false} {
		view := resolving(t, "a.example", address)
		s := newScrape(t, nil, fromOutside, quick)
		e := s.Get(t.Context(), view, "http://a.example/")
		server := s.Web(t.Context(), view, "https://a.example/")
		if (e.Stage == StageForbidden) != want || (server.Addresses[0].Stage == StageForbidden) != want {
			t.Errorf("the domain's own name at %s: %v, %v", address, e.Err, server.Addresses[0].Err)
		}
	}
	mixed := resolving(t, "mixed.example", "127.0.0.1", "192.0.2.1")
	if a := s.SIP(t.Context(), mixed, "mixed.example", 5061).Addresses; len(a) != 2 || a[0].Stage != StageForbidden || a[1].Stage == StageForbidden {
		t.Errorf("one address of two is refused: %+v", a)
	}
}

// A name that leads outside at the first question and inside at the next is
// asked for once.
func TestNoRebinding(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	canary := serve(t, untilClosed)
	view := rebinding(t, &asked, "192.0.2.1", canary.address.Addr().String())
	s := newScrape(t, nil, fromOutside, quick)
	for range 3 {
		s.Follow(t.Context(), view, "http://a.example/")
		s.SIP(t.Context(), view, "a.example", 443)
		s.Web(t.Context(), view, "https://a.example/")
	}
	if n := asked.Load(); n != 1 || canary.accepted.Load() != 0 {
		t.Errorf("%d questions for an address, %d connections inside", n, canary.accepted.Load())
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"8.8.8.8": true, "192.0.2.1": true, "172.15.0.1": true, "172.32.0.1": true, "2001:db8::1": true, "2a00:1450::1": true, "64:ff9b::808:808": true, "2002:808:808::1": true,
		"0.0.0.0": false, "10.0.0.1": false, "100.64.0.1": false, "100.100.100.200": false, "127.0.0.2": false, "169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "224.0.0.1": false, "255.255.255.255": false, "168.63.129.16": false, "::": false, "::1": false, "::ffff:10.0.0.1": false,
		"fc00::1": false, "fd00:ec2::254": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "ff02::1": false, "64:ff9b::a00:1": false, "64:ff9b:1::a00:1": false, "::ffff:0:7f00:1": false, "::ffff:0:808:808": true, "2001:0:7f00:1::1": false, "::ffff:a00:1": false, "2002:7f00:1::1": false,
	} {
		if got := Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("Public(%s) = %v", text, got)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}
