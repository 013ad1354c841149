package repair_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// brokenDomains are domains of which each shows bad certificates of its own at
// five servers, all behind one address where shared.
func brokenDomains(n, names int, shared bool) []*survey.DomainReport {
	rule := checks.Rule("cert_name_missing")
	list := make([]*survey.DomainReport, n)
	for i := range list {
		name := fmt.Sprintf("d%d.example", i)
		address := netip.AddrFrom4([4]byte{192, 0, byte(i / 250), byte(i % 250)})
		if shared {
			address = netip.AddrFrom4([4]byte{192, 0, 2, 1})
		}
		present := &verdict.Certificate{Subject: "www." + name, Issuer: "CA", NotAfter: time.Unix(1e9, 0)}
		for j := range names {
			present.Names = append(present.Names, fmt.Sprintf("n%d.%s", j, name))
		}
		var findings []verdict.Finding
		for _, label := range []string{"sip", "lyncdiscover", "meet", "dialin", "webext"} {
			findings = append(findings, rule.On(label).Repair(verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{Present: present, Names: []string{label + "." + name},
				Server: &verdict.Server{Role: "server", Target: label + "." + name + ":443", Addresses: []netip.Addr{address}}}}))
		}
		list[i] = domain(name, findings...)
	}
	return list
}

// What is to be changed is found out in a time that grows with the number of
// domains and of the names in their certificates, and not with its square.
func BenchmarkMerge(b *testing.B) {
	for _, bm := range []struct {
		domains, names int
		shared         bool
	}{{250, 10, false}, {2500, 10, false}, {2500, 10, true}, {10, 1000, false}, {10, 10000, false}} {
		list := brokenDomains(bm.domains, bm.names, bm.shared)
		b.Run(fmt.Sprintf("domains=%d/names=%d/shared=%t", bm.domains, bm.names, bm.shared), func(b *testing.B) {
			for b.Loop() {
				repair.Merge(list)
			}
		})
	}
}
