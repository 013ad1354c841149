package collector

import (
	"errors"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// meetPage is the beginning of a page for those who join a meeting.
const meetPage = `<html class="reachJoinHtml"><script src="/meet/JavaScriptResourceHandler.ashx?lcs_se_w16"></script></html>`

// TestJudgeSimpleURLs is group F of the decision table.
func TestJudgeSimpleURLs(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	misnamed := func(a *simpleAnswer) {
		a.Acceptable, a.Exchange.Stage = false, observe.StageDone
		a.Exchange.Connection.Certificates = root.chain([]string{"www.contoso.com"})
	}
	missing := func(a *simpleAnswer) {
		a.Exchange = &observe.Exchange{URL: a.url, Host: observe.Host{Name: a.url.Hostname(), Outcome: observe.NXDomain}}
	}
	dead := func(a *simpleAnswer) { a.Exchange.Stage, a.Exchange.Err = observe.StageConnect, errors.New("refused") }
	mute := func(a *simpleAnswer) { a.Exchange.Stage, a.Exchange.Err = observe.StageRequest, errors.New("EOF") }
	for _, tt := range []struct {
		name      string
		kind, url string
		status    int
		body      string
		headers   []string
		change    func(*simpleAnswer)
		subject   []func(*Subject)
		reachable float64
		reasons   []string
	}{
		{"meeting page", "meet", "https://meet.contoso.com/", 200, meetPage, nil, nil, nil, 1, nil},
		{"meeting page behind 403", "meet", "https://meet.contoso.com/", 403, meetPage, nil, nil, nil, 1, nil},
		{"named by its server", "meet", "https://meet.contoso.com/", 200, "", []string{"X-Ms-Server-Fqdn", "fe.contoso.local"}, nil, nil, 1, nil},
		{"any page", "meet", "https://meet.contoso.com/", 200, "<html>It works!</html>", nil, nil, nil, 1, []string{"warning meet_unverified meet"}},
		{"not found", "meet", "https://meet.contoso.com/", 404, "", nil, nil, nil, 0, []string{"critical meet_http_error meet"}},
		{"server error", "meet", "https://meet.contoso.com/", 502, "", nil, nil, nil, 0, []string{"critical meet_http_error meet"}},
		{"redirect within the domain", "meet", "https://meet.contoso.com/", 302, "", []string{"Location", "https://webext.contoso.com/meet"}, nil, nil, 1, nil},
		{"redirect to a relative address", "meet", "https://meet.contoso.com/", 302, "", []string{"Location", "/meet/"}, nil, nil, 1, nil},
		{"redirect to the own web services", "meet", "https://meet.contoso.com/", 302, "", []string{"Location", "https://webext.fabrikam.com/meet"}, nil, nil, 1, nil},
		{"redirect elsewhere", "meet", "https://meet.contoso.com/", 302, "", []string{"Location", "https://parking.example/"}, nil, nil, 1, []string{"warning meet_unverified meet"}},
		{"host missing", "meet", "https://meet.contoso.com/", 0, "", nil, missing, nil, 0, []string{"critical meet_host_missing meet"}},
		{"name missing in the certificate", "meet", "https://meet.contoso.com/", 200, meetPage, nil, misnamed, nil, 0, []string{"critical meet_cert_name_missing meet"}},
		{"no answer to the request", "meet", "https://meet.contoso.com/", 0, "", nil, mute, nil, 0, []string{"critical meet_http_error meet"}},
		{"no connection: said by the tls check", "meet", "https://meet.contoso.com/", 0, "", nil, dead, nil, 0, nil},
		{"not https", "meet", "http://meet.contoso.com/", 200, meetPage, nil, func(a *simpleAnswer) { a.Acceptable = false }, nil, 0, []string{"critical simple_url_invalid meet"}},
		{"port", "meet", "https://meet.contoso.com:444/", 200, meetPage, nil, nil, nil, 1, []string{"critical simple_url_invalid meet"}},
		{"query", "meet", "https://meet.contoso.com/?a=b", 200, meetPage, nil, nil, nil, 1, []string{"critical simple_url_invalid meet"}},
		{"character", "meet", "https://meet.contoso.com/a_b", 200, meetPage, nil, nil, nil, 1, []string{"critical simple_url_invalid meet"}},
		{"left over in the cloud", "meet", "https://meet.contoso.com/", 404, "", nil, nil, []func(*Subject){topology(config.Online)}, 0, []string{"info simple_url_leftover meet"}},
		{"gone in the cloud", "meet", "https://meet.contoso.com/", 0, "", nil, missing, []func(*Subject){topology(config.Online)}, 0, nil},

		{"dial-in page", "dialin", "https://dialin.contoso.com/", 200, "", nil, nil, nil, 1, nil},
		{"dial-in page missing", "dialin", "https://dialin.contoso.com/", 404, "", nil, nil, nil, 0, []string{"warning dialin_failed dialin"}},
		{"dial-in page dead", "dialin", "https://dialin.contoso.com/", 0, "", nil, dead, nil, 0, []string{"warning dialin_failed dialin"}},
		{"dial-in page with another name", "dialin", "https://dialin.contoso.com/", 200, "", nil, misnamed, nil, 0, []string{"warning dialin_failed dialin"}},
		{"a rule broken for dial-in takes nothing down", "dialin", "https://dialin.contoso.com:444/", 200, "", nil, nil, nil, 1, []string{"warning simple_url_invalid dialin"}},

		{"admin page outside", "admin", "https://admin.contoso.com/", 401, "", nil, nil, nil, 1, []string{"warning admin_visible_external admin"}},
		{"admin page inside", "admin", "https://admin.contoso.com/", 401, "", nil, nil, []func(*Subject){inside}, 1, nil},
		{"admin page hidden", "admin", "https://admin.contoso.com/", 0, "", nil, missing, nil, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com", append([]func(*Subject){topology(config.OnPremises)}, tt.subject...)...)
			x := answers(t, tt.url, tt.status, tt.body, tt.headers...)
			a := simpleAnswer{simpleURL{kind: tt.kind, url: x.URL}, x, true}
			if tt.change != nil {
				tt.change(&a)
			}
			v := judgeSimpleURLs(s, simpleURLFacts{Topology: s.Domain.Topology, UserLink: "https://webext.fabrikam.com/user", Answers: []simpleAnswer{a}})
			if diff := cmp.Diff(tt.reasons, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(map[string]float64{tt.kind: tt.reachable}, values(v, simpleReachable)); diff != "" {
				t.Errorf("lync_simple_url_reachable (-want +got):\n%s", diff)
			}
			if _, known := values(v, simpleStatus)[tt.kind]; known != (a.Exchange.Stage == observe.StageDone) {
				t.Errorf("lync_simple_url_http_status_code is there: %v", known)
			}
		})
	}
}

// A Meet URL belongs to one domain; the others that use it are named.
func TestJudgeSimpleURLsUnique(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, other string
		unique      float64
		reasons     []string
	}{
		{"own", "https://meet.fabrikam.com/", 1, nil},
		{"shared", "https://meet.contoso.com", 0, []string{"critical meet_not_unique meet"}},
		{"prefix", "https://meet.contoso.com/fabrikam", 0, []string{"critical simple_url_invalid meet"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com", topology(config.OnPremises))
			other := subject("fabrikam.com")
			for d, link := range map[*config.Domain]string{s.Domain: "https://meet.contoso.com/", other.Domain: tt.other} {
				u, err := url.Parse(link)
				if err != nil {
					t.Fatal(err)
				}
				d.Meet = u
			}
			s.Estate = NewEstate([]*config.Domain{s.Domain, other.Domain})
			v := judgeSimpleURLs(s, simpleURLFacts{Topology: config.OnPremises})
			if diff := cmp.Diff(map[string]float64{"meet": tt.unique}, values(v, simpleUnique)); diff != "" {
				t.Errorf("lync_simple_url_unique (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.reasons, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// A nameserver's silence about the Meet URL leaves meetings without a verdict,
// about another URL it does not.
func TestJudgeSimpleURLsUnknown(t *testing.T) {
	t.Parallel()
	for kind, unknown := range map[string][]Capability{"meet": {Meetings}, "dialin": nil} {
		x := &observe.Exchange{Host: observe.Host{Outcome: observe.Timeout, Err: errSilent}}
		v := judgeSimpleURLs(subject("contoso.com"), simpleURLFacts{Topology: config.OnPremises, Answers: []simpleAnswer{{simpleURL{kind: kind}, x, false}}})
		if !errors.Is(v.Incomplete, errSilent) || len(v.Samples) > 0 {
			t.Errorf("%s: incomplete %v, samples %v", kind, v.Incomplete, v.Samples)
		}
		if diff := cmp.Diff(unknown, v.Unknown); diff != "" {
			t.Errorf("%s: unknown (-want +got):\n%s", kind, diff)
		}
	}
}
