package real

import (
	"fmt"
	"strings"
	"testing"
)

// edge is an Access Edge: one address, one certificate on 443 and 5061.
type edge struct {
	Certificate certificate
	// Asks: 5061 asks for a client's certificate. Demands: it does not work
	// without one.
	Asks, Demands bool
	Clients       string // file of the roots that client certificates are judged by
}

// startEdges starts Kamailio as several Access Edges and returns their
// addresses. To OPTIONS they answer as a Skype for Business 2015 Edge does
// (docs/rules.md#edge-versions).
func startEdges(t *testing.T, at ports, edges ...edge) []string {
	t.Helper()
	dir := t.TempDir()
	var listens, ips []string
	var profiles, conf strings.Builder
	for i, e := range edges {
		ip := address()
		ips = append(ips, ip)
		for _, port := range []int{at.HTTPS, at.SIP} {
			listens = append(listens, hostPort(ip, port))
			profile := fmt.Sprintf("[server:%s:%d]\nmethod = TLSv1.2+\nprivate_key = %s\ncertificate = %s\n", ip, port, e.Certificate.Key, e.Certificate.Chain)
			if port == at.SIP && (e.Asks || e.Demands) {
				profile += fmt.Sprintf("verify_certificate = yes\nrequire_certificate = %s\nca_list = %s\n", yesNo(e.Demands), e.Clients)
			} else {
				profile += "verify_certificate = no\nrequire_certificate = no\n"
			}
			profiles.WriteString(profile)
			if i == 0 && port == at.HTTPS { // Kamailio wants a default beside the addresses' own
				profiles.WriteString(strings.Replace(profile, fmt.Sprintf("[server:%s:%d]", ip, port), "[server:default]", 1))
			}
		}
	}
	tlsFile := writeFile(t, dir, "tls.cfg", profiles.String())
	fmt.Fprintf(&conf, `#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1 # several trip over each other in OpenSSL 3
dns=no
rev_dns=no
auto_aliases=no
enable_tls=yes
server_header="Server: RTC/6.0"
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "textops.so"
modparam("tls", "config", "%s")
`, tlsFile)
	for _, l := range listens {
		fmt.Fprintf(&conf, "listen=tls:%s\n", l)
	}
	conf.WriteString(`
request_route {
	append_to_reply("ms-user-logon-data: RemoteUser\r\n");
	sl_send_reply("504", "Server time-out");
}
`)
	startServer(t, listens, "kamailio", "-DD", "-E", "-Y", dir, "-w", dir, "-f", writeFile(t, dir, "kamailio.cfg", conf.String()))
	return ips
}

// startTelephones starts Kamailio as a telephone system, which speaks SIP without
// TLS at one port and nothing else, and returns its address.
func startTelephones(t *testing.T, port int) string {
	t.Helper()
	dir, ip := t.TempDir(), address()
	conf := fmt.Sprintf(`#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1
dns=no
rev_dns=no
auto_aliases=no
loadmodule "sl.so"
listen=udp:%[1]s
listen=tcp:%[1]s
request_route { sl_send_reply("200", "OK"); }
`, hostPort(ip, port))
	startServer(t, []string{hostPort(ip, port)}, "kamailio", "-DD", "-E", "-Y", dir, "-w", dir, "-f", writeFile(t, dir, "kamailio.cfg", conf))
	return ip
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// startOpenSSL starts openssl s_server with further arguments and returns its
// address.
func startOpenSSL(t *testing.T, port int, c certificate, args ...string) string {
	t.Helper()
	ip := address()
	startServer(t, []string{hostPort(ip, port)}, "openssl", append([]string{"s_server", "-accept", hostPort(ip, port),
		"-cert", c.Leaf, "-cert_chain", c.Chain, "-key", c.Key}, args...)...)
	return ip
}
