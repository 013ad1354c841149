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
		`<rule name="r" patternSyntax="Wildcard"><match url="\"/><conditions logicalGrouping="MatchAny"><add input="{HTTP_HOST}" pattern="a*.b|(:.)?" negate="1"/>` +
		`<add input="{HTTP_HOST}" pattern="^(a|b{2}|[c-e])?\.(?=x)"/></conditions><action url="x://[.]..a\.b"/></rule></rules></rewrite></system.webServer></configuration>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := parseApplicationHost(bytes.NewReader(text))
		if (doc == nil) == (err == nil) {
			t.Fatalf("document %v, error %v", doc, err)
		}
		if err != nil {
			return
		}
		web, err := parseWebConfig(bytes.NewReader(text))
		facts := assemble(doc, []source{{"S", web, err}}, schemaMaxLogFileSize)
		facts.HasRuleFor("meet.contoso.com")
		facts.HasRuleFor("")
		for _, site := range facts.Sites {
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
