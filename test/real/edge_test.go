package real

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// edgeZone is the zone of a domain whose clients and partners find the Edge at
// sip.<domain>.
func edgeZone(ip string) string {
	return "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A " + ip + "\n"
}

// partnerZone is the zone of a domain that only partners find.
func partnerZone(ip string) string {
	return "_sipfederationtls._tcp SRV 0 0 5061 edge\nedge A " + ip + "\n"
}

// bothPorts are lines that hold for the clients' and for the partners' port.
func bothPorts(domain, lines string) string {
	of := func(role, port string) string {
		return strings.NewReplacer("AT", fmt.Sprintf(`role=%q,target="sip.%s:%s"`, role, domain, port), "ROLE", role).Replace(lines)
	}
	return of("access_edge", "443") + "\n" + of("federation", "5061") + "\n"
}

// TestEdge checks Edges that differ in what their port for partners wants and
// in their certificates.
func TestEdge(t *testing.T) {
	t.Parallel()
	at, ca := freePorts(t), newAuthority(t)
	stranger := newAuthority(t)
	ips := startEdges(t, at,
		edge{Certificate: ca.issue(t, "sip.quiet.test")},
		edge{Certificate: ca.issue(t, "sip.asks.test"), Asks: true, Clients: ca.Root},
		edge{Certificate: ca.issue(t, "sip.demands.test"), Demands: true, Clients: ca.Root},
		edge{Certificate: ca.issue(t, "sip.elsewhere.test"), Asks: true, Clients: ca.Root},
		edge{Certificate: ca.issueFor(t, certificateRequest{Names: []string{"sip.expired.test"}, NotAfter: "20210101000000Z"}), Asks: true, Clients: ca.Root},
		edge{Certificate: ca.issue(t, "*.wildcard.test"), Asks: true, Clients: ca.Root},
		edge{Certificate: stranger.issue(t, "sip.stranger.test"), Asks: true, Clients: ca.Root},
		edge{Certificate: ca.issue(t, "sip.chain.test")},
		edge{Certificate: ca.issueFor(t, certificateRequest{Names: []string{"edge.chain.test"}, WithoutIssuer: true}), Asks: true, Clients: ca.Root},
	)
	zones := map[string]string{
		"old.test": partnerZone(startOpenSSL(t, at.SIP, ca.issue(t, "edge.old.test"), "-tls1", "-cipher", "ALL:@SECLEVEL=0")),
		"rsa.test": partnerZone(startOpenSSL(t, at.SIP, ca.issue(t, "edge.rsa.test"), "-tls1_2", "-cipher", "AES128-SHA")),
		"web.test": partnerZone(startOpenSSL(t, at.SIP, ca.issue(t, "edge.web.test"), "-www")),
		"proxy.test": partnerZone(startProxy(t, ports{HTTPS: at.SIP, HTTP: at.HTTP}, proxy{Certificate: ca.issue(t, "edge.proxy.test"),
			Sites: []site{{Host: "edge.proxy.test"}}})),
		"chain.test": fmt.Sprintf("_sip._tls SRV 0 0 443 sip\nsip A %s\n_sipfederationtls._tcp SRV 0 0 5061 edge\nedge A %s\n", ips[7], ips[8]),
	}
	for i, domain := range []string{"quiet.test", "asks.test", "demands.test", "misnamed.test", "expired.test", "wildcard.test", "stranger.test"} {
		zones[domain] = edgeZone(ips[i])
	}
	config := fmt.Sprintf(`
connect_to: %s
views: {external: {nameservers: [%q]}}
profiles: {edge: {simple_urls: {meet: ""}}}
domains:
`, at.connectTo(), startNameserver(t, freePort(t), zones))
	for domain := range zones {
		config += fmt.Sprintf("  - {name: %s, profile: edge}\n", domain)
	}
	client := ca.issue(t, "client.test")
	anonymous := startExporter(t, config+fmt.Sprintf("tls: {ca_file: %q}\n", ca.Root)).scrape(t, "/metrics", 10*time.Second)
	known := startExporter(t, config+fmt.Sprintf("tls: {ca_file: %q, cert_file: %q, key_file: %q}\n", ca.Root, client.Chain, client.Key)).scrape(t, "/metrics", 10*time.Second)

	alive := `
		lync_tls_addresses{AT} 1
		lync_tls_addresses_up{AT} 1
		lync_tls_handshake_success{AT} 1
		lync_sip_alive{AT} 1
		lync_sip_response_status_code{AT} 504
		lync_sip_server_info{AT,server="RTC/6.0",product="sfb_2015"} 1
		`
	asksPartners := func(domain string) string {
		return `
		lync_tls_client_certificate_requested{role="access_edge",target="sip.` + domain + `:443"} 0
		lync_tls_client_certificate_requested{role="federation",target="sip.` + domain + `:5061"} 1
		`
	}
	capabilities := func(value int) string {
		return fmt.Sprintf(`
		lync_capability_up{capability="sign_in"} %[1]d
		lync_capability_up{capability="federation"} %[1]d
		lync_capability_up{capability="autodiscover"} 0
		`, value)
	}
	trusted := "lync_tls_certificate_trusted{AT} 1\nlync_tls_san_coverage_ratio{AT} 1\n"

	for domain, expected := range map[string]string{
		"quiet.test": bothPorts("quiet.test", alive+trusted+`
			lync_tls_san_covered{AT,name="sip.quiet.test"} 1
			lync_tls_client_certificate_requested{AT} 0`) + capabilities(1) + `
			finding tls federation edge_5061_no_client_cert_request warning
			no findings sip`,
		"asks.test": bothPorts("asks.test", alive+trusted+`
			lync_tls_san_covered{AT,name="sip.asks.test"} 1`) + asksPartners("asks.test") + capabilities(1) + `
			no findings tls
			no findings sip`,
		// Without a client's certificate it shows its own and then hangs up.
		"demands.test": bothPorts("demands.test", trusted+`
			lync_tls_addresses{AT} 1
			lync_tls_addresses_up{AT} 1
			lync_tls_handshake_success{AT} 1`) + asksPartners("demands.test") + capabilities(1) + `
			lync_sip_alive{role="access_edge",target="sip.demands.test:443"} 1
			lync_sip_alive{role="federation",target="sip.demands.test:5061"} 0
			no findings tls
			finding sip federation edge_5061_closed_without_client_cert info`,
		"misnamed.test": bothPorts("misnamed.test", alive+`
			lync_tls_certificate_trusted{AT} 1
			lync_tls_san_coverage_ratio{AT} 0
			lync_tls_san_covered{AT,name="sip.misnamed.test"} 0
			finding tls ROLE cert_name_missing critical`) + asksPartners("misnamed.test") + capabilities(0) + `
			no findings sip`,
		"expired.test": bothPorts("expired.test", alive+`
			lync_tls_certificate_trusted{AT} 0
			lync_tls_certificate_expiry_timestamp_seconds{AT} 1609459200
			lync_tls_san_coverage_ratio{AT} 1
			finding tls ROLE cert_expired critical`) + asksPartners("expired.test") + capabilities(0) + `
			no lync_tls_chain_expiry_timestamp_seconds
			no findings sip`,
		"wildcard.test": bothPorts("wildcard.test", alive+`
			lync_tls_certificate_trusted{AT} 1
			lync_tls_san_coverage_ratio{AT} 0
			lync_tls_san_covered{AT,name="sip.wildcard.test"} 0
			finding tls ROLE cert_wildcard_on_edge warning`) + asksPartners("wildcard.test") + capabilities(1) + `
			no findings sip`,
		"stranger.test": bothPorts("stranger.test", alive+`
			lync_tls_certificate_trusted{AT} 0
			lync_tls_san_coverage_ratio{AT} 1
			finding tls ROLE cert_untrusted critical`) + asksPartners("stranger.test") + capabilities(0) + `
			no lync_tls_chain_expiry_timestamp_seconds
			no findings sip`,
		"old.test": `
			lync_tls_handshake_success{role="federation",target="edge.old.test:5061"} 1
			lync_tls_certificate_trusted{role="federation",target="edge.old.test:5061"} 1
			lync_tls_version_info{role="federation",target="edge.old.test:5061",version="TLS 1.0",cipher="TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"} 1
			lync_sip_alive{role="federation",target="edge.old.test:5061"} 0
			finding tls federation tls_below_1_2 warning
			finding tls federation edge_5061_no_client_cert_request warning
			finding sip federation edge_sip_no_answer warning`,
		// A key exchange that Go's clients do without unless told otherwise.
		"rsa.test": `
			lync_tls_handshake_success{role="federation",target="edge.rsa.test:5061"} 1
			lync_tls_version_info{role="federation",target="edge.rsa.test:5061",version="TLS 1.2",cipher="TLS_RSA_WITH_AES_128_CBC_SHA"} 1
			finding tls federation edge_5061_no_client_cert_request warning`,
		// What another server sends in this scrape decides nothing, and the
		// certificate says nowhere where its issuer's is.
		"chain.test": `
			lync_tls_certificate_trusted{role="access_edge",target="sip.chain.test:443"} 1
			lync_tls_certificate_trusted{role="federation",target="edge.chain.test:5061"} 0
			lync_sip_alive{role="access_edge",target="sip.chain.test:443"} 1
			lync_sip_alive{role="federation",target="edge.chain.test:5061"} 1
			lync_tls_san_covered{role="access_edge",target="sip.chain.test:443",name="sip.chain.test"} 1
			lync_tls_san_covered{role="federation",target="edge.chain.test:5061",name="edge.chain.test"} 1
			finding tls federation cert_issuer_unavailable critical`,
		// openssl's web server answers nothing but GET.
		"web.test": `
			lync_tls_handshake_success{role="federation",target="edge.web.test:5061"} 1
			lync_sip_alive{role="federation",target="edge.web.test:5061"} 0
			no lync_sip_response_status_code
			finding sip federation edge_sip_no_answer warning`,
		"proxy.test": `
			lync_tls_handshake_success{role="federation",target="edge.proxy.test:5061"} 1
			lync_sip_alive{role="federation",target="edge.proxy.test:5061"} 0
			no lync_sip_response_status_code
			finding sip federation edge_port_speaks_http critical`,
	} {
		anonymous.expect(t, domain, expected+"\n"+allChecks(1))
	}
	known.expect(t, "demands.test", bothPorts("demands.test", alive+trusted)+asksPartners("demands.test")+capabilities(1)+`
		no findings tls
		no findings sip`)
}
