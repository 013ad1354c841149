//go:build wine

// Package windows checks SIP domains with the program for Windows, under Wine.
// packaging/test.sh windows runs it.
package windows

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/lab"
)

// result is what a check says of a domain, without what differs from run to run.
type result struct {
	Domain       string
	Topology     string
	Capabilities map[string]string
	Findings     []finding
	Checks       []outcome
}

type finding struct{ Code, Subject, Severity string }

type outcome struct {
	Check   string
	Success bool
}

// On Windows a check finds what it finds on Linux: over the sockets, the resolver
// and the clock of that system.
func TestCheckFindsTheSame(t *testing.T) {
	estate, err := lab.Start(lab.Scenarios(), lab.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer estate.Close()
	dir := t.TempDir()
	file, err := estate.WriteConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	linux, windows := filepath.Join(dir, "lync_exporter"), filepath.Join(dir, "lync_exporter.exe")
	build(t, linux)
	build(t, windows, "-overlay", netForWine(t, dir))
	want := check(t, file, linux)
	got := check(t, file, "wine", windows)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-Linux +Windows:\n%s", diff)
	}
	healthy := slices.IndexFunc(got, func(r result) bool { return r.Domain == "contoso.example" })
	if healthy < 0 || got[healthy].Capabilities["sign_in"] != "up" || got[healthy].Capabilities["federation"] != "up" {
		t.Errorf("the healthy domain is not: %+v", got)
	}
}

func build(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", append(append([]string{"build", "-o", program}, args...), "github.com/lync-exporter/lync_exporter/cmd/lync_exporter")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if strings.HasSuffix(program, ".exe") {
		cmd.Env = append(cmd.Env, "GOOS=windows")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// check is the report of all configured domains.
func check(t *testing.T, file string, program ...string) []result {
	t.Helper()
	cmd := exec.Command(program[0], append(program[1:], "check", "--config.file", filepath.Base(file), "--format", "json")...)
	cmd.Dir = filepath.Dir(file)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var status *exec.ExitError
	if err != nil && (!errors.As(err, &status) || status.ExitCode() > 1) {
		t.Fatalf("%v: %v: %s", program, err, out)
	}
	var report struct{ Domains []result }
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("%v: %v in %s", program, err, out)
	}
	for i := range report.Domains {
		slices.SortFunc(report.Domains[i].Findings, func(a, b finding) int { return strings.Compare(a.Code+a.Subject, b.Code+b.Subject) })
	}
	return report.Domains
}

// netForWine lets Go open UDP sockets under Wine 8, which does not know one of the
// options that Go sets (SIO_UDP_NETRESET). Windows does.
func netForWine(t *testing.T, dir string) string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(strings.TrimSpace(string(root)), "src", "net", "fd_windows.go")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const failed = "\t\tif err != nil {\n"
	before, after, found := strings.Cut(string(text), "windows.SIO_UDP_NETRESET")
	if !found || !strings.Contains(after, failed) {
		t.Fatalf("%s sets other options than this test knows", file)
	}
	changed := filepath.Join(dir, "fd_windows.go")
	if err := os.WriteFile(changed, []byte(before+"windows.SIO_UDP_NETRESET"+strings.Replace(after, failed, "\t\tif false {\n", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {file: changed}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, overlay, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
