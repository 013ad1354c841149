package real

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// exposition writes what lync_exporter exposes of so many SIP domains while all
// of some states hold. All share an Edge and a reverse proxy, under host names
// of their own. Where there is another Edge, every second domain is at it.
type exposition struct {
	to      io.Writer
	domains int
	states  []state
	all     bool // everything is offered by each of them
	only    int  // this SIP domain alone, as /probe has it
}

// brief says whether to leave out what the outage is not about: Prometheus has
// many SIP domains to get through. They have the essential series then.
func (e exposition) brief() bool { return e.domains > 20 }

func (e exposition) expose() {
	slow := e.any(func(s state) bool { return s.slow })
	resolver := e.any(func(s state) bool { return s.resolver })
	e.sample("lync_scrape_duration_seconds", map[bool]float64{true: 9.5, false: 1}[slow])
	e.sample("lync_scrape_timeout_seconds", 10)
	if e.only == 0 {
		e.sample("lync_exporter_domains", float64(e.domains))
		e.sample("lync_exporter_config_last_reload_successful", 1)
	}
	e.sample("lync_nameserver_up", answers(resolver), "view", "external", "nameserver", "192.0.2.53:53")
	if slow {
		e.sample("lync_nameserver_up", 0, "view", "external", "nameserver", "192.0.2.54:53")
	}
	if !resolver {
		e.certificate("edge", e.edgeLeft())
		left := 300 * 24 * time.Hour
		if e.any(func(s state) bool { return s.proxyExpired }) {
			left = -time.Hour
		}
		e.certificate("proxy", left)
	}
	for i := 1; i <= e.domains; i++ {
		if e.only == 0 || e.only == i {
			e.domain(i)
		}
	}
}

// edgeLeft is how long the certificate of the Edge is still valid.
func (e exposition) edgeLeft() time.Duration {
	switch {
	case e.any(func(s state) bool { return s.expired }):
		return -time.Hour
	case e.any(func(s state) bool { return s.expiring }):
		return 20 * 24 * time.Hour
	}
	return 300 * 24 * time.Hour
}

// any says whether something is broken.
func (e exposition) any(broken func(state) bool) bool { return slices.ContainsFunc(e.states, broken) }

// of says whether it is broken at a SIP domain: the last one has all greater numbers.
func (e exposition) of(i int, number func(state) int) bool {
	return e.any(func(s state) bool { return number(s) > 0 && min(number(s), e.domains) == i })
}

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
func (e exposition) certificate(name string, left time.Duration) {
	notAfter := after(left)
	labels := []string{"fingerprint_sha256", name, "subject_cn", name + ".example", "issuer_cn", "Simulated Root"}
	e.sample("lync_certificate_expiry_timestamp_seconds", float64(notAfter.Unix()), labels...)
	e.sample("lync_certificate_not_before_timestamp_seconds", float64(notAfter.Add(-365*24*time.Hour).Unix()), labels...)
}

// after is a time that is the same in the whole exposition.
func after(left time.Duration) time.Time { return time.Now().Truncate(time.Hour).Add(left) }

func (e exposition) domain(i int) {
	name := fmt.Sprintf("d%03d.example", i)
	of := func(labels ...string) []string {
		return append([]string{"domain", name, "view", "external"}, labels...)
	}
	unknown := e.of(i, func(s state) int { return s.unknown }) ||
		e.any(func(s state) bool { return s.resolver || s.mostUnknown && i%5 < 3 || s.someUnknown && i%5 < 2 })
	checks := []string{"srv", "federation", "lyncdiscover", "web_services", "simple_urls", "tls", "sip"}
	if e.brief() {
		checks = checks[:1]
	}
	for _, check := range checks {
		e.sample("lync_check_success", answers(unknown), of("check", check)...)
	}
	if unknown {
		return
	}
	odd := i%2 == 1
	gone := e.of(i, func(s state) int { return s.gone }) || e.any(func(s state) bool { return s.lying })
	record := e.of(i, func(s state) int { return s.record })
	port := e.any(func(s state) bool { return s.edgePort })
	proxy := e.any(func(s state) bool { return s.proxy || s.proxyForHalf && odd })
	proxyExpired := e.any(func(s state) bool { return s.proxyExpired })
	nameless := e.any(func(s state) bool { return s.halfNamed && odd }) || e.of(i, func(s state) int { return s.nameless })
	expired := nameless || e.any(func(s state) bool { return s.expired })
	edge, host, dead := "192.0.2.1", "sip.", e.any(func(s state) bool { return s.edge || s.edgeForHalf && odd })
	if odd && e.any(func(s state) bool { return s.otherEdge }) {
		edge, host, dead = "198.51.100.1", "other.", true
	}
	// Where that is enough, half of them federate and the users of the others sign in.
	all := e.all || !e.brief()
	signIn, federation := all || odd, all || !odd
	if signIn {
		e.sample("lync_capability_up", answers(dead || expired || gone), of("capability", "sign_in")...)
	}
	if federation {
		e.sample("lync_capability_up", answers(dead || port || expired || gone || record), of("capability", "federation")...)
	}
	if all {
		e.sample("lync_capability_up", answers(proxy || proxyExpired || gone), of("capability", "autodiscover")...)
		e.sample("lync_capability_up", answers(proxy || proxyExpired || gone), of("capability", "meetings")...)
	}
	if gone {
		e.sample("lync_finding_info", 1, of("check", "srv", "subject", "domain", "reason", "domain_missing", "severity", "critical")...)
		return
	}
	anyDown := dead || expired || federation && port || all && (proxy || proxyExpired)
	server := func(role, capabilities, host, address string, port int, dead, refused bool, certificate string) {
		if e.brief() && !anyDown {
			return
		}
		if dead {
			certificate = ""
		}
		e.sample("lync_server_up", answers(dead || refused), of("role", role, "capabilities", capabilities,
			"target", fmt.Sprintf("%s%s:%d", host, name, port), "address", net.JoinHostPort(address, fmt.Sprint(port)), "fingerprint_sha256", certificate)...)
	}
	if signIn {
		server("access_edge", "sign_in", host, edge, 443, dead, expired, "edge")
	}
	if all {
		server("web", "autodiscover,meetings", "lyncdiscover.", "192.0.2.2", 443, proxy, proxyExpired, "proxy")
	}
	if record {
		e.sample("lync_srv_correct", 0, of("record", "_sipfederationtls._tcp")...)
		e.sample("lync_finding_info", 1, of("check", "federation", "subject", "_sipfederationtls._tcp", "reason", "federation_srv_missing", "severity", "critical")...)
		return
	}
	if federation {
		server("federation", "federation", host, edge, 5061, dead || port, expired, "edge")
		if !dead && !port {
			e.sample("lync_tls_certificate_expiry_timestamp_seconds", float64(after(e.edgeLeft()).Unix()),
				of("role", "federation", "target", fmt.Sprintf("%s%s:5061", host, name))...)
		}
	}
	if e.brief() {
		return
	}
	e.sample("lync_srv_correct", 1, of("record", "_sipfederationtls._tcp")...)
}
