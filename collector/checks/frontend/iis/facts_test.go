package iis_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
)

// write makes a file in a directory of its own.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, files iis.Files) *iis.Facts {
	t.Helper()
	facts, err := new(iis.Reader).Read(files)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

func TestEffectiveValuesByVersion(t *testing.T) {
	t.Parallel()
	const (
		internal = "Lync Server Internal Web Site"
		external = "Lync Server External Web Site"
		logs     = `%SystemDrive%\inetpub\logs\FailedReqLogFiles\W3SVC`
	)
	for _, test := range []struct {
		file        string
		defaultSize int64
		want        []iis.Site
		forHosts    []string
		forNone     []string
	}{
		{"iis75.config", 512 << 10, []iis.Site{
			{Name: internal, MaxLogFileSize: 512 << 10, MaxLogFiles: 50, LogDirectory: logs + "34577"},
			{Name: external, TracingEnabled: true, MaxLogFileSize: 512 << 10, MaxLogFiles: 1000, LogDirectory: logs + "34578", RewriteRules: 1,
				Own: iis.Own{TracingEnabled: true}, RulesFrom: []iis.RuleCount{{Origin: "location " + external, Rules: 1}}},
		}, []string{"meet.contoso.com", "MEET.contoso.COM"}, []string{"contoso.com", "dialin.contoso.com", "meet.contoso.com.example", "meet.fabrikam.com"}},

		{"iis85.config", 0, []iis.Site{
			{Name: internal, MaxLogFileSize: 2 << 20, MaxLogFileSizeExplicit: true, MaxLogFiles: 20, LogDirectory: logs + "34577", Own: iis.Own{TracingEnabled: true},
				Overrides: []string{"enabled=false (siteDefaults: true)"}, RewriteRules: 2,
				RulesFrom: []iis.RuleCount{{Origin: "globalRules", Rules: 1}, {Origin: "rules of all sites", Rules: 1}}},
			{Name: external, TracingEnabled: true, MaxLogFileSize: 512 << 10, MaxLogFileSizeExplicit: true, MaxLogFiles: 20, LogDirectory: logs + "34578", Own: iis.Own{MaxLogFileSize: true},
				Overrides: []string{"maxLogFileSizeKB=512 (siteDefaults: 2048)"}, RewriteRules: 3,
				RulesFrom: []iis.RuleCount{{Origin: "globalRules", Rules: 1}, {Origin: "rules of all sites", Rules: 1},
					{Origin: "location lync server external web site/Meet", Rules: 1}}},
		}, []string{"meet.fabrikam.com"}, []string{"fabrikam.com", "off.example", "meet.off.example"}},

		{"iis10.config", 0, []iis.Site{
			{Name: "Skype for Business Server External Web Site", TracingEnabled: true, MaxLogFileSizeExplicit: true, MaxLogFiles: 50, LogDirectory: logs + "2", Own: iis.Own{TracingEnabled: true, MaxLogFileSize: true},
				Overrides: []string{"enabled=true (siteDefaults: false)"}, RewriteRules: 1,
				RulesFrom: []iis.RuleCount{{Origin: "rules of all sites", Rules: 1}}},
		}, []string{"litware.example"}, []string{"example", "meet.litware.example"}},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			facts := read(t, iis.Files{ApplicationHost: filepath.Join("testdata", test.file), DefaultMaxLogFileSize: test.defaultSize})
			if diff := cmp.Diff(test.want, facts.Sites); diff != "" {
				t.Errorf("sites (-want +got):\n%s", diff)
			}
			for _, host := range test.forHosts {
				if !facts.HasRuleFor(host) {
					t.Errorf("no rule is for %s", host)
				}
			}
			for _, host := range test.forNone {
				if facts.HasRuleFor(host) {
					t.Errorf("a rule is for %s", host)
				}
			}
		})
	}
}

// TestSchemaDefault: without a configured default that of IIS 8 and later is
// taken.
func TestSchemaDefault(t *testing.T) {
	t.Parallel()
	facts := read(t, iis.Files{ApplicationHost: filepath.Join("testdata", "iis75.config")})
	if got := facts.Sites[0].MaxLogFileSize; got != 1<<20 {
		t.Errorf("MaxLogFileSize = %d, want %d", got, 1<<20)
	}
}

// oneSite is an applicationHost.config with the site S and this text beside.
func oneSite(rest string) string {
	return `<configuration><system.applicationHost><sites><site name="S" id="1"/></sites></system.applicationHost>` + rest + `</configuration>`
}

func rules(inner string) string {
	return `<system.webServer><rewrite><rules>` + inner + `</rules></rewrite></system.webServer>`
}

func location(path, inner string) string {
	return `<location path="` + path + `">` + inner + `</location>`
}

func rule(name, host string) string {
	return `<rule name="` + name + `"><match url=".*"/><conditions><add input="{HTTP_HOST}" pattern="` + host + `"/></conditions></rule>`
}

func TestRulesInForce(t *testing.T) {
	t.Parallel()
	two := rule("a", "a.example") + rule("b", "b.example")
	for _, test := range []struct {
		name      string
		host, web string // beside the site; the site's web.config, "" = none
		want      int
		named     string // of a.example to d.example, the first letters
	}{
		{"none", "", "", 0, ""},
		{"location of the site", location("S", rules(two)), "", 2, "ab"},
		{"location in other case, with a slash", location("/s/", rules(two)), "", 2, "ab"},
		{"location of another site", location("T", rules(two)) + location("S2", rules(two)), "", 0, ""},
		{"two locations of the site", location("S", rules(rule("a", "a.example"))) + location("S", rules(rule("b", "b.example"))), "", 2, "ab"},
		{"inherited from the server", rules(two), "", 2, "ab"},
		{"inherited, wherever it stands", location("S", rules(rule("c", "c.example"))) + location(".", rules(two)), "", 3, "abc"},
		{"cleared by the site", rules(two) + location("S", rules("<clear/>"+rule("c", "c.example"))), "", 1, "c"},
		{"removed by the site, in other case", rules(two) + location("S", rules(`<remove name="A"/>`)), "", 1, "b"},
		{"removed and added anew", rules(two) + location("S", rules(`<remove name="a"/>`+rule("a", "d.example"))), "", 2, "bd"},
		{"removal of what is not there", location("S", rules(`<remove name="x"/><remove/>`+two)), "", 2, "ab"},
		{"cleared by a path only", location("S", rules(two)) + location("S/App", rules("<clear/>"+rule("c", "c.example"))), "", 3, "abc"},
		{"web.config adds", location("S", rules(rule("a", "a.example"))), rules(rule("b", "b.example")), 2, "ab"},
		{"web.config clears what it inherits", rules(rule("d", "d.example")) + location("S", rules(two)), rules("<clear/>" + rule("c", "c.example")), 1, "c"},
		{"web.config with a path", "", rules(rule("a", "a.example")) + location("App", rules(rule("b", "b.example"))), 2, "ab"},
		{"global rules survive", `<system.webServer><rewrite><globalRules>` + two + `</globalRules></rewrite></system.webServer>` + location("S", rules("<clear/>")), "", 2, "ab"},
		{"global rules count only at the server", location("S", `<system.webServer><rewrite><globalRules>`+two+`</globalRules></rewrite></system.webServer>`), "", 0, ""},
		{"rules outside rewrite are something else", `<system.webServer><tracing><rules>` + two + `</rules></tracing></system.webServer><rules>` + two + `</rules>`, "", 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			files := iis.Files{ApplicationHost: write(t, "applicationHost.config", oneSite(test.host))}
			if test.web != "" {
				files.WebConfigs = map[string]string{"s": write(t, "web.config", "<configuration>"+test.web+"</configuration>")}
			}
			facts := read(t, files)
			site := facts.Sites[0]
			if site.RewriteRules != test.want || site.RulesUnknown != nil {
				t.Errorf("RewriteRules = %d, unknown: %v; want %d", site.RewriteRules, site.RulesUnknown, test.want)
			}
			named := ""
			for _, letter := range "abcd" {
				if facts.HasRuleFor(string(letter) + ".example") {
					named += string(letter)
				}
			}
			if named != test.named {
				t.Errorf("named: %q, want %q", named, test.named)
			}
		})
	}
}

// TestKeptElsewhere: nothing outside the file is followed, and a number that
// depends on it is not claimed.
func TestKeptElsewhere(t *testing.T) {
	t.Parallel()
	secret := write(t, "rules.config", `<rules>`+rule("x", "x.example")+`</rules>`)
	for name, text := range map[string]string{
		"of the site":   location("S", `<system.webServer><rewrite><rules configSource="`+secret+`"/></rewrite></system.webServer>`),
		"of the server": `<system.webServer><rewrite><globalRules childSource="` + secret + `"/></rewrite></system.webServer>`,
		"encrypted":     location("S", `<system.webServer><rewrite><rules configProtectionProvider="p"><EncryptedData/></rules></rewrite></system.webServer>`),
	} {
		facts := read(t, iis.Files{ApplicationHost: write(t, "applicationHost.config", oneSite(text+location("S", rules(rule("a", "a.example")))))})
		if facts.Sites[0].RulesUnknown == nil {
			t.Errorf("%s: the number of rules is claimed to be %d", name, facts.Sites[0].RewriteRules)
		}
		if facts.HasRuleFor("x.example") || !facts.HasRuleFor("a.example") {
			t.Errorf("%s: x.example named: %v, a.example named: %v", name, facts.HasRuleFor("x.example"), facts.HasRuleFor("a.example"))
		}
	}
}

func TestWebConfigProblems(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "web.config")
	good := write(t, "web.config", "<configuration/>")
	facts := read(t, iis.Files{
		ApplicationHost: write(t, "applicationHost.config", oneSite(location("S", rules(rule("a", "a.example"))))),
		WebConfigs:      map[string]string{"S": missing, "Elsewhere": good},
	})
	if facts.Sites[0].RulesUnknown == nil {
		t.Error("the number of rules is known although the web.config is not")
	}
	var got []string
	for _, p := range facts.Problems {
		got = append(got, p.Site)
	}
	if diff := cmp.Diff([]string{"Elsewhere", "S"}, got, cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
