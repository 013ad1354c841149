package observe

import (
	"crypto/tls"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

// reset breaks a connection off without a word.
func reset(c net.Conn) {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// atFirst handles the first connection in one way and the others in another.
func atFirst(first, then func(net.Conn)) func(net.Conn) {
	var n atomic.Int64
	return func(c net.Conn) {
		if n.Add(1) == 1 {
			first(c)
			return
		}
		then(c)
	}
}

// What fails once by chance does not count.
func TestSecondTry(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	c := ca.configFor(t, "sip.contoso.com")
	c.MaxVersion = tls.VersionTLS12
	sipAnswer, webAnswer := say(optionsAnswer), say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	afterRequest := func(end func(net.Conn)) func(net.Conn) {
		return func(c net.Conn) { c.Read(make([]byte, 4<<10)); end(c) }
	}
	for name, tt := range map[string]struct {
		serve func(net.Conn)
		web   bool
	}{
		"handshake without an answer": {atFirst(untilClosed, inTLS(c, sipAnswer)), false},
		"handshake reset":             {atFirst(reset, inTLS(c, sipAnswer)), false},
		"OPTIONS without an answer":   {inTLS(c, atFirst(untilClosed, sipAnswer)), false},
		"OPTIONS reset":               {inTLS(c, atFirst(afterRequest(reset), sipAnswer)), false},
		"GET without an answer":       {inTLS(c, atFirst(untilClosed, webAnswer)), true},
		"GET reset":                   {inTLS(c, atFirst(afterRequest(reset), webAnswer)), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, tt.serve)
			s := newScrape(t, ca, quick, connectingTo(server.address))
			if tt.web {
				if e := s.Get(t.Context(), external, "https://sip.contoso.com/"); e.Status != 200 || e.Err != nil {
					t.Errorf("exchange: %+v", e)
				}
			} else if a := s.SIP(t.Context(), external, "sip.contoso.com", 5061).Addresses[0]; a.Stage != StageDone || a.Answer.Status != 504 || a.Err != nil || a.Answer.Err != nil {
				t.Errorf("address: %+v", a)
			}
			if n := server.accepted.Load(); n != 2 {
				t.Errorf("%d connections, want 2", n)
			}
		})
	}
}

// A server that is silent twice is unreachable, and its address is not doubted
// again under another name.
func TestSilentTwice(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		serve func(net.Conn)
		stage Stage
	}{
		"handshake": {untilClosed, StageTLS},
		"request":   {inTLS(newRoot(t).configFor(t, "sip.contoso.com"), untilClosed), StageRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for askBoth := true; askBoth; {
				mute := serve(t, tt.serve)
				s := newScrape(t, nil, quick, connectingTo(mute.address))
				askBoth = false
				for i, url := range []string{"https://a.example/", "https://b.example/"} {
					e := s.Get(t.Context(), external, url)
					if IsStarved(e.Err) {
						askBoth = true // of a machine that has time for it
						break
					}
					if e.Stage != tt.stage || e.Err == nil || e.Unknown() {
						t.Errorf("%s: %+v", url, e)
					}
					if n := mute.accepted.Load(); n != int64(2+i) {
						t.Errorf("%d connections after %s", n, url)
					}
				}
			}
		})
	}
}

// A refused connection is an answer.
func TestRefusedIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	closed := serve(t, untilClosed)
	closed.stop()
	s := newScrape(t, nil, connectingTo(closed.address))
	s.count = NewCounters(prometheus.NewRegistry())
	if a := s.SIP(t.Context(), external, "sip.contoso.com", 5061).Addresses[0]; a.Stage != StageConnect || a.Unknown() {
		t.Errorf("address: %+v", a)
	}
	if n := testutil.ToFloat64(s.count.Connections.WithLabelValues(result.Refused)); n != 1 {
		t.Errorf("%v connections", n)
	}
}

// While this process does not get to run, what takes too long says nothing of
// the server.
func TestStarved(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		late time.Duration
		want bool
	}{
		"late":       {600 * time.Millisecond, true},
		"a bit late": {100 * time.Millisecond, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ca := newRoot(t)
			var s *Scrape
			lagging := func(c net.Conn) { // once something was asked
				c.Read(make([]byte, 4<<10))
				s.starvation.beat(time.Now().Add(tt.late))
				untilClosed(c)
			}
			mute, web, edge := serve(t, lagging), serve(t, lagging), serveTLS(t, ca.configFor(t, "b.example"), lagging)
			rule := func(host string, to *server) config.ConnectTo {
				address, port, _ := net.SplitHostPort(to.address.String())
				return config.ConnectTo{Host: host, ConnectHost: address, ConnectPort: port}
			}
			s = newScrape(t, ca, func(c *config.Config) {
				c.OperationTimeout = time.Second
				c.ConnectTo = []config.ConnectTo{rule("a.example", mute), rule("b.example", edge), rule("c.example", web)}
			})
			if a := s.SIP(t.Context(), external, "a.example", 5061).Addresses[0]; a.Stage != StageTLS || a.Unknown() != tt.want || IsStarved(a.Err) != tt.want {
				t.Errorf("handshake: %+v", a)
			}
			if a := s.SIP(t.Context(), external, "b.example", 5061).Addresses[0]; a.Unknown() || a.Answer.Unknown() != tt.want {
				t.Errorf("OPTIONS: %+v", a)
			}
			if e := s.Get(t.Context(), external, "http://c.example/"); e.Unknown() != tt.want || e.Err == nil || tt.want != strings.Contains(e.Err.Error(), "too busy") {
				t.Errorf("GET: %+v", e)
			}
			if lag := s.Lag(); lag < tt.late-heartbeat {
				t.Errorf("Lag = %v, want about %v", lag, tt.late)
			}
		})
	}
}

func TestLateness(t *testing.T) {
	t.Parallel()
	start := time.Now()
	v := starvation{due: start}
	v.beat(start.Add(tolerable)) // as on any machine
	if lost, longest := v.at(start.Add(tolerable)); lost != 0 || longest != tolerable {
		t.Errorf("lost %v, longest %v", lost, longest)
	}
	v.beat(v.due.Add(time.Second))
	v.beat(v.due.Add(200 * time.Millisecond))
	if lost, longest := v.at(v.due.Add(time.Minute)); lost != 61200*time.Millisecond || longest != time.Minute {
		t.Errorf("with a heartbeat that is due: lost %v, longest %v", lost, longest)
	}
	if lost, longest := v.at(v.due); lost != 1200*time.Millisecond || longest != time.Second {
		t.Errorf("in all: lost %v, longest %v", lost, longest)
	}
}

// An Edge that speaks TLS 1.3 is asked for TLS 1.2 once.
func TestWithout12(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	only13, both, old := ca.configFor(t, "sip.contoso.com"), ca.configFor(t, "sip.contoso.com"), ca.configFor(t, "sip.contoso.com")
	only13.MinVersion, old.MaxVersion = tls.VersionTLS13, tls.VersionTLS12
	mutual := both.Clone()
	mutual.ClientAuth = tls.RequireAnyClientCert
	for name, tt := range map[string]struct {
		serve       func(net.Conn)
		want        bool
		connections int64
	}{
		"TLS 1.3 only":             {inTLS(only13, say(optionsAnswer)), true, 2},
		"both":                     {inTLS(both, say(optionsAnswer)), false, 2},
		"both, for partners only":  {inTLS(mutual, say(optionsAnswer)), false, 2},
		"TLS 1.2 only":             {inTLS(old, say(optionsAnswer)), false, 1},
		"then it is silent":        {atFirst(inTLS(only13, say(optionsAnswer)), untilClosed), false, 2},
		"then it breaks by chance": {atFirst(inTLS(only13, say(optionsAnswer)), reset), false, 2},
		"it hangs up at TLS 1.2":   {atFirst(inTLS(only13, say(optionsAnswer)), func(c net.Conn) { c.Read(make([]byte, 4<<10)) }), true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, tt.serve)
			s := newScrape(t, ca, quick, connectingTo(server.address))
			for range 2 {
				if a := s.SIP(t.Context(), external, "sip.contoso.com", 5061).Addresses[0]; a.Without12 != tt.want || a.Err != nil && !a.ClientCertificateRefused {
					t.Errorf("address: %+v", a)
				}
			}
			if n := server.accepted.Load(); n != tt.connections {
				t.Errorf("%d connections, want %d", n, tt.connections)
			}
		})
	}
}
