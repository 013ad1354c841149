package lab

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
	Dialin    string   // its dial-in URL, "" for none
	Schemes   []string // of its lyncdiscover, nil for the default
	EdgeNames []string // in its Edge's certificate besides sip

	differs func(*site) // from a healthy domain at home
}

// site is what a domain has. It begins healthy.
type site struct {
	domain   string
	estate   *Estate
	records  map[string]string // zone text by "NAME TYPE"
	edge     *server
	edgeCert certificate
	bare     *server // another address of the Edge, without intermediate certificates; nil: none
	web      *server
	webNames []string // in the certificate of the web server
	pages    map[string]page
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

// federate replaces the federation record; each target is one of priority,
// weight, port and host.
func (s *site) federate(targets ...string) {
	s.set("_sipfederationtls._tcp", "SRV", strings.Join(targets, "\n"))
}

// atEdge gives the Edge a further name, in DNS and in its certificate.
func (s *site) atEdge(host string) {
	s.records[host+" A"] = host + ". 60 IN A " + s.edge.ip
	s.edgeCert.names = append(s.edgeCert.names, host)
}

// dialin gives the web server the host of the dial-in page.
func (s *site) dialin(answer page) {
	s.set("dialin", "A", s.web.ip)
	s.webNames = append(s.webNames, s.host("dialin"))
	s.pages[s.host("dialin")] = answer
}

func (s *site) remove(label, recordType string) { s.set(label, recordType, "") }

// ownEdge gives the domain an Edge that behaves in its own way.
func (s *site) ownEdge(e edge) {
	s.edge = s.estate.newServer(&e)
	s.set("sip", "A", s.edge.ip)
}

// httpOnly moves lyncdiscover to an address without HTTPS, from where a hoster
// answers: the way of hosters with many domains (docs/rules.md#autodiscover-http).
func (s *site) httpOnly() {
	discover := s.estate.newServer(nil)
	discover.noHTTPS = true
	s.set("lyncdiscover", "A", discover.ip)
	discover.pages[s.host("lyncdiscover")] = redirecting("lyncdiscover.hoster.example", s.domain)
}

// build sets a domain up.
func (e *Estate) build(sc Scenario) error {
	s := &site{domain: sc.Name, estate: e, records: make(map[string]string), edge: e.edge, web: e.web, pages: make(map[string]page)}
	sip, discover, meet, webext := s.host("sip"), s.host("lyncdiscover"), s.host("meet"), s.host("webext")
	s.set("_sip._tls", "SRV", "0 0 443 "+sip+".")
	s.federate("0 0 5061 " + sip + ".")
	s.set("sip", "A", s.edge.ip)
	for _, label := range []string{"lyncdiscover", "meet", "webext"} {
		s.set(label, "A", s.web.ip)
	}
	s.edgeCert = healthy(append([]string{sip}, sc.EdgeNames...)...)
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
	if err := s.edge.certify(e.issuer(s.edgeCert), s.edgeCert, append([]string{sip}, s.edgeCert.names...)); err != nil {
		return err
	}
	if s.bare != nil {
		whole := s.edge.certificates[sip]
		s.bare.certificates[sip] = &tls.Certificate{Certificate: whole.Certificate[:1], PrivateKey: whole.PrivateKey}
	}
	for host, p := range s.pages {
		s.web.pages[host] = p
	}
	return s.web.certify(e.authority, healthy(s.webNames...), append([]string{discover, meet, webext}, s.webNames...))
}

// issuer is the authority that a certificate is to be of.
func (e *Estate) issuer(c certificate) *authority {
	switch {
	case c.foreign:
		return e.foreign
	case c.between:
		return e.between
	}
	return e.authority
}

// others sets up who is around the domains: a hoster, the cloud as far as a
// domain meets it, and the authorities' revocation lists.
func (e *Estate) others() error {
	edges := []string{"sip.hoster.example", "edge.hoster.example", "sipfed.online.lync.com", "sipdir.online.lync.com"}
	webs := []string{"lyncdiscover.hoster.example", "webext.hoster.example", "webdir.online.lync.com"}
	for _, host := range edges {
		if err := e.edge.certify(e.authority, healthy(host), []string{host}); err != nil {
			return err
		}
		if err := e.zone.Add(host + ". 60 IN A " + e.edge.ip); err != nil {
			return err
		}
	}
	for _, host := range webs {
		if err := e.web.certify(e.authority, healthy(host), []string{host}); err != nil {
			return err
		}
		if err := e.zone.Add(host + ". 60 IN A " + e.web.ip); err != nil {
			return err
		}
	}
	if err := e.zone.Add(listHost + ". 60 IN A " + e.web.ip); err != nil {
		return err
	}
	e.web.pages[listHost] = lists(e.authority, e.between, e.foreign)
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
		{Name: "fabrikam.example", Story: "healthy, at home on the same servers, with a dial-in page",
			Dialin: "https://dialin.fabrikam.example/", differs: func(s *site) { s.dialin(dialingIn()) }},
		{Name: "teams-only.example", Story: "healthy, in the cloud with nothing but the federation record",
			Absent: []string{signIn, autodiscover, meetings},
			differs: func(s *site) {
				for _, label := range []string{"sip", "lyncdiscover", "meet", "webext"} {
					s.remove(label, "A")
				}
				s.remove("_sip._tls", "SRV")
				s.federate("100 1 5061 sipfed.online.lync.com.")
			}},

		// The federation record.
		{Name: "foreign-target.example", Story: "federation record points to another domain's Edge",
			Findings: []string{"federation_target_foreign_domain"}, Down: []string{federation},
			differs: func(s *site) { s.federate("0 0 5061 sip.hoster.example.") }},
		{Name: "netatwork.example", Story: "healthy, federation record points to its own Edge"},
		{Name: "msxfaq.example", Story: "federation record points to the Edge of netatwork.example",
			Findings: []string{"federation_target_foreign_domain"}, Down: []string{federation},
			differs: func(s *site) { s.federate("0 0 5061 sip.netatwork.example.") }},
		{Name: "xn--bcher-kva.example", Story: "bücher.example, as people write it, with federation on the port of clients",
			Findings: []string{"federation_port_not_5061"},
			differs:  func(s *site) { s.federate("0 0 443 " + s.host("sip") + ".") }},
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
			differs:  func(s *site) { s.federate("0 0 443 " + s.host("sip") + ".") }},
		{Name: "dangling.example", Story: "federation target without an address",
			Findings: []string{"srv_target_unresolvable"}, Down: []string{federation},
			differs: func(s *site) { s.federate("0 0 5061 " + s.host("gone") + ".") }},
		{Name: "sub-domain.example", Story: "federation target two labels below the domain",
			Findings: []string{"federation_target_subdomain"}, Down: []string{federation},
			differs: func(s *site) {
				s.federate("0 0 5061 " + s.host("sip.edge") + ".")
				s.set("sip.edge", "A", s.edge.ip)
				s.edge.alias(s.host("sip.edge"), s.host("sip"))
			}},
		{Name: "sales.litware.example", Story: "federation target in the parent domain",
			Findings: []string{"federation_target_parent_domain"}, Down: []string{federation},
			differs: func(s *site) {
				s.federate("0 0 5061 sip.litware.example.")
				s.atEdge("sip.litware.example")
			}},
		{Name: "bare-target.example", Story: "federation target is the domain itself",
			Findings: []string{"federation_target_bare_domain"},
			differs: func(s *site) {
				s.federate("0 0 5061 " + s.domain + ".")
				s.atEdge(s.domain)
			}},
		{Name: "wrong-cloud-host.example", Story: "federation target is the cloud's host for clients",
			Findings: []string{"federation_target_wrong_provider_host"}, Down: []string{federation},
			differs: func(s *site) { s.federate("100 1 5061 sipdir.online.lync.com.") }},
		{Name: "best-is-foreign.example", Story: "two federation records, partners pick the foreign one",
			Findings: []string{"federation_srv_best_not_matching"},
			differs:  func(s *site) { s.federate("0 0 5061 sip.hoster.example.", "10 0 5061 "+s.host("sip")+".") }},
		{Name: "second-is-foreign.example", Story: "two federation records, the second is foreign",
			Findings: []string{"federation_srv_extra_non_matching"},
			differs:  func(s *site) { s.federate("0 0 5061 "+s.host("sip")+".", "10 0 5061 sip.hoster.example.") }},
		{Name: "alias-target.example", Story: "federation target is an alias",
			Findings: []string{"srv_target_cname"},
			differs: func(s *site) {
				s.federate("0 0 5061 " + s.host("partners") + ".")
				s.set("partners", "CNAME", s.host("sip")+".")
				s.edgeCert.names = append(s.edgeCert.names, s.host("partners"))
			}},
		{Name: "doubled.example", Story: "dot forgotten behind the federation target",
			Findings: []string{"federation_target_doubled_suffix"}, Down: []string{federation},
			differs: func(s *site) {
				s.federate("100 1 5061 sipfed.online.lync.com." + s.domain + ".")
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
		{Name: "xml-document.example", Story: "healthy, with Autodiscover in XML",
			differs: func(s *site) {
				s.pages[s.host("lyncdiscover")] = byScheme(redirecting(s.host("lyncdiscover"), s.domain), inXML(s.host("webext")))
			}},
		{Name: "xml-resource.example", Story: "healthy, with Autodiscover as an XML resource of UCWA",
			differs: func(s *site) {
				s.pages[s.host("lyncdiscover")] = byScheme(redirecting(s.host("lyncdiscover"), s.domain), resource(s.host("webext"), s.domain))
			}},
		{Name: "forces-https.example", Story: "the proxy moves HTTP to HTTPS by a 3xx",
			Findings: []string{"lyncdiscover_http_3xx"},
			differs: func(s *site) {
				discover := s.host("lyncdiscover")
				s.pages[discover] = byScheme(moved("https://"+discover+"/"), s.pages[discover])
			}},
		{Name: "moved-away.example", Story: "the proxy moves HTTP to another domain by a 3xx",
			Findings: []string{"lyncdiscover_3xx_other_domain"},
			differs: func(s *site) {
				discover := s.host("lyncdiscover")
				s.pages[discover] = byScheme(moved("https://www.hoster.example/"), s.pages[discover])
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
		{Name: "shared-meet.example", Story: "its Meet URL is also that of borrowed-meet.example",
			Findings: []string{"meet_not_unique"}, Down: []string{meetings}},
		{Name: "borrowed-meet.example", Story: "has the Meet URL of shared-meet.example",
			Meet:     "https://meet.shared-meet.example/",
			Findings: []string{"meet_not_unique"}, Down: []string{meetings}},
		{Name: "no-dialin.example", Story: "the proxy has no rule for the dial-in URL",
			Dialin:   "https://dialin.no-dialin.example/",
			Findings: []string{"dialin_failed"},
			differs:  func(s *site) { s.dialin(status(404)) }},

		// The Edge.
		{Name: "expired.example", Story: "the Edge's certificate has expired",
			Findings: []string{"cert_expired"}, Down: both,
			differs: func(s *site) {
				s.edgeCert.from, s.edgeCert.to = time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, -3)
			}},
		{Name: "untrusted.example", Story: "the Edge's certificate is of an unknown authority",
			Findings: []string{"cert_untrusted"}, Down: both,
			differs: func(s *site) { s.edgeCert.foreign = true }},
		{Name: "not-yet-valid.example", Story: "the Edge's certificate is valid from next week",
			Findings: []string{"cert_not_yet_valid"}, Down: both,
			differs: func(s *site) { s.edgeCert.from = time.Now().AddDate(0, 0, 7) }},
		{Name: "chain-incomplete.example", Story: "one of the Edge's addresses does not send the intermediate certificate",
			Findings: []string{"cert_chain_incomplete"},
			differs: func(s *site) {
				s.edgeCert.between = true
				s.bare = s.estate.newServer(&edge{})
				s.set("sip", "A", s.edge.ip+"\n"+s.bare.ip)
			}},
		{Name: "no-names.example", Story: "only the subject of the Edge's certificate names it",
			Findings: []string{"cert_no_san"},
			differs:  func(s *site) { s.edgeCert.noNames = true }},
		{Name: "for-clients-only.example", Story: "the Edge's certificate is not for servers",
			Findings: []string{"cert_no_server_auth_eku"}, Down: both,
			differs: func(s *site) { s.edgeCert.noServerAuth = true }},
		{Name: "no-revocation.example", Story: "the Edge's certificate names no revocation list",
			Findings: []string{"cert_no_cdp"},
			differs:  func(s *site) { s.edgeCert.noRevocation = true }},
		{Name: "revoked.example", Story: "the authority has revoked the Edge's certificate",
			Findings: []string{"cert_revoked"}, Down: both,
			differs: func(s *site) { s.edgeCert.revoked = true }},
		{Name: "list-missing.example", Story: "the Edge's certificate names a revocation list that is not there",
			Findings: []string{"cert_crl_unreachable"},
			differs:  func(s *site) { s.edgeCert.listMissing = true }},
		{Name: "short-key.example", Story: "the Edge's certificate has an RSA key of 1024 bits",
			Findings: []string{"cert_weak_key"},
			differs:  func(s *site) { s.edgeCert.rsaBits = 1024 }},
		{Name: "wildcard-edge.example", Story: "the Edge has a wildcard certificate",
			Findings: []string{"cert_wildcard_on_edge"},
			differs:  func(s *site) { s.edgeCert.names = []string{"*." + s.domain} }},
		{Name: "name-missing.example", Story: "the Edge's certificate lacks the domain's name",
			Findings: []string{"cert_name_missing"}, Down: both,
			differs: func(s *site) {
				s.ownEdge(edge{})
				s.edgeCert.names = []string{"sip.contoso.example"}
			}},
		{Name: "old-tls.example", Story: "the Edge speaks TLS 1.0 only",
			Findings: []string{"tls_below_1_2"},
			differs:  func(s *site) { s.ownEdge(edge{maxVersion: tls.VersionTLS10}) }},
		{Name: "mutual-tls.example", Story: "the Edge demands a certificate of partners, as it may",
			differs: func(s *site) { s.ownEdge(edge{demands: true, maxVersion: tls.VersionTLS12}) }},
		{Name: "never-asks.example", Story: "the Edge asks partners for no certificate",
			Findings: []string{"edge_5061_no_client_cert_request"},
			differs:  func(s *site) { s.ownEdge(edge{neverAsks: true}) }},
		{Name: "lync-2013.example", Story: "the Edge is of Lync Server 2013",
			Findings: []string{"edge_version_unsupported"},
			differs:  func(s *site) { s.ownEdge(edge{product: "RTC/5.0"}) }},
		{Name: "other-sip.example", Story: "a SIP server that is not Lync's is the Edge",
			Findings: []string{"edge_sip_not_lync"},
			differs:  func(s *site) { s.ownEdge(edge{foreign: true}) }},
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
