package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

func writeText(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// request makes a request with headers and gives the status and header.
func request(t *testing.T, method, url string, headers ...string) (int, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header
}

// A page of another site cannot make the browser of an administrator reload the
// configuration; tools and pages of the exporter can.
func TestReloadIsForTheSameOrigin(t *testing.T) {
	t.Parallel()
	_, url := startExporter(t, func(o *options) { o.location.origin = "https://monitoring.example" }, contoso)
	for name, tt := range map[string]struct {
		headers []string
		want    int
	}{
		"a tool":                       {nil, http.StatusOK},
		"a page of the exporter":       {[]string{"Origin", url, "Sec-Fetch-Site", "same-origin"}, http.StatusOK},
		"an old browser":               {[]string{"Origin", url}, http.StatusOK},
		"by way of a reverse proxy":    {[]string{"Origin", "https://monitoring.example"}, http.StatusOK},
		"a page of another site":       {[]string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"the same in an old browser":   {[]string{"Origin", "https://evil.example"}, http.StatusForbidden},
		"a page of the same domain":    {[]string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		"a page without an origin":     {[]string{"Origin", "null"}, http.StatusForbidden},
		"a name that leads here later": {[]string{"Origin", "http://rebound.example:1"}, http.StatusForbidden},
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut} {
			if status, _ := request(t, method, url+"/-/reload", tt.headers...); status != tt.want {
				t.Errorf("%s: %s gives %d, want %d", name, method, status, tt.want)
			}
		}
	}
}

// Every answer has the security headers, whoever makes it, and no exporter gets
// anything else than a refusal.
func TestEveryAnswerIsProtected(t *testing.T) {
	t.Parallel()
	web := filepath.Join(t.TempDir(), "web.yml")
	writeText(t, web, "basic_auth_users: {alice: $2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi}\n") // fakepassword
	open := serveForTest(t, "--config.file", estateFile(t, contoso))
	closed := serveForTest(t, "--config.file", estateFile(t, contoso), "--web.config.file", web)
	for url, want := range map[string]int{
		open + "/": http.StatusOK, open + "/metrics/self": http.StatusOK, open + "/assets/style.css": http.StatusOK, open + "/sd": http.StatusOK, open + "/-/ready": http.StatusOK,
		open + "/nowhere": http.StatusNotFound, open + "/probe": http.StatusBadRequest, open + "/probe?target=x.example": http.StatusNotFound,
		open + "/-/reload": http.StatusMethodNotAllowed, open + "/domains//x": http.StatusNotFound, closed + "/": http.StatusUnauthorized,
	} {
		status, header := request(t, http.MethodGet, url)
		policy := header.Get("Content-Security-Policy")
		if status != want || header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "no-referrer" ||
			!strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %d (want %d), %v", url, status, want, header)
		}
		for _, agent := range []string{"lync_exporter", "lync_exporter/0.1.0 (+https://github.com/lync-exporter/lync_exporter)"} {
			if status, _ := request(t, http.MethodGet, url, "User-Agent", agent); status != http.StatusForbidden {
				t.Errorf("%s answers %q with %d", url, agent, status)
			}
		}
	}
}

// The exporter offers to its own clients what is safe today, although it speaks
// with Edges of any age.
func TestListenerIsNotRelaxed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	borrowed := httptest.NewTLSServer(nil) // whose key is RSA
	borrowed.Close()
	der, err := x509.MarshalPKCS8PrivateKey(borrowed.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	writeText(t, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: borrowed.Certificate().Raw})))
	writeText(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	web := filepath.Join(dir, "web.yml")
	writeText(t, web, fmt.Sprintf("tls_server_config: {cert_file: %q, key_file: %q}\n", cert, key))
	address := strings.TrimPrefix(serveForTest(t, "--config.file", estateFile(t, contoso), "--web.config.file", web), "http://")
	for name, c := range map[string]*tls.Config{
		"TLS 1.0":          {MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
		"TLS 1.1":          {MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		"RSA key exchange": {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_GCM_SHA384}},
		"3DES":             {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA}},
		"RC4":              {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA}},
	} {
		c.InsecureSkipVerify = true
		if conn, err := tls.Dial("tcp", address, c); err == nil {
			conn.Close()
			t.Errorf("%s is accepted", name)
		}
	}
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		return
	}
	relaxed := relaxedListener(t, borrowed.TLS.Certificates[0])
	for offer, want := range map[string]bool{
		"-tls1_2 -cipher AES128-SHA": false, "-tls1_2 -cipher AES128-SHA256": false, "-tls1_2 -cipher AES256-GCM-SHA384": false, "-tls1_2 -cipher kRSA": false,
		"-tls1 -cipher ALL": false, "-tls1_1 -cipher ALL": false,
		"-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256": true, "-tls1_3 -cipher ALL": true,
	} {
		say := func(address string) ([]byte, error) {
			return exec.CommandContext(t.Context(), openssl, strings.Fields("s_client -connect "+address+" "+offer+"@SECLEVEL=0")...).CombinedOutput()
		}
		if out, err := say(relaxed); err != nil {
			t.Errorf("openssl s_client %s does not even get what is allowed: %v\n%s", offer, err, out)
		}
		if out, err := say(address); (err == nil) != want {
			t.Errorf("openssl s_client %s: %v\n%s", offer, err, out)
		}
	}
}

// relaxedListener takes every handshake that Go knows, so that a client which the
// exporter refuses is known to be refused for what it offers.
func relaxedListener(t *testing.T, cert tls.Certificate) (address string) {
	t.Helper()
	c := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10}
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		c.CipherSuites = append(c.CipherSuites, suite.ID)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", c)
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	t.Cleanup(serving.Wait)
	t.Cleanup(func() { l.Close() })
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				_ = conn.(*tls.Conn).Handshake()
			})
		}
	})
	return l.Addr().String()
}

func silence(t *testing.T, o *options, domains ...string) {
	c := silentConfig(t, domains...)
	o.load = func() (*config.Config, error) { return c, nil }
}

// More probes than may be answered at once are told so, and the others and
// /metrics go on.
func TestTooManyProbes(t *testing.T) {
	t.Parallel()
	const most = 8
	e, url := startExporter(t, func(o *options) {
		silence(t, o, "contoso.example")
		load := o.load
		o.load = func() (*config.Config, error) {
			c, err := load()
			c.Concurrency = most
			return c, err
		}
	})
	statuses := make(chan int, 1000)
	var asking sync.WaitGroup
	for range cap(statuses) {
		asking.Go(func() {
			status, header, body := get(t, url+"/probe?target=contoso.example", timeoutHeader, "1")
			if refused := status == http.StatusServiceUnavailable; refused != strings.Contains(body, "too many scrapes at once") || refused != (header.Get("Retry-After") != "") {
				t.Errorf("status %d: %s", status, body)
			}
			statuses <- status
		})
	}
	asking.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if count[http.StatusOK] < most || count[http.StatusServiceUnavailable] == 0 || count[http.StatusOK]+count[http.StatusServiceUnavailable] != cap(statuses) {
		t.Errorf("answers by status: %v", count)
	}
	if n := e.admitted.Load(); n != 0 {
		t.Errorf("%d requests are still counted", n)
	}
}

// A scrape that is under way when the exporter is told to stop gets what is
// known by then.
func TestStopAnswersTheScrapeUnderWay(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	nameserver, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer nameserver.Close()
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		_, _, _ = nameserver.ReadFrom(make([]byte, 512)) // and is silent
	}()
	file := filepath.Join(t.TempDir(), "lync.yml")
	writeText(t, file, fmt.Sprintf("timeout: 60s\noperation_timeout: 50s\nviews: {external: {nameservers: [%q]}}\ndomains: [contoso.example]\n", nameserver.LocalAddr()))
	ctx, stop := context.WithCancel(t.Context())
	listening := make(addresses, 8)
	var ended sync.WaitGroup
	status := -1
	ended.Go(func() {
		status = run(ctx, []string{"serve", "--web.listen-address=" + address, "--config.file", file}, streams{io.Discard, listening})
	})
	<-listening
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	<-asked // it is under way
	stop()
	began := time.Now()
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("the scrape was cut off: %v", err)
	}
	body, err := io.ReadAll(answer.Body)
	if took := time.Since(began); err != nil || took > graceful || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), `lync_check_success{check="srv",domain="contoso.example",view="external"} 0`) {
		t.Errorf("after %v: %v, %s, %s", took, err, answer.Status, body)
	}
	http.DefaultClient.CloseIdleConnections()
	ended.Wait()
	if status != exitOK {
		t.Errorf("serve ended with status %d", status)
	}
}
