package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// submitted is the page that a browser shows after a button of a page.
func submitted(t *testing.T, address string, fields url.Values) (path, body string) {
	t.Helper()
	r, err := http.PostForm(address, fields)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v: %s", address, r.StatusCode, err, text)
	}
	return r.Request.URL.RequestURI(), string(text)
}

// "Check now" comes back to the page, which shows the new result, below a prefix
// too.
func TestCheckNowStaysOnPage(t *testing.T) {
	_, url := startExporter(t, func(o *options) { o.location = location{routes: "/lync", links: "/lync"} }, contoso, fabrikam)
	path, page := submitted(t, url+"/lync/domains/contoso.example/check", map[string][]string{"view": {"external"}, "only": {"external"}})
	if path != "/lync/domains/contoso.example?view=external" || !strings.Contains(page, "Nothing to repair.") {
		t.Errorf("%s:\n%s", path, page)
	}
	if _, _, page := get(t, url+"/lync/domains/fabrikam.example"); !strings.Contains(page, "Not checked yet") {
		t.Errorf("the other domain was checked, too:\n%s", page)
	}
	path, page = submitted(t, url+"/lync/check", nil)
	if path != "/lync/" || strings.Contains(page, "not checked yet") || !strings.Contains(page, "fabrikam.example") {
		t.Errorf("%s:\n%s", path, page)
	}
}

// What cannot be checked is said, and no page of another site makes the exporter
// check.
func TestCheckNowRefuses(t *testing.T) {
	t.Parallel()
	s := defaultSite(t, "a.example")
	for _, tt := range []struct {
		path, origin string
		status       int
	}{
		{"/domains/b.example/check", "", http.StatusNotFound},
		{"/domains/a.example/check?view=moon", "", http.StatusNotFound},
		{"/domains/a.example/check", "https://elsewhere.example", http.StatusForbidden},
		{"/check", "https://elsewhere.example", http.StatusForbidden},
	} {
		r := httptest.NewRequest(http.MethodPost, tt.path, nil)
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		if strings.Contains(tt.path, "?") {
			r = httptest.NewRequest(http.MethodPost, "/domains/a.example/check", strings.NewReader("view=moon"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%s: status %d, want %d", tt.path, w.Code, tt.status)
		}
	}
}

// A finding says since when it is there, however often it is seen again, and a
// check that could not look takes nothing away from that.
func TestSinceWhenFindingStands(t *testing.T) {
	t.Parallel()
	s := defaultSite(t, "b.example")
	unfinished := func(d *survey.DomainReport) { doubtful(d) }
	for _, scrape := range []struct {
		minutes int
		change  func(*survey.DomainReport)
		want    string // of federation_srv_missing
	}{
		{200, broken, "3 h ago"},
		{90, broken, "3 h ago"},
		{80, unfinished, ""},
		{70, broken, "3 h ago"},
		{60, nil, ""},
		{50, broken, "50 min ago"},
	} {
		s.scraped("b.example", scrape.minutes, scrape.change)
		_, after, found := strings.Cut(s.page("/domains/b.example"), "<code>federation_srv_missing</code></a>")
		heading, _, _ := strings.Cut(after, "</h3>")
		if found != (scrape.want != "") || !strings.Contains(heading, scrape.want) {
			t.Errorf("%d minutes ago, the finding stands since %q, want %q", scrape.minutes, heading, scrape.want)
		}
	}
	if page := s.page("/domains/b.example"); strings.Count(page, "first seen") != 3 {
		t.Errorf("not every finding says since when:\n%s", page)
	}
}

// Roles of servers are words for people, and labels for programs.
func TestRolesInWords(t *testing.T) {
	t.Parallel()
	s := defaultSite(t, "a.example", "b.example")
	s.scraped("a.example", 1, func(d *survey.DomainReport) {
		d.Checks[0].Findings = []verdict.Finding{rule("cert_expired").On("access_edge").Saw("x"), rule("cert_expired").On("federation").Saw("y"),
			rule("cert_expired").On("web_services").Saw("z"), rule("cert_no_cdp").On("access_edge").At(&verdict.Server{Role: "Front End"})}
	})
	s.scraped("b.example", 1, func(d *survey.DomainReport) {
		var seen verdict.Verdict
		seen.Saw("access_edge sip.b.example:443", "SIP 504")
		seen.Saw("_sip._tls", "no record")
		d.Checks[0] = survey.CheckReport{Name: "web_services", Observed: seen.Observed}
	})
	if page := s.page("/domains/b.example"); !strings.Contains(page, "<dt>Access Edge for clients sip.b.example:443</dt>") || !strings.Contains(page, "<dt>_sip._tls</dt>") || !strings.Contains(page, "<h3>web services ") {
		t.Errorf("what was observed:\n%s", page)
	}
	page := s.page("/domains/a.example")
	for _, want := range []string{"Access Edge for clients", "Access Edge for partners", "web services", "Front End for clients"} {
		if !strings.Contains(page, "</span> "+want+" <a") {
			t.Errorf("no finding of the %s in:\n%s", want, page)
		}
	}
	if strings.Contains(page, "access_edge") {
		t.Errorf("a label is on the page:\n%s", page)
	}
}

// A page leads nowhere outside: the explanations and the documents are inside.
func TestPagesLeadNowhereOutside(t *testing.T) {
	t.Parallel()
	s := sampleSite(t)
	for _, path := range []string{"/", "/domains/b.example", "/domains/nobody.example", "/findings/", "/findings/cert_expired", "/docs/"} {
		if page := s.get(path).Body.String(); strings.Contains(page, `="http`) {
			t.Errorf("%s leads outside:\n%s", path, page)
		}
	}
	if page := s.page("/findings/cert_expired"); !strings.Contains(page, `href="/docs/rules.md#certificate-validity"`) {
		t.Errorf("the source is not in the exporter:\n%s", page)
	}
	for path, want := range map[string]string{
		"/docs/rules.md":    `id="certificate-validity"`,
		"/docs/findings.md": `id="cert_expired"`,
		"/docs/runbook.md":  `href="findings.md#edge_tcp_unreachable"`,
		"/docs/upgrade.md":  `href="https://github.com/lync-exporter/lync_exporter/blob/main/CHANGELOG.md"`,
		"/docs/metrics.md":  "<table>",
	} {
		if page := s.page(path); !strings.Contains(page, want) {
			t.Errorf("%s has no %s", path, want)
		}
	}
	for _, path := range []string{"/docs/docs.go", "/docs/..%2Fgo.mod", "/docs/none.md"} {
		if w := s.get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

// /config shows what is in force, and whether that is the latest.
func TestConfigPage(t *testing.T) {
	t.Parallel()
	good := true
	s := newSite(t, func() (*config.Config, error) {
		if good {
			return config.Default("a.example")
		}
		return nil, io.ErrUnexpectedEOF
	})
	if page := s.page("/config"); !strings.Contains(page, "\n# Loaded "+timestamp(time.Now())[:13]) || !strings.Contains(page, "the last reload was accepted") || !strings.Contains(page, "  - name: a.example\n") {
		t.Errorf("page:\n%s", page)
	}
	good = false
	if err := s.reload(); err == nil {
		t.Fatal("the reload was accepted")
	}
	if page := s.page("/config"); !strings.Contains(page, "was refused") || !strings.Contains(page, "# unexpected EOF\n") || !strings.Contains(page, "  - name: a.example\n") {
		t.Errorf("after a reload that was refused:\n%s", page)
	}
	if page := s.page("/"); !strings.Contains(page, `href="/config"`) {
		t.Errorf("no way to it:\n%s", page)
	}
}
