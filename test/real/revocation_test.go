package real

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// revoke puts a certificate into the authority's database of revoked ones.
func (a authority) revoke(t *testing.T, c certificate) {
	t.Helper()
	a.openssl(t, "ca", "-revoke", c.Leaf)
}

// list makes a revocation list in DER of what is revoked by now.
func (a authority) list(t *testing.T, file string, args ...string) {
	t.Helper()
	a.openssl(t, "ca", append([]string{"-gencrl", "-out", "list.pem"}, args...)...)
	runTool(t, "openssl", "crl", "-in", filepath.Join(a.dir, "list.pem"), "-outform", "DER", "-out", file)
}

// ocspArgs are those by which openssl ocsp answers as the intermediate.
func (a authority) ocspArgs() []string {
	file := func(name string) string { return filepath.Join(a.dir, name) }
	return []string{"ocsp", "-index", file("index.txt"), "-CA", file("intermediate.pem"), "-rsigner", file("intermediate.pem"),
		"-rkey", file("intermediate.key"), "-ndays", "1"}
}

// startResponder starts openssl ocsp at a port of all addresses. A connection
// without a question, by which others are waited for, would be its last.
func (a authority) startResponder(t *testing.T, port int) {
	t.Helper()
	startServer(t, nil, "openssl", append(a.ocspArgs(), "-port", fmt.Sprint(port))...)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		l, err := net.Listen("tcp", hostPort("", port))
		if err != nil {
			return
		}
		l.Close()
		<-tick.C
	}
	t.Fatal("openssl ocsp does not listen")
}

// staple is the answer about a certificate that a server is to send along.
func (a authority) staple(t *testing.T, c certificate) string {
	t.Helper()
	file := c.Leaf + ".ocsp"
	runTool(t, "openssl", append(a.ocspArgs(), "-issuer", filepath.Join(a.dir, "intermediate.pem"), "-cert", c.Leaf, "-no_nonce", "-respout", file)...)
	return file
}

// startLists starts nginx as the web server of an authority and returns its
// address and the folder that it serves.
func startLists(t *testing.T, port int) (ip, folder string) {
	t.Helper()
	dir := t.TempDir()
	ip, folder = address(), filepath.Join(dir, "lists")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	conf := writeFile(t, dir, "nginx.conf", fmt.Sprintf(`
daemon off;
master_process off;
pid %[1]s/nginx.pid;
error_log stderr;
events { }
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	server { listen %[2]s; root %[3]s; }
}
`, dir, hostPort(ip, port), folder))
	startServer(t, []string{hostPort(ip, port)}, "nginx", "-p", dir, "-e", "stderr", "-c", conf)
	return ip, folder
}

// TestRevocation checks Edges whose authority publishes lists by nginx and
// answers by openssl ocsp.
func TestRevocation(t *testing.T) {
	t.Parallel()
	at, ca := freePorts(t), newAuthority(t)
	responder := freePort(t)
	listsIP, lists := startLists(t, at.HTTP)
	at80 := func(path string) string { return "http://crl.authority.test/" + path }
	const ocspURL = "http://ocsp.authority.test:8080"
	edges := map[string]certificateRequest{ // by domain
		"good.test":     {List: at80("now.crl")},
		"bad.test":      {List: at80("now.crl")},
		"asked.test":    {OCSP: ocspURL, List: at80("missing.crl")},
		"answered.test": {OCSP: ocspURL, List: at80("missing.crl")},
		"stapled.test":  {List: at80("missing.crl")},
		"old.test":      {List: at80("old.crl")},
		"missing.test":  {List: at80("missing.crl")},
		"dead.test":     {List: "http://dead.authority.test/now.crl"},
		"nowhere.test":  {List: "http://nowhere.authority.test/now.crl"},
		"enormous.test": {List: at80("enormous.crl")},
		"listed.test":   {OCSP: "http://dead.authority.test", List: at80("now.crl")},
		"only.test":     {OCSP: ocspURL, WithoutList: true},
		"mute.test":     {OCSP: "http://dead.authority.test", WithoutList: true},
		"neither.test":  {WithoutList: true},
	}
	certificates := make(map[string]certificate)
	for domain, request := range edges {
		request.Names = []string{"edge." + domain}
		certificates[domain] = ca.issueFor(t, request)
	}
	ca.list(t, filepath.Join(lists, "old.crl"), "-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20210101000000Z")
	ca.revoke(t, certificates["bad.test"])
	ca.revoke(t, certificates["answered.test"])
	ca.revoke(t, certificates["stapled.test"])
	ca.list(t, filepath.Join(lists, "now.crl"), "-crldays", "7")
	enormous, err := os.Create(filepath.Join(lists, "enormous.crl"))
	if err == nil {
		_, err = enormous.WriteString("\x30\x84\x02\x10\x00\x00") // a sequence of 33 MiB
		err = errors.Join(err, enormous.Truncate(33<<20), enormous.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	ca.startResponder(t, responder)

	zones := map[string]string{"authority.test": fmt.Sprintf("crl A %s\nocsp A 127.0.0.1\ndead A %s\n", listsIP, address())}
	config := fmt.Sprintf("tls: {ca_file: %q}\n", ca.Root) + "profiles: {edge: {simple_urls: {meet: \"\"}}}\ndomains:\n"
	for domain, c := range certificates {
		args := []string{"-tls1_2", "-verify", "1"}
		if domain == "stapled.test" {
			args = append(args, "-status_file", ca.staple(t, c))
		}
		zones[domain] = partnerZone(startOpenSSL(t, at.SIP, c, args...))
		config += fmt.Sprintf("  - {name: %s, profile: edge}\n", domain)
	}
	config += fmt.Sprintf("views: {external: {nameservers: [%q]}}\n", startNameserver(t, freePort(t), zones))
	connectTo := strings.TrimSuffix(at.connectTo(), "]") + fmt.Sprintf(`, ":8080::%d"]`, responder)
	exporter := startExporter(t, config+"connect_to: "+connectTo+"\n")
	for scrape := range 2 { // what was remembered says the same
		scraped := exporter.scrape(t, "/metrics", 10*time.Second)
		for domain, expected := range map[string]string{
			"good.test":     "lync_tls_certificate_revoked{AT} 0\nno findings tls",
			"bad.test":      "lync_tls_certificate_revoked{AT} 1\nlync_capability_up{capability=\"federation\"} 0\nfinding tls federation cert_revoked critical",
			"asked.test":    "lync_tls_certificate_revoked{AT} 0\nno findings tls",
			"answered.test": "lync_tls_certificate_revoked{AT} 1\nfinding tls federation cert_revoked critical",
			"stapled.test":  "lync_tls_certificate_revoked{AT} 1\nfinding tls federation cert_revoked critical",
			"old.test":      "no lync_tls_certificate_revoked\nfinding tls federation cert_crl_unreachable warning",
			"missing.test":  "no lync_tls_certificate_revoked\nfinding tls federation cert_crl_unreachable warning",
			"dead.test":     "no lync_tls_certificate_revoked\nfinding tls federation cert_crl_unreachable warning",
			"nowhere.test":  "no lync_tls_certificate_revoked\nfinding tls federation cert_crl_unreachable warning",
			"enormous.test": "no lync_tls_certificate_revoked\nno findings tls", // it lies with the exporter
			"listed.test":   "lync_tls_certificate_revoked{AT} 0\nno findings tls",
			"only.test":     "lync_tls_certificate_revoked{AT} 0\nfinding tls federation cert_no_cdp warning",
			"mute.test":     "no lync_tls_certificate_revoked\nfinding tls federation cert_no_cdp warning\nfinding tls federation cert_crl_unreachable warning",
			"neither.test":  "no lync_tls_certificate_revoked\nfinding tls federation cert_no_cdp warning",
		} {
			t.Logf("scrape %d of %s", scrape+1, domain)
			scraped.expect(t, domain, strings.ReplaceAll(expected, "AT", fmt.Sprintf(`role="federation",target="edge.%s:5061"`, domain)))
		}
	}
}
