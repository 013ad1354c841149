package real

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	rootPath  = "/Autodiscover/AutodiscoverService.svc/root"
	userPath  = rootPath + "/user"
	oauthPath = rootPath + "/oauth/user"
)

// capture is an answer as real servers give it (docs/rules.md#autodiscover-document),
// with other names in the place of its own.
func capture(t *testing.T, name, kind string, names ...string) page {
	t.Helper()
	text := readFile(t, filepath.Join("testdata", "captures", name))
	return page{Type: kind, Body: strings.NewReplacer(names...).Replace(text)}
}

// challenge is the captured answer of a user link without credentials.
func challenge(t *testing.T, name, domain string) page {
	t.Helper()
	text := capture(t, name, "text/html", "contoso.com", domain).Body
	return page{Status: 401, Type: "text/html", Headers: strings.Split(strings.TrimSpace(text), "\n")}
}

// redirect is the captured redirect, to a host's own root.
func redirect(t *testing.T, host string) page {
	t.Helper()
	return capture(t, "d_redirect.json", "application/json", "contoso.com", host)
}

// lyncdiscover is the site of that name: over http it redirects to itself.
func lyncdiscover(t *testing.T, domain string, root page) site {
	t.Helper()
	host := "lyncdiscover." + domain
	return site{Host: host, Secure: map[string]page{"/": root, rootPath: root}, Plain: map[string]page{"/": redirect(t, host)}}
}

// TestAutodiscover serves each captured answer for a SIP domain of its own.
func TestAutodiscover(t *testing.T) {
	t.Parallel()
	at, ca := freePorts(t), newAuthority(t)
	const domain = "contoso.com"
	ucwa := func(d string) page { return capture(t, "b_ucwa.json", "application/json", domain, d) }
	meet := func(d string, p page) site { return site{Host: "meet." + d, Secure: map[string]page{"/": p}} }
	joinPage := capture(t, "meet.html", "text/html")

	own := startProxy(t, at, proxy{
		Certificate: ca.issue(t, "proxy.test", "*.legacy.test", "*.ucwa.test", "*.redirected.test", "redirected.test", "*.xml.test"),
		Sites: []site{
			lyncdiscover(t, "legacy.test", capture(t, "a_legacy.json", "application/json", domain, "legacy.test")),
			{Host: "extweb.legacy.test", Secure: map[string]page{userPath: challenge(t, "c_challenge.txt", "legacy.test")}},
			meet("legacy.test", joinPage),
			{Host: "dialin.legacy.test", Secure: map[string]page{"/": {Type: "text/html", Body: `<form action="Dialin/Conference.aspx">`}}},
			{Host: "admin.legacy.test", Secure: map[string]page{"/": {Status: 401}}},

			lyncdiscover(t, "ucwa.test", ucwa("ucwa.test")),
			{Host: "lyncweb.ucwa.test", Secure: map[string]page{oauthPath: challenge(t, "c_challenge_unquoted.txt", "ucwa.test")}},
			meet("ucwa.test", page{Type: "text/html", Body: "<h1>It works!</h1>"}),

			{Host: "lyncdiscover.redirected.test", Secure: map[string]page{"/": redirect(t, "redirected.test")}, Plain: map[string]page{"/": redirect(t, "redirected.test")}},
			{Host: "redirected.test", Secure: map[string]page{rootPath: ucwa("redirected.test")}},
			{Host: "lyncweb.redirected.test", Secure: map[string]page{oauthPath: {Status: 401, Headers: []string{"X-MS-WebTicketURL: https://lyncweb.redirected.test/WebTicket/WebTicketService.svc"}}}},
			meet("redirected.test", page{Status: 403, Headers: []string{"X-MS-Server-Fqdn: fe1.redirected.test"}}),

			lyncdiscover(t, "xml.test", capture(t, "root.xml", "application/vnd.microsoft.rtc.autodiscover+xml", domain, "xml.test")),
			{Host: "extweb.xml.test", Secure: map[string]page{userPath: {Status: 401, Headers: []string{`WWW-Authenticate: Basic realm="proxy"`}}}},
		},
	})
	cloudUser := capture(t, "b_ucwa.json", "application/json", "lyncweb."+domain, "webdir1e.online.lync.com", domain, "cloud.test")
	toForest := capture(t, "e_microsoft365.json", "application/json", "ondrejvalenta.com", "cloud.test")
	cloud := startProxy(t, at, proxy{
		Certificate: ca.issue(t, "*.online.lync.com"),
		Sites: []site{
			{Host: "lyncdiscover.cloud.test", Secure: map[string]page{"/": toForest}, Plain: map[string]page{"/": toForest}},
			{Host: "webdir1e.online.lync.com", Secure: map[string]page{rootPath: cloudUser, oauthPath: challenge(t, "c_challenge.txt", "online.lync.com")}},
		},
	})
	hoster := startProxy(t, at, proxy{
		Certificate: ca.issue(t, "lyncweb.hoster.test"),
		Sites: []site{{Host: "lyncweb.hoster.test", Secure: map[string]page{
			rootPath: ucwa("hoster.test"), oauthPath: challenge(t, "c_challenge.txt", "hoster.test"),
		}}},
	})
	plain := startProxy(t, at, proxy{Sites: []site{
		{Host: "lyncdiscover.hosted.test", Plain: map[string]page{"/": redirect(t, "lyncweb.hoster.test")}},
		{Host: "lyncdiscover.trusting.test", Plain: map[string]page{"/": redirect(t, "lyncweb.hoster.test")}},
	}})

	names := func(ip string, hosts ...string) string {
		return strings.Join(hosts, " A "+ip+"\n") + " A " + ip + "\n"
	}
	bind := startNameserver(t, freePort(t), map[string]string{
		"legacy.test":     names(own, "lyncdiscover", "extweb", "lyncweb", "meet", "dialin", "admin"),
		"ucwa.test":       names(own, "lyncdiscover", "lyncweb", "meet"),
		"redirected.test": names(own, "@", "lyncdiscover", "lyncweb", "meet"),
		"xml.test":        names(own, "lyncdiscover", "extweb", "meet"),
		"cloud.test":      "lyncdiscover CNAME webdir.online.lync.com.\n",
		"lync.com":        names(cloud, "webdir.online", "webdir0e.online", "webdir1e.online"),
		"hosted.test":     names(plain, "lyncdiscover"),
		"trusting.test":   names(plain, "lyncdiscover"),
		"hoster.test":     names(hoster, "lyncweb"),
	})
	e := startExporter(t, fmt.Sprintf(`
connect_to: %s
tls: {ca_file: %q}
views: {external: {nameservers: [%q]}}
profiles:
  web: {federation: false}
  no_meetings: {federation: false, simple_urls: {meet: ""}}
domains:
  - name: legacy.test
    profile: web
    simple_urls: {dialin: "https://dialin.legacy.test/", admin: "https://admin.legacy.test/"}
  - {name: ucwa.test, profile: web}
  - {name: redirected.test, profile: web}
  - {name: xml.test, profile: web}
  - {name: cloud.test, profile: no_meetings, topology: hybrid}
  - {name: hosted.test, profile: no_meetings}
  - {name: trusting.test, profile: no_meetings, trusted_domains: [hoster.test], lyncdiscover: {schemes: [http]}}
`, at.connectTo(), ca.Root, bind))
	m := e.scrape(t, "/metrics", 10*time.Second)

	for domain, expected := range map[string]string{
		"legacy.test": bothSchemes(`
			lync_lyncdiscover_reachable{name="lyncdiscover",scheme=SCHEME} 1
			lync_lyncdiscover_http_status_code{name="lyncdiscover",scheme=SCHEME} 200
			lync_lyncdiscover_valid{name="lyncdiscover",scheme=SCHEME} 1
			lync_lyncdiscover_redirect_domain_mismatch{name="lyncdiscover",scheme=SCHEME} 0
			lync_lyncdiscover_info{name="lyncdiscover",scheme=SCHEME,format="json",access_location="External",host="extweb.legacy.test",server="nginx"} 1`) + `
			lync_lyncdiscover_redirects{name="lyncdiscover",scheme="https"} 0
			lync_lyncdiscover_redirects{name="lyncdiscover",scheme="http"} 1
			lync_lyncdiscover_trust_prompt 0
			lync_lyncdiscover_cname_domain_mismatch{name="lyncdiscover"} 0
			no findings lyncdiscover
			lync_web_services_reachable 1
			lync_web_services_http_status_code 401
			lync_web_services_challenge_valid 1
			lync_web_services_info{host="extweb.legacy.test",server_fqdn="w15-lync-se1.legacy.test",server="nginx"} 1
			no findings web_services
			lync_simple_url_reachable{url="meet"} 1
			lync_simple_url_reachable{url="dialin"} 1
			lync_simple_url_reachable{url="admin"} 1
			lync_simple_url_http_status_code{url="meet"} 200
			lync_simple_url_http_status_code{url="dialin"} 200
			lync_simple_url_http_status_code{url="admin"} 401
			lync_simple_url_verified{url="meet"} 1
			lync_simple_url_verified{url="dialin"} 1
			lync_simple_url_verified{url="admin"} 0
			lync_simple_url_unique{url="meet"} 1
			finding simple_urls admin admin_visible_external warning
			lync_capability_up{capability="autodiscover"} 1
			lync_capability_up{capability="sign_in"} 1
			lync_capability_up{capability="meetings"} 1`,
		"ucwa.test": bothSchemes(`
			lync_lyncdiscover_valid{name="lyncdiscover",scheme=SCHEME} 1
			lync_lyncdiscover_info{name="lyncdiscover",scheme=SCHEME,format="ucwa",access_location="",host="lyncweb.ucwa.test",server="nginx"} 1`) + `
			no findings lyncdiscover
			lync_web_services_http_status_code 401
			lync_web_services_challenge_valid 1
			no findings web_services
			lync_simple_url_reachable{url="meet"} 1
			lync_simple_url_verified{url="meet"} 0
			finding simple_urls meet meet_unverified warning
			lync_capability_up{capability="autodiscover"} 1
			lync_capability_up{capability="sign_in"} 1
			lync_capability_up{capability="meetings"} 1`,
		"redirected.test": bothSchemes(`
			lync_lyncdiscover_valid{name="lyncdiscover",scheme=SCHEME} 1
			lync_lyncdiscover_redirects{name="lyncdiscover",scheme=SCHEME} 1
			lync_lyncdiscover_redirect_domain_mismatch{name="lyncdiscover",scheme=SCHEME} 0
			lync_lyncdiscover_info{name="lyncdiscover",scheme=SCHEME,format="ucwa",access_location="",host="lyncweb.redirected.test",server="nginx"} 1`) + `
			lync_lyncdiscover_trust_prompt 0
			no findings lyncdiscover
			lync_web_services_challenge_valid 1
			no findings web_services
			lync_simple_url_reachable{url="meet"} 1
			lync_simple_url_http_status_code{url="meet"} 403
			lync_simple_url_verified{url="meet"} 1
			no findings simple_urls`,
		"xml.test": bothSchemes(`
			lync_lyncdiscover_valid{name="lyncdiscover",scheme=SCHEME} 1
			lync_lyncdiscover_info{name="lyncdiscover",scheme=SCHEME,format="xml",access_location="External",host="extweb.xml.test",server="nginx"} 1`) + `
			no findings lyncdiscover
			lync_web_services_reachable 1
			lync_web_services_http_status_code 401
			lync_web_services_challenge_valid 0
			finding web_services user_link user_link_challenge_unknown warning
			lync_simple_url_reachable{url="meet"} 0
			lync_simple_url_http_status_code{url="meet"} 404
			finding simple_urls meet meet_http_error critical
			lync_capability_up{capability="autodiscover"} 1
			lync_capability_up{capability="sign_in"} 1
			lync_capability_up{capability="meetings"} 0`,
		// The certificate does not fit the customer's name; http answers. No fault.
		"cloud.test": bothSchemes(`
			lync_lyncdiscover_http_status_code{name="lyncdiscover",scheme=SCHEME} 200
			lync_lyncdiscover_redirects{name="lyncdiscover",scheme=SCHEME} 1
			lync_lyncdiscover_redirect_domain_mismatch{name="lyncdiscover",scheme=SCHEME} 0`) + `
			lync_lyncdiscover_reachable{name="lyncdiscover",scheme="https"} 0
			lync_lyncdiscover_reachable{name="lyncdiscover",scheme="http"} 1
			lync_lyncdiscover_cname_domain_mismatch{name="lyncdiscover"} 1
			lync_lyncdiscover_trust_prompt 0
			no findings lyncdiscover
			lync_web_services_reachable 1
			lync_web_services_info{host="webdir1e.online.lync.com",server_fqdn="w15-lync-se1.online.lync.com",server="nginx"} 1
			no findings web_services
			lync_capability_up{capability="autodiscover"} 1
			lync_capability_up{capability="sign_in"} 1`,
		"hosted.test": `
			lync_lyncdiscover_reachable{name="lyncdiscover",scheme="https"} 0
			lync_lyncdiscover_reachable{name="lyncdiscover",scheme="http"} 1
			lync_lyncdiscover_valid{name="lyncdiscover",scheme="http"} 1
			lync_lyncdiscover_redirect_domain_mismatch{name="lyncdiscover",scheme="http"} 1
			lync_lyncdiscover_trust_prompt 1
			finding lyncdiscover lyncdiscover lyncdiscover_http_redirect_prompt warning
			lync_web_services_reachable 1
			no findings web_services
			lync_capability_up{capability="autodiscover"} 1
			lync_capability_up{capability="sign_in"} 1`,
		"trusting.test": `
			lync_lyncdiscover_reachable{name="lyncdiscover",scheme="http"} 1
			lync_lyncdiscover_valid{name="lyncdiscover",scheme="http"} 1
			lync_lyncdiscover_redirect_domain_mismatch{name="lyncdiscover",scheme="http"} 0
			lync_lyncdiscover_trust_prompt 0
			no findings lyncdiscover
			lync_web_services_reachable 1`,
	} {
		m.expect(t, domain, expected+"\n"+allChecks(1))
	}
}

// bothSchemes are lines that hold over https as well as over http.
func bothSchemes(lines string) string {
	return strings.ReplaceAll(lines, "SCHEME", `"https"`) + strings.ReplaceAll(lines, "SCHEME", `"http"`)
}
