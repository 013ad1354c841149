package example

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDirectivesSetTheScene(t *testing.T) {
	t.Parallel()
	e, err := Parse("scene.zone", []byte(`; What stands in the first line is: for people.
; want: none
; domain: fabrikam.com
; now: 2027-01-02T03:04:05Z
; config: {topology: on_premises, federation: false, simple_urls: {meet: "https://meet.contoso.com/fabrikam"}}
; neighbour: {name: contoso.com}
; view: internal
; A sentence that has a colon in it: it is no directive.
sip A 10.0.0.1
`))
	if err != nil {
		t.Fatal(err)
	}
	s := e.Subject
	if s.Domain.Name != "fabrikam.com" || s.Domain.Topology != "on_premises" || s.Domain.Federation || !s.View.Internal {
		t.Errorf("the subject is %+v in view %+v", s.Domain, s.View)
	}
	if want := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC); !s.Now.Equal(want) {
		t.Errorf("it takes place at %v, want %v", s.Now, want)
	}
	if _, prefix := s.Neighbours.Sharing(s.Domain); prefix != "https://meet.contoso.com" {
		t.Errorf("the neighbour's Meet URL is %q", prefix)
	}
	if h := e.Network.Resolve(t.Context(), s.View, "sip.fabrikam.com"); len(h.Addresses) != 1 {
		t.Errorf("records are not below the domain: %+v", h)
	}
	if s := parse(t, "sip A 192.0.2.1").Subject; s.View.Name != "external" || s.View.Internal || s.Domain.Name != "contoso.com" || !s.Now.Equal(defaultNow) {
		t.Errorf("without directives the subject is %+v", s)
	}
}

func TestSeveralDirectivesInALine(t *testing.T) {
	t.Parallel()
	list, err := findDirectives("; First line.\n; want: warning a_b x   ; down: federation ; fix: Publish this:  ; series: a{b=\"c;d\"} 1\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []said{{2, "want", "warning a_b x"}, {2, "down", "federation"}, {2, "fix", "Publish this:"}, {2, "series", `a{b="c;d"} 1`}}
	if diff := cmp.Diff(want, list, cmp.AllowUnexported(said{})); diff != "" {
		t.Errorf("directives (-want +got):\n%s", diff)
	}
}

// A mistake in a file is told, and not passed over.
func TestMistakesInFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"sip A 192.0.2.1", "say in directives want"},
		{"; want: none\n; want: warning a_b", "say in directives want"},
		{"; wants: none", `"wants" is no directive`},
		{"; want: broken a_b", "is not a severity"},
		{"; want: critical", "is not a severity"},
		{"; want: none\n; up:", "nothing stands behind it"},
		{"; want: none\n; up: calls", "is no capability"},
		{"; want: none\n; up: meetings\n; down: meetings", "cannot be up and down"},
		{"; want: none\n; series: a_b", "no value"},
		{"; want: none\n; series: a_b{c=d} 1", "is no series"},
		{"; want: none\n; series: a_b one", "invalid syntax"},
		{"; want: none\n; now: noon", "now: "},
		{"; want: none\n; view: inside", "neither internal nor external"},
		{"; want: none\n; config: {topologie: online}", "topologie"},
		{"; want: none\nsip A 192.0.2", "bad A A"},
		{"; want: none\nsip A 8.8.8.8", "in no network that examples know"},
		{"; want: none\nsip A 192.0.2.1\n-- tls sip.contoso.com:5061 --\ncolour: red", "colour: there is no such key"},
		{"; want: none\nsip A 192.0.2.1\n-- tls sip.contoso.com:5061 --\ntrust: full", `"full" is not one of trusted`},
		{"; want: none\nsip A 192.0.2.1\n-- tls sip.contoso.com:5061 --\nkey: ECDSA P-192", "is no key"},
		{"; want: none\nsip A 192.0.2.1\n-- tls sip.contoso.com:5061 --\nTLS 1.0", "is not key: value"},
		{"; want: none\nsip A 192.0.2.1\n-- tls sipp.contoso.com:5061 --\n", "sipp.contoso.com has no address in the zone"},
		{"; want: none\nsip A 192.0.2.1\n-- tls sip.contoso.com --\n", "is not host:port"},
		{"; want: none\nsip A 192.0.2.1\n-- sip sip.contoso.com:5061 --\nHTTP/1.1 200 OK", "is not one of silent"},
		{"; want: none\nsip A 192.0.2.1\n-- sip sip.contoso.com:5061 --\nSIP/2.0 100 Trying", "is no final status"},
		{"; want: none\nsip A 192.0.2.1\n-- tcp sip.contoso.com:5061 --\nslow", "none of refused"},
		{"; want: none\nsip A 192.0.2.1\n-- udp sip.contoso.com:5061 --\nslow", "none of https://"},
		{"; want: none\nsip A 192.0.2.1\n-- https://sip.contoso.com/ --\nOK", "is not one of silent"},
		{"; want: none\nsip A 192.0.2.1\n-- https://sip.contoso.com/ --\nHTTP/1.1 OK", "malformed HTTP"},
		{"; want: none\nsip A 192.0.2.1\n-- nameserver sip.contoso.com A --\nsip SRV 0 0 1 a", "not of that name and type"},
		{"; want: none\nsip A 192.0.2.1\n-- nameserver sip.contoso.com XYZ --\n", "no type of records"},
	} {
		_, err := Parse("bad.zone", []byte("; A file with a mistake.\n"+tt.text+"\n"))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %q", tt.text, err, tt.want)
		}
	}
}
