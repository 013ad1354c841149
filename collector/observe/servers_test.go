package observe

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	miekg "github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// external has no nameserver that answers: what a test asks for is an address, or
// connect_to leads to one.
var external = &config.View{Name: "external", Nameservers: []string{"127.0.0.1:1"}}

// newScrape begins a scrape that trusts the authority, with more time for an
// operation than any should need.
func newScrape(t testing.TB, ca *testCA, change ...func(*config.Config)) *Scrape {
	t.Helper()
	c := &config.Config{OperationTimeout: 30 * time.Second, Concurrency: 256, ConcurrencyPerAddress: 4, ConcurrencyPerNameserver: 4,
		FollowPrivate: true} // all servers are on loopback
	if ca != nil {
		c.TLS.Roots = ca.pool()
	}
	for _, f := range change {
		f(c)
	}
	s := NewScrape(context.Background(), c, nil, nil)
	t.Cleanup(s.Close)
	return s
}

// quick is for what ends by nothing but time. A handshake fits into it also on a
// machine under load.
func quick(c *config.Config) { c.OperationTimeout = time.Second }

// unhurried leaves the time of newScrape, for what has to end by itself.
func unhurried(*config.Config) {}

// connectingTo sends all connections to one address.
func connectingTo(to netip.AddrPort) func(*config.Config) {
	host, port, _ := net.SplitHostPort(to.String())
	return func(c *config.Config) { c.ConnectTo = []config.ConnectTo{{ConnectHost: host, ConnectPort: port}} }
}

// resolving is a view whose nameserver knows one host, and nothing else.
func resolving(t testing.TB, host string, addresses ...string) *config.View {
	t.Helper()
	return resolvingTo(t, host, func() []string { return addresses })
}

// rebinding is one whose nameserver leads a.example elsewhere from the second
// question on.
func rebinding(t testing.TB, asked *atomic.Int32, first, later string) *config.View {
	t.Helper()
	return resolvingTo(t, "a.example", func() []string {
		if asked.Add(1) == 1 {
			return []string{first}
		}
		return []string{later}
	})
}

func resolvingTo(t testing.TB, host string, addresses func() []string) *config.View {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &miekg.Server{PacketConn: conn, Handler: miekg.HandlerFunc(func(w miekg.ResponseWriter, q *miekg.Msg) {
		m := new(miekg.Msg).SetReply(q)
		asked := q.Question[0]
		if !strings.EqualFold(asked.Name, host+".") {
			m.Rcode = miekg.RcodeNameError
		} else if asked.Qtype == miekg.TypeA {
			for _, a := range addresses() {
				m.Answer = append(m.Answer, &miekg.A{Hdr: miekg.RR_Header{Name: asked.Name, Rrtype: miekg.TypeA, Class: miekg.ClassINET}, A: net.ParseIP(a)})
			}
		}
		w.WriteMsg(m)
	})}
	ended := make(chan struct{})
	go func() { defer close(ended); server.ActivateAndServe() }()
	t.Cleanup(func() { conn.Close(); <-ended })
	return &config.View{Name: "external", Nameservers: []string{conn.LocalAddr().String()}}
}

// server is a TCP server on loopback.
type server struct {
	address  netip.AddrPort
	accepted atomic.Int64
	listener net.Listener
	wg       sync.WaitGroup
	mu       sync.Mutex
	conns    []net.Conn
	closed   bool
}

// serve handles every connection with f; all end with the test.
func serve(t testing.TB, f func(net.Conn)) *server {
	t.Helper()
	return serveOn(t, "127.0.0.1:0", f)
}

func serveOn(t testing.TB, address string, f func(net.Conn)) *server {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{listener: l, address: l.Addr().(*net.TCPAddr).AddrPort()}
	s.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.accepted.Add(1)
			s.mu.Lock()
			s.conns = append(s.conns, c)
			if s.closed {
				c.Close()
			}
			s.mu.Unlock()
			s.wg.Go(func() { defer c.Close(); f(c) })
		}
	})
	t.Cleanup(s.stop)
	return s
}

func (s *server) stop() {
	s.listener.Close()
	s.mu.Lock()
	s.closed = true
	for _, c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// serveTLS handles what is inside the TLS connections with f.
func serveTLS(t testing.TB, c *tls.Config, f func(net.Conn)) *server {
	t.Helper()
	return serve(t, inTLS(c, f))
}

func inTLS(c *tls.Config, f func(net.Conn)) func(net.Conn) {
	return func(raw net.Conn) {
		conn := tls.Server(raw, c)
		if conn.Handshake() != nil {
			raw.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, raw) // so that the alert is not lost to a reset
			return
		}
		f(conn)
		conn.CloseWrite()
	}
}

func untilClosed(c net.Conn) { io.Copy(io.Discard, c) }

// say answers whatever comes with a text and closes.
func say(text string) func(net.Conn) {
	return func(c net.Conn) {
		c.Read(make([]byte, 4<<10))
		io.WriteString(c, text)
	}
}

// testCA is a certification authority.
type testCA struct {
	cert *x509.Certificate
	key  crypto.Signer
	at   string // where it says in what it signs that its own certificate is
}

var now = time.Now()

func newKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func newAuthority(t testing.TB, parent *testCA, name string, expiry time.Time) *testCA {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: expiry,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	if parent == nil {
		parent = &testCA{cert: template, key: key}
	}
	return &testCA{cert: sign(t, parent, template, key), key: key}
}

func newRoot(t testing.TB) *testCA {
	t.Helper()
	return newAuthority(t, nil, "Contoso Root", now.Add(1000*time.Hour))
}

func sign(t testing.TB, by *testCA, template *x509.Certificate, key crypto.Signer) *x509.Certificate {
	t.Helper()
	if by.at != "" {
		template.IssuingCertificateURL = []string{by.at}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func (a *testCA) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// issue makes a server's certificate valid until expiry, sent with a chain.
func (a *testCA) issue(t testing.TB, key crypto.Signer, expiry time.Time, name string, chain ...*testCA) tls.Certificate {
	t.Helper()
	leaf := sign(t, a, &x509.Certificate{
		SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: expiry,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}, key)
	cert := tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
	for _, c := range chain {
		cert.Certificate = append(cert.Certificate, c.cert.Raw)
	}
	return cert
}

// configFor is a server's configuration with a fresh certificate.
func (a *testCA) configFor(t testing.TB, name string) *tls.Config {
	t.Helper()
	return &tls.Config{Certificates: []tls.Certificate{a.issue(t, newKey(t), now.Add(100*time.Hour), name)}}
}
