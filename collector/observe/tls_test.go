package observe

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/parallel"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

const optionsAnswer = "SIP/2.0 504 Server time-out\r\nms-user-logon-data: RemoteUser\r\nServer: RTC/6.0\r\nContent-Length: 0\r\n\r\n"

// edgeOf asks the server as sip.contoso.com:5061.
func edgeOf(t testing.TB, to *server, ca *testCA, change ...func(*config.Config)) (Connection, SIPAnswer) {
	t.Helper()
	s := newScrape(t, ca, append(change, connectingTo(to.address))...)
	edge := s.SIP(t.Context(), external, "sip.contoso.com", 5061)
	if len(edge.Addresses) != 1 {
		t.Fatalf("SIP = %+v, want one address", edge)
	}
	return edge.Addresses[0].Connection, edge.Addresses[0].Answer
}

func TestHandshakeReadsServersOfEveryAge(t *testing.T) {
	t.Parallel()
	key, err := rsaKey()
	if err != nil {
		t.Fatal(err)
	}
	ca := newRoot(t)
	for name, tt := range map[string]struct {
		change  func(*tls.Config)
		version uint16
		cipher  uint16
	}{
		"TLS 1.3": {func(*tls.Config) {}, tls.VersionTLS13, 0},
		"TLS 1.0 only": {func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 },
			tls.VersionTLS10, 0},
		"RSA key exchange only": {func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}
		}, tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA},
		"3DES only": {func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
		}, tls.VersionTLS12, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA},
		"X25519 only, TLS 1.3": {func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.X25519} }, tls.VersionTLS13, 0},
		"X25519 only, TLS 1.2": {func(c *tls.Config) {
			c.MaxVersion, c.CurvePreferences = tls.VersionTLS12, []tls.CurveID{tls.X25519}
			c.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
		}, tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &tls.Config{Certificates: []tls.Certificate{ca.issue(t, key, now.Add(time.Hour), "sip.contoso.com")}}
			tt.change(c)
			got, answer := edgeOf(t, serveTLS(t, c, say(optionsAnswer)), ca)
			if got.Stage != StageDone || got.Err != nil || got.Version != tt.version || tt.cipher != 0 && got.Cipher != tt.cipher {
				t.Errorf("stage %d, %v, version %x, cipher %x", got.Stage, got.Err, got.Version, got.Cipher)
			}
			if len(got.Certificates) != 1 || got.ConnectDuration <= 0 || got.TLSDuration <= 0 || got.ClientCertificateRequested {
				t.Errorf("facts: %+v", got)
			}
			if answer.Stage != StageDone || answer.Status != 504 {
				t.Errorf("answer: %+v", answer)
			}
		})
	}
}

func TestServerThatWantsClientCertificate(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	own := ca.issue(t, newKey(t), now.Add(time.Hour), "edge.fabrikam.com")
	withOwn := func(c *config.Config) { c.TLS.Certificate = &own }
	for name, tt := range map[string]struct {
		version     uint16
		change      func(*config.Config)
		wantStage   Stage
		wantRefused bool
		wantAnswer  Stage
	}{
		"TLS 1.2, none":  {tls.VersionTLS12, func(*config.Config) {}, StageTLS, true, StageTLS},
		"TLS 1.3, none":  {tls.VersionTLS13, func(*config.Config) {}, StageDone, true, StageRequest},
		"TLS 1.2, shown": {tls.VersionTLS12, withOwn, StageDone, false, StageDone},
		"TLS 1.3, shown": {tls.VersionTLS13, withOwn, StageDone, false, StageDone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := ca.configFor(t, "sip.contoso.com")
			c.MaxVersion, c.ClientAuth, c.ClientCAs = tt.version, tls.RequireAndVerifyClientCert, ca.pool()
			edge := serveTLS(t, c, say(optionsAnswer))
			got, answer := edgeOf(t, edge, ca, tt.change)
			if got.Stage != tt.wantStage || len(got.Certificates) != 1 || !got.ClientCertificateRequested || got.ClientCertificateRefused != tt.wantRefused {
				t.Errorf("connection: %+v", got)
			}
			if answer.Stage != tt.wantAnswer || answer.Closed != (tt.wantAnswer == StageRequest) {
				t.Errorf("answer: %+v", answer)
			}
			want := int64(1) // a refusal is no reason to try again
			if tt.version == tls.VersionTLS13 {
				want = 2 // but one for TLS 1.2
			}
			if n := edge.accepted.Load(); n != want {
				t.Errorf("%d connections, want %d", n, want)
			}
		})
	}
}

func TestCertificateThatCannotBeParsed(t *testing.T) {
	t.Parallel()
	c := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{[]byte("no certificate")}, PrivateKey: newKey(t)}}}
	got, answer := edgeOf(t, serveTLS(t, c, say(optionsAnswer)), nil)
	if got.Stage != StageTLS || got.BadCertificate == nil || got.Err == nil || got.Version != tls.VersionTLS13 {
		t.Errorf("connection: %+v", got)
	}
	if answer.Stage != StageTLS || answer.Err == nil || answer.Header("Server") != nil {
		t.Errorf("answer: %+v", answer)
	}
}

// Old internal authorities wrote negative serial numbers, which Go reads only
// with the setting in go.mod.
func TestNegativeSerialNumberIsRead(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	cert := ca.issue(t, newKey(t), now.Add(time.Hour), "sip.contoso.com")
	cert.Certificate[0] = withSerial(t, ca, cert.Certificate[0], -7)
	cert.Leaf = nil
	got, _ := edgeOf(t, serveTLS(t, &tls.Config{Certificates: []tls.Certificate{cert}}, say(optionsAnswer)), ca)
	if got.Stage != StageDone || len(got.Certificates) != 1 || got.Certificates[0].SerialNumber.Int64() != -7 {
		t.Errorf("connection: %+v", got)
	}
}

// withSerial writes another serial number into a certificate and signs anew.
func withSerial(t *testing.T, ca *testCA, der []byte, serial int64) []byte {
	t.Helper()
	var cert struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &cert); err != nil {
		t.Fatal(err)
	}
	var fields []asn1.RawValue
	for rest := cert.TBS.Bytes; len(rest) > 0; {
		var field asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &field); err != nil {
			t.Fatal(err)
		}
		fields = append(fields, field)
	}
	number, err := asn1.Marshal(big.NewInt(serial))
	if err != nil {
		t.Fatal(err)
	}
	fields[1] = asn1.RawValue{FullBytes: number}
	tbs, err := asn1.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(tbs)
	signature, err := ca.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	cert.TBS = asn1.RawValue{FullBytes: tbs}
	cert.Signature = asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
	der, err = asn1.Marshal(cert)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestFailuresTellTheStage(t *testing.T) {
	t.Parallel()
	closed := serve(t, untilClosed)
	closed.stop()
	for name, tt := range map[string]struct {
		address netip.AddrPort
		want    Stage
		text    string
	}{
		"port closed":           {closed.address, StageConnect, "refused"},
		"no TLS":                {serve(t, say("HTTP/1.1 400 Bad Request\r\n\r\n")).address, StageTLS, "does not speak TLS"},
		"closes at once":        {serve(t, func(net.Conn) {}).address, StageTLS, ""},
		"never answers":         {serve(t, untilClosed).address, StageTLS, "timeout"},
		"address without route": {netip.MustParseAddrPort("[fe80::1]:443"), StageRoute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScrape(t, nil, quick, connectingTo(tt.address))
			got := s.facts(endpoint{tt.address, "sip.contoso.com"})
			if got.Stage != tt.want || got.Err == nil || !strings.Contains(got.Err.Error(), tt.text) {
				t.Errorf("stage %d, %v, want %d and %q", got.Stage, got.Err, tt.want, tt.text)
			}
			if got.Address != tt.address || got.ServerName != "sip.contoso.com" || got.ClientCertificateRefused || got.BadCertificate != nil {
				t.Errorf("facts: %+v", got)
			}
		})
	}
}

func TestEdgeAsksEveryAddress(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	alive := serveTLS(t, ca.configFor(t, "sip.contoso.com"), say(optionsAnswer))
	s := newScrape(t, ca)
	view := resolving(t, "sip.contoso.com", "127.0.0.2", "127.0.0.1") // nobody listens on the first
	edge := s.SIP(t.Context(), view, "SIP.contoso.com.", alive.address.Port())
	if len(edge.Addresses) != 2 {
		t.Fatalf("addresses: %+v", edge.Addresses)
	}
	dead, up := edge.Addresses[0], edge.Addresses[1]
	if dead.Stage != StageConnect || dead.Answer.Stage != StageConnect || dead.Trust != (Trust{}) {
		t.Errorf("where nobody listens: %+v", dead)
	}
	if up.Stage != StageDone || up.Answer.Status != 504 || !up.Trust.Trusted {
		t.Errorf("the Edge: %+v", up)
	}
	if edge.Host.Name != "sip.contoso.com" || edge.Port != alive.address.Port() {
		t.Errorf("edge: %+v", edge)
	}
}

func TestEdgeWithoutAddress(t *testing.T) {
	t.Parallel()
	s := newScrape(t, nil)
	edge := s.SIP(t.Context(), resolving(t, "other.example"), "sip.contoso.com", 5061)
	if edge.Host.Outcome != dns.NXDomain || len(edge.Addresses) != 0 || edge.Host.Name != "sip.contoso.com" {
		t.Errorf("edge: %+v", edge)
	}
}

// However many SIP domains, views and spellings lead to an endpoint, it costs
// one handshake.
func TestSharedEdgeIsAskedOnce(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	edge := serveTLS(t, ca.configFor(t, "sip.contoso.com"), say(optionsAnswer))
	s := newScrape(t, ca, connectingTo(edge.address))
	views := []*config.View{external, {Name: "internal", Nameservers: external.Nameservers}}
	var wg sync.WaitGroup
	for i := range 200 {
		host := []string{"sip.contoso.com", "SIP.Contoso.com."}[i/2%2]
		wg.Go(func() {
			if e := s.SIP(t.Context(), views[i%2], host, 5061); len(e.Addresses) != 1 || e.Addresses[0].Answer.Status != 504 {
				t.Errorf("edge: %+v", e)
			}
		})
	}
	wg.Wait()
	if n := edge.accepted.Load(); n != 2 { // the second for TLS 1.2
		t.Errorf("%d connections, want 2", n)
	}
}

func TestConcurrencyPerAddressHolds(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	var mu sync.Mutex
	var open, most int
	edge := serveTLS(t, ca.configFor(t, "sip.contoso.com"), func(c net.Conn) {
		mu.Lock()
		open++
		most = max(most, open)
		mu.Unlock()
		c.Read(make([]byte, 4<<10))
		mu.Lock()
		open-- // before the client can know that it is over
		mu.Unlock()
		io.WriteString(c, optionsAnswer)
	})
	s := newScrape(t, ca, connectingTo(edge.address))
	parallel.Do(60, func(i int) {
		s.SIP(t.Context(), external, fmt.Sprintf("sip.d%d.example", i), 5061)
	})
	if n := edge.accepted.Load(); n != 61 {
		t.Errorf("%d connections, want one for each of 60 names and one for TLS 1.2", n)
	}
	mu.Lock() // the last connection, for TLS 1.2, may not be over
	defer mu.Unlock()
	if most > 4 {
		t.Errorf("%d connections at once, concurrency_per_address is 4", most)
	}
}

func TestEndOfScrapeCutsOffWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	var once sync.Once
	mute := serve(t, func(c net.Conn) {
		once.Do(func() { close(started) })
		untilClosed(c)
	})
	s := newScrape(t, nil, connectingTo(mute.address), func(c *config.Config) { c.OperationTimeout = time.Minute })
	done := make(chan Server)
	go func() { done <- s.SIP(context.Background(), external, "sip.contoso.com", 5061) }()
	<-started
	s.Close()
	edge := <-done
	if err := edge.Addresses[0].Err; !errors.Is(err, context.Canceled) {
		t.Errorf("error: %v", err)
	}
	again := s.Get(context.Background(), external, "https://meet.contoso.com/")
	if again.Stage != StageConnect || !errors.Is(again.Err, context.Canceled) {
		t.Errorf("after the end: %+v", again)
	}
}

func TestCallerStopsWaiting(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	mute := serve(t, func(c net.Conn) {
		close(started)
		untilClosed(c)
	})
	s := newScrape(t, nil, connectingTo(mute.address), func(c *config.Config) { c.OperationTimeout = time.Minute })
	first := make(chan *Exchange)
	go func() { first <- s.Get(context.Background(), external, "http://meet.contoso.com/") }()
	<-started
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if e := s.Get(ctx, external, "http://meet.contoso.com/"); !errors.Is(e.Err, context.Canceled) || e.URL == nil {
		t.Errorf("second: %+v", e)
	}
	s.Close()
	if e := <-first; !errors.Is(e.Err, context.Canceled) {
		t.Errorf("first: %+v", e)
	}
}

func TestChainIsBounded(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	var chain []*testCA
	for i := range 40 {
		chain = append(chain, newAuthority(t, ca, fmt.Sprintf("CA %d", i), now.Add(time.Hour)))
	}
	c := &tls.Config{Certificates: []tls.Certificate{ca.issue(t, newKey(t), now.Add(time.Hour), "sip.contoso.com", chain...)}}
	got, _ := edgeOf(t, serveTLS(t, c, say(optionsAnswer)), ca)
	if len(got.Certificates) != maxChain {
		t.Errorf("%d certificates, want %d", len(got.Certificates), maxChain)
	}
}

func certificatesOf(t testing.TB, c tls.Certificate) []*x509.Certificate {
	t.Helper()
	var list []*x509.Certificate
	for _, der := range c.Certificate {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, cert)
	}
	return list
}

// Operations are counted when they are made, not when they are asked for.
func TestOperationsAreCounted(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	web := serveTLS(t, ca.configFor(t, "web.hoster.example"), keepAlive)
	s := newScrape(t, ca)
	view := resolving(t, "web.hoster.example", "127.0.0.1", "127.0.0.2")
	s.count = NewCounters(prometheus.NewRegistry())
	for i := range 3 {
		url := fmt.Sprintf("https://web.hoster.example:%d/%d", web.address.Port(), i)
		s.Get(t.Context(), view, url)
		s.Get(t.Context(), view, url)
		s.Web(t.Context(), view, url)
	}
	s.Close()
	s.facts(endpoint{web.address, "late.example"})
	for name, c := range map[string]struct {
		vec    *prometheus.CounterVec
		result string
		want   float64
	}{
		"connections":         {s.count.Connections, result.OK, 2}, // the first was closed, nobody else had asked
		"refused connections": {s.count.Connections, result.Refused, 1},
		"handshakes":          {s.count.TLSHandshakes, result.OK, 2},
		"requests":            {s.count.HTTPRequests, result.OK, 3},
		"failed requests":     {s.count.HTTPRequests, result.Failed, 0},
		"never begun":         {s.count.Connections, result.Canceled, 0},
	} {
		if got := testutil.ToFloat64(c.vec.WithLabelValues(c.result)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
