package observe

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/parallel"
)

// getFrom asks a plain HTTP server for a URL of contoso.com.
func getFrom(t *testing.T, to *server, change ...func(*config.Config)) *Exchange {
	t.Helper()
	s := newScrape(t, nil, append(change, connectingTo(to.address))...)
	return s.Get(t.Context(), external, "http://lyncdiscover.contoso.com/?sipuri=sip:a@contoso.com")
}

func TestGetSendsNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	requests := make(chan *http.Request, 8)
	web := serve(t, func(c net.Conn) {
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		requests <- r
		io.WriteString(c, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\nok")
	})
	for url, want := range map[string][2]string{
		"http://Lyncdiscover.contoso.com/?sipuri=sip:a@contoso.com": {"lyncdiscover.contoso.com", "/?sipuri=sip:a@contoso.com"},
		"http://user:secret@meet.contoso.com.:80#fragment":          {"meet.contoso.com", "/"},
		"http://meet.contoso.com:8080/a%2Fb":                        {"meet.contoso.com:8080", "/a%2Fb"},
	} {
		s := newScrape(t, nil, connectingTo(web.address))
		e := s.Get(t.Context(), external, url)
		if e.Stage != StageDone || e.Status != 302 || string(e.Body) != "ok" || e.Err != nil || e.BodyErr != nil {
			t.Errorf("exchange: %+v", e)
		}
		r := <-requests
		if r.Host != want[0] || r.RequestURI != want[1] || r.Proto != "HTTP/1.1" || r.Method != "GET" {
			t.Errorf("%s: %s %s %s, host %s", url, r.Method, r.RequestURI, r.Proto, r.Host)
		}
		if r.Header.Get("Accept") != accept || !strings.HasPrefix(r.UserAgent(), "lync_exporter/") || len(r.Header) != 2 {
			t.Errorf("%s: header %v", url, r.Header)
		}
	}
}

func TestGetOverTLS(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	names := make(chan string, 1)
	c := ca.configFor(t, "meet.contoso.com")
	c.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) { names <- h.ServerName; return nil, nil }
	web := serveTLS(t, c, say("HTTP/1.1 200 OK\r\nX-MS-Server-Fqdn: FE1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"))
	s := newScrape(t, ca, connectingTo(web.address))
	e := s.Get(t.Context(), external, "https://Meet.contoso.com/")
	if e.Stage != StageDone || string(e.Body) != "hello" || e.Header.Get("x-ms-server-fqdn") != "FE1" || len(e.Connection.Certificates) != 1 {
		t.Errorf("exchange: %+v", e)
	}
	if e.Connect <= 0 || e.TLS <= 0 || e.Processing <= 0 {
		t.Errorf("durations: %v %v %v", e.Connect, e.TLS, e.Processing)
	}
	if name := <-names; name != "meet.contoso.com" {
		t.Errorf("SNI %q", name)
	}
	s.Get(t.Context(), external, "https://Meet.contoso.com/")
	if n := web.accepted.Load(); n != 1 {
		t.Errorf("%d connections for the same URL twice", n)
	}
}

func TestHostileWebServers(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	io.CopyN(z, zeros{}, 10<<20)
	z.Close()
	forever := func(start, again string) func(net.Conn) {
		return func(c net.Conn) {
			c.Read(make([]byte, 4<<10))
			io.WriteString(c, start)
			for {
				if _, err := io.WriteString(c, again); err != nil {
					return
				}
			}
		}
	}
	slowly := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			tick := time.NewTicker(5 * time.Millisecond)
			defer tick.Stop()
			for i := 0; ; i++ {
				if _, err := c.Write([]byte{text[i%len(text)]}); err != nil {
					return
				}
				<-tick.C
			}
		}
	}
	for name, tt := range map[string]struct {
		serve func(net.Conn)
		check func(*Exchange) bool
	}{
		"never answers":      {untilClosed, unanswered},
		"closes at once":     {func(net.Conn) {}, unanswered},
		"byte by byte":       {slowly("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", 100)), unanswered},
		"endless header":     {forever("HTTP/1.1 200 OK\r\n", "X-A: bbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n"), unanswered},
		"endless line":       {forever("HTTP/1.1 200 OK\r\nX: ", strings.Repeat("y", 1<<10)), unanswered},
		"endless 1xx":        {forever("", "HTTP/1.1 103 Early Hints\r\n\r\n"), unanswered},
		"no HTTP":            {say("220 mail.contoso.com ESMTP\r\n" + strings.Repeat("\x1b[2J\xff", 500)), unanswered},
		"HTTP/0.9":           {say("<html>hello</html>"), unanswered},
		"header of garbage":  {say("HTTP/1.1 200 OK\r\nA\x00\xffB: c\r\n\r\n"), unanswered},
		"status of nonsense": {say("HTTP/1.1 999999 OK\r\n\r\n"), unanswered},
		"status 42":          {say("HTTP/1.1 042 OK\r\n\r\n"), unanswered},
		"gzip bomb": {say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", bomb.Len(), bomb.String())),
			func(e *Exchange) bool { return e.Status == 200 && len(e.Body) == bomb.Len() && e.BodyErr == nil }},
		"endless body": {forever("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("y", 1<<10)),
			func(e *Exchange) bool { return len(e.Body) == MaxBody && e.Truncated && e.BodyErr == nil }},
		"endless chunks": {forever("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", strings.Repeat("1\r\ny\r\n", 1000)),
			func(e *Exchange) bool { return len(e.Body) == MaxBody && e.Truncated }},
		"endless chunk extensions": {forever("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1;"+strings.Repeat("x", 1000)+"\r\ny\r\n"),
			func(e *Exchange) bool { return e.Stage == StageDone && e.Status == 200 && e.BodyErr != nil }},
		"body ends early": {say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"),
			func(e *Exchange) bool {
				return e.Stage == StageDone && string(e.Body) == "short" && e.BodyErr != nil && e.Err == nil
			}},
		"more than announced": {say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nlonger"),
			func(e *Exchange) bool { return string(e.Body) == "lo" && e.BodyErr == nil }},
		"body stalls": {func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")
			untilClosed(c)
		}, func(e *Exchange) bool { return e.Status == 200 && string(e.Body) == "short" && e.BodyErr != nil }},
		"100 first": {say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
			func(e *Exchange) bool { return e.Status == 401 && len(e.Body) == 0 }},
		"switches protocols": {say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nxxxx"),
			func(e *Exchange) bool { return e.Status == 101 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			limit := unhurried
			if slices.Contains([]string{"never answers", "byte by byte", "body stalls"}, name) {
				limit = quick // these end by nothing but time
			}
			e := getFrom(t, serve(t, tt.serve), limit)
			if !tt.check(e) {
				t.Errorf("stage %d, err %v, status %d, %d bytes, truncated %v, body error %v", e.Stage, e.Err, e.Status, len(e.Body), e.Truncated, e.BodyErr)
			}
			if d := time.Since(start); d > 15*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// unanswered says whether the server connected and gave no answer, and whether
// the error can be shown to people.
func unanswered(e *Exchange) bool {
	return e.Stage == StageRequest && e.Err != nil && e.Status == 0 && e.Header == nil && len(e.Err.Error()) <= failure.MaxText+8 && printable(e.Err.Error())
}

func TestGetTakesTheFirstAddressThatConnects(t *testing.T) {
	t.Parallel()
	web := serve(t, say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	s := newScrape(t, nil)
	e := s.Get(t.Context(), resolving(t, "meet.contoso.com", "127.0.0.2", "127.0.0.1"), fmt.Sprintf("http://meet.contoso.com:%d/", web.address.Port()))
	if e.Stage != StageDone || e.Connection.Address != web.address {
		t.Errorf("exchange: %+v", e)
	}
	s = newScrape(t, nil)
	e = s.Get(t.Context(), resolving(t, "dialin.contoso.com", "127.0.0.2", "127.0.0.3"), fmt.Sprintf("http://dialin.contoso.com:%d/", web.address.Port()))
	if e.Stage != StageConnect || e.Err == nil || !failure.Refused(e.Err) {
		t.Errorf("exchange: %+v", e)
	}
}

func TestGetOfWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	s := newScrape(t, nil)
	for _, url := range []string{
		"", "meet.contoso.com", "ftp://meet.contoso.com/", "https://", "https://meet.contoso.com:0/", "https://meet.contoso.com:70000/",
		"https:opaque", "http://[::1", "http://a b/", "http://x/\x7f", "https://meet.contoso.com/" + strings.Repeat("a", maxURL),
		"http://\u202e/", "http:///path",
	} {
		e := s.Get(t.Context(), external, url)
		if e.Stage != StageResolve || e.Err == nil || e.URL == nil || !printable(e.Err.Error()) {
			t.Errorf("%.40q: %+v", url, e)
		}
		if w := s.Web(t.Context(), external, url); len(w.Addresses) != 0 {
			t.Errorf("%.40q: %+v", url, w)
		}
	}
}

func TestWebSparesTheAddressThatGetUsed(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	first := serveTLS(t, ca.configFor(t, "meet.contoso.com"), say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	port := first.address.Port()
	second := serveOn(t, fmt.Sprintf("127.0.0.2:%d", port), inTLS(ca.configFor(t, "meet.contoso.com"), untilClosed))
	s := newScrape(t, ca)
	view := resolving(t, "meet.contoso.com", "127.0.0.1", "127.0.0.2", "127.0.0.3")
	url := fmt.Sprintf("https://meet.contoso.com:%d/", port)
	server := s.Web(t.Context(), view, url)
	if len(server.Addresses) != 3 || server.Port != port || server.Host.Name != "meet.contoso.com" {
		t.Fatalf("server: %+v", server)
	}
	for i, want := range []Stage{StageDone, StageDone, StageConnect} {
		if a := server.Addresses[i]; a.Stage != want || a.Trust.Trusted != (want == StageDone) {
			t.Errorf("address %d: %+v", i, a)
		}
	}
	if e := s.Get(t.Context(), view, url); e.Status != 200 {
		t.Errorf("exchange: %+v", e)
	}
	if a, b := first.accepted.Load(), second.accepted.Load(); a != 1 || b != 1 {
		t.Errorf("%d and %d connections, want 1 and 1", a, b)
	}
}

// keepAlive answers requests with the path until the client goes away.
func keepAlive(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		fmt.Fprintf(c, "HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n%s", len(request.RequestURI), request.RequestURI)
	}
}

func TestSharedWebServicesReuseConnections(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	web := serveTLS(t, ca.configFor(t, "web.hoster.example"), keepAlive)
	s := newScrape(t, ca, connectingTo(web.address))
	parallel.Do(300, func(i int) {
		path := fmt.Sprintf("/root?originalDomain=d%d.example", i)
		e := s.Get(t.Context(), external, "https://web.hoster.example"+path)
		if e.Status != 401 || string(e.Body) != path || len(e.Connection.Certificates) != 1 || e.TLS <= 0 || !e.Trust.Trusted {
			t.Errorf("exchange %d: %+v", i, e)
		}
	})
	if n := web.accepted.Load(); n > 30 { // as a rule 4, which is concurrency_per_address
		t.Errorf("%d connections for 300 requests", n)
	}
}

// A name asked once is not worth an open connection.
func TestConnectionOfSingleNameIsClosed(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	ended := make(chan struct{})
	web := serveTLS(t, ca.configFor(t, "meet.contoso.com"), func(c net.Conn) { keepAlive(c); close(ended) })
	s := newScrape(t, ca, connectingTo(web.address))
	if e := s.Get(t.Context(), external, "https://meet.contoso.com/"); e.Status != 401 {
		t.Errorf("exchange: %+v", e)
	}
	<-ended // before the scrape does
}

func TestParkedConnectionThatDied(t *testing.T) {
	t.Parallel()
	web := serve(t, func(c net.Conn) { // announces to keep the connection and closes it
		http.ReadRequest(bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	})
	s := newScrape(t, nil, connectingTo(web.address))
	for i := range 5 {
		e := s.Get(t.Context(), external, fmt.Sprintf("http://web.hoster.example/%d", i))
		if e.Stage != StageDone || e.Status != 200 {
			t.Errorf("exchange %d: %+v", i, e)
		}
	}
}

func TestIdlePoolIsBounded(t *testing.T) {
	t.Parallel()
	web := serve(t, keepAlive)
	s := newScrape(t, nil, connectingTo(web.address), func(c *config.Config) { c.ConcurrencyPerAddress = 200 })
	var sockets []*socket
	for range maxParked + 10 {
		_, w := s.open(endpoint{address: web.address}, false)
		sockets = append(sockets, w)
	}
	for _, w := range sockets {
		s.idle.park(w)
	}
	if n := len(s.idle.parked); n != maxParked {
		t.Errorf("%d parked, want %d", n, maxParked)
	}
	if s.idle.parked[0] != sockets[10] {
		t.Error("the oldest were not the first to go")
	}
	if s.limits.All.Taken() != 0 {
		t.Error("parked connections hold places")
	}
	for _, w := range s.idle.parked {
		w.parked = w.parked.Add(-2 * maxIdle)
	}
	if s.idle.take(endpoint{address: web.address}) != nil || len(s.idle.parked) != 0 {
		t.Error("a connection was given out that idled too long")
	}
}

func printable(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return r != utf8.RuneError && !unicode.IsPrint(r) }) < 0
}

func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 302 Found\r\nLocation: /\r\n\r\nx"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: x\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := &meter{r: iotest.HalfReader(bytes.NewReader(data)), left: MaxHeader}
		answer, err := readAnswer(bufio.NewReaderSize(m, 4<<10))
		if err != nil {
			if text := failure.FromRemote(err).Error(); len(text) > failure.MaxText+8 || !printable(text) {
				t.Errorf("error text %q", text)
			}
			return
		}
		if answer.StatusCode < 100 {
			t.Errorf("status %d", answer.StatusCode)
		}
		m.left = chunkFraming * MaxBody
		if body, _, _ := readBody(answer.Body); len(body) > len(data) || len(body) > MaxBody {
			t.Errorf("body of %d bytes from %d", len(body), len(data))
		}
	})
}

func benchScrape(b *testing.B, ca *testCA, to *server, host func(int) string) {
	for b.Loop() {
		s := newScrape(b, ca, connectingTo(to.address))
		var wg sync.WaitGroup
		for i := range 1000 {
			wg.Go(func() {
				if e := s.SIP(b.Context(), external, host(i), 5061); e.Addresses[0].Answer.Stage != StageDone {
					b.Error(e.Addresses[0].Answer.Err)
				}
			})
		}
		wg.Wait()
		s.Close()
	}
}

// Of 1000 SIP domains that share an Edge, and 1000 that have a name each.
func BenchmarkEdgeShared1000(b *testing.B) {
	ca := newRoot(b)
	edge := serveTLS(b, ca.configFor(b, "sip.contoso.com"), say(optionsAnswer))
	benchScrape(b, ca, edge, func(int) string { return "sip.contoso.com" })
}

func BenchmarkEdgeDedicated1000(b *testing.B) {
	ca := newRoot(b)
	edge := serveTLS(b, ca.configFor(b, "sip.contoso.com"), say(optionsAnswer))
	benchScrape(b, ca, edge, func(i int) string { return fmt.Sprintf("sip.d%d.example", i) })
}

// What 1000 handshakes cost without the exporter.
func BenchmarkBareHandshakes1000(b *testing.B) {
	ca := newRoot(b)
	edge := serveTLS(b, ca.configFor(b, "sip.contoso.com"), say(optionsAnswer))
	for b.Loop() {
		places := make(chan struct{}, 4)
		parallel.Do(1000, func(int) {
			places <- struct{}{}
			defer func() { <-places }()
			raw, err := net.Dial("tcp", edge.address.String())
			if err != nil {
				b.Error(err)
				return
			}
			conn := tls.Client(raw, &tls.Config{InsecureSkipVerify: true, CurvePreferences: preferredCurves})
			defer conn.Close()
			io.WriteString(conn, "x")
			conn.Read(make([]byte, 2<<10))
		})
	}
}
