package lync

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// Captured answers (docs/rules.md#autodiscover-document).
const (
	captureLegacy = `{"AccessLocation":"External","Root":{"Links":[{"href":"https:\/\/extweb.contoso.com\/Autodiscover\/AutodiscoverService.svc\/root\/domain","token":"Domain"},{"href":"https:\/\/extweb.contoso.com\/Autodiscover\/AutodiscoverService.svc\/root\/user","token":"User"},{"href":"https:\/\/lyncweb.contoso.com\/Autodiscover\/AutodiscoverService.svc\/root\/oauth\/user","token":"OAuth"}]}}`
	captureUCWA   = `{
"_links":{
"self":{"href":"https://lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root?originalDomain=contoso.com"},
"user":{"href":"https://lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user?originalDomain=contoso.com"},
        "xframe":{"href":"https://lyncweb.contoso.com/Autodiscover/XFrame/XFrame.html"}
}
}`
	captureRedirect = `{ "_links":{ "redirect":{ "href":"https://contoso.com/Autodiscover/AutodiscoverService.svc/root" } } }`
	captureCloud    = `{"_links":{"self":{"href":"https://webdir0e.online.lync.com/Autodiscover/AutodiscoverService.svc/root?originalDomain=ondrejvalenta.com"},"xframe":{"href":"https://webdir1E.online.lync.com/Autodiscover/AutodiscoverService.svc/root/xframe"},"redirect":{"href":"https://webdir1E.online.lync.com/Autodiscover/AutodiscoverService.svc/root?originalDomain=ondrejvalenta.com"}}}`
	rootXML         = `<?xml version="1.0" encoding="utf-8"?><AutodiscoverResponse xmlns="http://schemas.microsoft.com/x" AccessLocation="Internal"><Root><Link token="Domain" href="https://a.example/domain"/><Link token="User" href=" https://A.example/user "/></Root></AutodiscoverResponse>`
	redirectXML     = `<AutodiscoverResponse><Root><Link token ="Redirect" href="https://b.example/root"/></Root></AutodiscoverResponse>`
	resourceXML     = `<resource rel="root" href="https://c.example/root" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><link rel="user" href="https://c.example/user"/><link rel="xframe" href="https://c.example/x"/></resource>`
)

func TestParseDocument(t *testing.T) {
	tests := []struct {
		name, body, format, location, user, redirect string
	}{
		{"first version, slashes escaped", captureLegacy, "json", "External", "https://extweb.contoso.com/Autodiscover/AutodiscoverService.svc/root/user", ""},
		{"UCWA", captureUCWA, "ucwa", "", "https://lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user?originalDomain=contoso.com", ""},
		{"UCWA redirect", captureRedirect, "ucwa", "", "", "https://contoso.com/Autodiscover/AutodiscoverService.svc/root"},
		{"cloud", captureCloud, "ucwa", "", "", "https://webdir1E.online.lync.com/Autodiscover/AutodiscoverService.svc/root?originalDomain=ondrejvalenta.com"},
		{"XML with a namespace and blanks", rootXML, "xml", "Internal", "https://A.example/user", ""},
		{"XML redirect", redirectXML, "xml", "", "", "https://b.example/root"},
		{"UCWA as XML", resourceXML, "xml", "", "https://c.example/user", ""},
		{"byte order mark", "\xef\xbb\xbf\r\n" + captureUCWA, "ucwa", "", "https://lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user?originalDomain=contoso.com", ""},
		{"byte order mark before XML", "\xef\xbb\xbf" + resourceXML, "xml", "", "https://c.example/user", ""},
		{"only OAuth", `{"Root":{"Links":[{"token":"OAuth","href":"https://d.example/oauth"}]}}`, "json", "", "https://d.example/oauth", ""},
		{"no links", `{"Root":{"Links":[]}}`, "json", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := ParseDocument([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			got := []string{d.Format, d.AccessLocation, d.UserLink(), d.Links["redirect"]}
			if diff := cmp.Diff([]string{tt.format, tt.location, tt.user, tt.redirect}, got); diff != "" {
				t.Errorf("format, location, user link and redirect (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseDocumentRefuses(t *testing.T) {
	for _, body := range []string{"", "null", "{}", "[]", `"text"`, `{"Root":7}`, `{"_links":null}`, "Not found", "<html><body>Parked</body></html>",
		"<!DOCTYPE html><html></html>", "<AutodiscoverResponse>", "<AutodiscoverResponse><Root>", "\x00\xff\xfe", "{" + strings.Repeat(`"a":{`, 20000)} {
		if d, err := ParseDocument([]byte(body)); err == nil {
			t.Errorf("%.60q was taken for %+v", body, d)
		}
	}
}

func FuzzParseDocument(f *testing.F) {
	for _, seed := range []string{captureLegacy, captureUCWA, captureRedirect, captureCloud, rootXML, redirectXML, resourceXML, "<html>", "{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := ParseDocument(body)
		if err == nil && d.Format == "" {
			t.Errorf("%q is a document of no format", body)
		}
		if !utf8.ValidString(d.AccessLocation) || len(d.AccessLocation) > 256 {
			t.Errorf("access location %q is not fit to be shown", d.AccessLocation)
		}
		for token, href := range d.Links {
			if token == "" || href == "" || strings.TrimSpace(href) != href {
				t.Errorf("link %q to %q", token, href)
			}
		}
	})
}

// Which link is taken does not depend on chance where two differ in case only.
func TestParseDocumentIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	const body = `{"_links":{"User":{"href":"https://a.example/"},"user":{"href":"https://b.example/"},"USER":{"href":"https://c.example/"}}}`
	for range 50 {
		d, err := ParseDocument([]byte(body))
		if err != nil || d.UserLink() != "https://c.example/" {
			t.Fatalf("user link %q, error %v; want always the first in order", d.UserLink(), err)
		}
	}
}

// A link of another form than Lync's costs the others nothing.
func TestParseDocumentLeavesOutOddLinks(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{`5`, `"https://a.example/"`, `[]`, `{"href":7}`, `{"href":{}}`, `null`} {
		d, err := ParseDocument([]byte(`{"_links":{"oauth":` + odd + `,"user":{"href":"https://b.example/"},"xframe":` + odd + `}}`))
		if err != nil || len(d.Links) != 1 || d.UserLink() != "https://b.example/" {
			t.Errorf("beside %s: links %v, error %v", odd, d.Links, err)
		}
	}
}
