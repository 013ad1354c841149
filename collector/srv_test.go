package collector

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// healthyZone is a domain at home of which nothing is to be said.
const healthyZone = `
	_sip._tls.contoso.com. SRV 0 0 443 sip.contoso.com.
	_sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.contoso.com.
	sip.contoso.com. A 192.0.2.1
	lyncdiscover.contoso.com. A 192.0.2.2
`

// TestJudgeSRV is group B of the decision table.
func TestJudgeSRV(t *testing.T) {
	tests := []struct {
		name    string
		zone    string
		change  func(*Subject)
		correct map[string]float64
		reasons []string
	}{
		{"healthy", healthyZone, nil,
			map[string]float64{clientRecord: 1, federationRecord: 1, internalRecord: 1}, nil},
		{"nothing for clients", `
			_sipfederationtls._tcp.contoso.com. SRV 0 0 5061 access.contoso.com.
			access.contoso.com. A 192.0.2.1`, nil,
			map[string]float64{clientRecord: 0, federationRecord: 1, internalRecord: 1},
			[]string{"warning client_srv_missing _sip._tls", "warning sip_host_missing sip"}},
		{"cloud needs none", `
			_sipfederationtls._tcp.contoso.com. SRV 100 1 5061 sipfed.online.lync.com.
			sipfed.online.lync.com. A 52.112.64.1`, nil,
			map[string]float64{clientRecord: 1, federationRecord: 1, internalRecord: 1}, nil},
		{"cloud with its old records", `
			_sipfederationtls._tcp.contoso.com. SRV 100 1 5061 sipfed.online.lync.com.
			_sip._tls.contoso.com. SRV 100 1 443 sipdir.online.lync.com.
			sip.contoso.com. CNAME sipdir.online.lync.com.
			lyncdiscover.contoso.com. CNAME webdir.online.lync.com.
			_xmpp-server._tcp.contoso.com. SRV 0 0 5269 xmpp.contoso.com.
			sipfed.online.lync.com. A 52.112.64.1
			sipdir.online.lync.com. A 52.112.64.2
			webdir.online.lync.com. A 52.112.64.3`, nil,
			map[string]float64{clientRecord: 1, federationRecord: 1, internalRecord: 1},
			[]string{"info client_srv_legacy_m365 _sip._tls", "info teams_only_legacy_records lyncdiscover", "info teams_only_legacy_records sip",
				"info xmpp_srv_obsolete _xmpp-server._tcp"}},
		{"cloud only, with records of the time at home", `
			_sipfederationtls._tcp.contoso.com. SRV 100 1 5061 sipfed.online.lync.com.
			_sip._tls.contoso.com. SRV 0 0 443 access.fabrikam.com.
			sip.contoso.com. A 192.0.2.1
			sipfed.online.lync.com. A 52.112.64.1
			access.fabrikam.com. A 192.0.2.1`, topology(config.Online),
			map[string]float64{clientRecord: 0, federationRecord: 1, internalRecord: 1},
			[]string{"warning teams_only_stale_onprem_record _sip._tls", "warning teams_only_stale_onprem_record sip"}},
		{"sign-in pointed to the federation Edge", healthyZone + `
			_sip._tls.contoso.com. SRV 0 9 443 sipfed.online.lync.com.
			sipfed.online.lync.com. A 52.112.64.1`, nil,
			map[string]float64{clientRecord: 0, federationRecord: 1, internalRecord: 1},
			[]string{"critical client_srv_wrong_provider_host _sip._tls"}},
		{"child", healthyZone + `
			_sip._tls.contoso.com. SRV 5 0 443 sip.edge.contoso.com.
			sip.edge.contoso.com. A 192.0.2.1`, nil,
			map[string]float64{clientRecord: 0, federationRecord: 1, internalRecord: 1},
			[]string{"warning client_srv_suffix_only _sip._tls"}},
		{"foreign", healthyZone + `
			_sip._tls.contoso.com. SRV 5 0 443 sip.fabrikam.com.
			sip.fabrikam.com. A 192.0.2.1`, nil,
			map[string]float64{clientRecord: 0, federationRecord: 1, internalRecord: 1},
			[]string{"warning client_srv_foreign_domain _sip._tls"}},
		{"foreign but trusted", healthyZone + `
			_sip._tls.contoso.com. SRV 5 0 443 sip.fabrikam.com.
			sip.fabrikam.com. A 192.0.2.1`, func(s *Subject) { s.Domain.TrustedDomains = []string{"fabrikam.com"} },
			map[string]float64{clientRecord: 1, federationRecord: 1, internalRecord: 1}, nil},
		{"port", healthyZone + `
			_sip._tls.contoso.com. SRV 5 0 5061 sip.contoso.com.`, nil,
			map[string]float64{clientRecord: 0, federationRecord: 1, internalRecord: 1},
			[]string{"warning client_srv_port_not_443 _sip._tls"}},
		{"dangling", healthyZone + `
			_sip._tls.contoso.com. SRV 5 0 443 access.contoso.com.`, nil,
			map[string]float64{clientRecord: 0, federationRecord: 1, internalRecord: 1},
			[]string{"critical srv_target_unresolvable _sip._tls"}},
		{"inside seen from outside", healthyZone + `
			_sipinternaltls._tcp.contoso.com. SRV 0 0 5061 pool.contoso.com.
			pool.contoso.com. A 10.0.0.1
			lyncdiscoverinternal.contoso.com. A 10.0.0.2`, nil,
			map[string]float64{clientRecord: 1, federationRecord: 1, internalRecord: 0},
			[]string{"warning internal_record_visible_external _sipinternaltls._tcp", "warning internal_record_visible_external lyncdiscoverinternal"}},
		{"inside seen from inside", `
			_sipinternaltls._tcp.contoso.com. SRV 0 0 5061 pool.contoso.com.
			_sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.contoso.com.
			pool.contoso.com. A 10.0.0.1
			sip.contoso.com. A 10.0.0.1
			lyncdiscoverinternal.contoso.com. A 10.0.0.2`, inside,
			map[string]float64{clientRecord: 1, federationRecord: 1, internalRecord: 1}, nil},
		{"a wildcard proves nothing", healthyZone + `
			lyncdiscoverinternal.contoso.com. A 192.0.2.99
			nobody-set-this-up.contoso.com. A 192.0.2.99`, nil,
			map[string]float64{clientRecord: 1, federationRecord: 1, internalRecord: 1},
			[]string{"warning dns_wildcard zone"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com")
			if tt.change != nil {
				tt.change(&s)
			}
			v := judgeSRV(s, parseZone(t, tt.zone).srvFacts(s))
			if v.Incomplete != nil {
				t.Errorf("incomplete: %v", v.Incomplete)
			}
			if diff := cmp.Diff(tt.reasons, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.correct, values(v, srvCorrect)); diff != "" {
				t.Errorf("lync_srv_correct (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeSRVSamples(t *testing.T) {
	s := subject("contoso.com")
	v := judgeSRV(s, parseZone(t, healthyZone).srvFacts(s))
	if diff := cmp.Diff(map[string]float64{clientRecord: 1, federationRecord: 1, internalRecord: 0}, values(v, srvRecords)); diff != "" {
		t.Errorf("lync_srv_records (-want +got):\n%s", diff)
	}
	want := map[string]float64{"_sip._tls sip.contoso.com 443 0 0": 1, "_sipfederationtls._tcp sip.contoso.com 5061 0 0": 1}
	if diff := cmp.Diff(want, values(v, srvRecordInfo)); diff != "" {
		t.Errorf("lync_srv_record_info (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]float64{"": 0}, values(v, dnsWildcard)); diff != "" {
		t.Errorf("lync_dns_wildcard (-want +got):\n%s", diff)
	}
}

// A nameserver's silence leaves the domain without a verdict.
func TestJudgeSRVUnknown(t *testing.T) {
	s := subject("silent.example")
	v := judgeSRV(s, parseZone(t, "").srvFacts(s))
	if v.Incomplete == nil {
		t.Error("the check claims to be complete")
	}
	if len(v.Samples) > 0 {
		t.Errorf("got series %v, want none", v.Samples)
	}
	for _, c := range []Capability{SignIn, Federation} {
		check := CheckReport{Err: v.Incomplete, Unknown: v.Unknown}
		if got := judgeCapability(c, s, "", []CheckReport{check}); got != Unknown {
			t.Errorf("%s is %s, want unknown", c, got)
		}
	}
}
