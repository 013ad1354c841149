package verdict

import (
	"net/netip"
	"reflect"
	"testing"
	"time"
)

// A finding says and asks for the same after it was packed, whether it is unpacked
// alone or with the others.
func TestPackFindings(t *testing.T) {
	var book Rulebook
	name := book.Add(Rule{Code: "name", Severity: Critical, Breaks: Served, What: "{server} lacks a name: {seen}.", Why: "{Users} refuse {subject}.", Fix: "Publish this:\n{want}"})
	note := book.Add(Rule{Code: "note", Severity: Warning, What: "There is a fault.", Fix: "Mend it."})
	edge := &Server{"Access Edge", "sip.contoso.com:443", []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")}}
	shown := &Certificate{Names: []string{"sip.contoso.com"}, Subject: "CN=<sip>", Issuer: "CN=\u00fc", NotAfter: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	record := Record{"sip.contoso.com.", "A", "192.0.2.1"}
	findings := []Finding{
		name.On("access_edge").Serving(Federation).At(edge).Saw("%s & %d", "<a>\x01", 5).Wants("%s", Lines("two\nlines")).Milder(OtherWayIn).
			Repair(InDNS(Replace, record, "192.0.2.9"), InDNS(Delete, record),
				Repair{Kind: RepairCertificate, Text: Textf("At the next renewal."), Certificate: &CertificateOrder{Server: edge, Present: shown}},
				Repair{Kind: RepairCertificate, Certificate: &CertificateOrder{Server: edge, Names: []string{"meet.contoso.com"}}}),
		note.On("zone"),
		note.On("meet").Saw("100%%").Harmless(SoonExpired),
		note.On("dialin").Repair(Repair{Kind: RepairTopology, Text: Textf("Run it."), Commands: &Commands{&SimpleURL{"dialin", "*", "https://dialin.contoso.com"}, []string{"Set-It 'a'"}}}),
		name.On("federation").Serving("").Repair(Repair{Kind: RepairCertificate, Certificate: &CertificateOrder{Server: edge, Present: shown, Names: []string{"a"}}}),
	}
	packed := make([]*Finding, len(findings))
	for i, f := range findings {
		packed[i] = &f
	}
	PackReport(nil, packed)
	var unpacker Unpacker
	for i, want := range findings {
		for _, got := range []Finding{*packed[i], unpacker.InFull(*packed[i])} {
			if !got.Same(want) || got.Severity != want.Severity || got.Breaks != want.Breaks || got.Server().String() != want.Server().String() {
				t.Errorf("%s is another one: %+v", want.Subject, got)
			}
			for _, say := range []func(Finding) string{
				func(f Finding) string { return f.What("contoso.com").String() }, func(f Finding) string { return f.Why("contoso.com").String() },
				func(f Finding) string { return f.Fix("contoso.com").String() }, func(f Finding) string { return f.Seen().String() }, func(f Finding) string { return f.Want().String() },
			} {
				if say(got) != say(want) {
					t.Errorf("%s says %q, want %q", want.Subject, say(got), say(want))
				}
			}
			if len(got.Repairs()) != len(want.Repairs()) {
				t.Fatalf("%s has %d repairs", want.Subject, len(got.Repairs()))
			}
			for j, w := range want.Repairs() {
				g := got.Repairs()[j]
				if g.Text.String() != w.Text.String() {
					t.Errorf("%s: do %q, want %q", want.Subject, g.Text, w.Text)
				}
				if g.Text, w.Text = (Text{}), (Text{}); !reflect.DeepEqual(g, w) {
					t.Errorf("%s: repair %d is %+v, want %+v", want.Subject, j, g, w)
				}
			}
		}
	}
	twin := *packed[0]
	twin.Subject = "another"
	if !twin.Alike(*packed[0]) || !twin.Alike(findings[0]) || packed[0].Alike(*packed[4]) || packed[1].Alike(*packed[1]) {
		t.Error("findings are not told apart by what was seen")
	}
	if got := packed[0].Saw("now").Seen().String(); got != "now" || findings[0].Seen().String() == got {
		t.Errorf("what was seen is %q", got)
	}
}

// A certificate may be valid until a time that JSON does not have.
func TestPackOddTime(t *testing.T) {
	var book Rulebook
	present := &Certificate{NotAfter: time.Date(2030, 1, 2, 0, 0, 0, 0, time.FixedZone("", 24*3600))}
	f := book.Add(Rule{Code: "note"}).On("edge").Repair(Repair{Kind: RepairCertificate, Certificate: &CertificateOrder{Server: &Server{}, Present: present}})
	PackReport(nil, []*Finding{&f})
	if got := f.Repairs()[0].Certificate.Present; !got.NotAfter.Equal(present.NotAfter) {
		t.Errorf("valid until %v", got.NotAfter)
	}
}
