package iis

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, name := range []string{"iis75.config", "iis85.config", "iis10.config"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("\xff\xfe<\x00c\x00"))
	f.Add([]byte(`<configuration><system.webServer><rewrite><rules><clear/><remove name="x"/>` +
		`<rule name="r"><match url="\"/><action url="[.]..a\.b"/></rule></rules></rewrite></system.webServer></configuration>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := parseApplicationHost(bytes.NewReader(text))
		if (doc == nil) == (err == nil) {
			t.Fatalf("document %v, error %v", doc, err)
		}
		if err != nil {
			return
		}
		web, err := parseWebConfig(bytes.NewReader(text))
		for _, site := range assemble(doc, []source{{"S", web, err}}, schemaMaxLogFileSize).Sites {
			sum := 0
			for _, c := range site.RulesFrom {
				sum += c.Rules
			}
			if site.Name == "" || sum != site.RewriteRules || site.MaxLogFileSize < 0 || site.MaxLogFiles < 0 {
				t.Errorf("site %+v", site)
			}
		}
	})
}
