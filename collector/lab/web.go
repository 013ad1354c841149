package lab

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// page answers a request to one host, over the scheme given.
type page func(w http.ResponseWriter, r *http.Request, scheme string)

// root is the path of Autodiscover, where a proxy's / leads to.
const root = "/Autodiscover/AutodiscoverService.svc/root"

// redirecting answers as Autodiscover does over HTTP: by a document that names
// where to ask over HTTPS (docs/rules.md#autodiscover-redirects).
func redirecting(host, domain string) page {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		document(w, fmt.Sprintf(`{"_links":{"redirect":{"href":"https://%s%s?originalDomain=%s"}}}`, host, root, domain))
	}
}

// discovering answers with the user link at a host (§3.3b).
func discovering(own, services, domain string) page {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		document(w, fmt.Sprintf(`{"_links":{"self":{"href":"https://%[1]s%[3]s?originalDomain=%[4]s"},"user":{"href":"https://%[2]s%[3]s/oauth/user?originalDomain=%[4]s"},"xframe":{"href":"https://%[2]s/Autodiscover/XFrame/XFrame.html"}}}`,
			own, services, root, domain))
	}
}

// legacy answers with the older document, which Lync 2010 clients know (§3.3a).
func legacy(services string) page {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		document(w, fmt.Sprintf(`{"AccessLocation":"External","Root":{"Links":[{"href":"https:\/\/%[1]s\/Autodiscover\/AutodiscoverService.svc\/root\/domain","token":"Domain"},{"href":"https:\/\/%[1]s\/Autodiscover\/AutodiscoverService.svc\/root\/user","token":"User"},{"href":"https:\/\/%[1]s\/Autodiscover\/AutodiscoverService.svc\/root\/oauth\/user","token":"OAuth"}]}}`, services))
	}
}

func document(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, body)
}

// inXML answers with the document as Lync 2010 clients and later ones that ask
// for XML get it (§3.3f).
func inXML(services string) page {
	return xmlDocument(fmt.Sprintf(`<?xml version="1.0" encoding="utf-8"?>
<AutodiscoverResponse xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" AccessLocation="External"><Root><Link token="Domain" href="https://%[1]s%[2]s/domain"/><Link token="User" href="https://%[1]s%[2]s/user"/><Link token="OAuth" href="https://%[1]s%[2]s/oauth/user"/></Root></AutodiscoverResponse>`, services, root))
}

// resource answers with UCWA's document as XML (§3.3g).
func resource(services, domain string) page {
	return xmlDocument(fmt.Sprintf(`<?xml version="1.0" encoding="utf-8"?>
<resource rel="root" href="https://%[1]s%[2]s?originalDomain=%[3]s" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><link rel="user" href="https://%[1]s%[2]s/oauth/user?originalDomain=%[3]s"/><link rel="xframe" href="https://%[1]s/Autodiscover/XFrame/XFrame.html"/></resource>`, services, root, domain))
}

func xmlDocument(body string) page {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "application/vnd.microsoft.rtc.autodiscover+xml; v=1")
		_, _ = io.WriteString(w, body)
	}
}

// moved answers by a 3xx, which clients of Autodiscover do not expect (§3.2).
func moved(to string) page {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

// byScheme answers by one page over HTTP and by another over HTTPS.
func byScheme(plain, secure page) page {
	return func(w http.ResponseWriter, r *http.Request, scheme string) {
		if scheme == "http" {
			plain(w, r, scheme)
			return
		}
		secure(w, r, scheme)
	}
}

// status answers with nothing but a status.
func status(code int) page {
	return func(w http.ResponseWriter, _ *http.Request, _ string) { w.WriteHeader(code) }
}

// lists answers with the revocation lists of authorities.
func lists(authorities ...*authority) page {
	return func(w http.ResponseWriter, r *http.Request, _ string) {
		for _, a := range authorities {
			if list, err := a.list(); r.URL.Path == a.listPath() && err == nil {
				w.Header().Set("Content-Type", "application/pkix-crl")
				_, _ = w.Write(list)
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
	}
}

// html answers with a page.
func html(body string) page {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, body)
	}
}

// parking is what a registrar shows for names nobody uses.
func parking() page {
	return html("<html><title>Parked</title><body>This domain is parked.</body></html>")
}

// meeting is the join page, by its marks (§5.2).
func meeting() page {
	join := html(`<html class="reachJoinHtml"><body class="reachJoinBody" onload="validMeeting=&quot;False&quot;"></body></html>`)
	return func(w http.ResponseWriter, r *http.Request, scheme string) {
		frontEnd(w)
		join(w, r, scheme)
	}
}

// dialingIn is the page of access numbers, by its path (§5.2).
func dialingIn() page {
	return html(`<html><body><form action="/Dialin/Conference.aspx"></form></body></html>`)
}

// frontEnd adds the header by which a Front End gives its name away (§5.2).
func frontEnd(w http.ResponseWriter) { w.Header().Set("X-MS-Server-Fqdn", "fe01.estate.example") }

// services asks for credentials as the web services do (§3.3c).
func services() page {
	return func(w http.ResponseWriter, r *http.Request, _ string) {
		if !strings.HasPrefix(r.URL.Path, root) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		frontEnd(w)
		w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Bearer trusted_issuers="00000002-0000-0ff1-ce00-000000000000@%s", client_id="00000004-0000-0ff1-ce00-000000000000"`, r.Host))
		w.Header().Add("WWW-Authenticate", fmt.Sprintf(`MsRtcOAuth href="https://%s/WebTicket/oauthtoken",grant_type="urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password"`, r.Host))
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// cloud answers as a host of Microsoft's does for both.
func cloud(host string) page {
	user := services()
	return func(w http.ResponseWriter, r *http.Request, scheme string) {
		domain := r.URL.Query().Get("originalDomain")
		switch {
		case strings.Contains(r.URL.Path, "/user"):
			user(w, r, scheme)
		case scheme == "http":
			redirecting(host, domain)(w, r, scheme)
		default:
			discovering(host, host, domain)(w, r, scheme)
		}
	}
}
