package real

import (
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// expose writes what lync_exporter exposes of so many SIP domains in a state.
// All share an Edge and a reverse proxy, under host names of their own. Where
// there is another Edge, every second domain is at it.
func expose(w io.Writer, domains int, s state) {
	e := exposition{w}
	e.sample("lync_scrape_duration_seconds", 1)
	e.sample("lync_scrape_timeout_seconds", 10)
	e.sample("lync_exporter_config_last_reload_successful", 1)
	e.sample("lync_nameserver_up", answers(s.resolver), "view", "external", "nameserver", "192.0.2.53:53")
	if !s.resolver {
		e.certificate("edge", s.expired)
		e.certificate("proxy", false)
	}
	for i := 1; i <= domains; i++ {
		e.domain(i, s)
	}
}

type exposition struct{ to io.Writer }

func (e exposition) sample(name string, value float64, labels ...string) {
	var pairs []string
	for i := 0; i < len(labels); i += 2 {
		pairs = append(pairs, fmt.Sprintf("%s=%q", labels[i], labels[i+1]))
	}
	fmt.Fprintf(e.to, "%s{%s} %g\n", name, strings.Join(pairs, ","), value)
}

func answers(broken bool) float64 {
	if broken {
		return 0
	}
	return 1
}

// certificate exposes one whose fingerprint is its name.
func (e exposition) certificate(name string, expired bool) {
	notAfter := time.Now().Add(300 * 24 * time.Hour)
	if expired {
		notAfter = time.Now().Add(-time.Hour)
	}
	labels := []string{"fingerprint_sha256", name, "subject_cn", name + ".example", "issuer_cn", "Simulated Root"}
	e.sample("lync_certificate_expiry_timestamp_seconds", float64(notAfter.Unix()), labels...)
	e.sample("lync_certificate_not_before_timestamp_seconds", float64(notAfter.Add(-365*24*time.Hour).Unix()), labels...)
}

func (e exposition) domain(i int, s state) {
	name := fmt.Sprintf("d%03d.example", i)
	of := func(labels ...string) []string {
		return append([]string{"domain", name, "view", "external"}, labels...)
	}
	unknown := s.resolver || s.unknown == i
	for _, check := range []string{"srv", "federation", "lyncdiscover", "web_services", "simple_urls", "tls", "sip"} {
		e.sample("lync_check_success", answers(unknown), of("check", check)...)
	}
	if unknown {
		return
	}
	edge, host, dead := "192.0.2.1", "sip.", s.edge
	if s.otherEdge && i%2 == 1 {
		edge, host, dead = "198.51.100.1", "other.", true
	}
	gone := s.gone == i
	e.sample("lync_capability_up", answers(dead || s.expired || gone), of("capability", "sign_in")...)
	e.sample("lync_capability_up", answers(dead || s.edgePort || s.expired || gone || s.record == i), of("capability", "federation")...)
	e.sample("lync_capability_up", answers(s.proxy || gone), of("capability", "autodiscover")...)
	e.sample("lync_capability_up", answers(s.proxy || gone), of("capability", "meetings")...)
	if gone {
		e.sample("lync_finding_info", 1, of("check", "srv", "subject", "domain", "reason", "domain_missing", "severity", "critical")...)
		return
	}
	server := func(role, capabilities, host, address string, port int, dead, refused bool, certificate string) {
		if dead {
			certificate = ""
		}
		e.sample("lync_server_up", answers(dead || refused), of("role", role, "capabilities", capabilities,
			"target", fmt.Sprintf("%s%s:%d", host, name, port), "address", net.JoinHostPort(address, fmt.Sprint(port)), "fingerprint_sha256", certificate)...)
	}
	server("access_edge", "sign_in", host, edge, 443, dead, s.expired, "edge")
	server("web", "autodiscover,meetings", "lyncdiscover.", "192.0.2.2", 443, s.proxy, false, "proxy")
	if s.record == i {
		e.sample("lync_srv_correct", 0, of("record", "_sipfederationtls._tcp")...)
		e.sample("lync_finding_info", 1, of("check", "federation", "subject", "_sipfederationtls._tcp", "reason", "federation_srv_missing", "severity", "critical")...)
		return
	}
	server("federation", "federation", host, edge, 5061, dead || s.edgePort, s.expired, "edge")
	e.sample("lync_srv_correct", 1, of("record", "_sipfederationtls._tcp")...)
}
