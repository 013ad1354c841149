package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/checks"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, r := range checks.Rules() {
		status, out, errs := runCommand(t, "explain", r.Code)
		if status != exitOK || errs != "" {
			t.Errorf("explain %s: status %d, %s", r.Code, status, errs)
		}
		for _, part := range []string{r.Code, string(r.Severity), "Why:", "Fix:", "Source:", "docs/rules.md#"} {
			if !strings.Contains(out, part) {
				t.Errorf("explain %s lacks %q:\n%s", r.Code, part, out)
			}
		}
		if strings.ContainsAny(out, "{}") {
			t.Errorf("explain %s has a placeholder that nobody fills:\n%s", r.Code, out)
		}
	}
	_, list, _ := runCommand(t, "explain")
	if got := strings.Count(list, "\n"); got != len(checks.Rules()) {
		t.Errorf("explain lists %d codes, want %d", got, len(checks.Rules()))
	}
	status, out, errs := runCommand(t, "explain", "cert_expired", "federation_target")
	if status != exitUsage || out != "" || !strings.Contains(errs, "federation_target_foreign_domain") {
		t.Errorf("part of a code: status %d, %q, %q; want a line that names the codes like it and nothing else", status, out, errs)
	}
}

func TestFindingPages(t *testing.T) {
	_, url := startExporter(t, nil, contoso)
	_, _, list := get(t, url+"/findings/")
	for _, r := range checks.Rules() {
		if !strings.Contains(list, `href="/findings/`+r.Code+`"`) {
			t.Errorf("/findings/ does not lead to %s", r.Code)
		}
	}
	status, header, body := get(t, url+"/findings/cert_expired")
	if status != http.StatusOK || header.Get("Content-Security-Policy") == "" || !strings.Contains(body, "docs/rules.md#certificate-validity") {
		t.Errorf("/findings/cert_expired: status %d:\n%s", status, body)
	}
	status, _, body = get(t, url+"/findings/%3Cscript%3E")
	if status != http.StatusNotFound || strings.Contains(body, "<script>") {
		t.Errorf("an unknown code: status %d:\n%s", status, body)
	}
}
