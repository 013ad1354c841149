package collector

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

const userLink = "https://webext.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user"

// TestJudgeWebServices are the rows of group E about the user link.
func TestJudgeWebServices(t *testing.T) {
	t.Parallel()
	const oauth = `MsRtcOAuth href="https://webext.contoso.com/WebTicket/oauthtoken",grant_type="urn:microsoft.rtc:windows"`
	answered := func(status int, headers ...string) webServicesFacts {
		return webServicesFacts{Topology: config.OnPremises, Link: userLink, Exchange: answers(t, userLink, status, "", headers...), Acceptable: true}
	}
	change := func(f webServicesFacts, change func(*webServicesFacts)) webServicesFacts { change(&f); return f }
	for _, tt := range []struct {
		name                         string
		facts                        webServicesFacts
		reachable, status, challenge map[string]float64
		reasons                      []string
	}{
		{"OAuth", answered(401, "Www-Authenticate", oauth), map[string]float64{"": 1}, map[string]float64{"": 401}, map[string]float64{"": 1}, nil},
		{"bearer token", answered(401, "Www-Authenticate", `Bearer trusted_issuers="x"`), map[string]float64{"": 1}, map[string]float64{"": 401}, map[string]float64{"": 1}, nil},
		{"web ticket", answered(401, "X-Ms-Webticketurl", "https://webext.contoso.com/WebTicket/WebTicketService.svc"),
			map[string]float64{"": 1}, map[string]float64{"": 401}, map[string]float64{"": 1}, nil},
		{"Windows authentication", answered(401, "Www-Authenticate", "NTLM"), map[string]float64{"": 1}, map[string]float64{"": 401}, map[string]float64{"": 0},
			[]string{"warning user_link_challenge_unknown user_link"}},
		{"no credentials wanted", answered(200), map[string]float64{"": 1}, map[string]float64{"": 200}, map[string]float64{"": 0},
			[]string{"warning user_link_no_challenge user_link"}},
		{"not found", answered(404), map[string]float64{"": 1}, map[string]float64{"": 404}, map[string]float64{"": 0},
			[]string{"critical user_link_failed user_link"}},
		{"server error", answered(503), map[string]float64{"": 1}, map[string]float64{"": 503}, map[string]float64{"": 0},
			[]string{"critical user_link_failed user_link"}},
		{"tokens elsewhere", answered(401, "Www-Authenticate", `MsRtcOAuth href=https://sts.fabrikam.com/oauthtoken`),
			map[string]float64{"": 1}, map[string]float64{"": 401}, map[string]float64{"": 1}, []string{"warning user_link_sts_other_host user_link"}},
		{"certificate", change(answered(401, "Www-Authenticate", oauth), func(f *webServicesFacts) { f.Acceptable = false }),
			map[string]float64{"": 0}, map[string]float64{"": 401}, map[string]float64{"": 1}, []string{"critical user_link_failed user_link"}},
		{"dead", change(answered(0), func(f *webServicesFacts) {
			f.Exchange.Stage, f.Exchange.Err = observe.StageConnect, errors.New("refused")
		}),
			map[string]float64{"": 0}, nil, nil, []string{"critical user_link_failed user_link"}},
		{"dead, in the cloud", change(answered(0), func(f *webServicesFacts) { f.Exchange.Stage, f.Topology = observe.StageConnect, config.Online }),
			map[string]float64{"": 0}, nil, nil, nil},
		{"no link: Autodiscover's own check says why", webServicesFacts{Topology: config.OnPremises}, nil, nil, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := judgeWebServices(subject("contoso.com"), tt.facts)
			if v.Incomplete != nil {
				t.Errorf("incomplete: %v", v.Incomplete)
			}
			if diff := cmp.Diff(tt.reasons, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for m, want := range map[*Metric]map[string]float64{webReachable: tt.reachable, webStatus: tt.status, webChallengeValid: tt.challenge} {
				if diff := cmp.Diff(want, values(v, m), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", m.Name, diff)
				}
			}
		})
	}
}

// What a resolver did not say leaves Autodiscover without a verdict.
func TestJudgeWebServicesUnknown(t *testing.T) {
	t.Parallel()
	silent := &observe.Exchange{Host: observe.Host{Outcome: observe.Timeout, Err: errSilent}}
	for name, facts := range map[string]webServicesFacts{"of the link": {Topology: config.OnPremises, Link: userLink, Exchange: silent}, "before": {Err: errSilent}} {
		v := judgeWebServices(subject("contoso.com"), facts)
		if !errors.Is(v.Incomplete, errSilent) || len(v.Samples)+len(v.Findings) > 0 {
			t.Errorf("silence %s: incomplete %v, samples %v, findings %v", name, v.Incomplete, v.Samples, v.Findings)
		}
		if diff := cmp.Diff([]Capability{Autodiscover}, v.Unknown); diff != "" {
			t.Errorf("silence %s: unknown (-want +got):\n%s", name, diff)
		}
	}
}

// A link may bring characters in its host that steer a terminal; what is shown
// to people has none.
func TestHostOfAHostileLinkIsLegible(t *testing.T) {
	t.Parallel()
	const link = "https://webext%C2%9B31m.contoso.com/user"
	v := judgeWebServices(subject("contoso.com"), webServicesFacts{Topology: config.OnPremises, Link: link, Exchange: answers(t, link, 401, "")})
	for _, f := range v.Findings {
		e := explain("web_services", "contoso.com", f)
		for _, text := range []string{e.Seen, e.Want, e.What, e.Why, e.Fix} {
			if Printable(text) != text {
				t.Errorf("%s shows %q", f.Reason, text)
			}
		}
	}
	if len(v.Findings) == 0 {
		t.Error("nothing was found")
	}
}
