package lab

import (
	"bufio"
	"context"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, scenarios ...Scenario) *Estate {
	t.Helper()
	e, err := Start(scenarios, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

func (e *Estate) ask(t *testing.T, network, name string, qtype uint16) *dns.Msg {
	t.Helper()
	client := dns.Client{Net: network}
	answer, _, err := client.Exchange(new(dns.Msg).SetQuestion(name, qtype), e.Nameserver())
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestNameserver(t *testing.T) {
	t.Parallel()
	e := start(t, Scenario{Name: "contoso.example"})
	err := e.Zone().Add(`; names of the test
alias.contoso.example. IN CNAME sip.contoso.example.
stale.contoso.example. IN CNAME gone.contoso.example.

*.wild.example. IN A 127.0.0.9`)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		qtype   uint16
		rcode   int
		records int
	}{
		{"_sip._tls.contoso.example.", dns.TypeSRV, dns.RcodeSuccess, 1},
		{"SIP.Contoso.Example.", dns.TypeA, dns.RcodeSuccess, 1},
		{"sip.contoso.example.", dns.TypeAAAA, dns.RcodeSuccess, 0},
		{"_tls.contoso.example.", dns.TypeSRV, dns.RcodeSuccess, 0},
		{"gone.contoso.example.", dns.TypeA, dns.RcodeNameError, 0},
		{"alias.contoso.example.", dns.TypeA, dns.RcodeSuccess, 2},
		{"stale.contoso.example.", dns.TypeA, dns.RcodeNameError, 1},
		{"anything.wild.example.", dns.TypeA, dns.RcodeSuccess, 1},
		{"anything.wild.example.", dns.TypeSRV, dns.RcodeSuccess, 0},
	}
	for _, tt := range tests {
		for _, network := range []string{"udp", "tcp"} {
			if a := e.ask(t, network, tt.name, tt.qtype); a.Rcode != tt.rcode || len(a.Answer) != tt.records {
				t.Errorf("%s %s over %s: %s with %d records, want %s with %d", tt.name, dns.TypeToString[tt.qtype], network,
					dns.RcodeToString[a.Rcode], len(a.Answer), dns.RcodeToString[tt.rcode], tt.records)
			}
		}
	}
}

// The records of a running estate can be broken and repaired.
func TestZoneSet(t *testing.T) {
	t.Parallel()
	e := start(t, Scenario{Name: "contoso.example"})
	const name = "_sipfederationtls._tcp.contoso.example."
	e.Zone().Remove(name, "SRV")
	if a := e.ask(t, "udp", name, dns.TypeSRV); a.Rcode != dns.RcodeNameError {
		t.Errorf("the removed record gives %s, want NXDOMAIN", dns.RcodeToString[a.Rcode])
	}
	if err := e.Zone().Set(name, "SRV", name+" IN SRV 0 0 5061 sip.contoso.example."); err != nil {
		t.Fatal(err)
	}
	if a := e.ask(t, "udp", name, dns.TypeSRV); len(a.Answer) != 1 {
		t.Errorf("the record that was set again has %d answers, want 1", len(a.Answer))
	}
	if err := e.Zone().Set(name, "SRV", "this is no record"); err == nil {
		t.Error("a line that is no record was taken")
	}
	if a := e.ask(t, "udp", name, dns.TypeSRV); len(a.Answer) != 1 {
		t.Errorf("after a line that was not taken there are %d answers, want the 1 of before", len(a.Answer))
	}
	question := dns.Question{Name: name, Qtype: dns.TypeSRV, Qclass: dns.ClassINET}
	if asked := e.Zone().Questions()[question]; asked != 3 {
		t.Errorf("%d questions were counted, want 3", asked)
	}
}

// The nameserver can fail for one domain while it answers for others.
func TestZoneFaults(t *testing.T) {
	t.Parallel()
	e := start(t, Scenario{Name: "contoso.example"}, Scenario{Name: "fabrikam.example"})
	e.Zone().Fail("contoso.example")
	if a := e.ask(t, "udp", "sip.contoso.example.", dns.TypeA); a.Rcode != dns.RcodeServerFailure {
		t.Errorf("a failing domain gives %s, want SERVFAIL", dns.RcodeToString[a.Rcode])
	}
	if a := e.ask(t, "udp", "sip.fabrikam.example.", dns.TypeA); len(a.Answer) != 1 {
		t.Errorf("beside a failing domain there are %d answers, want 1", len(a.Answer))
	}
	e.Zone().Silence("contoso.example")
	client := dns.Client{Timeout: 50 * time.Millisecond}
	var timeout net.Error
	_, _, err := client.Exchange(new(dns.Msg).SetQuestion("sip.contoso.example.", dns.TypeA), e.Nameserver())
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("a silent domain gives %v, want a timeout", err)
	}
	e.Zone().Recover("contoso.example")
	if a := e.ask(t, "udp", "sip.contoso.example.", dns.TypeA); len(a.Answer) != 1 {
		t.Errorf("a domain that has recovered has %d answers, want 1", len(a.Answer))
	}
	e.Zone().Slow("contoso.example", 200*time.Millisecond)
	if _, took, err := (&dns.Client{}).Exchange(new(dns.Msg).SetQuestion("sip.contoso.example.", dns.TypeA), e.Nameserver()); err != nil || took < 200*time.Millisecond {
		t.Errorf("a slow domain was answered after %v, error %v, want 200ms or more", took, err)
	}
}

// address is that of a host of contoso.example.
func (e *Estate) address(t *testing.T, label string) string {
	t.Helper()
	return e.ask(t, "udp", label+".contoso.example.", dns.TypeA).Answer[0].(*dns.A).A.String()
}

func (e *Estate) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(e.PEM())
	return pool
}

func (e *Estate) dial(t *testing.T, label, port string) *tls.Conn {
	t.Helper()
	conn, err := tls.Dial("tcp", net.JoinHostPort(e.address(t, label), e.ports[port]), &tls.Config{ServerName: label + ".contoso.example", RootCAs: e.pool()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestEdgeAnswersOptions(t *testing.T) {
	t.Parallel()
	e := start(t, Scenario{Name: "contoso.example"})
	for _, port := range []string{httpsPort, sipPort} {
		answer := options(t, e.dial(t, "sip", port))
		for _, want := range []string{"SIP/2.0 504 Server time-out\r\n", "Server: RTC/6.0\r\n", "CSeq: 1 OPTIONS\r\n", "ms-user-logon-data: RemoteUser\r\n"} {
			if !strings.Contains(answer, want) {
				t.Errorf("port %s: %q is not in the answer:\n%s", port, want, answer)
			}
		}
	}
}

// options sends OPTIONS and returns the response.
func options(t *testing.T, conn *tls.Conn) string {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "OPTIONS sip:sip.contoso.example SIP/2.0\r\nVia: SIP/2.0/TLS x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	var answer strings.Builder
	for reader := bufio.NewReader(conn); !strings.HasSuffix(answer.String(), "\r\n\r\n"); {
		line, err := reader.ReadString('\n')
		if err != nil {
			t.Fatalf("after %q: %v", answer.String(), err)
		}
		answer.WriteString(line)
	}
	return answer.String()
}

// Edges differ in how they behave, on the same port.
func TestEdgesThatDiffer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		behaviour edge
		version   uint16
		first     string // line of the answer
		server    string
	}{
		{"newest", edge{}, tls.VersionTLS13, "SIP/2.0 504 Server time-out", "RTC/6.0"},
		{"TLS 1.2", edge{maxVersion: tls.VersionTLS12}, tls.VersionTLS12, "SIP/2.0 504 Server time-out", "RTC/6.0"},
		{"Lync Server 2013", edge{product: "RTC/5.0"}, tls.VersionTLS13, "SIP/2.0 504 Server time-out", "RTC/5.0"},
		{"not Lync", edge{foreign: true}, tls.VersionTLS13, "SIP/2.0 200 OK", ""},
		{"web server", edge{speaksHTTP: true}, tls.VersionTLS13, "HTTP/1.1 400 Bad Request", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := start(t, Scenario{Name: "contoso.example", differs: func(s *site) { s.ownEdge(tt.behaviour) }})
			conn := e.dial(t, "sip", sipPort)
			answer := options(t, conn)
			if v := conn.ConnectionState().Version; v != tt.version {
				t.Errorf("spoke %s, want %s", tls.VersionName(v), tls.VersionName(tt.version))
			}
			if first, _, _ := strings.Cut(answer, "\r\n"); first != tt.first {
				t.Errorf("answered %q, want %q", first, tt.first)
			}
			if server := header(answer, "Server"); server != tt.server {
				t.Errorf("Server is %q, want %q", server, tt.server)
			}
		})
	}
}

func header(answer, name string) string {
	_, rest, _ := strings.Cut(answer, "\r\n"+name+": ")
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}

// Partners are asked for a certificate on 5061, clients on 443 are not.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		behaviour edge
		port      string
		asked     bool
		refused   bool // who shows none
	}{
		{"partners", edge{}, sipPort, true, false},
		{"clients", edge{}, httpsPort, false, false},
		{"partners of an Edge that never asks", edge{neverAsks: true}, sipPort, false, false},
		{"partners of an Edge that demands one", edge{demands: true, maxVersion: tls.VersionTLS12}, sipPort, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := start(t, Scenario{Name: "contoso.example", differs: func(s *site) { s.ownEdge(tt.behaviour) }})
			asked := false
			conn, err := tls.Dial("tcp", net.JoinHostPort(e.address(t, "sip"), e.ports[tt.port]), &tls.Config{ServerName: "sip.contoso.example",
				RootCAs: e.pool(), GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
					asked = true
					return new(tls.Certificate), nil
				}})
			if err == nil {
				conn.Close()
			}
			if asked != tt.asked || (err != nil) != tt.refused {
				t.Errorf("asked %v, error %v; want asked %v, refused %v", asked, err, tt.asked, tt.refused)
			}
		})
	}
}

// Each order of a certificate has the fault that it names, and the one without
// has none.
func TestCertificates(t *testing.T) {
	t.Parallel()
	const host = "sip.contoso.example"
	tests := []struct {
		name  string
		order func(*certificate)
		valid bool
		fault func(leaf *x509.Certificate, sent int) bool
	}{
		{"healthy", func(*certificate) {}, true, func(c *x509.Certificate, sent int) bool {
			return sent == 1 && len(c.CRLDistributionPoints) == 1 && len(c.ExtKeyUsage) == 2 && c.PublicKeyAlgorithm == x509.ECDSA
		}},
		{"expired", func(c *certificate) { c.to = time.Now().Add(-time.Minute) }, false, func(c *x509.Certificate, _ int) bool { return c.NotAfter.Before(time.Now()) }},
		{"not yet valid", func(c *certificate) { c.from = time.Now().Add(time.Hour) }, false, func(c *x509.Certificate, _ int) bool { return c.NotBefore.After(time.Now()) }},
		{"unknown root", func(c *certificate) { c.foreign = true }, false, func(c *x509.Certificate, _ int) bool { return c.Issuer.CommonName == "Unknown Root" }},
		{"intermediate", func(c *certificate) { c.between = true }, true, func(c *x509.Certificate, sent int) bool {
			return sent == 2 && c.Issuer.CommonName == "Simulated Intermediate"
		}},
		{"wildcard", func(c *certificate) { c.names = []string{"*.contoso.example"} }, true, func(c *x509.Certificate, _ int) bool { return c.DNSNames[0] == "*.contoso.example" }},
		{"only the subject", func(c *certificate) { c.noNames = true }, false, func(c *x509.Certificate, _ int) bool {
			return c.Subject.CommonName == host && len(c.DNSNames) == 0
		}},
		{"for clients only", func(c *certificate) { c.noServerAuth = true }, false, func(c *x509.Certificate, _ int) bool {
			return len(c.ExtKeyUsage) == 1 && c.ExtKeyUsage[0] == x509.ExtKeyUsageClientAuth
		}},
		{"no revocation list", func(c *certificate) { c.noRevocation = true }, true, func(c *x509.Certificate, _ int) bool { return len(c.CRLDistributionPoints) == 0 }},
		{"short key", func(c *certificate) { c.rsaBits = 1024 }, true, func(c *x509.Certificate, _ int) bool {
			key, ok := c.PublicKey.(*rsa.PublicKey)
			return ok && key.N.BitLen() == 1024
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := start(t, Scenario{Name: "contoso.example", differs: func(s *site) { tt.order(&s.edgeCert) }})
			conn, err := tls.Dial("tcp", net.JoinHostPort(e.address(t, "sip"), e.ports[httpsPort]), &tls.Config{ServerName: host, InsecureSkipVerify: true})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			sent := conn.ConnectionState().PeerCertificates
			if !tt.fault(sent[0], len(sent)) {
				t.Errorf("%d certificates were sent, the first with names %v, %v to %v, key usages %v, of %s", len(sent), sent[0].DNSNames, sent[0].NotBefore, sent[0].NotAfter, sent[0].ExtKeyUsage, sent[0].Issuer.CommonName)
			}
			between := x509.NewCertPool()
			for _, c := range sent[1:] {
				between.AddCert(c)
			}
			if _, err := sent[0].Verify(x509.VerifyOptions{DNSName: host, Roots: e.pool(), Intermediates: between}); (err == nil) != tt.valid {
				t.Errorf("verifying gives %v, want valid %v", err, tt.valid)
			}
		})
	}
}

// The servers count what clients did to them.
func TestCounts(t *testing.T) {
	t.Parallel()
	e := start(t, Scenario{Name: "contoso.example"})
	conn := e.dial(t, "sip", sipPort)
	options(t, conn)
	options(t, conn)
	plain, err := net.Dial("tcp", net.JoinHostPort(e.address(t, "meet"), e.ports[httpPort]))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if _, err := io.WriteString(plain, "GET / HTTP/1.0\r\nHost: meet.contoso.example\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(plain); err != nil {
		t.Fatal(err)
	}
	if got, want := e.Counts(), (Counts{Connections: 2, Handshakes: 1, Requests: 3}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// A configuration file says the same as the configuration.
func TestWriteConfig(t *testing.T) {
	t.Parallel()
	e := start(t, Scenarios()...)
	want, err := e.Config()
	if err != nil {
		t.Fatal(err)
	}
	file, err := e.WriteConfig(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if !got.TLS.Roots.Equal(want.TLS.Roots) {
		t.Error("the roots differ")
	}
	got.TLS.Roots, got.TLS.CAFile, want.TLS.Roots = nil, "", nil
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(config.Config{})); diff != "" {
		t.Errorf("configurations differ (-Config +WriteConfig):\n%s", diff)
	}
}

// Close does not wait for clients that keep their connections, and nothing of
// the estate outlives it.
func TestCloseWithOpenConnection(t *testing.T) {
	t.Parallel()
	e, err := Start([]Scenario{{Name: "contoso.example"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	edge, web, nameserver := e.dial(t, "sip", sipPort), e.dial(t, "meet", httpsPort), e.Nameserver()
	began := time.Now()
	e.Close()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("closing took %v", took)
	}
	for _, conn := range []*tls.Conn{edge, web} {
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Errorf("the connection to %s is open after Close", conn.RemoteAddr())
		}
	}
	if conn, err := net.Dial("tcp", nameserver); err == nil {
		conn.Close()
		t.Error("the nameserver takes connections after Close")
	}
}

func TestWebServices(t *testing.T) {
	t.Parallel()
	// answering lets lyncdiscover answer in its own way over HTTPS.
	answering := func(p page) func(*site) {
		return func(s *site) {
			s.pages["lyncdiscover.contoso.example"] = byScheme(redirecting("lyncdiscover.contoso.example", s.domain), p)
		}
	}
	const webext = "webext.contoso.example"
	tests := []struct {
		name          string
		differs       func(*site)
		url           string
		status        int
		header, value string
		body          string
	}{
		{"redirect over HTTP", nil, "http://lyncdiscover.contoso.example/", 200, "Content-Type", "application/json", `"redirect":{"href":"https://lyncdiscover.contoso.example/`},
		{"UCWA", nil, "https://lyncdiscover.contoso.example/", 200, "Content-Type", "application/json", `"user":{"href":"https://webext.contoso.example/`},
		{"legacy", answering(legacy(webext)), "https://lyncdiscover.contoso.example/", 200, "Content-Type", "application/json", `{"href":"https:\/\/webext.contoso.example\/`},
		{"XML", answering(inXML(webext)), "https://lyncdiscover.contoso.example/", 200, "Content-Type", "application/vnd.microsoft.rtc.autodiscover+xml", `<Link token="User" href="https://webext.contoso.example/`},
		{"XML resource", answering(resource(webext, "contoso.example")), "https://lyncdiscover.contoso.example/", 200, "Content-Type", "application/vnd.microsoft.rtc.autodiscover+xml", `<link rel="user" href="https://webext.contoso.example/`},
		{"3xx", answering(moved("https://www.contoso.example/")), "https://lyncdiscover.contoso.example/", 302, "Location", "https://www.contoso.example/", ""},
		{"parking page", answering(parking()), "https://lyncdiscover.contoso.example/", 200, "Content-Type", "text/html", "parked"},
		{"user link", nil, "https://webext.contoso.example" + root + "/oauth/user", 401, "Www-Authenticate", "MsRtcOAuth href=", ""},
		{"unknown host", nil, "http://other.contoso.example/", 404, "Server", "Microsoft-IIS/", ""},
		{"meet", nil, "https://meet.contoso.example/", 200, "X-Ms-Server-Fqdn", "fe01.", "reachJoinHtml"},
		{"dial-in", func(s *site) { s.dialin(dialingIn()) }, "https://dialin.contoso.example/", 200, "Content-Type", "text/html", "Dialin/Conference.aspx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := start(t, Scenario{Name: "contoso.example", differs: tt.differs})
			response, body := e.get(t, tt.url)
			values := strings.Join(response.Header.Values(tt.header), "\n")
			if response.StatusCode != tt.status || !strings.Contains(values, tt.value) || !strings.Contains(body, tt.body) {
				t.Errorf("status %d, %s %q, body %s; want status %d, %q and in the body %q", response.StatusCode, tt.header, values, body, tt.status, tt.value, tt.body)
			}
		})
	}
}

// get asks for a URL at the web server that serves contoso.example.
func (e *Estate) get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: e.pool()},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(e.web.ip, e.ports[port]))
		}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request) // which follows no 3xx
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}
