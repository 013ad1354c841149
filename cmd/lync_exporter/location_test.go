package main

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-kit/log"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// located is where the flags put the exporter.
func located(t *testing.T, external, prefix string) location {
	t.Helper()
	l, err := locationFlags{&external, &prefix}.location()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// siteAt is the pages of an exporter that the flags put somewhere.
func siteAt(t *testing.T, l location, names ...string) site {
	t.Helper()
	load := func() (*config.Config, error) { return config.Default(names...) }
	e, err := newExporter(options{load: load, telemetryPath: "/metrics", location: l, profiling: true}, log.NewNopLogger())
	if err != nil {
		t.Fatal(err)
	}
	return site{t, e, e.handler()}
}

var ownLinks = regexp.MustCompile(`(?:href|src|action)="(/[^"]*)"`)

// Every link of every page leads to a page, below the prefix; nothing is served
// beside it but the way there.
func TestAllEndpointsAndLinksAreBelowThePrefix(t *testing.T) {
	t.Parallel()
	s := siteAt(t, located(t, "", "/lync/"), "contoso.example", "fabrikam.example")
	followed := 0
	for _, page := range []string{"/lync/", "/lync/?q=contoso&state=unchecked", "/lync/domains/contoso.example", "/lync/domains/unknown.example",
		"/lync/findings/", "/lync/findings/cert_expired", "/lync/docs/", "/lync/docs/runbook.md"} {
		for _, link := range ownLinks.FindAllStringSubmatch(s.get(page).Body.String(), -1) {
			followed++
			path, _, _ := strings.Cut(strings.ReplaceAll(link[1], "&amp;", "&"), "#")
			if !strings.HasPrefix(path, "/lync/") {
				t.Errorf("%s links to %s", page, path)
			}
			if strings.Contains(path, "/probe") || strings.HasSuffix(path, "/metrics") || strings.HasSuffix(path, "/check") {
				continue // these would check the domain
			}
			if w := s.get(path); w.Code != http.StatusOK {
				t.Errorf("%s links to %s, which gives %d", page, path, w.Code)
			}
		}
	}
	if followed < 20 {
		t.Errorf("only %d links found", followed)
	}
	for _, path := range []string{"/lync/-/healthy", "/lync/-/ready", "/lync/sd", "/lync/config", "/lync/metrics/self", "/lync/debug/pprof/", "/lync/debug/pprof/goroutine", "/lync/debug/pprof/cmdline"} {
		if w := s.get(path); w.Code != http.StatusOK {
			t.Errorf("%s gives %d", path, w.Code)
		}
	}
	for _, path := range []string{"/metrics", "/sd", "/config", "/docs/", "/check", "/-/ready", "/domains/contoso.example", "/assets/style.css", "/debug/pprof/"} {
		if w := s.get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s gives %d beside the prefix", path, w.Code)
		}
	}
	if w := s.get("/"); w.Code != http.StatusFound || w.Header().Get("Location") != "/lync/" {
		t.Errorf("/ gives %d to %q, want a redirect to the prefix", w.Code, w.Header().Get("Location"))
	}
}

// Behind a proxy that takes the path away, only links have it.
func TestExternalURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ external, prefix, routes, links string }{
		{"", "", "", ""},
		{"", "lync", "/lync", "/lync"},
		{"https://monitoring.contoso.example/", "", "", ""},
		{"https://monitoring.contoso.example/a/lync/", "", "/a/lync", "/a/lync"},
		{"https://monitoring.contoso.example/lync", "/", "", "/lync"},
		{"http://monitoring.contoso.example:8080/lync", "/inner", "/inner", "/lync"},
	} {
		l := located(t, tt.external, tt.prefix)
		if l.routes != tt.routes || l.links != tt.links {
			t.Errorf("%q and %q: endpoints below %q, links below %q, want %q and %q", tt.external, tt.prefix, l.routes, l.links, tt.routes, tt.links)
		}
	}
	page := siteAt(t, located(t, "https://monitoring.contoso.example/lync", "/"), "contoso.example").page("/")
	for _, link := range []string{`href="/lync/domains/contoso.example"`, `href="/lync/metrics"`, `href="/lync/assets/style.css"`, `action="/lync/"`} {
		if !strings.Contains(page, link) {
			t.Errorf("the page at / has no %s", link)
		}
	}
}

// What cannot be a prefix is a usage error that names the flag.
func TestUnusableLocation(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.yml")
	for _, flag := range []string{"--web.external-url=monitoring.contoso.example/lync", "--web.external-url=ftp://contoso.example/", "--web.external-url=http://contoso.example/?a=b",
		"--web.external-url=http:///lync", "--web.route-prefix=/{name}", "--web.route-prefix=/a/../b", "--web.route-prefix=/a//b", `--web.route-prefix=/"onload=`} {
		name, _, _ := strings.Cut(flag, "=")
		status, _, stderr := runCommand(t, "serve", flag, "--config.file", none)
		if status != exitUsage || !strings.Contains(stderr, name) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: status %d: %s", flag, status, stderr)
		}
	}
}

// Profiles are served only to those who asked for them.
func TestProfilesNeedTheirFlag(t *testing.T) {
	t.Parallel()
	s := defaultSite(t, "contoso.example")
	if w := s.get("/debug/pprof/"); w.Code != http.StatusNotFound {
		t.Errorf("status %d without the flag", w.Code)
	}
}
