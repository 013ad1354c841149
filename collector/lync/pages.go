package lync

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// HasMarker says whether an answer bears what only Lync's pages have. Titles
// are no marks: they are translated (docs/rules.md#meet-page).
func HasMarker(x *observe.Exchange) bool {
	if x.Header.Get("X-Ms-Server-Fqdn") != "" {
		return true
	}
	body := bytes.ToLower(x.Body)
	for _, mark := range []string{"reachjoinhtml", "javascriptresourcehandler.ashx", "lwaclient.aspx", "simplejoinconfdoc", "validmeeting=", "dialin/conference.aspx"} {
		if bytes.Contains(body, []byte(mark)) {
			return true
		}
	}
	return false
}

// loginPaths are the paths at which gateways ask for a login: TMG, WAP with AD
// FS, F5, Citrix, Ivanti, and products that say it in plain words
// (docs/rules.md#autodiscover-preauthentication).
var loginPaths = []string{"/cookieauth.dll", "/adfs/", "/my.", "/vpn/", "/dana-na/", "/logon", "/login", "/nf/auth", "/cgi/login", "/saml", "/oauth2/authorize", "/sso"}

// loginHosts are the first labels of hosts that do nothing else.
var loginHosts = []string{"sts", "adfs", "login", "logon", "sso", "fs"}

// IsLogin says whether a URL is that of a login page.
func IsLogin(u *url.URL) bool {
	if u == nil {
		return false
	}
	path := strings.ToLower(u.Path)
	for _, p := range loginPaths {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	words := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '.' || r == '-' || r == '_' })
	for _, w := range words {
		if w == "login" || w == "logon" || w == "signin" {
			return true
		}
	}
	label, _, _ := strings.Cut(strings.ToLower(u.Hostname()), ".")
	return slices.Contains(loginHosts, label) || asksForLogin(u.Query())
}

// asksForLogin says whether a query is one to an identity provider: by SAML,
// WS-Federation, or OpenID Connect and OAuth 2.0.
func asksForLogin(query url.Values) bool {
	return query.Has("SAMLRequest") || query.Get("wa") == "wsignin1.0" || query.Has("response_type") && query.Has("client_id")
}
