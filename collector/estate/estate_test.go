package estate

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"
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
}

func (e *Estate) dial(t *testing.T, label, port string) *tls.Conn {
	t.Helper()
	host := label + ".contoso.example"
	a := e.ask(t, "udp", host+".", dns.TypeA).Answer[0].(*dns.A).A.String()
	c, err := e.Config()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tls.Dial("tcp", net.JoinHostPort(a, e.ports[port]), &tls.Config{ServerName: host, RootCAs: c.TLS.Roots})
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
		conn := e.dial(t, "sip", port)
		if _, err := io.WriteString(conn, "OPTIONS sip:sip.contoso.example SIP/2.0\r\nVia: SIP/2.0/TLS x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 512)
		n, err := io.ReadAtLeast(conn, answer, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"SIP/2.0 504 Server time-out\r\n", "Server: RTC/6.0\r\n", "CSeq: 1 OPTIONS\r\n", "ms-user-logon-data: RemoteUser\r\n"} {
			if !strings.Contains(string(answer[:n]), want) {
				t.Errorf("port %s: %q is not in the answer:\n%s", port, want, answer[:n])
			}
		}
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
	e := start(t, Scenario{Name: "contoso.example"})
	tests := []struct {
		label, path string
		status      int
		body        string
	}{
		{"lyncdiscover", "/", http.StatusOK, `"user":{"href":"https://webext.contoso.example/`},
		{"webext", root + "/oauth/user", http.StatusUnauthorized, ""},
		{"meet", "/", http.StatusOK, "reachJoinHtml"},
	}
	for _, tt := range tests {
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialTLS: func(string, string) (net.Conn, error) {
			return e.dial(t, tt.label, httpsPort), nil
		}}}
		response, err := client.Get("https://" + tt.label + ".contoso.example" + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != tt.status || !strings.Contains(string(body), tt.body) {
			t.Errorf("%s: status %d, %v, body %s; want status %d and %q in the body", tt.label, response.StatusCode, err, body, tt.status, tt.body)
		}
	}
}
