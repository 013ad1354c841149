package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
	"github.com/google/go-cmp/cmp"
)

// The service is started with what was given, nothing else, and with paths that
// do not depend on where it was installed from.
func TestServiceKeepsFlags(t *testing.T) {
	t.Parallel()
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		given string
		want  []string
	}{
		{"service install", nil},
		{"--log.level debug service install --config.file conf/a.yml --web.listen-address :1 --web.listen-address=:2 --config.auto-reload --no-web.enable-pprof --web.config.file=web.yml",
			[]string{"--log.level=debug", "--config.file=" + filepath.Join(here, "conf/a.yml"), "--web.listen-address=:1", "--web.listen-address=:2",
				"--config.auto-reload", "--no-web.enable-pprof", "--web.config.file=" + filepath.Join(here, "web.yml")}},
	} {
		app := kingpin.New("test", "")
		addLogFlags(app)
		addServeFlags(app.Command("service", "").Command("install", ""), "lync.yml")
		c, err := app.ParseContext(strings.Fields(tt.given))
		if err != nil {
			t.Fatal(err)
		}
		got, err := keptFlags(c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.given, diff)
		}
		if status, _, stderr := runCommand(t, append([]string{"serve", "--config.check"}, got...)...); status != exitError || !strings.Contains(stderr, ".yml") {
			t.Errorf("%q is not understood: status %d: %s", got, status, stderr)
		}
	}
}

// A line goes to the event log as what its own level says.
func TestLevelOfLoggedLine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`ts=2026-01-02T03:04:05Z caller=a.go:1 level=info msg="loaded, level=error"`: "info",
		`{"caller":"a.go:1","level":"warn","msg":"x"}`:                               "warn",
		`level=debug msg=x`:                                 "debug",
		`ts=x level=error msg=x`:                            "error",
		"lync_exporter: cannot read the configuration file": "error",
	} {
		if got := levelOf([]byte(line)); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}
