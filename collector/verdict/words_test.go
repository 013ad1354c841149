package verdict

import "testing"

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
