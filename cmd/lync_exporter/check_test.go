package main

import (
	"bytes"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// runCommand runs a command line and returns its status and what it wrote.
func runCommand(t *testing.T, args ...string) (status int, out, err string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), args, streams{&stdout, &stderr})
	return status, stdout.String(), stderr.String()
}

// estateFile is the configuration file of a simulated estate.
func estateFile(t *testing.T, scenarios ...lab.Scenario) string {
	t.Helper()
	simulated, err := lab.Start(scenarios, lab.Options{OperationTimeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	file, err := simulated.WriteConfig(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// scenario is one of the estate's by its name.
func scenario(t *testing.T, name string) lab.Scenario {
	t.Helper()
	for _, s := range lab.Scenarios() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("the estate has no %s", name)
	return lab.Scenario{}
}

func TestCheck(t *testing.T) {
	file := estateFile(t, contoso, scenario(t, "foreign-target.example"), scenario(t, "servfail.example"))
	closed, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down := closed.LocalAddr().String()
	closed.Close()
	tests := []struct {
		name   string
		args   []string
		status int
		out    []string
		err    string
	}{
		{"healthy", []string{"check", "--config.file", file, "CONTOSO.example"}, 0,
			[]string{"contoso.example\n", "  federation    up\n", "Nothing to repair."}, ""},
		{"broken", []string{"check", "--config.file", file, "foreign-target.example"}, 1,
			[]string{"  federation    DOWN\n", "federation_target_foreign_domain", "SRV 0 0 5061 sip.foreign-target.example."}, ""},
		{"unknown", []string{"check", "--config.file", file, "servfail.example"}, 3,
			[]string{"  federation    unknown\n", "answered SERVFAIL", "not completed: srv, federation"}, ""},
		{"all of the file", []string{"check", "--config.file", file}, 1, []string{"contoso.example", "foreign-target.example", "3 domains checked"}, ""},
		{"nameserver down", []string{"check", "--nameserver", down, "contoso.example"}, 3, []string{"is down"}, ""},
		{"everything seen", []string{"check", "--verbose", "--config.file", file, "contoso.example"}, 0,
			[]string{"Observed", "CN=sip.contoso.example", "SIP 504 Server time-out", "redirects to", "processing"}, ""},
		{"topology known", []string{"check", "--topology", "online", "--config.file", file, "contoso.example"}, 0, []string{"topology online, as configured"}, ""},
		{"warnings matter", []string{"check", "--fail-on=warning", "--config.file", file, "contoso.example"}, 0, []string{"Nothing to repair."}, ""},
		{"no such topology", []string{"check", "--topology", "cloud", "contoso.example"}, 2, nil, "on_premises"},
		{"a URL", []string{"check", "https://contoso.example/"}, 2, nil, "it is a URL"},
		{"no such flag", []string{"check", "--nonsense"}, 2, nil, "--help"},
		{"no such file", []string{"check", "--config.file", filepath.Join(t.TempDir(), "none.yml")}, 2, nil, "none.yml"},
		{"no such nameserver", []string{"check", "--nameserver", "a b", "contoso.example"}, 2, nil, "--nameserver"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, out, stderr := runCommand(t, tt.args...)
			if status != tt.status || !strings.Contains(stderr, tt.err) {
				t.Errorf("status %d, want %d; stderr %q, want %q", status, tt.status, stderr, tt.err)
			}
			for _, want := range tt.out {
				if !strings.Contains(out, want) {
					t.Errorf("%q is not in:\n%s", want, out)
				}
			}
			if strings.Contains(out, "\x1b") {
				t.Errorf("escape sequences although this is no terminal:\n%q", out)
			}
			for line := range strings.Lines(out) {
				line = strings.TrimRight(line, "\n")
				if utf8.RuneCountInString(line) > pageWidth && len(strings.Fields(line)) > 2 && !strings.Contains(line, " SRV ") {
					t.Errorf("longer than a line of a terminal: %s", line)
				}
			}
		})
	}
}

// The JSON report keeps to its published structure.
func TestCheckJSON(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	file := estateFile(t, contoso, scenario(t, "expired.example"), scenario(t, "servfail.example"))
	status, out, _ := runCommand(t, "check", "--format", "json", "--config.file", file)
	if status != exitDown {
		t.Errorf("status %d", status)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, out)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("the report breaks its schema: %v", err)
	}
	for _, want := range []string{`"cert_expired"`, `"success": false`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not in:\n%s", want, out)
		}
	}
}

// Text that a remote party chose cannot steer the terminal.
func TestReportNeutralisesRemoteText(t *testing.T) {
	d := &config.Domain{Name: "contoso.example", Display: "contoso.example"}
	var seen verdict.Verdict
	seen.Saw("Server", "%s", "\x1b]0;owned\a\u202eIIS")
	report := &survey.Report{Domains: []*survey.DomainReport{{Domain: d, View: &config.View{Name: "external"},
		Checks: []survey.CheckReport{{Name: "srv", Observed: seen.Observed}}}}}
	var out bytes.Buffer
	if err := writeReport(&out, report, nil, textOptions{Verbose: true}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\a\u202e") || !strings.Contains(out.String(), "IIS") {
		t.Errorf("got %q", out.String())
	}
}
