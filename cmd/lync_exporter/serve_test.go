package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// A path for metrics that cannot be served is a usage error, not a crash.
func TestTelemetryPath(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.yml")
	for path, want := range map[string]int{"metrics": exitUsage, "/probe": exitUsage, "/sd": exitUsage, "/-/reload": exitUsage, "/domains/contoso.example": exitUsage,
		"/{a}": exitUsage, "/a b": exitUsage, "/metrics": exitError, "/": exitError, "/lync/metrics/": exitError} {
		status, _, stderr := runCommand(t, "serve", "--web.telemetry-path", path, "--config.file", none)
		if status != want {
			t.Errorf("%s: status %d, want %d: %s", path, status, want, stderr)
		}
		if named := strings.Contains(stderr, "--web.telemetry-path"); named != (want == exitUsage) {
			t.Errorf("%s: stderr is %q", path, stderr)
		}
	}
}

// Whatever path is allowed, all endpoints can be served beside it.
func TestEveryAllowedTelemetryPathIsServed(t *testing.T) {
	for _, path := range []string{"/", "/metrics", "/lync/metrics/", "/metrics/self"} {
		if err := validTelemetryPath(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		_, url := startExporter(t, func(o *options) { o.telemetryPath = path }, contoso)
		if status, _, body := get(t, url+path+"?domain=contoso.example"); status != http.StatusOK && path != "/" || path != "/" && !strings.Contains(body, "lync_check_success") {
			t.Errorf("%s: status %d:\n%s", path, status, body)
		}
		if status, _, _ := get(t, url+"/-/ready"); status != http.StatusOK {
			t.Errorf("beside %s, /-/ready gives %d", path, status)
		}
	}
}

// The configuration alone can be checked, with the statuses of a start.
func TestConfigCheck(t *testing.T) {
	t.Parallel()
	file := estateFile(t, contoso, fabrikam)
	if status, out, _ := runCommand(t, "--config.check", "--config.file", file); status != exitOK || !strings.Contains(out, "2 SIP domains") {
		t.Errorf("a good file gives status %d and %q", status, out)
	}
	if status, _, stderr := runCommand(t, "--config.check", "--config.file", file+"x"); status != exitError || strings.Count(stderr, "\n") != 1 {
		t.Errorf("a missing file gives status %d and %q, want 1 and one line", status, stderr)
	}
}

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "deflate, gzip;q=0.5": true, "br;q=1.0, gzip ; q=0.2": true, "identity": false, "x-gzip-like": false,
		"gzip;q=0": false, "gzip; q=0.0": false, "gzip;Q=0.000": false, "gzip;q=0.001": true, "gzip;q=": true,
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := acceptsGzip(r); got != want {
			t.Errorf("Accept-Encoding %q: %v, want %v", header, got, want)
		}
	}
}
