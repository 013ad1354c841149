package lync

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// Where gateways send requests that they want a login for, and where other
// redirects lead.
func TestIsLogin(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]bool{
		"https://lyncdiscover.contoso.com/CookieAuth.dll?GetLogon?curl=Z2F": true, // TMG
		"https://sts.contoso.com/adfs/ls/?wa=wsignin1.0":                    true, // AD FS by WAP
		"https://meet.contoso.com/adfs/ls":                                  true,
		"https://meet.contoso.com/my.policy":                                true, // F5
		"https://meet.contoso.com/vpn/index.html":                           true, // Citrix
		"https://meet.contoso.com/logon/LogonPoint/index.html":              true,
		"https://portal.contoso.com/InternalSite/Login.asp":                 true, // UAG
		"https://login.microsoftonline.com/common/oauth2/authorize":         true,
		"https://sso.contoso.com/":                                          true,
		"https://www.contoso.com/users/sign_in?from=meet":                   false,
		"https://www.contoso.com/signin":                                    true,
		"https://idp.contoso.com/SSO?SAMLRequest=fZF":                       true, // SAML
		"https://id.contoso.com/auth?response_type=code&client_id=proxy":    true, // OpenID Connect
		"https://www.contoso.com/?client_id=7":                              false,
		"https://lyncdiscover.contoso.com/":                                 false,
		"https://meet.contoso.com/lync/meet":                                false,
		"https://www.contoso.com/blog/":                                     false,
		"https://stsmarketing.contoso.com/":                                 false,
	} {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		if got := IsLogin(u); got != want {
			t.Errorf("IsLogin(%s) = %t, want %t", link, got, want)
		}
	}
	if IsLogin(nil) {
		t.Error("no redirect at all is a login")
	}
}

func TestHasMarker(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header http.Header
		body   string
		want   bool
	}{
		"join page":            {nil, `<html class="reachJoinHtml">`, true},
		"dial-in page":         {nil, `<form action="/Dialin/Conference.aspx">`, true},
		"Front End's own name": {http.Header{"X-Ms-Server-Fqdn": {"fe01.contoso.com"}}, "", true},
		"company's page":       {http.Header{"Server": {"Microsoft-IIS/10.0"}}, "<title>Skype for Business Web App</title>", false},
	} {
		if got := HasMarker(&observe.Exchange{Header: tt.header, Body: []byte(tt.body)}); got != tt.want {
			t.Errorf("%s: HasMarker is %t, want %t", name, got, tt.want)
		}
	}
}
