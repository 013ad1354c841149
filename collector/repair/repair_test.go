package repair_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// found is a finding with its repairs.
func found(t *testing.T, code string, repairs ...verdict.Repair) verdict.Finding {
	t.Helper()
	rule := checks.Rule(code)
	if rule == nil {
		t.Fatalf("there is no rule %s", code)
	}
	return rule.On("subject").Repair(repairs...)
}

func domain(name string, findings ...verdict.Finding) *survey.DomainReport {
	return &survey.DomainReport{Domain: &config.Domain{Name: name, Display: name}, View: &config.View{Name: "external"},
		Checks: []survey.CheckReport{{Name: "srv", Findings: findings}}}
}

func record(action verdict.Action, line string, was ...string) verdict.Repair {
	parts := strings.SplitN(line, " ", 3)
	if action == verdict.Delete {
		was = []string{parts[2]}
	}
	return verdict.InDNS(action, verdict.Record{Name: parts[0], Type: parts[1], Data: parts[2]}, was...)
}

// lines are changes in short.
func lines(changes []repair.Change) []string {
	var list []string
	for _, c := range changes {
		switch c.Kind {
		case verdict.RepairDNS:
			list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s (was %s) for %s", c.Action, c.Record, strings.Join(c.Was, ", "), strings.Join(c.For, ", "))))
		case verdict.RepairCertificate:
			list = append(list, fmt.Sprintf("certificate of %s: %s; new: %s; %s for %s", c.Server, strings.Join(c.Names, ", "), strings.Join(c.Add, ", "), c.Text, strings.Join(c.For, ", ")))
		default:
			list = append(list, fmt.Sprintf("%s: %s for %s", c.Kind, c.Text, strings.Join(c.For, ", ")))
		}
	}
	return list
}

func TestRecordsAreFinal(t *testing.T) {
	t.Parallel()
	const srv = "_sipfederationtls._tcp.contoso.com. SRV "
	foreign := func(repairs ...verdict.Repair) verdict.Finding {
		return found(t, "federation_target_foreign_domain", repairs...)
	}
	unresolvable := func(repairs ...verdict.Repair) verdict.Finding {
		return found(t, "srv_target_unresolvable", repairs...)
	}
	for _, tt := range []struct {
		name     string
		findings []verdict.Finding
		want     []string
	}{
		{"replacing wins over deleting the same data",
			[]verdict.Finding{foreign(record(verdict.Delete, srv+"0 0 5061 sip.b.com.")), unresolvable(record(verdict.Replace, srv+"0 0 5061 sip.contoso.com.", "0 0 5061 sip.b.com."))},
			[]string{"replace " + srv + "0 0 5061 sip.contoso.com. (was 0 0 5061 sip.b.com.) for srv_target_unresolvable, federation_target_foreign_domain"}},
		{"replacing takes in the deletion of the others",
			[]verdict.Finding{foreign(record(verdict.Replace, srv+"0 0 5061 sip.contoso.com.", "0 0 5061 sip.b.com.")), foreign(record(verdict.Delete, srv+"1 0 5061 sip.c.com."))},
			[]string{"replace " + srv + "0 0 5061 sip.contoso.com. (was 0 0 5061 sip.b.com., 1 0 5061 sip.c.com.) for federation_target_foreign_domain"}},
		{"what is wanted is not deleted",
			[]verdict.Finding{foreign(record(verdict.Delete, srv+"0 0 5061 sip.contoso.com."), record(verdict.Publish, srv+"0 0 5061 sip.contoso.com."))},
			[]string{"publish " + srv + "0 0 5061 sip.contoso.com. (was ) for federation_target_foreign_domain"}},
		{"the worst finding decides between two records",
			[]verdict.Finding{foreign(record(verdict.Replace, srv+"0 0 5061 sip.contoso.com.", "x")), found(t, "host_private_ip", record(verdict.Replace, srv+"9 9 5061 edge.contoso.com.", "y"))},
			[]string{"replace " + srv + "0 0 5061 sip.contoso.com. (was x, y) for federation_target_foreign_domain, host_private_ip"}},
		{"an address that is known wins over one to be filled in",
			[]verdict.Finding{foreign(record(verdict.Publish, "sip.contoso.com. A <address>")), unresolvable(record(verdict.Publish, "sip.contoso.com. A 192.0.2.1"), record(verdict.Publish, "SIP.contoso.com. A 192.0.2.2"))},
			[]string{"publish sip.contoso.com. A 192.0.2.1 (was ) for srv_target_unresolvable, federation_target_foreign_domain", "publish SIP.contoso.com. A 192.0.2.2 (was ) for srv_target_unresolvable"}},
		{"an alias goes first, hosts come before what names them, leftovers go last",
			[]verdict.Finding{foreign(record(verdict.Delete, "old.contoso.com. A 192.0.2.9"), record(verdict.Replace, srv+"0 0 5061 sip.contoso.com.", "x"),
				record(verdict.Publish, "sip.contoso.com. A 192.0.2.1"), record(verdict.Delete, "sip.contoso.com. CNAME edge.contoso.com."))},
			[]string{"delete sip.contoso.com. CNAME edge.contoso.com. (was edge.contoso.com.) for federation_target_foreign_domain",
				"publish sip.contoso.com. A 192.0.2.1 (was ) for federation_target_foreign_domain",
				"replace " + srv + "0 0 5061 sip.contoso.com. (was x) for federation_target_foreign_domain",
				"delete old.contoso.com. A 192.0.2.9 (was 192.0.2.9) for federation_target_foreign_domain"}},
		{"a host that a new record names keeps an address",
			[]verdict.Finding{foreign(record(verdict.Publish, srv+"0 0 5061 sip.contoso.com.")), unresolvable(record(verdict.Delete, "sip.contoso.com. CNAME pbx.contoso.com."))},
			[]string{"delete sip.contoso.com. CNAME pbx.contoso.com. (was pbx.contoso.com.) for srv_target_unresolvable",
				"publish sip.contoso.com. A <external address of the Access Edge> (was ) for srv_target_unresolvable",
				"publish " + srv + "0 0 5061 sip.contoso.com. (was ) for federation_target_foreign_domain"}},
		{"a name is an alias or has records of its own",
			[]verdict.Finding{foreign(record(verdict.Publish, "lyncdiscover.contoso.com. CNAME webdir.online.lync.com.")), unresolvable(record(verdict.Publish, "lyncdiscover.contoso.com. A 192.0.2.1"))},
			[]string{"publish lyncdiscover.contoso.com. CNAME webdir.online.lync.com. (was ) for federation_target_foreign_domain, srv_target_unresolvable"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := domain("contoso.com", tt.findings...)
			if diff := cmp.Diff(tt.want, lines(repair.Merge([]*survey.DomainReport{d})[d])); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestOrderOfKinds(t *testing.T) {
	t.Parallel()
	say := func(kind verdict.RepairKind, text string) verdict.Repair {
		return verdict.Repair{Kind: kind, Text: verdict.Textf("%s", text)}
	}
	d := domain("contoso.com", found(t, "lyncdiscover_missing", record(verdict.Publish, "lyncdiscover.contoso.com. A 192.0.2.2"), say(verdict.RepairProxy, "Forward.")),
		found(t, "meet_http_error", say(verdict.RepairProxy, "Forward."), say(verdict.RepairServer, "Start."), say(verdict.RepairTopology, "Publish."), say(verdict.RepairExporter, "Configure.")))
	want := []string{"exporter: Configure. for meet_http_error", "topology_builder: Publish. for meet_http_error", "server: Start. for meet_http_error",
		"proxy: Forward. for lyncdiscover_missing, meet_http_error", "publish lyncdiscover.contoso.com. A 192.0.2.2 (was ) for lyncdiscover_missing"}
	if diff := cmp.Diff(want, lines(repair.Merge([]*survey.DomainReport{d})[d])); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestCertificatesOfSeveralDomains(t *testing.T) {
	t.Parallel()
	shown := func(names ...string) *verdict.Certificate {
		return &verdict.Certificate{Names: names, Subject: names[0], Issuer: "Public CA", NotAfter: time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC)}
	}
	lacks := func(role, target, address string, present *verdict.Certificate, names ...string) verdict.Finding {
		return found(t, "cert_name_missing", verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{Names: names, Present: present,
			Server: &verdict.Server{Role: role, Target: target, Addresses: []netip.Addr{netip.MustParseAddr(address)}}}})
	}
	expired := func(target, address string, present *verdict.Certificate) verdict.Finding {
		return found(t, "cert_expired", verdict.Repair{Kind: verdict.RepairCertificate, Text: verdict.Textf("Renew the certificate."), Certificate: &verdict.CertificateOrder{Present: present,
			Server: &verdict.Server{Role: "Access Edge", Target: target, Addresses: []netip.Addr{netip.MustParseAddr(address)}}}})
	}
	edge := shown("sip.contoso.com", "webcon.contoso.com")
	contoso := domain("contoso.com", expired("sip.contoso.com:443", "192.0.2.1", edge))
	fabrikam := domain("fabrikam.com", lacks("Access Edge", "sip.fabrikam.com:443", "192.0.2.1", edge, "sip.fabrikam.com"),
		lacks("Access Edge", "sip.fabrikam.com:5061", "192.0.2.1", edge, "sip.fabrikam.com"))
	litware := domain("litware.com", lacks("Access Edge", "sip.litware.com:443", "192.0.2.1", nil, "sip.litware.com"))
	proxyA := domain("a.com", lacks("reverse proxy", "lyncdiscover.a.com:443", "192.0.2.2", shown("www.a.com"), "lyncdiscover.a.com"),
		lacks("reverse proxy", "meet.a.com:80", "192.0.2.2", shown("www.a.com"), "Meet.a.com"))
	proxyB := domain("b.com", lacks("reverse proxy", "lyncdiscover.b.com:443", "192.0.2.2", shown("www.b.com"), "lyncdiscover.b.com"))
	healthy := domain("healthy.com")

	changes := repair.Merge([]*survey.DomainReport{contoso, fabrikam, litware, proxyA, proxyB, healthy})
	shared := []string{"certificate of Access Edge sip.contoso.com:443 (192.0.2.1): sip.contoso.com, webcon.contoso.com, sip.fabrikam.com, sip.litware.com; " +
		"new: sip.fabrikam.com, sip.litware.com; Renew the certificate. Assign it on every server behind sip.contoso.com. for cert_expired, cert_name_missing"}
	for d, want := range map[*survey.DomainReport][]string{
		contoso: shared, fabrikam: shared, litware: shared, healthy: nil,
		proxyA: {"certificate of reverse proxy lyncdiscover.a.com:443 (192.0.2.2): www.a.com, lyncdiscover.a.com, meet.a.com; new: lyncdiscover.a.com, meet.a.com;  for cert_name_missing"},
		proxyB: {"certificate of reverse proxy lyncdiscover.b.com:443 (192.0.2.2): www.b.com, lyncdiscover.b.com; new: lyncdiscover.b.com;  for cert_name_missing"},
	} {
		if diff := cmp.Diff(want, lines(changes[d])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", d.Domain.Name, diff)
		}
	}
	if got := changes[litware][0].Present; got != edge {
		t.Errorf("of the certificate that contoso.com saw, litware.com learns %v", got)
	}
}
