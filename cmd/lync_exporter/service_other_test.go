//go:build !windows

package main

import (
	"strings"
	"testing"
)

// Where there is no service manager of Windows, one line names the unit.
func TestServiceElsewhere(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"install", "uninstall", "start", "stop"} {
		status, _, stderr := runCommand(t, "service", command)
		if status != exitUsage || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "lync_exporter.service") {
			t.Errorf("%s: status %d: %s", command, status, stderr)
		}
	}
	if status, _, stderr := runCommand(t, "service", "install", "--web.telemetry-path=metrics"); status != exitUsage || !strings.Contains(stderr, "--web.telemetry-path") {
		t.Errorf("flags are not checked: status %d: %s", status, stderr)
	}
}
