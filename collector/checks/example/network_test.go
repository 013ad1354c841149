package example

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// stages are those that examples come to, in words.
var stages = map[observe.Stage]string{observe.StageResolve: "unresolved", observe.StageForbidden: "forbidden", observe.StageRoute: "no route", observe.StageConnect: "unconnected",
	observe.StageTLS: "no TLS", observe.StageRequest: "unanswered", observe.StageDone: "done"}

// describe is what an address showed, in a line.
func describe(a *observe.Address, name string, now time.Time) string {
	words := []string{stages[a.Stage]}
	if len(a.Certificates) > 0 {
		words = append(words, tls.VersionName(a.Version), fmt.Sprintf("trusted %t", a.Trust.Trusted))
		words = append(words, lync.Faults(&a.Connection, &a.Trust, name, now)...)
	}
	for word, is := range map[string]bool{"asks": a.ClientCertificateRequested, "unknown": a.Unknown(), "http": a.Answer.HTTP, "lync": lync.IsLync(a.Answer), "closed": a.Answer.Closed} {
		if is {
			words = append(words, word)
		}
	}
	slices.Sort(words[1:])
	if a.Answer.Status != 0 {
		words = append(words, fmt.Sprint(a.Answer.Status), lync.First(a.Answer.Header("server")))
	}
	return strings.Join(words, ", ")
}

// Each network has servers of its own kind.
func TestNetworks(t *testing.T) {
	t.Parallel()
	e := parse(t, `
; view: internal
healthy     A    192.0.2.1
v6          AAAA 2001:db8::1
private     A    10.1.2.3
home        A    192.168.0.1
foreign    A    198.51.100.1
dead        A    203.0.113.1
loop        A    127.0.0.1
lyncdiscover CNAME webdir.online.lync.com.
`)
	const well = "done, TLS 1.2, asks, lync, trusted true, 504, RTC/6.0"
	for host, want := range map[string]string{
		"healthy.contoso.com":    well,
		"v6.contoso.com":         well,
		"private.contoso.com":    well,
		"home.contoso.com":       well,
		"foreign.contoso.com":    "done, TLS 1.2, http, its certificate lacks the name foreign.contoso.com; it bears www.other.example, trusted true",
		"dead.contoso.com":       "unconnected",
		"loop.contoso.com":       "unconnected",
		"sipfed.online.lync.com": "done, TLS 1.2, asks, lync, trusted true, 504, RTC/7.0",
		"lyncdiscover.contoso.com": "done, TLS 1.2, asks, its certificate lacks the name lyncdiscover.contoso.com; it bears *.online.lync.com, " +
			"sipfed.online.lync.com, sipdir.online.lync.com, webdir.online.lync.com, webdir1e.online.lync.com, lync, trusted true, 504, RTC/7.0",
	} {
		server := e.Network.SIP(t.Context(), e.Subject.View, host, 5061)
		if len(server.Addresses) != 1 || server.Port != 5061 || server.Host.Name != host {
			t.Fatalf("%s is %+v", host, server)
		}
		if got := describe(server.Addresses[0], host, e.Subject.Now); got != want {
			t.Errorf("%s: %s\n  want %s", host, got, want)
		}
	}
	if a := e.Network.SIP(t.Context(), e.Subject.View, "healthy.contoso.com", 443).Addresses[0]; a.ClientCertificateRequested {
		t.Error("it asks clients for a certificate")
	}
	if s := e.Network.SIP(t.Context(), e.Subject.View, "absent.contoso.com", 443); len(s.Addresses) != 0 || !s.Host.Outcome.Missing() {
		t.Errorf("a server that is not there is %+v", s)
	}
}

// A healthy certificate is one that no rule finds fault with, and the same one
// every time.
func TestHealthyCertificate(t *testing.T) {
	t.Parallel()
	e := parse(t, "sip A 192.0.2.1\nsip A 192.0.2.2")
	one := e.Network.SIP(t.Context(), e.Subject.View, "sip.contoso.com", 5061)
	two := e.Network.Handshake(t.Context(), e.Subject.View, "sip.contoso.com", netip.MustParseAddrPort("192.0.2.2:443"))
	leaf := one.Addresses[0].Certificates[0]
	if leaf != two.Certificates[0] || leaf != one.Addresses[1].Certificates[0] {
		t.Error("the server shows several certificates")
	}
	now := e.Subject.Now
	if !leaf.NotBefore.Equal(now.AddDate(0, -1, 0)) || !leaf.NotAfter.Equal(now.AddDate(0, 11, 0)) || !slices.Equal(leaf.DNSNames, []string{"sip.contoso.com"}) ||
		!lync.HasUsage(leaf, x509.ExtKeyUsageClientAuth) || lync.KeyName(leaf) != "RSA 2048" || leaf.SignatureAlgorithm != x509.SHA256WithRSA || len(leaf.CRLDistributionPoints) != 1 {
		t.Errorf("the certificate is %+v", leaf)
	}
	if !two.Trust.ChainExpiry.Equal(leaf.NotAfter) || len(two.Certificates) != 2 {
		t.Errorf("of %d certificates the chain expires at %v", len(two.Certificates), two.Trust.ChainExpiry)
	}
}

func TestTLSCaptures(t *testing.T) {
	t.Parallel()
	const other = "another"
	leaf := func(a *observe.Address) *x509.Certificate { return a.Certificates[0] }
	day := func(n int) time.Time { return defaultNow.AddDate(0, 0, n) }
	for _, tt := range []struct {
		capture string
		want    func(*observe.Address) any
		is      any
	}{
		{"names: a.contoso.com, *.contoso.com", func(a *observe.Address) any { return leaf(a).DNSNames }, []string{"a.contoso.com", "*.contoso.com"}},
		{"names: a.contoso.com, b.contoso.com", func(a *observe.Address) any { return leaf(a).Subject.CommonName }, "a.contoso.com"},
		{"names:\ncn: sip.contoso.com", func(a *observe.Address) any { return lync.Covers(leaf(a), "sip.contoso.com") }, lync.CommonName},
		{"cn: x", func(a *observe.Address) any { return lync.Covers(leaf(a), "sip.contoso.com") }, lync.Exact},
		{"not_before: 2d", func(a *observe.Address) any { return []time.Time{leaf(a).NotBefore, leaf(a).NotAfter} }, []time.Time{day(2), day(2).AddDate(1, 0, 0)}},
		{"not_after: 20d", func(a *observe.Address) any { return leaf(a).NotAfter }, day(20)},
		{"not_after: 20d", func(a *observe.Address) any { return lync.ExpiresSoon(leaf(a), defaultNow) }, true},
		{"not_after: -60d", func(a *observe.Address) any { return leaf(a).NotBefore }, day(-60).AddDate(-1, 0, 0)},
		{"not_before: -400d", func(a *observe.Address) any { return leaf(a).NotAfter }, defaultNow.AddDate(0, 11, 0)},
		{"not_after: 800d", func(a *observe.Address) any { return leaf(a).NotBefore }, defaultNow.AddDate(0, -1, 0)},
		{"not_after: -1h", func(a *observe.Address) any { return lync.IsValidity(a.Trust.Err, leaf(a)) }, true},
		{"not_after: 2026-07-01T00:00:00Z", func(a *observe.Address) any { return leaf(a).NotAfter }, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)},
		{"not_after: 10d\nlifetime: 90d", func(a *observe.Address) any { return leaf(a).NotBefore }, day(-80)},
		{"not_before: -10d\nlifetime: 90d", func(a *observe.Address) any { return leaf(a).NotAfter }, day(80)},
		{"trust: trusted", func(a *observe.Address) any { return a.Trust.Trusted }, true},
		{"trust: untrusted", func(a *observe.Address) any {
			return fmt.Sprint(a.Trust.Trusted, len(a.Certificates), " ", lync.Issuer(leaf(a)))
		}, "false 2 Contoso Issuing CA"},
		{"trust: self-signed", func(a *observe.Address) any {
			return fmt.Sprint(a.Trust.Trusted, len(a.Certificates), " ", lync.Issuer(leaf(a)))
		}, "false 1 sip.contoso.com"},
		{"trust: incomplete", func(a *observe.Address) any {
			return fmt.Sprint(a.Trust.Trusted, a.Trust.Incomplete, len(a.Certificates))
		}, "true true 1"},
		{"trust: unavailable", func(a *observe.Address) any {
			return fmt.Sprint(a.Trust.Trusted, a.Trust.Incomplete, len(a.Certificates))
		}, "false false 1"},
		{"issuer: My CA", func(a *observe.Address) any { return lync.Issuer(leaf(a)) }, "My CA"},
		{"issuer_not_after: 10d", func(a *observe.Address) any { return a.Trust.ChainExpiry }, day(10)},
		{"issuer_not_after: -1d", func(a *observe.Address) any { return a.Trust.Trusted }, false},
		{"issuer_signature: SHA1", func(a *observe.Address) any { return lync.FirstSHA1(a.Certificates) == a.Certificates[1] }, true},
		{"signature: SHA1", func(a *observe.Address) any { return lync.FirstSHA1(a.Certificates) == leaf(a) }, true},
		{"signature: PSS", func(a *observe.Address) any { return lync.IsPSS(leaf(a).SignatureAlgorithm) }, true},
		{"key: RSA 1024", func(a *observe.Address) any { return lync.KeyName(leaf(a)) }, "RSA 1024"},
		{"key: ECDSA P-384", func(a *observe.Address) any { return lync.KeyName(leaf(a)) }, "ECDSA P-384"},
		{"usage: server", func(a *observe.Address) any { return lync.HasUsage(leaf(a), x509.ExtKeyUsageClientAuth) }, false},
		{"usage: client", func(a *observe.Address) any { return lync.HasUsage(leaf(a), x509.ExtKeyUsageServerAuth) }, false},
		{"usage: none", func(a *observe.Address) any { return len(leaf(a).ExtKeyUsage) }, 0},
		{"cdp: none", func(a *observe.Address) any { return len(leaf(a).CRLDistributionPoints) }, 0},
		{"version: TLS 1.0", func(a *observe.Address) any { return a.Version }, uint16(tls.VersionTLS10)},
		{"asks: no", func(a *observe.Address) any { return a.ClientCertificateRequested }, false},
		{"refused: yes", func(a *observe.Address) any {
			return fmt.Sprintln(stages[a.Stage], a.Shook(), len(a.Certificates), stages[a.Answer.Stage])
		}, "no TLS true 2 no TLS\n"},
		{"fails: no common cipher", func(a *observe.Address) any { return fmt.Sprintln(stages[a.Stage], len(a.Certificates), a.Err) }, "no TLS 0 the TLS handshake failed: no common cipher\n"},
		{"unreadable: negative serial", func(a *observe.Address) any { return fmt.Sprintln(stages[a.Stage], a.BadCertificate) }, "no TLS tls: failed to parse certificate from server: negative serial\n"},
		{"trust: unavailable", func(a *observe.Address) any { return a.Trust.IssuerUnavailable }, true},
		{"without 1.2: yes", func(a *observe.Address) any { return fmt.Sprintln(a.Without12, tls.VersionName(a.Version)) }, "true TLS 1.3\n"},
		{"serial: 2", func(a *observe.Address) any { return lync.Fingerprint(leaf(a)) }, other},
		{"key: RSA 1024", func(a *observe.Address) any { return lync.Fingerprint(leaf(a)) }, other},
	} {
		usual := parse(t, "sip A 192.0.2.1")
		healthy := usual.Network.SIP(t.Context(), usual.Subject.View, "sip.contoso.com", 5061).Addresses[0]
		e := parse(t, "sip A 192.0.2.1\n-- tls sip.contoso.com:5061 --\n"+tt.capture+"\n")
		a := e.Network.SIP(t.Context(), e.Subject.View, "sip.contoso.com", 5061).Addresses[0]
		got := tt.want(a)
		if tt.is == other {
			if got == tt.want(healthy) {
				t.Errorf("%q: it is that of a healthy server", tt.capture)
			}
			continue
		}
		if diff := cmp.Diff(tt.is, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.capture, diff)
		}
	}
}

func TestSIPCaptures(t *testing.T) {
	t.Parallel()
	for capture, want := range map[string]string{
		"silent":  "done, TLS 1.2, asks, trusted true",
		"closed":  "done, TLS 1.2, asks, closed, trusted true",
		"garbage": "done, TLS 1.2, asks, trusted true",
		"http":    "done, TLS 1.2, asks, http, trusted true",
		"SIP/2.0 200 OK\nServer: Kamailio\nContent-Length: 0\n\n": "done, TLS 1.2, asks, trusted true, 200, Kamailio",
	} {
		e := parse(t, "sip A 192.0.2.1\n-- sip sip.contoso.com:5061 --\n"+capture+"\n")
		a := e.Network.SIP(t.Context(), e.Subject.View, "sip.contoso.com", 5061).Addresses[0]
		if got := describe(a, "sip.contoso.com", e.Subject.Now); got != want {
			t.Errorf("%q: %s, want %s", capture, got, want)
		}
		if (a.Answer.Stage == observe.StageDone) != strings.HasPrefix(capture, "SIP/") || (a.Answer.Err == nil) != (a.Answer.Stage == observe.StageDone) {
			t.Errorf("%q: %s, %v", capture, stages[a.Answer.Stage], a.Answer.Err)
		}
	}
}

// A capture is for a host, for one of its addresses, or for an address under
// whatever name.
func TestCapturesByAddress(t *testing.T) {
	t.Parallel()
	e := parse(t, `
sip  A 192.0.2.1
sip  A 192.0.2.2
sip  A 192.0.2.3
sip  A 203.0.113.1
sip  A 203.0.113.2
-- tls sip.contoso.com:443 --
version: TLS 1.0
-- tls sip.contoso.com:443 192.0.2.2 --
version: TLS 1.1
-- tls 192.0.2.3:443 --
names: old.contoso.com
-- tls sip.contoso.com:443 203.0.113.2 --
version: TLS 1.3
-- tcp 192.0.2.9:443 --
unknown
-- tcp sip.contoso.com:5061 192.0.2.1 --
refused
-- tcp sip.contoso.com:5061 192.0.2.2 --
timeout
-- tcp sip.contoso.com:5061 192.0.2.3 --
unknown
`)
	ask := func(port uint16) (lines []string) {
		for _, a := range e.Network.SIP(t.Context(), e.Subject.View, "sip.contoso.com", port).Addresses {
			lines = append(lines, describe(a, "sip.contoso.com", e.Subject.Now))
		}
		return lines
	}
	want := []string{"done, TLS 1.0, lync, trusted true, 504, RTC/6.0", "done, TLS 1.1, lync, trusted true, 504, RTC/6.0",
		"done, TLS 1.2, its certificate lacks the name sip.contoso.com; it bears old.contoso.com, lync, trusted true, 504, RTC/6.0", "unconnected",
		"done, TLS 1.3, lync, trusted true, 504, RTC/6.0"}
	if diff := cmp.Diff(want, ask(443)); diff != "" {
		t.Errorf("443 (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"unconnected", "unconnected", "no route, unknown", "unconnected", "unconnected"}, ask(5061)); diff != "" {
		t.Errorf("5061 (-want +got):\n%s", diff)
	}
	for at, want := range map[string]string{"192.0.2.3:443": "old.contoso.com", "192.0.2.1:443": "web.contoso.com"} {
		if a := e.Network.Handshake(t.Context(), e.Subject.View, "web.contoso.com", netip.MustParseAddrPort(at)); a.Certificates[0].DNSNames[0] != want {
			t.Errorf("%s shows a certificate for %s, want %s", at, a.Certificates[0].DNSNames, want)
		}
	}
	if a := e.Network.Handshake(t.Context(), e.Subject.View, "web.contoso.com", netip.MustParseAddrPort("192.0.2.9:443")); !a.Unknown() {
		t.Errorf("192.0.2.9 is known: %+v", a)
	}
}

const web = `
lyncdiscover          A 192.0.2.1
lyncdiscoverinternal  A 192.0.2.1
webext                A 192.0.2.1
meet                  A 203.0.113.1
meet                  A 192.0.2.1
dialin                A 192.0.2.1
admin                 A 192.0.2.1
www                   A 198.51.100.1
cloud                 CNAME webdir.online.lync.com.
dead                  A 203.0.113.1
own                   A 192.0.2.1
own                   A 192.0.2.2
broken                A 192.0.2.1
-- https://own.contoso.com/page --
HTTP/1.1 302 Found
Location: /other
Content-Length: 5

hello
-- http://own.contoso.com:8080/ --
HTTP/1.1 503 Service Unavailable
-- https://own.contoso.com/silent --
silent
-- https://own.contoso.com/closed --
closed
-- https://own.contoso.com/garbage --
garbage
-- https://own.contoso.com/short --
HTTP/1.1 200 OK
Content-Length: 500

short
-- http://own.contoso.com/ 192.0.2.1 --
HTTP/1.1 500 Internal Server Error
-- tls broken.contoso.com:443 --
fails: handshake failure
-- tcp own.contoso.com:81 192.0.2.1 --
refused
`

func TestWebServers(t *testing.T) {
	t.Parallel()
	e := parse(t, web)
	for _, tt := range []struct{ url, want string }{
		{"http://lyncdiscover.contoso.com/?sipuri=a@contoso.com", `200 … https://lyncdiscover.contoso.com/"`},
		{"https://lyncdiscover.contoso.com/?sipuri=a@contoso.com", `200 … https://webext.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user`},
		{"https://lyncdiscover.contoso.com/Autodiscover/AutodiscoverService.svc/root", `200 … "user"`},
		{"https://lyncdiscover.contoso.com/favicon.ico", `404 `},
		{"https://lyncdiscoverinternal.contoso.com/", `200 … https://webint.contoso.com/`},
		{"https://webext.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user", `401 `},
		{"https://meet.contoso.com/", `200 … reachJoinHtml`},
		{"https://dialin.contoso.com/", `200 … Conference.aspx`},
		{"https://admin.contoso.com/", `404 … not found`},
		{"https://www.contoso.com/any", `200 … Welcome`},
		{"http://www.contoso.com/any", `200 … Welcome`},
		{"http://cloud.contoso.com/", `200 … "redirect":{"href":"https://webdir1e.online.lync.com/`},
		{"https://webdir1e.online.lync.com/", `200 … "user":{"href":"https://webdir1e.online.lync.com/`},
		{"https://webdir1e.online.lync.com/Autodiscover/AutodiscoverService.svc/root/oauth/user", `401 `},
		{"https://own.contoso.com/page?query=1", `302 … hello`},
		{"http://own.contoso.com:8080", `503 `},
		{"http://own.contoso.com/", `500 `},
		{"http://own.contoso.com:81/", `404 … not found`}, // at the other address
		{"https://own.contoso.com/silent", `unanswered: no HTTP answer: it was not done within 3s`},
		{"https://own.contoso.com/closed", `unanswered: no HTTP answer: the server closed the connection`},
		{"https://own.contoso.com/garbage", `unanswered: no HTTP answer: malformed HTTP response`},
		{"https://own.contoso.com/short", `200 … short: the body ended early`},
		{"https://dead.contoso.com/", `unconnected: no TCP connection: connect: connection refused`},
		{"https://broken.contoso.com/", `no TLS: the TLS handshake failed: handshake failure`},
		{"https://absent.contoso.com/", `unresolved: absent.contoso.com has no address`},
		{"ftp://own.contoso.com/", `unresolved: "ftp://own.contoso.com/" is no http or https URL`},
	} {
		x := e.Network.Get(t.Context(), e.Subject.View, tt.url)
		got := fmt.Sprintf("%s: %v", stages[x.Stage], x.Err)
		if x.Stage == observe.StageDone {
			if got = fmt.Sprint(x.Status, " ", string(x.Body)); x.BodyErr != nil {
				got = fmt.Sprint(x.Status, " ", strings.TrimSpace(string(x.Body)), ": ", x.BodyErr)
			}
		}
		start, part, _ := strings.Cut(tt.want, " … ")
		if !strings.HasPrefix(got, start) || !strings.Contains(got, part) {
			t.Errorf("%s: %s\n  want %s", tt.url, got, tt.want)
		}
		if secure := x.URL.Scheme == "https" && x.Stage >= observe.StageRequest; secure != (len(x.Connection.Certificates) > 0) || secure != x.Trust.Trusted {
			t.Errorf("%s: there are %d certificates, trusted %t", tt.url, len(x.Connection.Certificates), x.Trust.Trusted)
		}
	}
	x := e.Network.Get(t.Context(), e.Subject.View, "https://webext.contoso.com/")
	if c := lync.ParseChallenge(x.Header); !c.IsLync() || c.Href != "https://webext.contoso.com/WebTicket/oauthtoken" || !slices.Contains(c.Schemes, "bearer") {
		t.Errorf("the challenge is %+v", c)
	}
	for _, host := range []string{"meet", "dialin"} {
		if x := e.Network.Get(t.Context(), e.Subject.View, "https://"+host+".contoso.com/"); !lync.HasMarker(x) || x.Status != http.StatusOK {
			t.Errorf("%s has no mark of Lync", host)
		}
	}
	if x := e.Network.Get(t.Context(), e.Subject.View, "https://www.contoso.com/"); lync.HasMarker(x) {
		t.Error("somebody else's page has marks of Lync")
	}
}

// Nothing leads to a private address or to another port than those of web
// servers, unless it is asked from inside.
func TestFollow(t *testing.T) {
	t.Parallel()
	for view, forbidden := range map[string]bool{"external": true, "internal": false} {
		e := parse(t, "; view: "+view+"\nmeet A 10.0.0.1\nwebext A 10.0.0.1\nwebext A 192.0.2.1\n")
		follow := func(url string) *observe.Exchange {
			return e.Network.Follow(t.Context(), e.Subject.View, url)
		}
		for _, url := range []string{"https://meet.contoso.com/", "https://webext.contoso.com:22/"} {
			if x := follow(url); (x.Stage == observe.StageForbidden) != forbidden || (x.Err == nil) == forbidden || x.Unknown() != forbidden {
				t.Errorf("%s, %s: %s, %v", view, url, stages[x.Stage], x.Err)
			}
		}
		if x := follow("https://webext.contoso.com/"); x.Status != http.StatusUnauthorized || x.Connection.Address.Addr().IsPrivate() == forbidden {
			t.Errorf("%s: status %d from %s", view, x.Status, x.Connection.Address)
		}
		if x := e.Network.Get(t.Context(), e.Subject.View, "https://meet.contoso.com:8443/"); x.Stage != observe.StageDone {
			t.Errorf("%s: a port that is configured is not asked: %v", view, x.Err)
		}
	}
}

// Behind an https URL there are all addresses, behind http none.
func TestWebAddresses(t *testing.T) {
	t.Parallel()
	e := parse(t, web)
	for url, want := range map[string]string{
		"https://meet.contoso.com/":  "443: 203.0.113.1:443 unconnected, 192.0.2.1:443 done",
		"https://own.contoso.com:81": "81: 192.0.2.1:81 unconnected, 192.0.2.2:81 done",
		"http://meet.contoso.com/":   "80: ",
	} {
		s := e.Network.Web(t.Context(), e.Subject.View, url)
		var lines []string
		for _, a := range s.Addresses {
			lines = append(lines, fmt.Sprintf("%s %s", a.Address, stages[a.Stage]))
		}
		if got := fmt.Sprintf("%d: %s", s.Port, strings.Join(lines, ", ")); got != want {
			t.Errorf("%s is %s, want %s", url, got, want)
		}
	}
}

// A client arrives at the user link of a healthy domain, as at Microsoft's.
func TestUserLink(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"lyncdiscover A 192.0.2.1\nwebext A 192.0.2.1\nsip A 192.0.2.1": "https://webext.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user",
		"lyncdiscover CNAME webdir.online.lync.com.":                    "https://webdir1e.online.lync.com/Autodiscover/AutodiscoverService.svc/root/oauth/user",
	} {
		e := parse(t, text)
		q := e.Inquiry(t.Context())
		if link, err := inquiry.UserLink(t.Context(), e.Subject, q); link != want || err != nil {
			t.Errorf("the user link is %q, %v, want %q", link, err, want)
		}
	}
}
