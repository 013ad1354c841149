package collector

import (
	"net/http"
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
		c := parseChallenge(http.Header{"Www-Authenticate": {tt.line}})
		if diff := cmp.Diff(tt.schemes, c.Schemes, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("schemes of %s (-want +got):\n%s", tt.line, diff)
		}
		if c.Href != tt.href {
			t.Errorf("href of %s is %q, want %q", tt.line, c.Href, tt.href)
		}
	}
}

// Which link is taken does not depend on chance where two differ in case only.
func TestParseDocumentIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	const body = `{"_links":{"User":{"href":"https://a.example/"},"user":{"href":"https://b.example/"},"USER":{"href":"https://c.example/"}}}`
	for range 50 {
		d, err := parseDocument([]byte(body))
		if err != nil || d.userLink() != "https://c.example/" {
			t.Fatalf("user link %q, error %v; want always the first in order", d.userLink(), err)
		}
	}
}
