package estate

import (
	"crypto/tls"
	"fmt"
	"strings"
	"time"
)

// Scenario is one SIP domain of the estate.
type Scenario struct {
	Name  string
	Story string
	// Findings are the reason codes of severity critical and warning that a check
	// is to find, and Down and Unknown the capabilities that it is to find so;
	// Absent are those that the domain does not offer.
	Findings              []string
	Down, Unknown, Absent []string

	Trusted   []string // added to the domain's trusted_domains
	Providers []string // added to the domain's hosting_providers
	Meet      string   // its Meet URL, "" for the default
	Schemes   []string // of its lyncdiscover, nil for the default

	differs func(*site) // from a healthy domain at home
}

// site is what a domain has. It begins healthy.
type site struct {
	domain   string
	estate   *Estate
	records  map[string]string // zone text by "NAME TYPE"
	edge     *server
	edgeCert certificate
	web      *server
	webNames []string // in the certificate of the web server
	pages    map[string]page
}

// certificate is what an Edge shows.
type certificate struct {
	names    []string
	from, to time.Time
	stranger bool // of an authority that nobody trusts
}

func (s *site) host(label string) string { return label + "." + s.domain }

// set replaces the records of a name and type; data may hold several, a line
// each.
func (s *site) set(label, recordType, data string) {
	name := s.domain
	if label != "" {
		name = s.host(label)
	}
	var lines []string
	for line := range strings.Lines(data) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, fmt.Sprintf("%s. 60 IN %s %s", name, recordType, line))
		}
	}
	s.records[name+" "+recordType] = strings.Join(lines, "\n")
}

func (s *site) remove(label, recordType string) { s.set(label, recordType, "") }

// ownEdge gives the domain an Edge that behaves in its own way.
func (s *site) ownEdge(e edge) {
	s.edge = s.estate.newServer(&e)
	s.set("sip", "A", s.edge.ip)
}

// ownWeb gives the domain a web server of its own.
func (s *site) ownWeb() *server {
	s.web = s.estate.newServer(nil)
	for _, label := range []string{"lyncdiscover", "meet", "webext"} {
		s.set(label, "A", s.web.ip)
	}
	return s.web
}

// httpOnly moves lyncdiscover to an address without HTTPS, from where a hoster
// answers: the way of hosters with many domains (lync-rules.md §3.7).
func (s *site) httpOnly() {
	discover := s.estate.newServer(nil)
	discover.noHTTPS = true
	s.set("lyncdiscover", "A", discover.ip)
	discover.pages[s.host("lyncdiscover")] = redirecting("lyncdiscover.hoster.example", s.domain)
}

// build sets a domain up.
func (e *Estate) build(sc Scenario) error {
	now := time.Now()
	s := &site{domain: sc.Name, estate: e, records: make(map[string]string), edge: e.edge, web: e.web, pages: make(map[string]page)}
	sip, discover, meet, webext := s.host("sip"), s.host("lyncdiscover"), s.host("meet"), s.host("webext")
	s.set("_sip._tls", "SRV", "0 0 443 "+sip+".")
	s.set("_sipfederationtls._tcp", "SRV", "0 0 5061 "+sip+".")
	s.set("sip", "A", s.edge.ip)
	for _, label := range []string{"lyncdiscover", "meet", "webext"} {
		s.set(label, "A", s.web.ip)
	}
	s.edgeCert = certificate{names: []string{sip}, from: now.Add(-time.Hour), to: now.AddDate(1, 0, 0)}
	s.webNames = []string{webext, discover, meet}
	s.pages[discover], s.pages[webext], s.pages[meet] = byScheme(redirecting(discover, s.domain), discovering(discover, webext, s.domain)), services(), meeting()
	if sc.differs != nil {
		sc.differs(s)
	}
	for _, text := range s.records {
		if err := e.zone.Add(text); err != nil {
			return err
		}
	}
	issuer := e.authority
	if s.edgeCert.stranger {
		issuer = e.stranger
	}
	if err := s.edge.certify(issuer, s.edgeCert.names, []string{sip}, s.edgeCert.from, s.edgeCert.to); err != nil {
		return err
	}
	for host, p := range s.pages {
		s.web.pages[host] = p
	}
	return s.web.certify(e.authority, s.webNames, append(s.webNames, discover, meet, webext), now.Add(-time.Hour), now.AddDate(1, 0, 0))
}

// others sets up who is around the domains: a hoster, and the cloud as far as
// a domain meets it.
func (e *Estate) others() error {
	now := time.Now()
	from, to := now.Add(-time.Hour), now.AddDate(1, 0, 0)
	edges := []string{"sip.hoster.example", "edge.hoster.example", "sipfed.online.lync.com", "sipdir.online.lync.com"}
	webs := []string{"lyncdiscover.hoster.example", "webext.hoster.example", "webdir.online.lync.com"}
	for _, host := range edges {
		if err := e.edge.certify(e.authority, []string{host}, []string{host}, from, to); err != nil {
			return err
		}
		if err := e.zone.Add(host + ". 60 IN A " + e.edge.ip); err != nil {
			return err
		}
	}
	for _, host := range webs {
		if err := e.web.certify(e.authority, []string{host}, []string{host}, from, to); err != nil {
			return err
		}
		if err := e.zone.Add(host + ". 60 IN A " + e.web.ip); err != nil {
			return err
		}
	}
	e.web.pages["lyncdiscover.hoster.example"] = cloud("lyncdiscover.hoster.example")
	e.web.pages["webext.hoster.example"] = services()
	e.web.pages["webdir.online.lync.com"] = cloud("webdir.online.lync.com")
	return nil
}

// Names of capabilities, as the exporter has them.
const (
	signIn       = "sign_in"
	federation   = "federation"
	autodiscover = "autodiscover"
	meetings     = "meetings"
)

// Scenarios is the table of the estate's SIP domains.
func Scenarios() []Scenario {
	both := []string{signIn, federation}
	return []Scenario{
		{Name: "contoso.example", Story: "healthy, at home"},
		{Name: "fabrikam.example", Story: "healthy, at home on the same servers"},
		{Name: "teams-only.example", Story: "healthy, in the cloud with nothing but the federation record",
			Absent: []string{signIn, autodiscover, meetings},
			differs: func(s *site) {
				for _, label := range []string{"sip", "lyncdiscover", "meet", "webext"} {
					s.remove(label, "A")
				}
				s.remove("_sip._tls", "SRV")
				s.set("_sipfederationtls._tcp", "SRV", "100 1 5061 sipfed.online.lync.com.")
			}},

		// The federation record.
		{Name: "foreign-target.example", Story: "federation record points to another domain's Edge",
			Findings: []string{"federation_target_foreign_domain"}, Down: []string{federation},
			differs: func(s *site) { s.set("_sipfederationtls._tcp", "SRV", "0 0 5061 sip.hoster.example.") }},
		{Name: "misspelled.example", Story: "federation record with an s too many",
			Findings: []string{"federation_srv_misspelled"}, Down: []string{federation},
			differs: func(s *site) {
				s.remove("_sipfederationtls._tcp", "SRV")
				s.set("_sipfederationstls._tcp", "SRV", "0 0 5061 "+s.host("sip")+".")
			}},
		{Name: "no-record.example", Story: "no federation record",
			Findings: []string{"federation_srv_missing"}, Down: []string{federation},
			differs: func(s *site) { s.remove("_sipfederationtls._tcp", "SRV") }},
		{Name: "wrong-port.example", Story: "federation on the port of clients",
			Findings: []string{"federation_port_not_5061"},
			differs:  func(s *site) { s.set("_sipfederationtls._tcp", "SRV", "0 0 443 "+s.host("sip")+".") }},
		{Name: "dangling.example", Story: "federation target without an address",
			Findings: []string{"srv_target_unresolvable"}, Down: []string{federation},
			differs: func(s *site) { s.set("_sipfederationtls._tcp", "SRV", "0 0 5061 "+s.host("gone")+".") }},
		{Name: "sub-domain.example", Story: "federation target two labels below the domain",
			Findings: []string{"federation_target_subdomain", "cert_name_missing"}, Down: []string{federation},
			differs: func(s *site) {
				s.set("_sipfederationtls._tcp", "SRV", "0 0 5061 "+s.host("sip.edge")+".")
				s.set("sip.edge", "A", s.edge.ip)
				s.edge.alias(s.host("sip.edge"), s.host("sip"))
			}},
		{Name: "doubled.example", Story: "dot forgotten behind the federation target",
			Findings: []string{"federation_target_doubled_suffix", "srv_target_unresolvable"}, Down: []string{federation},
			differs: func(s *site) {
				s.set("_sipfederationtls._tcp", "SRV", "100 1 5061 sipfed.online.lync.com."+s.domain+".")
			}},
		{Name: "internal-visible.example", Story: "names of the inside are visible outside",
			Findings: []string{"internal_record_visible_external", "lyncdiscoverinternal_visible_external"},
			differs: func(s *site) {
				s.set("_sipinternaltls._tcp", "SRV", "0 0 5061 "+s.host("sip")+".")
				s.set("lyncdiscoverinternal", "A", s.web.ip)
				s.pages[s.host("lyncdiscoverinternal")] = s.pages[s.host("lyncdiscover")]
			}},
		{Name: "wildcard-zone.example", Story: "the zone answers for every name",
			Findings: []string{"dns_wildcard"},
			differs:  func(s *site) { s.set("*", "A", s.web.ip) }},
		{Name: "servfail.example", Story: "the nameserver cannot answer",
			Findings: []string{"dns_lookup_failed"}, Unknown: []string{signIn, federation, autodiscover, meetings},
			differs: func(s *site) { s.estate.zone.Fail(s.domain) }},
		{Name: "silent-dns.example", Story: "the nameserver does not answer",
			Findings: []string{"dns_lookup_failed"}, Unknown: []string{signIn, federation, autodiscover, meetings},
			differs: func(s *site) { s.estate.zone.Silence(s.domain) }},

		// Autodiscover.
		{Name: "http-only.example", Story: "lyncdiscover over HTTP, on to a hoster: users are asked",
			Findings: []string{"lyncdiscover_http_redirect_prompt"},
			differs:  (*site).httpOnly},
		{Name: "http-only-trusted.example", Story: "the same, to a hoster that clients trust",
			Trusted: []string{"hoster.example"},
			differs: (*site).httpOnly},
		{Name: "m365-alias.example", Story: "lyncdiscover is an alias into Microsoft 365: HTTPS does not fit, HTTP works",
			differs: func(s *site) {
				s.remove("lyncdiscover", "A")
				s.set("lyncdiscover", "CNAME", "webdir.online.lync.com.")
				s.pages[s.host("lyncdiscover")] = cloud("webdir.online.lync.com")
				s.estate.web.alias(s.host("lyncdiscover"), "webdir.online.lync.com")
				s.webNames = []string{s.host("webext"), s.host("meet")}
			}},
		{Name: "legacy-document.example", Story: "healthy, with the older Autodiscover document",
			differs: func(s *site) {
				s.pages[s.host("lyncdiscover")] = byScheme(redirecting(s.host("lyncdiscover"), s.domain), legacy(s.host("webext")))
			}},
		{Name: "redirect-loop.example", Story: "Autodiscover redirects to itself",
			Findings: []string{"lyncdiscover_redirect_loop"}, Down: []string{autodiscover},
			differs: func(s *site) { s.pages[s.host("lyncdiscover")] = redirecting(s.host("lyncdiscover"), s.domain) }},
		{Name: "parking-page.example", Story: "a registrar's page answers for lyncdiscover",
			Findings: []string{"lyncdiscover_not_autodiscover"}, Down: []string{autodiscover},
			differs: func(s *site) { s.pages[s.host("lyncdiscover")] = parking() }},
		{Name: "pre-auth.example", Story: "the proxy asks for credentials first",
			Findings: []string{"lyncdiscover_preauth"}, Down: []string{autodiscover},
			differs: func(s *site) { s.pages[s.host("lyncdiscover")] = status(401) }},
		{Name: "no-rule.example", Story: "the proxy has no rule for lyncdiscover",
			Findings: []string{"lyncdiscover_404"}, Down: []string{autodiscover},
			differs: func(s *site) { s.pages[s.host("lyncdiscover")] = status(404) }},
		{Name: "dead-services.example", Story: "the web services are gone",
			Findings: []string{"user_link_failed"}, Down: []string{autodiscover},
			differs: func(s *site) { s.pages[s.host("webext")] = status(503) }},
		{Name: "meet-error.example", Story: "the proxy has no rule for the Meet URL",
			Findings: []string{"meet_http_error"}, Down: []string{meetings},
			differs: func(s *site) { s.pages[s.host("meet")] = status(404) }},

		// The Edge.
		{Name: "expired.example", Story: "the Edge's certificate has expired",
			Findings: []string{"cert_expired"}, Down: both,
			differs: func(s *site) {
				s.ownEdge(edge{})
				s.edgeCert.from, s.edgeCert.to = time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, -3)
			}},
		{Name: "untrusted.example", Story: "the Edge's certificate is of an unknown authority",
			Findings: []string{"cert_untrusted"}, Down: both,
			differs: func(s *site) {
				s.ownEdge(edge{})
				s.edgeCert.stranger = true
			}},
		{Name: "wildcard-edge.example", Story: "the Edge has a wildcard certificate",
			Findings: []string{"cert_wildcard_on_edge"},
			differs: func(s *site) {
				s.ownEdge(edge{})
				s.edgeCert.names = []string{"*." + s.domain}
			}},
		{Name: "name-missing.example", Story: "the Edge's certificate lacks the domain's name",
			Findings: []string{"cert_name_missing", "cert_sip_san_missing"}, Down: both,
			differs: func(s *site) {
				s.ownEdge(edge{})
				s.edgeCert.names = []string{"sip.contoso.example"}
			}},
		{Name: "old-tls.example", Story: "the Edge speaks TLS 1.0 only",
			Findings: []string{"tls_below_1_2"},
			differs:  func(s *site) { s.ownEdge(edge{maxVersion: tls.VersionTLS10}) }},
		{Name: "mutual-tls.example", Story: "the Edge demands a certificate of partners, as it may",
			differs: func(s *site) { s.ownEdge(edge{demands: true, maxVersion: tls.VersionTLS12}) }},
		{Name: "half-dead.example", Story: "one of the Edge's two addresses is dead",
			Findings: []string{"edge_ip_partially_down"},
			differs: func(s *site) {
				dead := s.estate.newServer(nil)
				dead.off = true
				s.set("sip", "A", s.edge.ip+"\n"+dead.ip)
			}},
		{Name: "dead-edge.example", Story: "nobody answers at the Edge's address",
			Findings: []string{"edge_tcp_unreachable"}, Down: both,
			differs: func(s *site) {
				s.ownEdge(edge{})
				s.edge.off = true
			}},
		{Name: "silent-edge.example", Story: "the Edge takes connections and says nothing",
			Findings: []string{"edge_sip_no_answer"},
			differs:  func(s *site) { s.ownEdge(edge{silent: true}) }},
		{Name: "http-on-sip.example", Story: "a web server where the Edge should be",
			Findings: []string{"edge_port_speaks_http"}, Down: both,
			differs: func(s *site) { s.ownEdge(edge{speaksHTTP: true}) }},
	}
}

// alias lets a server show for a name the certificate that it has for another,
// once that is there.
func (s *server) alias(name, of string) { s.aliases[name] = of }
