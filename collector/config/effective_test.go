package config

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What is written of a configuration works as the configuration does, and has
// nothing of a private key but its path.
func TestEffectiveConfigurationCanBeLoaded(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"../../examples/lync.yml", filepath.Join(folderWithKeys(t), "full.yml")} {
		c, err := Load(file)
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := c.WriteEffective(&text); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text.String(), "BEGIN") {
			t.Errorf("%s: a file's content is in:\n%s", file, &text)
		}
		again := filepath.Join(t.TempDir(), "effective.yml")
		if err := os.WriteFile(again, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		loaded, err := Load(again)
		if err != nil {
			t.Fatalf("%s: %v in:\n%s", file, err, &text)
		}
		for _, d := range c.Domains {
			d.Profile, d.MeetGuessed = "", false // said in comments
		}
		same := cmp.Options{
			cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty(),
			cmp.Comparer(func(a, b *x509.CertPool) bool { return a.Equal(b) }),
			cmp.Comparer(func(a, b tls.Certificate) bool { return a.Leaf.Equal(b.Leaf) }),
		}
		if diff := cmp.Diff(c, loaded, same); diff != "" {
			t.Errorf("%s (-loaded +loaded again):\n%s\n%s", file, diff, &text)
		}
	}
}

// Every key of a configuration file is there, but those that are merged into the
// domains.
func TestEffectiveConfigurationHasEveryKey(t *testing.T) {
	t.Parallel()
	var schema struct{ Properties map[string]any }
	source, err := os.ReadFile("lync.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(source, &schema); err != nil {
		t.Fatal(err)
	}
	c, err := Default("contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := c.WriteEffective(&text); err != nil {
		t.Fatal(err)
	}
	for key := range schema.Properties {
		if merged := key == "profiles" || key == "domain_files"; strings.Contains("\n"+text.String(), "\n"+key+":") == merged {
			t.Errorf("the key %s is missing, or is one of those that are merged:\n%s", key, &text)
		}
	}
}

func TestEffectiveDomain(t *testing.T) {
	t.Parallel()
	c, err := Default("bücher.example")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := c.WriteEffective(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"timeout: 10s\n", "  - name: xn--bcher-kva.example # bücher.example\n", "topology: auto\n", "views: [external]\n",
		"lyncdiscover: {schemes: [https, http]}\n", "meet: https://meet.xn--bcher-kva.example/ # not configured: what most have\n", "trusted_domains: [lync.com, "} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in:\n%s", want, &text)
		}
	}
}
