package collector

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

const fed = "_sipfederationtls._tcp."

// TestJudgeFederation is group A of the decision table.
func TestJudgeFederation(t *testing.T) {
	const own = `
		sip.contoso.com. A 192.0.2.1
		lyncdiscover.contoso.com. A 192.0.2.2
	`
	tests := []struct {
		name    string
		zone    string
		change  func(*Subject)
		valid   string // "1", "0" or "" for absent
		targets map[string]float64
		reasons []string
	}{
		{"own target", fed + "contoso.com. SRV 0 0 5061 sip.contoso.com." + own, nil, "1",
			map[string]float64{"sip.contoso.com exact_domain": 1}, nil},
		{"any one label will do", fed + "contoso.com. SRV 0 0 5061 ACCESS.Contoso.COM.\naccess.contoso.com. A 192.0.2.1" + own, nil, "1",
			map[string]float64{"access.contoso.com exact_domain": 1}, nil},
		{"cloud with nothing of one's own", fed + "contoso.com. SRV 100 1 5061 sipfed.online.lync.com.\nsipfed.online.lync.com. A 52.112.64.1", nil, "1",
			map[string]float64{"sipfed.online.lync.com hosting_provider": 1}, nil},
		{"cloud for a domain said to be at home", fed + "contoso.com. SRV 100 1 5061 sipfed.online.lync.com.\nsipfed.online.lync.com. A 52.112.64.1" + own,
			topology(config.OnPremises), "1", map[string]float64{"sipfed.online.lync.com hosting_provider": 1},
			[]string{"warning federation_target_hosting_provider_unexpected _sipfederationtls._tcp"}},
		{"closed cloud", fed + "contoso.com. SRV 100 1 5061 sipfed.online.partner.lync.cn.\nsipfed.online.partner.lync.cn. A 52.112.64.1", nil, "1",
			map[string]float64{"sipfed.online.partner.lync.cn hosting_provider": 1},
			[]string{"warning federation_target_retired_cloud _sipfederationtls._tcp"}},
		{"foreign", fed + "contoso.com. SRV 0 0 5061 sip.netatwork.de.\nsip.netatwork.de. A 192.0.2.9" + own, nil, "0",
			map[string]float64{"sip.netatwork.de foreign_domain": 1},
			[]string{"critical federation_target_foreign_domain _sipfederationtls._tcp"}},
		{"two labels below", fed + "contoso.com. SRV 0 0 5061 sip.edge.contoso.com.\nsip.edge.contoso.com. A 192.0.2.1" + own, nil, "0",
			map[string]float64{"sip.edge.contoso.com subdomain": 1},
			[]string{"critical federation_target_subdomain _sipfederationtls._tcp"}},
		{"the domain itself", fed + "contoso.com. SRV 0 0 5061 contoso.com.\ncontoso.com. A 192.0.2.1" + own, nil, "0",
			map[string]float64{"contoso.com bare_domain": 1},
			[]string{"warning federation_target_bare_domain _sipfederationtls._tcp"}},
		{"another host of the cloud", fed + "contoso.com. SRV 0 0 5061 sipdir.online.lync.com.\nsipdir.online.lync.com. A 52.112.64.1", nil, "0",
			map[string]float64{"sipdir.online.lync.com foreign_domain": 1},
			[]string{"critical federation_target_wrong_provider_host _sipfederationtls._tcp"}},
		{"dot forgotten behind the provider", fed + "contoso.com. SRV 0 0 5061 sipfed.online.lync.com.contoso.com." + own, nil, "0",
			map[string]float64{"sipfed.online.lync.com.contoso.com subdomain": 1},
			[]string{"critical federation_target_doubled_suffix _sipfederationtls._tcp", "critical srv_target_unresolvable _sipfederationtls._tcp"}},
		{"dot forgotten behind one's own", fed + "contoso.com. SRV 0 0 5061 sip.contoso.com.contoso.com." + own, nil, "0",
			map[string]float64{"sip.contoso.com.contoso.com subdomain": 1},
			[]string{"critical federation_target_doubled_suffix _sipfederationtls._tcp", "critical srv_target_unresolvable _sipfederationtls._tcp"}},
		{"root", fed + "contoso.com. SRV 0 0 5061 ." + own, nil, "0", map[string]float64{},
			[]string{"critical federation_srv_target_root _sipfederationtls._tcp"}},
		{"address", fed + "contoso.com. SRV 0 0 5061 192.0.2.1." + own, nil, "0", map[string]float64{},
			[]string{"critical federation_srv_target_ip _sipfederationtls._tcp"}},
		{"port of clients", fed + "contoso.com. SRV 0 0 443 sip.contoso.com." + own, nil, "1",
			map[string]float64{"sip.contoso.com exact_domain": 1},
			[]string{"warning federation_port_not_5061 _sipfederationtls._tcp"}},
		{"alias", fed + "contoso.com. SRV 0 0 5061 access.contoso.com.\naccess.contoso.com. CNAME sip.contoso.com." + own, nil, "1",
			map[string]float64{"access.contoso.com exact_domain": 1},
			[]string{"warning srv_target_cname _sipfederationtls._tcp"}},
		{"dangling", fed + "contoso.com. SRV 0 0 5061 access.contoso.com." + own, nil, "1",
			map[string]float64{"access.contoso.com exact_domain": 1},
			[]string{"critical srv_target_unresolvable _sipfederationtls._tcp"}},
		{"private", fed + "contoso.com. SRV 0 0 5061 sip.contoso.com.\nsip.contoso.com. A 10.1.2.3", nil, "1",
			map[string]float64{"sip.contoso.com exact_domain": 1},
			[]string{"critical srv_target_private_ip _sipfederationtls._tcp"}},
		{"misspelled", "_sipfederationstls._tcp.contoso.com. SRV 0 0 5061 sip.contoso.com." + own, nil, "0", map[string]float64{},
			[]string{"critical federation_srv_misspelled _sipfederationtls._tcp"}},
		{"missing", own, nil, "0", map[string]float64{},
			[]string{"critical federation_srv_missing _sipfederationtls._tcp"}},
		{"missing and not wanted", own, func(s *Subject) { s.Domain.Federation = false }, "", map[string]float64{},
			[]string{"info federation_srv_not_wanted _sipfederationtls._tcp"}},
		{"not wanted, and DNS says so", fed + "contoso.com. SRV 0 0 5061 ." + own, func(s *Subject) { s.Domain.Federation = false }, "", map[string]float64{},
			[]string{"info federation_srv_not_wanted _sipfederationtls._tcp"}},
		{"missing inside", own, inside, "", map[string]float64{}, nil},
		{"a good one and a spare that nobody takes",
			fed + "contoso.com. SRV 0 0 5061 sip.contoso.com.\n" + fed + "contoso.com. SRV 10 0 5061 sip.fabrikam.com." + own, nil, "1",
			map[string]float64{"sip.contoso.com exact_domain": 1, "sip.fabrikam.com foreign_domain": 1},
			[]string{"warning federation_srv_extra_non_matching _sipfederationtls._tcp"}},
		{"the one that is picked does not fit",
			fed + "contoso.com. SRV 10 0 5061 sip.contoso.com.\n" + fed + "contoso.com. SRV 0 0 5061 sip.fabrikam.com.\nsip.fabrikam.com. A 192.0.2.8" + own, nil, "0",
			map[string]float64{"sip.contoso.com exact_domain": 1, "sip.fabrikam.com foreign_domain": 1},
			[]string{"warning federation_srv_best_not_matching _sipfederationtls._tcp"}},
		{"weight decides within a priority",
			fed + "contoso.com. SRV 0 1 5061 sip.fabrikam.com.\n" + fed + "contoso.com. SRV 0 9 5061 sip.contoso.com." + own, nil, "1",
			map[string]float64{"sip.contoso.com exact_domain": 1, "sip.fabrikam.com foreign_domain": 1},
			[]string{"warning federation_srv_extra_non_matching _sipfederationtls._tcp"}},
		{"tie",
			fed + "contoso.com. SRV 0 0 5061 sip.contoso.com.\n" + fed + "contoso.com. SRV 0 0 5061 sip2.contoso.com.\nsip2.contoso.com. A 192.0.2.3" + own, nil, "1",
			map[string]float64{"sip.contoso.com exact_domain": 1, "sip2.contoso.com exact_domain": 1},
			[]string{"info federation_srv_tie _sipfederationtls._tcp"}},
		{"target not answered for", fed + "contoso.com. SRV 0 0 5061 sip.silent.example." + own,
			func(s *Subject) { s.Domain.HostingProviders = []string{"sip.silent.example"} }, "1",
			map[string]float64{"sip.silent.example hosting_provider": 1}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com")
			if tt.change != nil {
				tt.change(&s)
			}
			v := judgeFederation(s, parseZone(t, tt.zone).federationFacts(s))
			if diff := cmp.Diff(tt.reasons, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.targets, values(v, federationTargetInfo)); diff != "" {
				t.Errorf("targets (-want +got):\n%s", diff)
			}
			valid, ok := values(v, federationTargetValid)[""]
			if got := map[bool]string{true: map[float64]string{0: "0", 1: "1"}[valid]}[ok]; got != tt.valid {
				t.Errorf("lync_federation_target_valid is %q, want %q", got, tt.valid)
			}
		})
	}
}

func TestJudgeFederationParentDomain(t *testing.T) {
	s := subject("emea.contoso.com")
	v := judgeFederation(s, parseZone(t, `
		_sipfederationtls._tcp.emea.contoso.com. SRV 0 0 5061 sip.contoso.com.
		sip.contoso.com. A 192.0.2.1`).federationFacts(s))
	if diff := cmp.Diff([]string{"critical federation_target_parent_domain _sipfederationtls._tcp"}, reasons(v)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// A nameserver's silence is no verdict on the domain.
func TestJudgeFederationUnknown(t *testing.T) {
	s := subject("silent.example")
	v := judgeFederation(s, parseZone(t, "").federationFacts(s))
	if v.Incomplete == nil || !strings.Contains(v.Incomplete.Error(), "did not answer") {
		t.Errorf("incomplete is %v, want the nameserver's silence", v.Incomplete)
	}
	if len(v.Samples) > 0 {
		t.Errorf("got series %v, want none", v.Samples)
	}
	if diff := cmp.Diff([]string{"warning dns_lookup_failed _sipfederationtls._tcp"}, reasons(v)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestJudgeTopology(t *testing.T) {
	const cloud = fed + "contoso.com. SRV 100 1 5061 sipfed.online.lync.com.\n"
	tests := []struct {
		name, zone string
		want       config.Topology
	}{
		{"own federation record", fed + "contoso.com. SRV 0 0 5061 sip.contoso.com.", config.OnPremises},
		{"nothing at all", "", config.OnPremises},
		{"only the cloud's federation record", cloud, config.Online},
		{"all four records of the cloud", cloud + `
			_sip._tls.contoso.com. SRV 100 1 443 sipdir.online.lync.com.
			sip.contoso.com. CNAME sipdir.online.lync.com.
			lyncdiscover.contoso.com. CNAME webdir.online.lync.com.
			sipdir.online.lync.com. A 52.112.64.2
			webdir.online.lync.com. A 52.112.64.3`, config.Online},
		{"federation record lost, the cloud's others left", "_sip._tls.contoso.com. SRV 100 1 443 sipdir.online.lync.com.", config.Online},
		{"federation in the cloud, sign-in at home", cloud + "_sip._tls.contoso.com. SRV 0 0 443 sip.contoso.com.", config.Hybrid},
		{"federation in the cloud, Autodiscover at home", cloud + "lyncdiscover.contoso.com. A 192.0.2.2", config.Hybrid},
		{"a wildcard proves nothing", cloud + `
			lyncdiscover.contoso.com. A 192.0.2.2
			sip.contoso.com. A 192.0.2.2
			nobody-set-this-up.contoso.com. A 192.0.2.2`, config.Online},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com")
			got, err := s.topologyIn(parseZone(t, tt.zone))
			if err != nil || got != tt.want {
				t.Errorf("topology is %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}
