package real

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestReportedCases checks all reported domains at once.
func TestReportedCases(t *testing.T) {
	t.Parallel()
	at, ca, other := freePorts(t), newAuthority(t), newAuthority(t)
	places := startReported(t, at, ca, other)
	bind := startNameserver(t, freePort(t), zonesOf(places))
	config := fmt.Sprintf(`
timeout: 30s
tls: {ca_file: %[1]q, revocation: false}
views:
  external: {nameservers: [%[2]q]}
  balanced: {nameservers: [%[3]q]}
  inside: {nameservers: [%[2]q], internal: true}
`, writeFile(t, t.TempDir(), "roots.pem", readFile(t, ca.Root)+readFile(t, other.Root)), bind, startBalancer(t, bind))
	config += ways(at, places) + "domains:\n"
	for _, c := range reportedCases {
		config += fmt.Sprintf("  - {name: %s, views: [%s]%s}\n", c.domain, cmp.Or(c.view, "external"), c.settings)
	}
	report := runCheck(t, config)
	for _, c := range reportedCases {
		t.Run(c.name, func(t *testing.T) { c.compare(t, report.of(t, c.domain)) })
	}
	t.Run("alone", func(t *testing.T) {
		const domain = "incomplete.test"
		if diff := gocmp.Diff(report.of(t, domain).outcome(), runCheck(t, config, domain).of(t, domain).outcome()); diff != "" {
			t.Errorf("without the company of a domain whose Edge sends the intermediate (-with +without):\n%s", diff)
		}
	})
}

// startReported starts all servers, and returns their addresses by the words that
// stand for them in zones. The authority other publishes its intermediate by http.
func startReported(t *testing.T, at ports, ca, other authority) map[string]string {
	t.Helper()
	sip, web := []string{"edge.own.test"}, []string{"proxy.own.test"}
	sites := []site{{Host: "authority.test", Plain: map[string]page{"/intermediate.crt": other.published(t)}}}
	for _, c := range reportedCases {
		sip, web = append(sip, "sip."+c.domain), append(web, "*."+c.domain)
		sites = append(sites, c.websites(t)...)
	}
	asks := func(c certificate) edge { return edge{Certificate: c, Asks: true, Clients: ca.Root} }
	edges := startEdges(t, at,
		asks(ca.issue(t, sip...)),
		asks(ca.issue(t, "edge.phone.test", "edge.sansip.test", "edge.catchall.test")),
		asks(ca.issue(t, "sipfed.online.lync.com", "sipdir.online.lync.com")),
		asks(ca.issue(t, "sip.hoster.test")),
		asks(other.issueFor(t, certificateRequest{Names: []string{"sip.incomplete.test"}, WithoutIssuer: true, IssuerURL: "http://authority.test/intermediate.crt"})),
		asks(other.issue(t, "sip.company.test")),
	)
	proxied := func(c certificate) string { return startProxy(t, at, proxy{Certificate: c, Sites: sites}) }
	places := map[string]string{
		"EDGE": edges[0], "OTHEREDGE": edges[1], "SIPFED": edges[2], "HOSTER": edges[3], "INCOMPLETE": edges[4], "COMPANY": edges[5],
		"PROXY": proxied(ca.issue(t, web...)),
		"EXPIRED": proxied(ca.issueFor(t, certificateRequest{NotAfter: "20210101000000Z", Names: []string{
			"lyncdiscover.behind.test", "lyncweb.behind.test", "lyncdiscover.unnamed.test", "lyncweb.unnamed.test", "lyncdiscover.deep.test", "lyncweb.deep.test",
		}})),
		"UNLISTED":   proxied(ca.issue(t, "lyncweb.unlisted.test", "meet.unlisted.test", "lyncweb.bridge.test", "meet.bridge.test")),
		"WEBDIR":     startProxy(t, at, proxy{Certificate: ca.issue(t, "*.online.lync.com")}),
		"SHOP":       startProxy(t, at, proxy{Certificate: ca.issue(t, "www.shop.test"), Sites: []site{{Host: "www.shop.test"}}}),
		"STRANGER":   startProxy(t, at, proxy{Certificate: ca.issue(t, "www.stranger.example"), Sites: []site{strangers("lyncdiscover.elsewhere.test")}}),
		"GATEWAY":    startOpenSSL(t, at.SIP, ca.issue(t, "video.gateway.test")),
		"TELEPHONES": startTelephones(t, at.PlainSIP),
		"PRIVATE":    startProxy(t, at, proxy{Certificate: ca.issue(t, "*.private.test"), Sites: sites, Address: privateAddress(t)}),
		"NOBODY":     address(),
	}
	for i := range 8 {
		places[fmt.Sprint("BALANCER", i+1)] = address()
	}
	return places
}

// strangers is a site that has a page for whoever comes.
func strangers(host string) site {
	welcome := map[string]page{"/": {Type: "text/html", Body: "<h1>Welcome</h1>"}}
	return site{Host: host, Secure: welcome, Plain: welcome}
}

// ways lead the exporter to the servers' ports. It reaches those at private
// addresses, too, as it may from inside: by connect_to where nobody can listen
// there.
func ways(at ports, places map[string]string) string {
	text := "connect_to:\n"
	for _, port := range [][2]int{{wellKnown.HTTPS, at.HTTPS}, {wellKnown.HTTP, at.HTTP}, {wellKnown.SIP, at.SIP}, {wellKnown.PlainSIP, at.PlainSIP}} {
		reach := func(host, place string) {
			text += fmt.Sprintf("  - %s:%d:%s:%d\n", host, port[0], places[place], port[1])
		}
		reach("sip.privateedge.test", "EDGE")
		if places["PRIVATE"] != private {
			for _, label := range []string{"lyncdiscover", "lyncweb", "meet"} {
				reach(label+".private.test", "PRIVATE")
			}
		}
		reach("", "")
	}
	return text
}

// zonesOf are the reported zones and those of Microsoft, a hoster and the inside.
func zonesOf(places map[string]string) map[string]string {
	zones := map[string]string{
		"test":           "",
		"authority.test": "@ A PROXY\n",
		"hoster.test":    "sip A HOSTER\n",
		"corp.local":     "",
		"con":            "",
		"lync.com":       "sipfed.online A SIPFED\nsipdir.online A SIPFED\nwebdir.online A WEBDIR\nwebdir2a.online CNAME x.lync.glbdns.microsoft.com.\n",
		"microsoft.com":  "x.lync.glbdns A WEBDIR\n",
	}
	for _, c := range reportedCases {
		if c.zone != "" {
			zones[c.domain] = c.zone
		}
	}
	var pairs []string
	for place, address := range places {
		pairs = append(pairs, place, address)
	}
	replacer := strings.NewReplacer(pairs...)
	for name, text := range zones {
		zones[name] = replacer.Replace(text)
	}
	return zones
}

// websites are a healthy domain's, but for what differs.
func (c reportedCase) websites(t *testing.T) []site {
	root := capture(t, "b_ucwa.json", "application/json", "lyncweb.contoso.com", cmp.Or(c.userLink, "lyncweb."+c.domain))
	sites := map[string]site{
		"lyncdiscover": lyncdiscover(t, c.domain, root),
		"lyncweb":      {Host: "lyncweb." + c.domain, Secure: map[string]page{oauthPath: challenge(t, "c_challenge.txt", c.domain)}},
		"meet":         {Host: "meet." + c.domain, Secure: map[string]page{"/": capture(t, "meet.html", "text/html")}},
	}
	for url, p := range c.sites {
		scheme, rest, _ := strings.Cut(url, "://")
		label, path, _ := strings.Cut(rest, "/")
		s, ok := sites[label]
		if !ok {
			s = site{Host: label + "." + c.domain, Secure: map[string]page{}}
		}
		if scheme == "https" {
			s.Secure["/"+path] = p
		} else {
			s.Plain["/"+path] = p
		}
		sites[label] = s
	}
	var list []site
	for _, s := range sites {
		list = append(list, s)
	}
	return list
}

// outcome is what is compared of a report.
type outcome struct {
	Topology     string
	Capabilities map[string]string
	Findings     []string
}

func (d domainReport) outcome() outcome {
	o := outcome{Topology: d.Topology, Capabilities: d.Capabilities}
	for _, f := range d.Findings {
		o.Findings = append(o.Findings, f.Severity+" "+f.Reason+" "+f.Subject)
	}
	return o
}

func (c reportedCase) outcome() outcome {
	o := outcome{Topology: cmp.Or(c.topology, "on_premises"), Capabilities: map[string]string{}, Findings: c.findings}
	if c.topology == noTopology {
		o.Topology = ""
	}
	for _, capability := range []string{"sign_in", "federation", "autodiscover", "meetings"} {
		state := "up"
		switch {
		case slices.Contains(strings.Fields(c.down), capability):
			state = "down"
		case slices.Contains(strings.Fields(c.unknown), capability):
			state = "unknown"
		case c.offered != "" && !slices.Contains(strings.Fields(c.offered), capability):
			state = "not_offered"
		case capability == "federation" && c.view == inside, capability != "federation" && o.Topology != "on_premises" && o.Topology != "hybrid":
			state = "not_offered"
		}
		o.Capabilities[capability] = state
	}
	return o
}

func (c reportedCase) compare(t *testing.T, d domainReport) {
	t.Helper()
	if diff := gocmp.Diff(c.outcome(), d.outcome()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", c.domain, diff)
	}
	var said strings.Builder
	for _, f := range d.Findings {
		fmt.Fprintf(&said, "%s %s\n%s\n%s\n%s\n%s\n", f.Reason, f.Subject, f.What, f.Why, f.Fix, f.Want)
	}
	text := said.String()
	for _, part := range append(c.says, c.record) {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not say %q", c.domain, part)
		}
	}
	for _, part := range c.never {
		if strings.Contains(text, part) {
			t.Errorf("%s says %q", c.domain, part)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}
