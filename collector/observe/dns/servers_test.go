package dns

import (
	"context"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
)

// dnsServer is a nameserver on loopback that counts the questions it got.
type dnsServer struct {
	address string
	asked   atomic.Int64
}

// serveDNS answers over UDP and TCP on the same port.
func serveDNS(t testing.TB, handler dns.HandlerFunc) *dnsServer {
	t.Helper()
	var listener net.Listener
	var packets net.PacketConn
	for range 20 { // the port that is free for UDP may be taken for TCP
		var err error
		if packets, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if listener, err = net.Listen("tcp", packets.LocalAddr().String()); err == nil {
			break
		}
		packets.Close()
	}
	if listener == nil {
		t.Fatal("no port is free for both UDP and TCP")
	}
	s := &dnsServer{address: packets.LocalAddr().String()}
	counted := dns.HandlerFunc(func(w dns.ResponseWriter, m *dns.Msg) {
		s.asked.Add(1)
		handler(w, m)
	})
	for _, server := range []*dns.Server{{PacketConn: packets, Handler: counted}, {Listener: listener, Handler: counted}} {
		started := make(chan struct{})
		ended := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		go func() { defer close(ended); server.ActivateAndServe() }()
		<-started
		t.Cleanup(func() { server.Shutdown(); <-ended })
	}
	return s
}

// rawDNS gives every datagram to f.
func rawDNS(t testing.TB, f func(reply func([]byte), query []byte)) *dnsServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dnsServer{address: conn.LocalAddr().String()}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 64<<10)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			s.asked.Add(1)
			f(func(answer []byte) { conn.WriteTo(answer, from) }, append([]byte(nil), buf[:n]...))
		}
	}()
	t.Cleanup(func() { conn.Close(); <-ended })
	return s
}

// received waits until the nameserver has read so many datagrams, which may be
// after whoever sent them has given up.
func (s *dnsServer) received(t *testing.T, want int64) {
	t.Helper()
	for end := time.Now().Add(patient); s.asked.Load() < want && time.Now().Before(end); {
		runtime.Gosched()
	}
	if n := s.asked.Load(); n != want {
		t.Errorf("%d datagrams, want %d", n, want)
	}
}

// silent never answers.
func silent(func([]byte), []byte) {}

// zone parses the text of a zone file.
func zone(t testing.TB, text string) []dns.RR {
	t.Helper()
	var records []dns.RR
	for p := dns.NewZoneParser(strings.NewReader("$TTL 60\n"+text), ".", ""); ; {
		rr, ok := p.Next()
		if !ok {
			if err := p.Err(); err != nil {
				t.Fatal(err)
			}
			return records
		}
		records = append(records, rr)
	}
}

// authoritative answers for one zone as an authoritative BIND does: it follows
// CNAMEs inside the zone, and refuses names outside.
func authoritative(t testing.TB, origin, text string) dns.HandlerFunc {
	t.Helper()
	records := zone(t, text)
	soa := zone(t, origin+" SOA ns."+origin+" hostmaster."+origin+" 1 2 3 4 5")
	return func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		m.Authoritative = true
		name := strings.ToLower(q.Question[0].Name)
		if !dns.IsSubDomain(origin, name) {
			m.Rcode = dns.RcodeRefused
			w.WriteMsg(m)
			return
		}
		for range 20 {
			exists, next, found := false, "", false
			for _, rr := range records {
				if rr.Header().Name != name {
					continue
				}
				exists = true
				if cname, ok := rr.(*dns.CNAME); ok {
					next = strings.ToLower(cname.Target)
				}
				if rr.Header().Rrtype == q.Question[0].Qtype || next != "" {
					m.Answer = append(m.Answer, rr)
					found = true
				}
			}
			if next != "" {
				if name = next; dns.IsSubDomain(origin, name) {
					continue
				}
				break
			}
			if !exists {
				m.Rcode = dns.RcodeNameError
			}
			if !found {
				m.Ns = soa
			}
			break
		}
		w.WriteMsg(m)
	}
}

// says answers every question with an error.
func says(rcode int) dns.HandlerFunc {
	return func(w dns.ResponseWriter, q *dns.Msg) { w.WriteMsg(new(dns.Msg).SetRcode(q, rcode)) }
}

// answers gives the same records to every question.
func answers(t testing.TB, text string) dns.HandlerFunc {
	records := zone(t, text)
	return func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		m.Answer = records
		w.WriteMsg(m)
	}
}

// asking is a client with one view of these nameservers.
func asking(t testing.TB, ctx context.Context, timeout time.Duration, nameservers ...*dnsServer) (*Client, *config.View) {
	t.Helper()
	memory := new(Memory)
	c := NewClient(ctx, timeout, limit.New(2000, 200, 1), func(string) {}, func(string) *Memory { return memory })
	t.Cleanup(c.Close)
	view := &config.View{Name: "external"}
	for _, n := range nameservers {
		view.Nameservers = append(view.Nameservers, n.address)
	}
	return c, view
}
