package main

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// The page of a domain ends with what to do. A certificate that it shares with
// other domains is told with their names, too.
func TestPageSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := defaultSite(t, "a.example", "b.example")
	present := &verdict.Certificate{Names: []string{"sip.a.example"}, Subject: "sip.a.example", Issuer: "<b>CA</b>", NotAfter: time.Now()}
	lacks := func(name string) func(*survey.DomainReport) {
		return func(d *survey.DomainReport) {
			d.Checks[0].Findings = []verdict.Finding{
				rule("cert_name_missing").On("access_edge").Repair(verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{Names: []string{name}, Present: present,
					Server: &verdict.Server{Role: "Access Edge", Target: name + ":443", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}}),
				rule("federation_srv_missing").On("federation").Repair(verdict.InDNS(verdict.Publish,
					verdict.Record{Name: "_sipfederationtls._tcp." + d.Domain.Name + ".", Type: "SRV", Data: "0 0 5061 " + name + "."})),
			}
		}
	}
	s.scraped("a.example", 5, lacks("sip2.a.example"))
	s.scraped("b.example", 4, lacks("sip.b.example"))
	page := s.page("/domains/b.example")
	_, list, found := strings.Cut(page, "What to do")
	if !found {
		t.Fatalf("the page does not say what to do:\n%s", page)
	}
	for _, want := range []string{"sip.a.example\nsip2.a.example\nsip.b.example\n", "_sipfederationtls._tcp.b.example. SRV 0 0 5061 sip.b.example.", "&lt;b&gt;CA"} {
		if !strings.Contains(list, want) {
			t.Errorf("%q is not in:\n%s", want, list)
		}
	}
	if strings.Contains(list, "_sipfederationtls._tcp.a.example") {
		t.Errorf("the other domain's records are in:\n%s", list)
	}
}
