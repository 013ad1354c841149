package example

import (
	"fmt"
	"strings"
	"testing"

	mdns "github.com/miekg/dns"

	"github.com/google/go-cmp/cmp"
)

const names = `
; silent: down.contoso.com
; servfail: _sip._tls.contoso.com
$ORIGIN contoso.com.
_sipfederationtls._tcp  SRV    5 0 5061 Sip
                        SRV    0 0 5061 sipfed.online.lync.com.
sip       300  IN       A      192.0.2.1
sip                     AAAA   2001:db8::1
v6                      AAAA   2001:db8::2
text                    TXT    "hello"
alias                   CNAME  sip
far                     CNAME  edge.other.example.
lost                    CNAME  nowhere
a                       CNAME  b
b                       CNAME  a
slow                    CNAME  www.down
edge.other.example.     A      198.51.100.1
*.wild                  A      192.0.2.9
deep.er.wild            A      192.0.2.8
-- nameserver _sipfederationtls._tcp.contoso.com SRV --
_sipfederationtls._tcp  SRV  0 0 5061 old
-- nameserver _sipfederationtls._tcp.contoso.com SRV --
`

func TestNames(t *testing.T) {
	t.Parallel()
	e := parse(t, names)
	for _, tt := range []struct{ host, want string }{
		{"sip.contoso.com", "1 [192.0.2.1 2001:db8::1] []"},
		{"SIP.Contoso.com.", "1 [192.0.2.1 2001:db8::1] []"},
		{"v6.contoso.com", "1 [2001:db8::2] []"},
		{"192.0.2.7", "1 [192.0.2.7] []"},
		{"text.contoso.com", "3 [] []"},
		{"contoso.com", "3 [] []"},
		{"_tcp.contoso.com", "3 [] []"},
		{"absent.contoso.com", "2 [] []"},
		{"fabrikam.com", "2 [] []"},
		{"other.example", "3 [] []"},
		{"alias.contoso.com", "1 [192.0.2.1 2001:db8::1] [sip.contoso.com]"},
		{"far.contoso.com", "1 [198.51.100.1] [edge.other.example]"},
		{"lost.contoso.com", "2 [] [nowhere.contoso.com]"},
		{"x.wild.contoso.com", "1 [192.0.2.9] []"},
		{"x.y.wild.contoso.com", "1 [192.0.2.9] []"},
		{"x.er.wild.contoso.com", "2 [] []"}, // er exists, and has no wildcard
		{"wild.contoso.com", "3 [] []"},
		{"sipfed.online.lync.com", "1 [52.112.0.1] []"},
		{"sipfed.lync.com", "2 [] []"},
		{"a.contoso.com", "0 [] [b.contoso.com] CNAMEs go in a circle: a.contoso.com leads to a.contoso.com again"},
		{"www.down.contoso.com", "4 [] [] nameserver 192.0.2.53:53 did not answer within 3s"},
		{"slow.contoso.com", "4 [] [www.down.contoso.com] nameserver 192.0.2.53:53 did not answer within 3s"},
	} {
		h := e.Network.Resolve(t.Context(), e.Subject.View, tt.host)
		got := fmt.Sprint(int(h.Outcome), " ", h.Addresses, " ", h.Chain)
		if h.Err != nil {
			got += " " + h.Err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.host, got, tt.want)
		}
	}
}

func TestServiceRecords(t *testing.T) {
	t.Parallel()
	e := parse(t, names)
	ask := func(name string) (lines []string) {
		a := e.Network.Ask(t.Context(), e.Subject.View, name, mdns.TypeSRV)
		for _, srv := range a.SRVs() {
			lines = append(lines, fmt.Sprint(srv.Priority, " ", srv.Target))
		}
		return append(lines, fmt.Sprint(int(a.Outcome), " ", a.Total, " ", a.Err))
	}
	for name, want := range map[string][]string{
		"_sipfederationtls._tcp.contoso.com": {"0 sipfed.online.lync.com", "5 sip.contoso.com", "1 2 <nil>"},
		"_sip._tls.contoso.com":              {"0 0 nameserver 192.0.2.53:53 answered SERVFAIL"},
		"_xmpp-server._tcp.contoso.com":      {"2 0 <nil>"},
	} {
		if diff := cmp.Diff(want, ask(name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	var others []string
	for _, a := range e.Network.AskOthers(t.Context(), e.Subject.View, "_sipfederationtls._tcp.contoso.com", mdns.TypeSRV) {
		others = append(others, fmt.Sprint(int(a.Outcome), " ", a.SRVs()))
	}
	if diff := cmp.Diff([]string{"1 [{old.contoso.com 5061 0 0}]", "3 []"}, others); diff != "" {
		t.Errorf("other nameservers (-want +got):\n%s", diff)
	}
	if more := e.Network.AskOthers(t.Context(), e.Subject.View, "sip.contoso.com", mdns.TypeA); more != nil {
		t.Errorf("other nameservers have %v", more)
	}
}

// What the file has goes before the names of Microsoft that are always there.
func TestFileHasItsOwnMicrosoft(t *testing.T) {
	t.Parallel()
	e := parse(t, "sipfed.online.lync.com. A 203.0.113.5")
	if h := e.Network.Resolve(t.Context(), e.Subject.View, "sipfed.online.lync.com"); fmt.Sprint(h.Addresses) != "[203.0.113.5]" {
		t.Errorf("it has the addresses %v", h.Addresses)
	}
	many := parse(t, strings.Repeat("sip A 192.0.2.1\nsip A 192.0.2.2\n", 20))
	if a := many.Network.Ask(t.Context(), nil, "sip.contoso.com", mdns.TypeA); a.Total != 40 || len(a.Records) != 16 {
		t.Errorf("of 40 records there are %d, total %d", len(a.Records), a.Total)
	}
}
