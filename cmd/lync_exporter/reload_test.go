package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-kit/log"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// A change of the files comes into force when it is looked for, a broken one once and
// without harm, and what has not changed is not loaded again.
func TestReloadOnChange(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "lync.yml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("domains: [contoso.example]")
	loads := 0
	e, err := newExporter(options{telemetryPath: "/metrics",
		load:     func() (*config.Config, error) { loads++; return config.Load(file) },
		checksum: func() (string, error) { return config.Checksum(file) },
	}, log.NewNopLogger())
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		text     string
		loads    int
		domains  int
		accepted bool
	}{
		{"domains: [contoso.example]", 1, 1, true},
		{"domains: [contoso.example, fabrikam.example]", 2, 2, true},
		{"domains: [", 3, 2, false},
		{"domains: [contoso.example]", 4, 1, true},
	} {
		write(step.text)
		e.reloadIfChanged()
		e.reloadIfChanged() // which has nothing to do
		r := e.current.Load()
		if loads != step.loads || len(r.config.Domains) != step.domains || (r.refusal == nil) != step.accepted {
			t.Errorf("%s: loaded %d times, %d domains, accepted %v; want %d, %d, %v", step.text, loads, len(r.config.Domains), r.refusal == nil, step.loads, step.domains, step.accepted)
		}
	}
}

// The flag makes a running exporter follow its file.
func TestAutoReloadFlag(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "lync.yml")
	if err := os.WriteFile(file, []byte("domains: [contoso.example]"), 0o600); err != nil {
		t.Fatal(err)
	}
	url := serveForTest(t, "--config.file", file, "--config.auto-reload", "--config.auto-reload-interval=10ms")
	if err := os.WriteFile(file, []byte("domains: [fabrikam.example]"), 0o600); err != nil {
		t.Fatal(err)
	}
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if status, _, _ := get(t, url+"/domains/fabrikam.example"); status == http.StatusOK {
			return
		}
		select {
		case <-again.C:
		case <-deadline.C:
			t.Fatal("the new file did not come into force")
		}
	}
}
