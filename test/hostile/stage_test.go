package hostile

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// domain is a SIP domain and its servers. Each is healthy where a kind of
// hostility does not put something else in its place.
type domain struct {
	name      string
	edge, web netip.Addr

	records map[string][]string                // by name below the domain and type, "sip A": data in place of the usual one
	reply   func(q, usual *dns.Msg) []byte     // what the nameserver sends over UDP; nil: the usual message
	stream  func(q, usual *dns.Msg) [][]byte   // likewise over TCP, with the lengths in front
	tls     func(c *tls.Config, host string)   // of all servers
	chain   func(leaf [][]byte) [][]byte       // sent in place of a leaf
	pages   map[string]string                  // by host label and path: an answer as on the wire
	html    func(c net.Conn, host, uri string) // in place of all pages
	options string                             // the answer of the Edge to OPTIONS
	sip     func(c net.Conn)                   // in place of it, behind TLS
	raw     map[string]func(c net.Conn)        // in place of TLS and HTTP: edge, web or plain
}

// stage is where they all stand: one port of a kind on all addresses of loopback,
// a nameserver, an authority and a canary.
type stage struct {
	t         testing.TB
	ca        *authority
	domains   map[string]*domain
	at        map[netip.Addr]*domain
	ports     map[int]int // by well-known port
	resolver  string
	canary    *canary
	exporter  string // host and port of the exporter's listener, for those who lead back to it
	questions map[string]int
	silent    sync.WaitGroup
	stopped   context.Context
}

// listening opens a port on all addresses and gives its number.
func (s *stage) listening(serve func(net.Conn)) int {
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { l.Close() })
	s.silent.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			unhook := context.AfterFunc(s.stopped, func() { c.Close() })
			s.silent.Go(func() {
				defer unhook()
				defer c.Close()
				serve(c)
			})
		}
	})
	return l.Addr().(*net.TCPAddr).Port
}

func newStage(t testing.TB) *stage {
	stopped, stop := context.WithCancel(context.Background())
	s := &stage{t: t, ca: newAuthority(t), domains: make(map[string]*domain), at: make(map[netip.Addr]*domain), ports: make(map[int]int),
		questions: make(map[string]int), stopped: stopped}
	t.Cleanup(s.silent.Wait)
	t.Cleanup(stop)
	s.canary = newCanary(s)
	s.ports[443] = s.listening(func(c net.Conn) { s.secure(c, 443) })
	s.ports[5061] = s.listening(func(c net.Conn) { s.secure(c, 5061) })
	s.ports[80] = s.listening(s.plain)
	s.serveDNS()
	return s
}

// add puts a domain with healthy servers on the stage.
func (s *stage) add(name string) *domain {
	n := len(s.domains) + 1
	d := &domain{name: name, edge: netip.AddrFrom4([4]byte{127, 80, byte(n / 250), byte(n%250 + 1)}), web: netip.AddrFrom4([4]byte{127, 81, byte(n / 250), byte(n%250 + 1)}),
		records: make(map[string][]string), pages: make(map[string]string), raw: make(map[string]func(net.Conn))}
	s.domains[name], s.at[d.edge], s.at[d.web] = d, d, d
	return d
}

// alias puts another web server of a domain at an address.
func (s *stage) alias(address string, d *domain) { s.at[netip.MustParseAddr(address)] = d }

// found is the domain whose server a connection came to, and whether it is the
// Edge.
func (s *stage) found(c net.Conn) (*domain, bool) {
	a := c.LocalAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
	d := s.at[a]
	return d, d != nil && d.edge == a
}

func (s *stage) secure(c net.Conn, port int) {
	d, edge := s.found(c)
	if d == nil {
		return
	}
	who := "web"
	if edge {
		who = "edge"
	}
	if f := d.raw[who]; f != nil {
		f(c)
		return
	}
	config := &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		c := &tls.Config{Certificates: []tls.Certificate{s.ca.leaf(d, hello.ServerName)}}
		if d.chain != nil {
			leaf := c.Certificates[0]
			c.Certificates[0].Certificate = d.chain(leaf.Certificate)
		}
		if d.tls != nil {
			d.tls(c, hello.ServerName)
		}
		return c, nil
	}}
	conn := tls.Server(c, config)
	if conn.HandshakeContext(s.stopped) != nil {
		return
	}
	if edge {
		s.speakSIP(conn, d)
	} else {
		s.speakHTTP(conn, d)
	}
	conn.CloseWrite()
}

func (s *stage) plain(c net.Conn) {
	d, _ := s.found(c)
	if d == nil {
		return
	}
	if f := d.raw["plain"]; f != nil {
		f(c)
		return
	}
	s.speakHTTP(c, d)
}

// hold reads until the peer hangs up.
func hold(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// trickle sends a text a byte at a time for as long as somebody reads it.
func trickle(c net.Conn, text string) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		if _, err := c.Write([]byte{text[i%len(text)]}); err != nil {
			return
		}
		<-tick.C
	}
}

// flood sends as much as somebody reads.
func flood(c net.Conn, text string) {
	block := []byte(strings.Repeat(text, 1+64<<10/len(text)))
	for {
		if _, err := c.Write(block); err != nil {
			return
		}
	}
}

// canary is a listener that nobody has any business with.
type canary struct {
	address string
	mu      sync.Mutex
	heard   []string
}

func newCanary(s *stage) *canary {
	k := new(canary)
	port := s.listening(func(c net.Conn) {
		k.mu.Lock()
		defer k.mu.Unlock()
		_ = c.SetReadDeadline(time.Now().Add(time.Second))
		first := make([]byte, 256)
		n, _ := c.Read(first)
		k.heard = append(k.heard, fmt.Sprintf("%s: %q", c.LocalAddr(), first[:n]))
	})
	k.address = fmt.Sprintf("127.0.0.1:%d", port)
	return k
}

func (k *canary) port() string { return k.address[strings.LastIndexByte(k.address, ':')+1:] }

func (k *canary) check(t testing.TB) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, h := range k.heard {
		t.Errorf("the exporter was led to a canary at %s", h)
	}
	k.heard = nil
}
