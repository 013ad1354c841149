package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// frontEndFile is a configuration of nothing but a Front End that traces.
func frontEndFile(t *testing.T, site string) string {
	t.Helper()
	dir := t.TempDir()
	host := `<configuration><system.applicationHost><sites><site name="` + site + `" id="1"><traceFailedRequestsLogging enabled="true" maxLogFileSizeKB="512"/></site></sites></system.applicationHost></configuration>`
	for name, text := range map[string]string{"applicationHost.config": host, "lync.yml": "domain_files: [\"none/*.yml\"]\niis: {application_host_config: applicationHost.config}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "lync.yml")
}

// What has to change on the Front End is in every form of the report.
func TestFrontEndRepairsAreInReports(t *testing.T) {
	t.Parallel()
	file := frontEndFile(t, "Lync Server External Web Site")
	const line = `appcmd set config /section:sites "/[name='Lync Server External Web Site'].traceFailedRequestsLogging.enabled:false" /commit:apphost`
	for format, want := range map[string]string{
		"text":       "What to do on this Front End\n",
		"json":       `"repairs": [`,
		"csv":        "freb_enabled,Lync Server External Web Site,",
		"html":       "<h2>What to do on this Front End</h2>",
		"powershell": "\n& \"$env:windir\\System32\\inetsrv\\appcmd.exe\" set config /section:sites '/[name=''Lync Server External Web Site''].traceFailedRequestsLogging.enabled:false' /commit:apphost\n",
	} {
		status, out, stderr := runCommand(t, "check", "--config.file", file, "--format", format)
		if status != exitOK || stderr != "" || !strings.Contains(out, want) {
			t.Errorf("%s: status %d, %s; %q is not in:\n%s", format, status, stderr, want, out)
		}
		bare := strings.NewReplacer("\n", " ", "&#34;", `"`, "&#39;", "'", `\"`, `"`, `""`, `"`).Replace(out)
		if !strings.Contains(strings.Join(strings.Fields(bare), " "), line) {
			t.Errorf("%s: the command is not in:\n%s", format, out)
		}
		if format == "json" {
			schema, err := jsonschema.NewCompiler().Compile("report.schema.json")
			if err != nil {
				t.Fatal(err)
			}
			document, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(document); err != nil {
				t.Error(err)
			}
		}
	}
	for _, format := range []string{"zone", "nsupdate"} {
		if _, out, _ := runCommand(t, "check", "--config.file", file, "--format", format); out != "; Nothing is to be changed.\n" {
			t.Errorf("%s: %q", format, out)
		}
	}
}

// The page of all domains shows the Front End, too.
func TestFrontEndIsOnPage(t *testing.T) {
	t.Parallel()
	file := frontEndFile(t, "External")
	s := newSite(t, func() (*config.Config, error) { return config.Load(file) })
	page := s.page("/")
	for _, want := range []string{"IIS of this Front End", "<code>freb_enabled</code>", "What to do", "traceFailedRequestsLogging.enabled:false"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page:\n%s", want, page)
		}
	}
	if page := defaultSite(t, "a.example").page("/"); strings.Contains(page, "Front End") {
		t.Errorf("a Front End that is not configured is on the page:\n%s", page)
	}
}

// The name of a site becomes no command.
func TestHostileSiteName(t *testing.T) {
	t.Parallel()
	file := frontEndFile(t, "x'; Stop-Computer; $(calc) &#39; &#10;Stop-Computer &#8217;; calc")
	_, out, _ := runCommand(t, "check", "--config.file", file, "--format", "powershell")
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		quotes := strings.Split(strings.ReplaceAll(line, "''", ""), "'")
		if len(quotes) != 3 || strings.Contains(quotes[0]+quotes[2], "Stop-Computer") || strings.Contains(quotes[0]+quotes[2], "calc") {
			t.Errorf("PowerShell is to do %q", line)
		}
	}
	if !strings.Contains(out, "\n& ") {
		t.Errorf("no command in:\n%s", out)
	}
}
