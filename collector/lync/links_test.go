package lync

import (
	"net/url"
	"testing"
)

// A redirect is followed by protocol only: what is no web link is refused, and
// credentials and fragments are left out.
func TestParseLink(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://lyncdiscover.contoso.com/Autodiscover/")
	if err != nil {
		t.Fatal(err)
	}
	for href, want := range map[string]string{
		" https://WebExt.Contoso.com/Root ":                "https://webext.contoso.com/Root",
		"http://webext.contoso.com/":                       "http://webext.contoso.com/",
		"root/user":                                        "https://lyncdiscover.contoso.com/Autodiscover/root/user",
		"//webext.contoso.com/x":                           "https://webext.contoso.com/x",
		"https://user:secret@webext.com/#here":             "https://webext.com/",
		"https://webext.com/?a=b c\"d":                     "https://webext.com/?a=b%20c%22d",
		"https://webext.com/?originalDomain=b%C3%BCro.com": "https://webext.com/?originalDomain=b%C3%BCro.com",
		"javascript:alert(1)":                              "",
		"file:///etc/passwd":                               "",
		"ldap://contoso.com/":                              "",
		"https://":                                         "",
		"https://[::1":                                     "",
		"https://a%20b/":                                   "",
		"https://webext%C2%9B31m.contoso.com/":             "",
		"https://a b/":                                     "",
		"":                                                 "",
	} {
		got := ""
		if u, err := ParseLink(base, href); err == nil {
			got = u.String()
		}
		if got != want {
			t.Errorf("ParseLink(%q) = %q, want %q", href, got, want)
		}
	}
}
