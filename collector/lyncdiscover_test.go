package collector

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// answers is an exchange in which a web server answered.
func answers(t *testing.T, link string, status int, body string, headers ...string) *observe.Exchange {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	x := &observe.Exchange{URL: u, Host: observe.Host{Name: u.Hostname(), Outcome: observe.Found}, Stage: observe.StageDone, Status: status,
		Header: http.Header{}, Body: []byte(body)}
	for i := 0; i < len(headers); i += 2 {
		x.Header.Add(headers[i], headers[i+1])
	}
	return x
}

// Answers of Autodiscover.
const (
	toOwn      = `{"_links":{"redirect":{"href":"https://webext.contoso.com/Autodiscover/AutodiscoverService.svc/root"}}}`
	toForeign  = `{"_links":{"redirect":{"href":"https://webext.fabrikam.com/Autodiscover/AutodiscoverService.svc/root"}}}`
	toCloud    = `{"_links":{"redirect":{"href":"https://WEBDIR1E.online.lync.com/Autodiscover/AutodiscoverService.svc/root"}}}`
	userOwn    = `{"_links":{"user":{"href":"https://webext.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user"}}}`
	userPlain  = `{"_links":{"user":{"href":"http://webext.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user"}}}`
	userInside = `{"AccessLocation":"Internal","Root":{"Links":[{"token":"User","href":"https://webext.contoso.com/user"}]}}`
	noUser     = `{"_links":{"self":{"href":"https://webext.contoso.com/"}}}`
)

// asked is what asking one scheme gave, the answer read as a client does. A
// redirect leads to a user link at the host that it names.
func asked(s Subject, scheme string, x *observe.Exchange) *discovery {
	d := &discovery{Name: "lyncdiscover", Scheme: scheme, Asked: true, Acceptable: scheme == "https", First: x}
	if next, final := (&Inquiry{Subject: s}).readAnswer(d, x); next != nil && !final {
		d.Hops, d.UserLink = append(d.Hops, next.String()), "https://"+next.Host+"/user"
	}
	return d
}

func closed(scheme string) *discovery {
	return &discovery{Name: "lyncdiscover", Scheme: scheme, Asked: true, First: &observe.Exchange{Stage: observe.StageConnect, Err: errors.New("refused")},
		Failure: Finding{Reason: "lyncdiscover_unreachable", Seen: "refused"}}
}

// TestJudgeLyncdiscover is group E of the decision table. What each scheme
// answered is given by status and body, "" for a closed port.
func TestJudgeLyncdiscover(t *testing.T) {
	t.Parallel()
	type answer struct {
		status   int // 0: closed
		body     string
		location string
		misnamed bool
		failure  string // instead of what the answer says
	}
	dead := answer{}
	tests := []struct {
		name          string
		secure, plain answer
		change        func(*Subject)
		prompt        float64
		reasons       []string
	}{
		{"https works", answer{status: 200, body: userOwn}, dead, nil, 0, nil},
		{"both work", answer{status: 200, body: userOwn}, answer{status: 200, body: toOwn}, nil, 0, nil},
		{"https leads elsewhere", answer{status: 200, body: toForeign}, dead, nil, 0, nil},
		{"https leads elsewhere and so does http", answer{status: 200, body: toForeign}, answer{status: 200, body: toForeign}, nil, 0, nil},
		{"only http, to the own domain", dead, answer{status: 200, body: toOwn}, nil, 0, nil},
		{"only http, elsewhere", dead, answer{status: 200, body: toForeign}, nil, 1, []string{"warning lyncdiscover_http_redirect_prompt"}},
		{"only http, to a trusted domain", dead, answer{status: 200, body: toCloud}, nil, 0, nil},
		{"only http, to a domain trusted by policy", dead, answer{status: 200, body: toForeign},
			func(s *Subject) { s.Domain.TrustedDomains = []string{"fabrikam.com"} }, 0, nil},
		{"https without the name, http works", answer{status: 200, body: userOwn, misnamed: true}, answer{status: 200, body: toOwn}, nil, 0,
			[]string{"warning lyncdiscover_https_name_mismatch_http_ok"}},
		{"https without the name, http elsewhere", answer{status: 200, body: userOwn, misnamed: true}, answer{status: 200, body: toForeign}, nil, 1,
			[]string{"warning lyncdiscover_http_redirect_prompt", "warning lyncdiscover_https_name_mismatch_http_ok"}},
		{"https without the name, http dead", answer{status: 200, body: userOwn, misnamed: true}, dead, nil, 0,
			[]string{"critical lyncdiscover_cert_name_missing"}},
		{"both dead", dead, dead, nil, 0, []string{"critical lyncdiscover_unreachable"}},
		{"http does not redirect", dead, answer{status: 200, body: userOwn}, nil, 0, []string{"info lyncdiscover_http_no_redirect"}},
		{"3xx on http, https works", answer{status: 200, body: userOwn}, answer{status: 301, location: "https://lyncdiscover.contoso.com/"}, nil, 0,
			[]string{"warning lyncdiscover_http_3xx"}},
		{"3xx on http, https dead", dead, answer{status: 301, location: "https://lyncdiscover.contoso.com/"}, nil, 0,
			[]string{"critical lyncdiscover_unreachable", "warning lyncdiscover_http_3xx"}},
		{"3xx to another domain", answer{status: 200, body: userOwn}, answer{status: 302, location: "https://parking.example/"}, nil, 0,
			[]string{"warning lyncdiscover_3xx_other_domain"}},
		{"a web page on https", answer{status: 200, body: "<!DOCTYPE html><html></html>"}, dead, nil, 0, []string{"critical lyncdiscover_not_autodiscover"}},
		{"a web page on http, https works", answer{status: 200, body: userOwn}, answer{status: 200, body: "<html></html>"}, nil, 0,
			[]string{"warning lyncdiscover_not_autodiscover"}},
		{"the proxy authenticates", answer{status: 401}, dead, nil, 0, []string{"critical lyncdiscover_preauth"}},
		{"the proxy forbids", answer{status: 403}, dead, nil, 0, []string{"critical lyncdiscover_preauth"}},
		{"not found", answer{status: 404}, dead, nil, 0, []string{"critical lyncdiscover_404"}},
		{"server error", answer{status: 503}, dead, nil, 0, []string{"critical lyncdiscover_not_autodiscover"}},
		{"loop", answer{status: 200, body: toOwn, failure: "lyncdiscover_redirect_loop"}, dead, nil, 0, []string{"critical lyncdiscover_redirect_loop"}},
		{"too many hops", answer{status: 200, body: toOwn, failure: "lyncdiscover_redirect_limit"}, dead, nil, 0, []string{"critical lyncdiscover_redirect_limit"}},
		{"unknown to the cloud", answer{status: 200, body: toCloud, failure: "webdir_domain_unknown"}, dead, nil, 0, []string{"critical webdir_domain_unknown"}},
		{"a link that is none", answer{status: 200, body: `{"_links":{"user":{"href":"javascript:alert(1)"}}}`}, dead, nil, 0,
			[]string{"critical lyncdiscover_bad_href"}},
		{"a link to http", answer{status: 200, body: userPlain}, dead, nil, 0, []string{"warning lyncdiscover_bad_href"}},
		{"internal site", answer{status: 200, body: userInside}, dead, nil, 0, []string{"warning lyncdiscover_internal_site"}},
		{"neither user link nor redirect", answer{status: 200, body: noUser}, dead, nil, 0, []string{"critical lyncdiscover_no_user_link"}},
		{"nothing is needed in the cloud", answer{status: 404}, answer{status: 404}, topology(config.Online), 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com", topology(config.OnPremises))
			if tt.change != nil {
				tt.change(&s)
			}
			ask := func(scheme string, a answer) *discovery {
				if a.status == 0 {
					return closed(scheme)
				}
				d := asked(s, scheme, answers(t, scheme+"://lyncdiscover.contoso.com/", a.status, a.body, "Location", a.location))
				if a.failure != "" {
					d.UserLink, d.Failure = "", Finding{Reason: a.failure}
				}
				if a.misnamed {
					d.Misnamed, d.Acceptable = true, false
				}
				return d
			}
			n := discoverName{Name: "lyncdiscover", Belongs: true, Host: observe.Host{Name: "lyncdiscover.contoso.com", Outcome: observe.Found},
				Secure: ask("https", tt.secure), Plain: ask("http", tt.plain)}
			v := judgeLyncdiscover(s, lyncdiscoverFacts{Topology: s.Domain.Topology, Names: []discoverName{n}})
			var want []string
			for _, reason := range tt.reasons {
				want = append(want, reason+" lyncdiscover")
			}
			if diff := cmp.Diff(want, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			prompts := values(v, discoverPrompt)
			if (tt.secure.status != 0 || tt.plain.status != 0) && prompts[""] != tt.prompt {
				t.Errorf("lync_lyncdiscover_trust_prompt is %v, want %v", prompts, tt.prompt)
			}
			if tt.secure.status == 0 && tt.plain.status == 0 && len(prompts) > 0 {
				t.Errorf("lync_lyncdiscover_trust_prompt is %v, want none without an answer", prompts)
			}
		})
	}
}

// The name itself: missing, silent, an alias, visible where it does not belong.
func TestJudgeLyncdiscoverName(t *testing.T) {
	t.Parallel()
	s := subject("contoso.com", topology(config.OnPremises))
	name := func(change func(*discoverName)) discoverName {
		n := discoverName{Name: "lyncdiscover", Belongs: true, Host: observe.Host{Name: "lyncdiscover.contoso.com", Outcome: observe.Found, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.2")}}}
		n.Secure, n.Plain = asked(s, "https", answers(t, "https://lyncdiscover.contoso.com/", 200, userOwn)), closed("http")
		change(&n)
		return n
	}
	internal := func(n *discoverName) {
		n.Name, n.Belongs, n.Host.Name, n.Secure.Name, n.Plain.Name = "lyncdiscoverinternal", false, "lyncdiscoverinternal.contoso.com", "lyncdiscoverinternal", "lyncdiscoverinternal"
	}
	gone := func(n *discoverName) {
		n.Host = observe.Host{Name: n.Host.Name, Outcome: observe.NXDomain}
		n.Secure, n.Plain = nil, nil
	}
	for _, tt := range []struct {
		name       string
		view       func(*Subject)
		fact       discoverName
		reasons    []string
		reachable  map[string]float64
		alias      map[string]float64
		incomplete bool
	}{
		{"there", nil, name(func(*discoverName) {}), nil,
			map[string]float64{"lyncdiscover https": 1, "lyncdiscover http": 0}, map[string]float64{"lyncdiscover": 0}, false},
		{"missing", nil, name(gone), []string{"critical lyncdiscover_missing lyncdiscover"},
			map[string]float64{"lyncdiscover https": 0, "lyncdiscover http": 0}, nil, false},
		{"missing, and not needed", topology(config.Online), name(gone), nil,
			map[string]float64{"lyncdiscover https": 0, "lyncdiscover http": 0}, nil, false},
		{"silent", nil, name(func(n *discoverName) { n.Host.Outcome, n.Host.Err = observe.Timeout, errSilent }),
			[]string{"warning dns_lookup_failed lyncdiscover"}, nil, nil, true},
		{"alias within the domain", nil, name(func(n *discoverName) { n.Host.Chain = []string{"proxy.contoso.com"} }), nil,
			map[string]float64{"lyncdiscover https": 1, "lyncdiscover http": 0}, map[string]float64{"lyncdiscover": 0}, false},
		{"alias that leaves the domain", nil, name(func(n *discoverName) { n.Host.Chain = []string{"proxy.contoso.com", "proxy.fabrikam.com"} }), nil,
			map[string]float64{"lyncdiscover https": 1, "lyncdiscover http": 0}, map[string]float64{"lyncdiscover": 1}, false},
		{"alias of the cloud, which has no certificate for it", nil, name(func(n *discoverName) {
			n.Host.Chain = []string{"webdir.online.lync.com"}
			n.Secure.Acceptable, n.Secure.Misnamed = false, true
			n.Plain = asked(s, "http", answers(t, "http://lyncdiscover.contoso.com/", 200, toCloud))
		}), nil, map[string]float64{"lyncdiscover https": 0, "lyncdiscover http": 1}, map[string]float64{"lyncdiscover": 1}, false},
		{"internal name answers outside", nil, name(internal), []string{"warning lyncdiscoverinternal_visible_external lyncdiscoverinternal"},
			map[string]float64{"lyncdiscoverinternal https": 1, "lyncdiscoverinternal http": 0}, map[string]float64{"lyncdiscoverinternal": 0}, false},
		{"internal name answers outside, by a wildcard", nil, name(func(n *discoverName) { internal(n); n.Wild = true }), nil,
			map[string]float64{"lyncdiscoverinternal https": 1, "lyncdiscoverinternal http": 0}, map[string]float64{"lyncdiscoverinternal": 0}, false},
		{"internal name is not outside", nil, name(func(n *discoverName) { internal(n); gone(n) }), nil, nil, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com", topology(config.OnPremises))
			if tt.view != nil {
				tt.view(&s)
			}
			v := judgeLyncdiscover(s, lyncdiscoverFacts{Topology: s.Domain.Topology, Names: []discoverName{tt.fact}})
			if diff := cmp.Diff(tt.reasons, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.reachable, values(v, discoverReachable), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("lync_lyncdiscover_reachable (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.alias, values(v, discoverCNAME), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("lync_lyncdiscover_cname_domain_mismatch (-want +got):\n%s", diff)
			}
			if (v.Incomplete != nil) != tt.incomplete {
				t.Errorf("incomplete is %v", v.Incomplete)
			}
		})
	}
}

func TestJudgeLyncdiscoverSamples(t *testing.T) {
	t.Parallel()
	s := subject("contoso.com", topology(config.OnPremises))
	n := discoverName{Name: "lyncdiscover", Belongs: true, Host: observe.Host{Name: "lyncdiscover.contoso.com", Outcome: observe.Found},
		Secure: closed("https"), Plain: asked(s, "http", answers(t, "http://lyncdiscover.contoso.com/", 200, toForeign, "Server", "Microsoft-IIS/8.5"))}
	v := judgeLyncdiscover(s, lyncdiscoverFacts{Topology: config.OnPremises, Names: []discoverName{n}})
	const key = "lyncdiscover http"
	for m, want := range map[*Metric]map[string]float64{
		discoverStatus: {key: 200}, discoverValid: {key: 1}, discoverRedirects: {key: 1}, discoverMismatch: {key: 1},
		discoverInfo: {key + " ucwa  webext.fabrikam.com Microsoft-IIS/8.5": 1},
	} {
		if diff := cmp.Diff(want, values(v, m)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", m.Name, diff)
		}
	}
	for labels := range values(v, discoverDuration) {
		if strings.HasSuffix(labels, " tls") || !strings.HasPrefix(labels, key) {
			t.Errorf("a phase %q of an exchange without TLS", labels)
		}
	}
}

// A redirect is followed by protocol only: what is no web link, carries
// credentials or a fragment, or changes case does not matter or is refused.
func TestParseLink(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://lyncdiscover.contoso.com/Autodiscover/")
	if err != nil {
		t.Fatal(err)
	}
	for href, want := range map[string]string{
		" https://WebExt.Contoso.com/Root ":    "https://webext.contoso.com/Root",
		"http://webext.contoso.com/":           "http://webext.contoso.com/",
		"root/user":                            "https://lyncdiscover.contoso.com/Autodiscover/root/user",
		"//webext.contoso.com/x":               "https://webext.contoso.com/x",
		"https://user:secret@webext.com/#here": "https://webext.com/",
		"javascript:alert(1)":                  "",
		"file:///etc/passwd":                   "",
		"ldap://contoso.com/":                  "",
		"https://":                             "",
		"https://[::1":                         "",
		"https://a b/":                         "",
		"":                                     "",
	} {
		got := ""
		if u, err := parseLink(base, href); err == nil {
			got = u.String()
		}
		if got != want {
			t.Errorf("parseLink(%q) = %q, want %q", href, got, want)
		}
	}
}
