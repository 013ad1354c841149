package real

import (
	"fmt"
	"net"
	"testing"
	"time"
)

// TestFederationTargets serves the records of the article that the project
// started from, one after the other, as a zone is edited in real life.
func TestFederationTargets(t *testing.T) {
	t.Parallel()
	at := freePorts(t)
	tests := []struct{ name, domain, record, expected string }{
		{"own target", "netatwork.test", "_sipfederationtls._tcp SRV 0 0 5061 sip.netatwork.test.", `
			lync_federation_target_valid 1
			lync_federation_target_info{target="sip.netatwork.test",match="exact_domain"} 1
			lync_srv_records{record="_sipfederationtls._tcp"} 1
			lync_srv_records{record="_sip._tls"} 0
			lync_srv_records{record="_sipinternaltls._tcp"} 0
			lync_srv_record_info{record="_sipfederationtls._tcp",target="sip.netatwork.test",port="5061",priority="0",weight="0"} 1
			no findings federation`},
		{"foreign target", "msxfaq.test", "_sipfederationtls._tcp SRV 0 0 5061 sip.netatwork.test.", `
			lync_federation_target_valid 0
			lync_federation_target_info{target="sip.netatwork.test",match="foreign_domain"} 1
			finding federation _sipfederationtls._tcp federation_target_foreign_domain critical
			lync_capability_up{capability="federation"} 0`},
		{"hosting provider", "msxfaq.test", "_sipfederationtls._tcp SRV 0 0 5061 sipfed.online.lync.com.", `
			lync_federation_target_valid 1
			lync_federation_target_info{target="sipfed.online.lync.com",match="hosting_provider"} 1
			no findings federation`},
		{"misspelled", "msxfaq.test", "_sipfederationstls._tcp SRV 0 0 5061 sip.netatwork.test.", `
			lync_federation_target_valid 0
			no lync_federation_target_info
			lync_srv_records{record="_sipfederationtls._tcp"} 0
			lync_srv_records{record="_sip._tls"} 0
			lync_srv_records{record="_sipinternaltls._tcp"} 0
			finding federation _sipfederationtls._tcp federation_srv_misspelled critical`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			zones := map[string]string{
				"netatwork.test": "sip A " + address() + "\n",
				"msxfaq.test":    "",
				"lync.com":       "sipfed.online A " + address() + "\n",
			}
			zones[test.domain] += test.record + "\n"
			e := startExporter(t, fmt.Sprintf(`
connect_to: %s
views: {external: {nameservers: [%q]}}
domains: [netatwork.test, msxfaq.test]
`, at.connectTo(), startNameserver(t, freePort(t), zones)))
			m := e.scrape(t, "/metrics", 10*time.Second)
			m.expect(t, test.domain, test.expected)
			m.expect(t, test.domain, allChecks(1))
		})
	}
}

// allChecks are the lines for the success of every check.
func allChecks(success int) string {
	lines := ""
	for _, check := range []string{"srv", "federation", "lyncdiscover", "web_services", "simple_urls", "tls", "sip"} {
		lines += fmt.Sprintf("lync_check_success{check=%q} %d\n", check, success)
	}
	return lines
}

// TestNameserverFails: a nameserver that cannot say is no verdict about the
// domain, and keeps no other domain from its results.
func TestNameserverFails(t *testing.T) {
	t.Parallel()
	at := freePorts(t)
	record := "_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A " + address() + "\n"
	bind := startNameserver(t, freePort(t), map[string]string{
		"netatwork.test": record, "msxfaq.test": record, "servfail.test": broken, "refused.test": refused,
	})
	silent, err := net.ListenPacket("udp", "127.0.0.1:0") // takes questions and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	e := startExporter(t, fmt.Sprintf(`
connect_to: %s
views:
  external: {nameservers: [%q]}
  silent: {nameservers: [%q]}
  down: {nameservers: [%q]}
  backed: {nameservers: [%q, %q]}
domains:
  - {name: netatwork.test, views: [external]}
  - {name: servfail.test, views: [external]}
  - {name: refused.test, views: [external]}
  - {name: silent.test, views: [silent]}
  - {name: down.test, views: [down]}
  - {name: msxfaq.test, views: [backed]}
`, at.connectTo(), bind, silent.LocalAddr(), freeAddress(t), freeAddress(t), bind))
	for _, timeout := range []time.Duration{10 * time.Second, 3 * time.Second} {
		t.Run(fmt.Sprint("scrape timeout ", timeout), func(t *testing.T) {
			m := e.scrape(t, "/metrics", timeout)
			for _, domain := range []string{"servfail.test", "refused.test", "silent.test", "down.test"} {
				m.expect(t, domain, allChecks(0)+`
					no lync_capability_up
					no lync_federation_target_valid
					no lync_srv_records
					no lync_srv_correct
					no lync_lyncdiscover_reachable
					no lync_simple_url_reachable
					no lync_tls_handshake_success
					no lync_sip_alive`)
			}
			for _, domain := range []string{"netatwork.test", "msxfaq.test"} { // the latter by its second nameserver
				m.expect(t, domain, allChecks(1)+`
					lync_federation_target_valid 1
					no findings federation
					lync_tls_handshake_success{role="federation",target="sip.`+domain+`:5061"} 0
					lync_tls_handshake_success{role="access_edge",target="sip.`+domain+`:443"} 0`)
			}
		})
	}
}
