package real

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// TestHealthyDomain puts nameserver, reverse proxy and Edge together, as root
// on the well-known ports, with nothing that leads the exporter elsewhere.
func TestHealthyDomain(t *testing.T) {
	t.Parallel()
	at, dns := wellKnown, 53
	if os.Geteuid() != 0 {
		at, dns = freePorts(t), freePort(t)
	}
	ca := newAuthority(t)
	edge := startEdges(t, at, edge{Certificate: ca.issue(t, "sip.healthy.test"), Demands: true, Clients: ca.Root})[0]
	proxy := startProxy(t, at, proxy{
		Certificate: ca.issue(t, "lyncweb.healthy.test", "lyncdiscover.healthy.test", "meet.healthy.test", "dialin.healthy.test"),
		Sites: []site{
			lyncdiscover(t, "healthy.test", capture(t, "b_ucwa.json", "application/json", "contoso.com", "healthy.test")),
			{Host: "lyncweb.healthy.test", Secure: map[string]page{oauthPath: challenge(t, "c_challenge.txt", "healthy.test")}},
			{Host: "meet.healthy.test", Secure: map[string]page{"/": capture(t, "meet.html", "text/html")}},
			{Host: "dialin.healthy.test", Secure: map[string]page{"/": {Type: "text/html", Body: `<form action="Dialin/Conference.aspx">`}}},
		},
	})
	bind := startNameserver(t, dns, map[string]string{
		"healthy.test": edgeZone(edge) + strings.ReplaceAll("lyncdiscover A IP\nlyncweb A IP\nmeet A IP\ndialin A IP\n", "IP", proxy),
		"broken.test":  edgeZone(proxy),
	})
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	client := ca.issue(t, "client.test")
	config := fmt.Sprintf(`
connect_to: %s
follow_private: true
operation_timeout: 1s
tls: {ca_file: %q, cert_file: %q, key_file: %q}
views:
  external: {nameservers: [%q]}
  silent: {nameservers: [%q]}
domains:
  - name: healthy.test
    views: [external]
    simple_urls: {dialin: "https://dialin.healthy.test/"}
  - {name: broken.test, views: [external]}
  - {name: silent.test, views: [silent]}
`, at.connectTo(), ca.Root, client.Chain, client.Key, bind, silent.LocalAddr())

	t.Run("metrics", func(t *testing.T) {
		startExporter(t, config).scrape(t, "/metrics?domain=healthy.test", 10*time.Second).expect(t, "healthy.test", `
			lync_capability_up{capability="sign_in"} 1
			lync_capability_up{capability="federation"} 1
			lync_capability_up{capability="autodiscover"} 1
			lync_capability_up{capability="meetings"} 1
			lync_srv_correct{record="_sip._tls"} 1
			lync_srv_correct{record="_sipfederationtls._tcp"} 1
			lync_srv_correct{record="_sipinternaltls._tcp"} 1
			no lync_finding_info
			lync_tls_certificate_trusted{role="access_edge",target="sip.healthy.test:443"} 1
			lync_tls_certificate_trusted{role="federation",target="sip.healthy.test:5061"} 1
			lync_tls_certificate_trusted{role="lyncdiscover",target="lyncdiscover.healthy.test:443"} 1
			lync_tls_certificate_trusted{role="web_services",target="lyncweb.healthy.test:443"} 1
			lync_tls_certificate_trusted{role="meet",target="meet.healthy.test:443"} 1
			lync_tls_certificate_trusted{role="dialin",target="dialin.healthy.test:443"} 1
			`+allChecks(1))
	})
	file := writeFile(t, t.TempDir(), "lync.yml", config)
	for _, test := range []struct {
		name   string
		args   []string
		status int
		says   string // in the report or the message
	}{
		{"all is well", []string{"--config.file=" + file, "healthy.test"}, 0, "healthy.test"},
		{"a capability is down", []string{"--config.file=" + file, "healthy.test", "broken.test"}, 1, "broken.test"},
		{"usage", []string{"--nonsense"}, 2, "nonsense"},
		{"configuration", []string{"--config.file=" + file + ".missing"}, 2, ".missing"},
		{"nameserver silent", []string{"--config.file=" + file, "silent.test"}, 3, "did not answer"},
	} {
		t.Run("check: "+test.name, func(t *testing.T) {
			status, output := check(t, test.args...)
			if status != test.status || !strings.Contains(output, test.says) {
				t.Errorf("exit status %d, want %d with %q in:\n%s", status, test.status, test.says, output)
			}
		})
	}
}
