package collector

import (
	"errors"
	"net/textproto"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// TestJudgeSIP is group D of the decision table.
func TestJudgeSIP(t *testing.T) {
	t.Parallel()
	answer := func(status int, headers ...string) observe.SIPAnswer {
		h := textproto.MIMEHeader{}
		for i := 0; i < len(headers); i += 2 {
			h.Add(headers[i], headers[i+1])
		}
		return observe.SIPAnswer{Stage: observe.StageDone, Status: status, Header: h.Values}
	}
	failed := func(change func(*observe.SIPAnswer)) observe.SIPAnswer {
		a := observe.SIPAnswer{Stage: observe.StageRequest, Err: errors.New("no answer within 3s"), Header: textproto.MIMEHeader{}.Values}
		if change != nil {
			change(&a)
		}
		return a
	}
	tests := []struct {
		name    string
		answer  observe.SIPAnswer
		alive   float64
		reason  string
		product string
	}{
		{"refused as an Edge refuses strangers", answer(504, "Server", "RTC/6.0"), 1, "", "sfb_2015"},
		{"2019", answer(504, "Server", "RTC/7.0"), 1, "", "sfb_2019"},
		{"logon data instead of a Server header", answer(504, "ms-user-logon-data", "RemoteUser"), 1, "", "other"},
		{"challenge", answer(401, "WWW-Authenticate", `TLS-DSK realm="SIP Communications Service"`), 1, "", "other"},
		{"diagnostics", answer(403, "ms-diagnostics-public", "4268"), 1, "", "other"},
		{"Lync 2010", answer(504, "Server", "RTC/4.0"), 1, "warning edge_version_unsupported federation", "lync_2010"},
		{"Lync 2013", answer(504, "Server", "RTC/5.0"), 1, "warning edge_version_unsupported federation", "lync_2013"},
		{"another product", answer(200, "Server", "kamailio"), 1, "warning edge_sip_not_lync federation", "other"},
		{"504 of another product", answer(504, "Server", "kamailio"), 1, "warning edge_sip_not_lync federation", "other"},
		{"silent", failed(nil), 0, "warning edge_sip_no_answer federation", ""},
		{"web server", failed(func(a *observe.SIPAnswer) { a.HTTP = true }), 0, "critical edge_port_speaks_http federation", ""},
		{"closed for want of a certificate", failed(func(a *observe.SIPAnswer) { a.Closed = true }), 0, "info edge_5061_closed_without_client_cert federation", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target := sipTarget{Role: roleFederation, Best: true, Edge: observe.Edge{
				Host: observe.Host{Name: "sip.contoso.com", Outcome: observe.Found}, Port: federationPort,
				Connections: []observe.Connection{{Stage: observe.StageDone, ClientCertificateRequested: true}},
				Answers:     []observe.SIPAnswer{tt.answer}}}
			v := judgeSIP(subject("contoso.com"), sipFacts{Targets: []sipTarget{target}})
			var want []string
			if tt.reason != "" {
				want = []string{tt.reason}
			}
			if diff := cmp.Diff(want, reasons(v)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			const key = "federation sip.contoso.com:5061"
			if got := values(v, sipAlive)[key]; got != tt.alive {
				t.Errorf("lync_sip_alive is %v, want %v", got, tt.alive)
			}
			info := values(v, sipServerInfo)
			if server := first(tt.answer.Header("Server")); tt.product != "" && info[key+" "+server+" "+tt.product] != 1 || tt.product == "" && len(info) > 0 {
				t.Errorf("lync_sip_server_info is %v, want product %q", info, tt.product)
			}
		})
	}
}
