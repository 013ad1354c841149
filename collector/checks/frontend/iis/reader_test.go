package iis_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
)

// frontEnd is a Front End's applicationHost.config with these SIP domains, as
// Lync writes it: four to six rules for each domain and site.
func frontEnd(domains int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><configuration><system.applicationHost><sites>`)
	sites := []string{"Lync Server Internal Web Site", "Lync Server External Web Site"}
	for i, site := range sites {
		fmt.Fprintf(&b, `<site id="%d" name="%s"><traceFailedRequestsLogging enabled="true"/></site>`, i+1, site)
	}
	b.WriteString(`</sites></system.applicationHost>`)
	for _, site := range sites {
		fmt.Fprintf(&b, `<location path="%s"><system.webServer><rewrite><rules>`, site)
		for i := range domains {
			domain := fmt.Sprintf(`sip%d\.example`, i)
			for _, host := range []string{"meet", "dialin", "lyncdiscover", "lyncdiscoverinternal", "admin", "webext"}[:4+i%3] {
				fmt.Fprintf(&b, `
<rule name="%[1]s %[2]d" stopProcessing="true">
  <match url="^(.*)$" ignoreCase="true" />
  <conditions logicalGrouping="MatchAll" trackAllCaptures="false">
    <add input="{HTTP_HOST}" pattern="^%[1]s\.%[3]s(:[0-9]+)?$" />
  </conditions>
  <action type="Rewrite" url="/%[1]s/{R:1}" appendQueryString="true" />
</rule>`, host, i, domain)
			}
		}
		b.WriteString(`</rules></rewrite></system.webServer></location>`)
	}
	b.WriteString(`</configuration>`)
	return b.String()
}

func TestFrontEnds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ domains, rules int }{{3, 15}, {300, 1500}} {
		facts := read(t, iis.Files{ApplicationHost: write(t, "applicationHost.config", frontEnd(test.domains))})
		for _, site := range facts.Sites {
			if site.RewriteRules != test.rules {
				t.Errorf("%d domains, %s: %d rules, want %d", test.domains, site.Name, site.RewriteRules, test.rules)
			}
		}
		for i := range test.domains + 1 {
			domain := fmt.Sprintf("sip%d.example", i)
			if got, want := facts.HasRuleFor("meet."+domain), i < test.domains; got != want {
				t.Errorf("%d domains: %s named: %v, want %v", test.domains, domain, got, want)
			}
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	utf16 := func(order unicode.Endianness, bom unicode.BOMPolicy, text string) string {
		encoded, err := unicode.UTF16(order, bom).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	text := func(declaration string) string {
		return declaration + strings.Replace(oneSite(""), `"S"`, `"Straße €"`, 1)
	}
	const declared16 = `<?xml version="1.0" encoding="utf-16"?>`
	for name, file := range map[string]string{
		"UTF-8":                              text(`<?xml version="1.0" encoding="UTF-8"?>`),
		"UTF-8 undeclared":                   text(""),
		"UTF-8 with BOM":                     "\xEF\xBB\xBF" + text(`<?xml version="1.0" encoding="utf-8"?>`),
		"UTF-8 that says UTF-16":             text(declared16),
		"UTF-16 LE":                          utf16(unicode.LittleEndian, unicode.UseBOM, text(declared16)),
		"UTF-16 BE":                          utf16(unicode.BigEndian, unicode.UseBOM, text(declared16)),
		"UTF-16 LE that says UTF-8":          utf16(unicode.LittleEndian, unicode.UseBOM, text(`<?xml version="1.0" encoding="UTF-8"?>`)),
		"UTF-16 LE without BOM":              utf16(unicode.LittleEndian, unicode.IgnoreBOM, text(declared16)),
		"UTF-16 BE without BOM, undeclared":  utf16(unicode.BigEndian, unicode.IgnoreBOM, text("")),
		"UTF-16 LE with Windows line breaks": utf16(unicode.LittleEndian, unicode.UseBOM, text(declared16+"\r\n")),
	} {
		facts, err := new(iis.Reader).Read(iis.Files{ApplicationHost: write(t, "applicationHost.config", file)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := facts.Sites[0].Name; got != "Straße €" {
			t.Errorf("%s: site %q", name, got)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	whole := frontEnd(3)
	bomb := `<?xml version="1.0"?><!DOCTYPE configuration [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><configuration>&b;</configuration>`
	sites := func(inner string) string {
		return "<configuration>\n<system.applicationHost><sites" + inner + "</sites></system.applicationHost></configuration>"
	}
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, test := range []struct{ name, file, want string }{
		{"empty", "", "no <configuration> element"},
		{"half-written", whole[:len(whole)/2], "unexpected EOF"},
		{"without its last byte", whole[:len(whole)-1], "unexpected EOF"},
		{"padded with zeros", whole[:len(whole)/2] + strings.Repeat("\x00", 100), "illegal character"},
		{"followed by the tail of a longer one", whole + `</location></configuration>`, "unexpected end element"},
		{"twice", whole + "<configuration/>", "a second root element"},
		{"entity expansion", bomb, "document type declaration is refused"},
		{"external entity", `<!DOCTYPE c SYSTEM "file:///etc/passwd"><configuration/>`, "document type declaration is refused"},
		{"undeclared entity", `<configuration>&lol;</configuration>`, "invalid character entity"},
		{"deep", strings.Repeat("<configuration>", 100000), "nested more than 64 deep"},
		{"another document", "<html></html>", "root element is <html>"},
		{"text", "enabled=true", "no <configuration> element"},
		{"other encoding", `<?xml version="1.0" encoding="windows-1252"?><configuration/>`, "only UTF-8 and UTF-16"},
		{"invalid UTF-8", "<configuration>\xff</configuration>", "invalid UTF-8"},
		{"sites in another file", sites(` configSource="sites.config">`), `configSource="sites.config" is not followed`},
		{"unnamed site", sites(`><site id="1"/>`), "line 2: a site has no name"},
		{"long name", sites(`><site name="` + strings.Repeat("x", 300) + `"/>`), "longer than 256 bytes"},
		{"same site twice", sites(`><site name="S"/><site name="s"/>`), `two sites named "s"`},
		{"too many sites", sites(">" + many(300, `<site name="%d"/>`)), "more than 256 sites"},
		{"too many rules", oneSite(rules(many(100_001, `<rule name="%d"/>`))), "more than 100000 rewrite rules"},
		{"too many conditions", oneSite(rules(`<rule name="a"><conditions>` + many(500_001, `<add input="{HTTP_HOST}" pattern="%d"/>`) + `</conditions></rule>`)), "more than 500000 conditions"},
		{"no boolean", sites(`><site name="S"><traceFailedRequestsLogging enabled="maybe"/></site>`), `of site "S": enabled="maybe": neither true nor false`},
		{"negative size", sites(`><siteDefaults><traceFailedRequestsLogging maxLogFileSizeKB="-1"/></siteDefaults>`), `of siteDefaults: maxLogFileSizeKB="-1": not a number`},
		{"huge number", sites(`><siteDefaults><traceFailedRequestsLogging maxLogFiles="4294967296"/></siteDefaults>`), `not a number from 0 to 4294967295`},
		{"rule that is neither on nor off", oneSite(rules(`<rule name="r" enabled=""/>`)), `rewrite rule "r": enabled=""`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := write(t, "applicationHost.config", test.file)
			facts, err := new(iis.Reader).Read(iis.Files{ApplicationHost: path})
			if err == nil {
				t.Fatalf("accepted: %+v", facts.Sites)
			}
			if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %q, want the path and %q", err, test.want)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	big := write(t, "big.config", "")
	if err := os.Truncate(big, 64<<20+1); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(t.TempDir(), "applicationHost.config"): "applicationHost.config",
		t.TempDir(): "is not a regular file",
		big:         "more than the 67108864 that are read",
		`C:\no such drive\System32\inetsrv\config\applicationHost.config`: `C:\no such drive\System32\inetsrv\config\applicationHost.config`,
	} {
		if _, err := new(iis.Reader).Read(iis.Files{ApplicationHost: path}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", path, err, want)
		}
	}
}

// aged sets a file's time of modification to some minutes ago.
func aged(t testing.TB, path string, minutes int) {
	t.Helper()
	when := time.Now().Add(-time.Duration(minutes) * time.Minute)
	if err := os.Chtimes(path, when, when); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRereading: an unchanged file gives the very same facts; a change of
// size, of time, or of what it is judged by gives new ones.
func TestRereading(t *testing.T) {
	t.Parallel()
	host := write(t, "applicationHost.config", oneSite(""))
	web := write(t, "web.config", "<configuration/>")
	aged(t, host, 10)
	aged(t, web, 10)
	files := iis.Files{ApplicationHost: host, WebConfigs: map[string]string{"S": web}}
	reader := new(iis.Reader)
	var last *iis.Facts
	step := func(what string, changed bool, rules int) {
		t.Helper()
		facts, err := reader.Read(files)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if (facts != last) != changed {
			t.Errorf("%s: new facts: %v, want %v", what, facts != last, changed)
		}
		if facts.Sites[0].RewriteRules != rules {
			t.Errorf("%s: %d rules, want %d", what, facts.Sites[0].RewriteRules, rules)
		}
		last = facts
	}
	step("first", true, 0)
	step("unchanged", false, 0)

	overwrite(t, host, oneSite(rules(rule("a", "a.example"))))
	aged(t, host, 10)
	step("other size", true, 1)
	overwrite(t, host, oneSite(rules(rule("b", "b.example"))))
	aged(t, host, 5)
	step("other time", true, 1)
	if !last.HasRuleFor("b.example") {
		t.Error("other time: the old rules are still in force")
	}
	overwrite(t, web, "<configuration>"+rules(rule("w", "w.example"))+"</configuration>")
	aged(t, web, 5)
	step("other web.config", true, 2)
	step("unchanged again", false, 2)
	files.DefaultMaxLogFileSize = 512 << 10
	step("other default", true, 2)
	if got := last.Sites[0].MaxLogFileSize; got != 512<<10 {
		t.Errorf("other default: %d bytes", got)
	}
	files.WebConfigs = nil
	step("web.config no longer configured", true, 1)
}

// TestClockNotTrusted: a file whose time of modification is not safely past is
// read again even if size and time stay the same.
func TestClockNotTrusted(t *testing.T) {
	t.Parallel()
	path := write(t, "applicationHost.config", "")
	files := iis.Files{ApplicationHost: path}
	reader := new(iis.Reader)
	soon := time.Now().Add(time.Hour)
	for _, name := range []string{"a.example", "b.example"} {
		overwrite(t, path, oneSite(rules(rule("r", name))))
		if err := os.Chtimes(path, soon, soon); err != nil {
			t.Fatal(err)
		}
		facts, err := reader.Read(files)
		if err != nil {
			t.Fatal(err)
		}
		if !facts.HasRuleFor(name) {
			t.Errorf("the rule for %s is not seen", name)
		}
	}
}

// TestChanged: trouble is news once, another trouble is news again, and so is
// its end.
func TestChanged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "applicationHost.config")
	web := filepath.Join(t.TempDir(), "web.config")
	files := iis.Files{ApplicationHost: path, WebConfigs: map[string]string{"S": web}}
	reader := new(iis.Reader)
	step := func(what string, wantTrouble string, want bool) {
		t.Helper()
		trouble, changed := changed(reader, files)
		if changed != want {
			t.Errorf("%s: changed = %v, want %v", what, changed, want)
		}
		if (trouble == nil) != (wantTrouble == "") || trouble != nil && !strings.Contains(trouble.Error(), wantTrouble) {
			t.Errorf("%s: trouble %v, want %q", what, trouble, wantTrouble)
		}
	}
	step("missing", path, true)
	step("still missing", path, false)
	overwrite(t, path, "<configuration>")
	step("half-written", "unexpected EOF", true)
	step("still half-written", "unexpected EOF", false)
	overwrite(t, path, oneSite(""))
	step("web.config missing", web, true)
	step("web.config still missing", web, false)
	overwrite(t, web, "<configuration/>")
	step("well", "", true)
	step("still well", "", false)

	trouble, changed := changed(new(iis.Reader), iis.Files{ApplicationHost: path})
	if trouble != nil || changed {
		t.Errorf("well from the start: trouble %v, changed %v", trouble, changed)
	}
}

// changed reads files and says what is new about them.
func changed(reader *iis.Reader, files iis.Files) (trouble error, isNew bool) {
	facts, err := reader.Read(files)
	var logs map[string]iis.Logs
	if err == nil {
		logs = reader.Logs(facts)
	}
	return reader.Changed(facts, logs, err)
}

// TestConcurrentReads has a file change under many readers: each sees one
// state or the other, never a mixture.
func TestConcurrentReads(t *testing.T) {
	t.Parallel()
	path := write(t, "applicationHost.config", frontEnd(3))
	reader := new(iis.Reader)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				if i == 0 {
					replace(t, path, frontEnd(4))
				}
				facts, err := reader.Read(iis.Files{ApplicationHost: path})
				if err != nil {
					t.Error(err)
					return
				}
				if n := facts.Sites[1].RewriteRules; n != 15 && n != 19 {
					t.Errorf("%d rules, want 15 or 19", n)
				}
			}
		})
	}
	wg.Wait()
}

// replace puts a new file in the place of the old one.
func replace(t testing.TB, path, text string) {
	next := path + ".new"
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		t.Error(err)
	}
	if err := os.Rename(next, path); err != nil {
		t.Error(err)
	}
}

// BenchmarkRead: a file of 5 MB, read for the first time and unchanged.
func BenchmarkRead(b *testing.B) {
	path := write(b, "applicationHost.config", frontEnd(1150))
	aged(b, path, 10)
	files := iis.Files{ApplicationHost: path}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("first", func(b *testing.B) {
		b.SetBytes(info.Size())
		b.ReportAllocs()
		for b.Loop() {
			read(b, files)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		reader := new(iis.Reader)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := reader.Read(files); err != nil {
				b.Fatal(err)
			}
		}
	})
}
