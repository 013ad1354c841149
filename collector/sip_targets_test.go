package collector

import (
	"errors"
	"net/textproto"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// How much an answer matters depends on whose server it is and on what its
// other addresses say.
func TestJudgeSIPTargets(t *testing.T) {
	t.Parallel()
	connected := observe.Connection{Stage: observe.StageDone}
	refused := observe.Connection{Stage: observe.StageConnect, Err: errors.New("refused")}
	routeless := observe.Connection{Stage: observe.StageRoute, Err: errors.New("network is unreachable")}
	response := func(server string) observe.SIPAnswer {
		return observe.SIPAnswer{Stage: observe.StageDone, Status: 504, Header: textproto.MIMEHeader{"Server": {server}}.Values}
	}
	none := observe.SIPAnswer{Stage: observe.StageRequest, Err: errors.New("no answer"), Header: textproto.MIMEHeader{}.Values}
	web := none
	web.HTTP = true
	type target = func(*sipTarget)
	standby := func(s *sipTarget) { s.Best = false }
	hosted := func(s *sipTarget) { s.Hosted = true }
	clients := func(s *sipTarget) { s.Role, s.Edge.Port = roleAccessEdge, clientPort }
	xmpp := []observe.SRV{{Target: "xmpp.contoso.com", Port: 5269}}
	for _, tt := range []struct {
		name        string
		connections []observe.Connection
		answers     []observe.SIPAnswer
		change      target
		xmpp        []observe.SRV
		alive       map[string]float64
		reasons     []string
	}{
		{"one address answers", []observe.Connection{connected, connected}, []observe.SIPAnswer{none, response("RTC/6.0")}, nil, nil,
			map[string]float64{"federation sip.contoso.com:5061": 1}, nil},
		{"an address without connection does not answer", []observe.Connection{refused, connected}, []observe.SIPAnswer{response("RTC/6.0"), none}, nil, nil,
			map[string]float64{"federation sip.contoso.com:5061": 0}, []string{"warning edge_sip_no_answer federation"}},
		{"no connection: said by the tls check", []observe.Connection{refused}, []observe.SIPAnswer{none}, nil, nil,
			map[string]float64{"federation sip.contoso.com:5061": 0}, nil},
		{"web server", []observe.Connection{connected}, []observe.SIPAnswer{web}, clients, nil,
			map[string]float64{"access_edge sip.contoso.com:443": 0}, []string{"critical edge_port_speaks_http access_edge"}},
		{"web server standing by", []observe.Connection{connected}, []observe.SIPAnswer{web}, standby, nil,
			map[string]float64{"federation sip.contoso.com:5061": 0}, []string{"warning edge_port_speaks_http federation"}},
		{"a provider's web server", []observe.Connection{connected}, []observe.SIPAnswer{web}, hosted, nil,
			map[string]float64{"federation sip.contoso.com:5061": 0}, []string{"critical edge_port_speaks_http federation"}},
		{"a provider's silence is not the domain's to repair", []observe.Connection{connected}, []observe.SIPAnswer{none}, hosted, nil,
			map[string]float64{"federation sip.contoso.com:5061": 0}, nil},
		{"a provider's old version is not either", []observe.Connection{connected}, []observe.SIPAnswer{response("RTC/5.0")}, hosted, nil,
			map[string]float64{"federation sip.contoso.com:5061": 1}, nil},
		{"XMPP record of a version that has no gateway", []observe.Connection{connected}, []observe.SIPAnswer{response("RTC/7.0")}, nil, xmpp,
			map[string]float64{"federation sip.contoso.com:5061": 1}, []string{"info xmpp_srv_obsolete " + xmppRecord}},
		{"XMPP record of a version that has one", []observe.Connection{connected}, []observe.SIPAnswer{response("RTC/6.0")}, nil, xmpp,
			map[string]float64{"federation sip.contoso.com:5061": 1}, nil},
		{"no route to it: unknown", []observe.Connection{routeless}, []observe.SIPAnswer{none}, nil, nil, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := sipTarget{Role: roleFederation, Best: true, Edge: observe.Edge{Host: observe.Host{Name: "sip.contoso.com", Outcome: observe.Found},
				Port: federationPort, Connections: tt.connections, Answers: tt.answers}}
			if tt.change != nil {
				tt.change(&server)
			}
			v := judgeSIP(subject("contoso.com"), sipFacts{Targets: []sipTarget{server}, Obsolete: tt.xmpp})
			if diff := cmp.Diff(tt.reasons, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.alive, values(v, sipAlive), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("lync_sip_alive (-want +got):\n%s", diff)
			}
			if (v.Incomplete != nil) != (tt.alive == nil) {
				t.Errorf("incomplete is %v", v.Incomplete)
			}
		})
	}
}
