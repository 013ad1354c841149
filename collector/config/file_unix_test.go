//go:build unix

package config

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe among the files blocks neither the start nor a reload: it is refused by
// its name, and the checksum goes on.
func TestPipesAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "customers.yml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"domain_files: [customers.yml]", `domain_files: ["*.yml"]`, "tls: {ca_file: customers.yml}\ndomains: [a.example]"} {
		file := filepath.Join(dir, "lync.conf")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(file); err == nil || !strings.Contains(err.Error(), "customers.yml") || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", text, err)
		}
		if _, err := Checksum(file); err != nil {
			t.Errorf("%s: checksum: %v", text, err)
		}
	}
	if _, err := Load(pipe); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("the configuration file itself: %v", err)
	}
}
