package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

func flagsOf(threshold, format string) *logFlags {
	return &logFlags{level: &threshold, format: &format}
}

// The threshold holds for our messages and for those of libraries that log by
// slog; every line has a time and its place in the source.
func TestLogLevels(t *testing.T) {
	t.Parallel()
	for threshold, want := range map[string]int{"debug": 4, "info": 3, "warn": 2, "error": 1} {
		var own, library bytes.Buffer
		flags := flagsOf(threshold, "logfmt")
		l := flags.logger(&own)
		for _, say := range []func(log.Logger) log.Logger{level.Debug, level.Info, level.Warn, level.Error} {
			if err := say(l).Log("msg", "said"); err != nil {
				t.Fatal(err)
			}
		}
		s := flags.slog(&library)
		for _, say := range []func(string, ...any){s.Debug, s.Info, s.Warn, s.Error} {
			say("said")
		}
		for who, lines := range map[string]string{"own": own.String(), "library": library.String()} {
			if got := strings.Count(lines, "msg=said"); got != want {
				t.Errorf("%s at threshold %s: %d messages, want %d:\n%s", who, threshold, got, want, lines)
			}
			for line := range strings.Lines(lines) {
				if !strings.Contains(line, "level=") || strings.Count(line, "ts=") != 1 {
					t.Errorf("%s: not one level and one time in %q", who, line)
				}
			}
		}
		if !strings.Contains(own.String(), "caller=logging_test.go:") {
			t.Errorf("no caller in:\n%s", own.String())
		}
	}
}

func TestLogJSON(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	flags := flagsOf("info", "json")
	if err := level.Info(flags.logger(&lines)).Log("msg", "two\nlines", "domain", "contoso.example"); err != nil {
		t.Fatal(err)
	}
	flags.slog(&lines).Info("of a library")
	if n := strings.Count(lines.String(), "\n"); n != 2 {
		t.Errorf("%d lines, want 2:\n%s", n, lines.String())
	}
	for line := range strings.Lines(lines.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		if fields["level"] != "info" || fields["msg"] == nil || fields["ts"] == nil {
			t.Errorf("fields %v", fields)
		}
	}
}

// What net/http says by the log package is an error in our log, one line for
// each message, whatever a client sent.
func TestStdLogger(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	stdLogger(flagsOf("error", "logfmt").logger(&lines)).Printf("http: bad request %q from 192.0.2.1\nlevel=info msg=forged", "\x1b[31m")
	got := lines.String()
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, "level=error") || strings.Contains(got, "\x1b") {
		t.Errorf("got %q", got)
	}
}
