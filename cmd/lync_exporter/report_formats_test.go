package main

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// formatted is a report in one of the forms of check.
func formatted(t *testing.T, format string, domains ...*survey.DomainReport) string {
	t.Helper()
	var out bytes.Buffer
	o := checkOptions{format: format}
	if err := o.write(&out, &survey.Report{Domains: domains, Started: time.Now()}, nil); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCSV(t *testing.T) {
	t.Parallel()
	hostile := domainWith("contoso.example", rule("edge_sip_not_lync").On("access_edge").Saw("%s", `=HYPERLINK("http://203.0.113.66/","click")`))
	text := formatted(t, "csv", healthyDomain("a.example"), brokenDomain("b.example", "b.example"), hostile)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	column := make(map[string]int)
	for i, name := range rows[0] {
		column[name] = i
	}
	if diff := cmp.Diff([]string{"a.example", "external", "up", "up", "up", "up"}, rows[1][:6]); diff != "" || rows[1][column["reason"]] != "" {
		t.Errorf("the healthy domain has the row %q", rows[1])
	}
	broken := rows[2]
	for name, want := range map[string]string{"domain": "b.example", "federation": "down", "meetings": "not offered", "severity": "critical", "reason": "federation_target_foreign_domain",
		"repairs": "Start the service.\nReplace the certificate of the Access Edge sip.b.example:443: subject sip.contoso.example, issued by Public CA, valid until 2027-01-02 03:04 UTC. " +
			"All names of the new one: sip.contoso.example, sip.b.example\nreplace _sipfederationtls._tcp.b.example. SRV 0 0 5061 sip.b.example."} {
		if diff := cmp.Diff(want, broken[column[name]]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a spreadsheet would take %q for a formula", cell)
			}
		}
	}
}

// domainWith is a domain with one finding.
func domainWith(name string, f verdict.Finding) *survey.DomainReport {
	d := healthyDomain(name)
	d.Checks[0].Findings = []verdict.Finding{f}
	return d
}

var reference = regexp.MustCompile(`(?i)(src|href)="([^"]*)"|url\(|@import|<script`)

// A report that is sent works without the exporter: what it refers to is the
// documentation alone.
func TestHTMLIsOneFile(t *testing.T) {
	t.Parallel()
	hostile := domainWith("contoso.example", rule("edge_sip_not_lync").On("access_edge").Saw("%s", `<script>alert(1)</script>`))
	page := formatted(t, "html", brokenDomain("b.example", "b.example"), hostile)
	for _, found := range reference.FindAllStringSubmatch(page, -1) {
		if !strings.EqualFold(found[1], "href") || !strings.HasPrefix(found[2], findingsPage+"#") {
			t.Errorf("the report refers to %q", found[0])
		}
	}
	if strings.Contains(page, "first seen") {
		t.Error("a report that is made once says since when")
	}
	for _, want := range []string{"<style>", "What to do", "_sipfederationtls._tcp.b.example. SRV 0 0 5061 sip.b.example.", "federation_target_foreign_domain", "</a> of b.example</span>", "&lt;script&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the report", want)
		}
	}
}

// What is seen from inside is another zone.
func TestScriptsKeepViewsApart(t *testing.T) {
	t.Parallel()
	outside, inside := brokenDomain("b.example", "b.example"), brokenDomain("b.example", "b.example")
	inside.View = &config.View{Name: "inside", Internal: true}
	for format, mark := range map[string]string{"zone": ";", "repair-zone": ";", "nsupdate": ";", "powershell": "#"} {
		text := formatted(t, format, outside, inside)
		first, second, found := strings.Cut(text, mark+` For the DNS of the view "inside".`)
		if !found || !strings.HasPrefix(first, mark+` For the DNS of the view "external".`) || !strings.Contains(second, "sip.b.example") {
			t.Errorf("%s:\n%s", format, text)
		}
		if text := formatted(t, format, healthyDomain("a.example")); text != mark+" Nothing is to be changed.\n" {
			t.Errorf("%s of a healthy domain is %q", format, text)
		}
	}
}

// Programs read what is to be done as it is published.
func TestJSONRepairs(t *testing.T) {
	t.Parallel()
	text := formatted(t, "json", brokenDomain("b.example", "b.example"), healthyDomain("a.example"))
	schema, err := jsonschema.NewCompiler().Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
	domains := document.(map[string]any)["domains"].([]any)
	code := []any{"federation_target_foreign_domain"}
	want := []any{
		map[string]any{"kind": "server", "text": "Start the service.", "for": code},
		map[string]any{"kind": "certificate", "server": "sip.b.example:443", "role": "Access Edge", "names": []any{"sip.contoso.example", "sip.b.example"}, "add": []any{"sip.b.example"},
			"subject": "sip.contoso.example", "issuer": "Public CA", "not_after": "2027-01-02T03:04:00Z", "for": code},
		map[string]any{"kind": "dns", "action": "replace", "was": []any{"0 0 5061 sip.fabrikam.example."}, "for": code,
			"record": map[string]any{"name": "_sipfederationtls._tcp.b.example.", "type": "SRV", "ttl": "3600", "data": "0 0 5061 sip.b.example."}},
	}
	got := domains[0].(map[string]any)["repairs"].([]any)
	record := got[2].(map[string]any)["record"].(map[string]any)
	record["ttl"] = record["ttl"].(interface{ String() string }).String() // a number of any size
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]any{}, domains[1].(map[string]any)["repairs"]); diff != "" {
		t.Errorf("of a healthy domain: %s", diff)
	}
}
