//go:build !windows

package dns

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSystemNameservers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for text, want := range map[string][]string{
		"nameserver 192.0.2.1\nnameserver 2001:db8::1\n": {"192.0.2.1:53", "[2001:db8::1]:53"},
		"search contoso.com\n":                           {"127.0.0.1:53"},
	} {
		path := filepath.Join(dir, "resolv.conf")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := nameserversOf(path)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
	}
	if got, err := nameserversOf(filepath.Join(dir, "none")); err != nil || len(got) != 1 || got[0] != "127.0.0.1:53" {
		t.Errorf("without a file: %v, %v", got, err)
	}
}
