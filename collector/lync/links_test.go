package lync

import (
	"net/url"
	"strings"
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

func FuzzParseLink(f *testing.F) {
	base, err := url.Parse("https://lyncdiscover.contoso.com/Autodiscover/")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"https://webext.com/?a=b c", "//user:x@a.example:1/b#c", "x y", "https://a\"b/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, href string) {
		u, err := ParseLink(base, href)
		if err != nil {
			return
		}
		text := u.String()
		if again, err := url.Parse(text); err != nil || again.String() != text || u.User != nil || u.Fragment != "" || u.Hostname() == "" || strings.ContainsAny(text, " \r\n\t\x00\x1b") {
			t.Errorf("ParseLink(%q) = %q: %v", href, text, err)
		}
	})
}
