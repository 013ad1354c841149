package main

import (
	"strings"
	"testing"
)

// Help and version can be piped, and the program's help has the flags of the
// command that it runs when none is named.
func TestHelpAndVersionGoToStdout(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args string
		want []string
	}{
		{"--help", []string{"--config.file", "--web.listen-address", "--web.external-url", "--config.auto-reload", "--log.level", "check [<flags>]"}},
		{"-h", []string{"--config.file"}},
		{"help serve", []string{"--config.file"}},
		{"check --help", []string{"--format"}},
		{"--version", []string{"lync_exporter, version"}},
	} {
		status, out, stderr := runCommand(t, strings.Fields(tt.args)...)
		if status != exitOK || stderr != "" {
			t.Errorf("%s: status %d, stderr %q", tt.args, status, stderr)
		}
		for _, want := range tt.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q:\n%s", tt.args, want, out)
			}
		}
	}
}
