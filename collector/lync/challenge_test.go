package lync

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Header lines as servers and proxies write them: what is a scheme and what a
// parameter of one (RFC 9110 §11.6.1).
func TestChallengeSchemes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line    string
		schemes []string
		href    string
	}{
		{`Negotiate`, []string{"negotiate"}, ""},
		{`NTLM TlRMTVNTUAACAAAA==`, []string{"ntlm"}, ""},
		{`Basic realm="a, b", Bearer c="d"`, []string{"basic", "bearer"}, ""},
		{`Basic realm="a \", MsRtcOAuth href=https://evil.example/ b"`, []string{"basic"}, ""},
		{`MsRtcOAuth grant_type = "a", href = "https://contoso.com/t"`, []string{"msrtcoauth"}, "https://contoso.com/t"},
		{`MsRtcOAuth href="https://contoso.com/t?a=b,c"`, []string{"msrtcoauth"}, "https://contoso.com/t?a=b,c"},
		{`MsRtcOAuth href="https://contoso.com/1", href="https://contoso.com/2"`, []string{"msrtcoauth"}, "https://contoso.com/1"},
		{`Digest href="https://elsewhere.example/", MsRtcOAuth`, []string{"digest", "msrtcoauth"}, ""},
		{` ,, Negotiate ,`, []string{"negotiate"}, ""},
		{``, nil, ""},
	} {
		c := ParseChallenge(http.Header{"Www-Authenticate": {tt.line}})
		if diff := cmp.Diff(tt.schemes, c.Schemes, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("schemes of %s (-want +got):\n%s", tt.line, diff)
		}
		if c.Href != tt.href {
			t.Errorf("href of %s is %q, want %q", tt.line, c.Href, tt.href)
		}
	}
}

func TestParseChallenge(t *testing.T) {
	const grants = `grant_type="urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password"`
	tests := []struct {
		name   string
		header http.Header
		lync   bool
		href   string
	}{
		{"captured", http.Header{"Www-Authenticate": {
			`Bearer trusted_issuers="00000002-0000-0ff1-ce00-000000000000@contoso.com", client_id="00000004-0000-0ff1-ce00-000000000000"`,
			`MsRtcOAuth href="https://lyncweb.contoso.com/WebTicket/oauthtoken",` + grants}}, true, "https://lyncweb.contoso.com/WebTicket/oauthtoken"},
		{"not quoted", http.Header{"Www-Authenticate": {`MsRtcOAuth href=https://contoso.com/WebTicket/oauthtoken,` + grants}}, true, "https://contoso.com/WebTicket/oauthtoken"},
		{"both in a line", http.Header{"Www-Authenticate": {`Negotiate, MSRTCOAUTH ` + grants + `, href="https://contoso.com/t"`}}, true, "https://contoso.com/t"},
		{"bearer alone", http.Header{"Www-Authenticate": {"Bearer"}}, true, ""},
		{"web ticket", http.Header{"X-Ms-Webticketurl": {"https://contoso.com/WebTicket/WebTicketService.svc"}}, true, "https://contoso.com/WebTicket/WebTicketService.svc"},
		{"proxy's own", http.Header{"Www-Authenticate": {`Basic realm="MsRtcOAuth, Bearer"`, "NTLM", "Negotiate"}}, false, ""},
		{"none", http.Header{}, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := ParseChallenge(tt.header); c.IsLync() != tt.lync || c.Href != tt.href {
				t.Errorf("got %+v, Lync's: %t; want %t and %q", c, c.IsLync(), tt.lync, tt.href)
			}
		})
	}
}

func FuzzParseChallenge(f *testing.F) {
	f.Add(`MsRtcOAuth href="https://a.example/t",grant_type="a,b"`)
	f.Add(`MsRtcOAuth href=https://a.example/t,grant_type="a`)
	f.Add(`Bearer a="b", c="d", NTLM`)
	f.Fuzz(func(t *testing.T, line string) {
		c := ParseChallenge(http.Header{"Www-Authenticate": {line}})
		for _, scheme := range c.Schemes {
			if scheme == "" || scheme != strings.ToLower(scheme) {
				t.Errorf("%q offers the scheme %q", line, scheme)
			}
		}
		if c.Href != "" && !c.IsLync() {
			t.Errorf("%q has a place for tokens without a scheme of Lync's", line)
		}
	})
}
