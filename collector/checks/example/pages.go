package example

import (
	"fmt"
	"strings"
)

// root is the path of Autodiscover, where a proxy's / leads to.
const root = "/Autodiscover/AutodiscoverService.svc/root"

// usualPage is what the servers of a network answer to a request.
func usualPage(t target, b behaviour) string {
	switch b {
	case foreign, dead:
		return "HTTP/1.1 200 OK\nServer: Apache\nContent-Type: text/html\n\n<html><title>Welcome</title><body>www.other.example</body></html>\n"
	case ofMicrosoft:
		return microsoftPage(t)
	}
	label, domain, _ := strings.Cut(t.host, ".")
	switch label {
	case "lyncdiscover":
		return discovery(t, t.host, "webext."+domain)
	case "lyncdiscoverinternal":
		return discovery(t, t.host, "webint."+domain)
	case "webext", "webint":
		return challenge(t.host)
	case "meet":
		return frontEnd("200 OK", "text/html", `<html class="reachJoinHtml"><body class="reachJoinBody" onload="validMeeting=&quot;False&quot;"></body></html>`)
	case "dialin":
		return frontEnd("200 OK", "text/html", `<html><body><form action="/Dialin/Conference.aspx"></form></body></html>`)
	}
	return "HTTP/1.1 404 Not Found\nServer: Microsoft-IIS/10.0\nContent-Type: text/html\n\n<html><title>404 - File or directory not found.</title></html>\n"
}

func microsoftPage(t target) string {
	const host = "webdir1e.online.lync.com"
	if strings.Contains(t.url.Path, "/user") {
		return challenge(t.host)
	}
	return discovery(t, host, host)
}

// discovery is Autodiscover: a redirect over http, a user link over https.
func discovery(t target, next, services string) string {
	switch path := strings.ToLower(t.url.Path); {
	case strings.HasPrefix(path, strings.ToLower(root)+"/"):
		return challenge(t.host)
	case path != "" && path != "/" && path != strings.ToLower(root):
		return "HTTP/1.1 404 Not Found\nServer: Microsoft-IIS/10.0\n\n"
	}
	link := fmt.Sprintf(`{"_links":{"redirect":{"href":"https://%s/"}}}`, next)
	if t.url.Scheme == "https" {
		link = fmt.Sprintf(`{"_links":{"self":{"href":"https://%s/"},"user":{"href":"https://%s%s/oauth/user"}}}`, t.host, services, root)
	}
	return frontEnd("200 OK", "application/json", link)
}

// challenge asks for credentials as the web services do.
func challenge(host string) string {
	return fmt.Sprintf("HTTP/1.1 401 Unauthorized\nServer: Microsoft-IIS/10.0\nX-MS-Server-Fqdn: fe01.contoso.local\n"+
		"WWW-Authenticate: Bearer trusted_issuers=\"00000002-0000-0ff1-ce00-000000000000@%[1]s\", client_id=\"00000004-0000-0ff1-ce00-000000000000\"\n"+
		"WWW-Authenticate: MsRtcOAuth href=\"https://%[1]s/WebTicket/oauthtoken\",grant_type=\"urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password\"\n\n", host)
}

func frontEnd(status, kind, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\nServer: Microsoft-IIS/10.0\nX-MS-Server-Fqdn: fe01.contoso.local\nContent-Type: %s\n\n%s\n", status, kind, body)
}
