package verdict

import (
	"strings"
	"testing"
)

// A sentence names those who use the server or record, and nobody else.
func TestUsersOfFinding(t *testing.T) {
	t.Parallel()
	refused := &Rule{Code: "cert_expired", Severity: Critical, Breaks: Served, Why: "{Users} refuse it.", Fix: "Tell the {users}."}
	for c, want := range map[Capability]string{
		SignIn: "Clients refuse it. Tell the clients.", Meetings: "Clients refuse it. Tell the clients.", Autodiscover: "Clients refuse it. Tell the clients.",
		Federation: "Partners refuse it. Tell the partners.",
	} {
		f := refused.On("x").Serving(c)
		if got := f.Why("contoso.com").String() + " " + f.Fix("contoso.com").String(); got != want {
			t.Errorf("serving %s: %q, want %q", c, got, want)
		}
	}
	other := (&Rule{Severity: Warning, Why: "{Users} wait."}).On("x")
	if got := other.Why("contoso.com").String(); got != "Clients and partners wait." {
		t.Errorf("got %q", got)
	}
}

// What is to be copied is apart from what is to be read, line by line.
func TestLinesToCopy(t *testing.T) {
	t.Parallel()
	rule := &Rule{Code: "lyncdiscover_unreachable", Severity: Critical, Fix: "What to change:\n{want}"}
	for line, exact := range map[string]bool{
		"Include sip.contoso.com in the certificate.": false, "Let it lead to the Edge.": false,
		"_sip._tls.contoso.com. SRV 0 0 443 sip.contoso.com.": true, "Publish: meet.contoso.com. CNAME web.contoso.com.": true,
		`simple_urls: {meet: "https://<host>/<path>"}`: true, "Set-CsSimpleUrlConfiguration -Identity Global": true, " Blank before.": true, "Word.": true, "": true,
	} {
		got := rule.On("x").Wants("%s", Lines("first line\n"+line+"\nlast line")).Fix("contoso.com")
		if len(got) != 4 || got[2] != (Part{Text: line, Exact: exact, Line: true}) {
			t.Errorf("%q: %#v", line, got)
		}
		if !strings.Contains(got.String(), "\n"+line+"\n") {
			t.Errorf("%q is not a line of %q", line, got)
		}
	}
}
