package config

import (
	"os"
	"path/filepath"
	"testing"
)

// Every file that a reload would read again changes the checksum, and nothing
// else does.
func TestChecksumFollowsTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) func() error {
		return func() error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
	}
	remove := func(name string) func() error {
		return func() error { return os.Remove(filepath.Join(dir, name)) }
	}
	const main = "domains: [contoso.com]\ndomain_files: ['more-*.yml', one.yml]\ntls: {ca_file: roots.pem}\n"
	if err := write("lync.yml", main)(); err != nil {
		t.Fatal(err)
	}
	last := sumOf(t, dir)
	for _, step := range []struct {
		name    string
		do      func() error
		changes bool
	}{
		{"a file that the pattern matches appears", write("more-a.yml", "- a.example\n"), true},
		{"a file that it does not match appears", write("other.yml", "- a.example\n"), false},
		{"the same text is written again", write("lync.yml", main), false},
		{"a file that is named appears", write("one.yml", "- b.example\n"), true},
		{"it changes", write("one.yml", "- c.example\n"), true},
		{"the roots appear", write("roots.pem", "PEM"), true},
		{"a file vanishes", remove("more-a.yml"), true},
		{"the file is not valid any more", write("lync.yml", "domains: ["), true},
		{"it is valid again", write("lync.yml", main), true},
		{"it is another", write("lync.yml", "domains: [fabrikam.com]\n"), true},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		sum := sumOf(t, dir)
		if changed := sum != last; changed != step.changes {
			t.Errorf("%s: changed is %v, want %v", step.name, changed, step.changes)
		}
		last = sum
	}
	if _, err := Checksum(filepath.Join(dir, "none.yml")); err == nil {
		t.Error("a file that does not exist has a checksum")
	}
}

func sumOf(t *testing.T, dir string) string {
	t.Helper()
	sum, err := Checksum(filepath.Join(dir, "lync.yml"))
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
