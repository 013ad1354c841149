package iis_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
)

// withRules reads a configuration with these rules.
func withRules(t testing.TB, text string) *iis.Facts {
	t.Helper()
	return read(t, iis.Files{ApplicationHost: write(t, "applicationHost.config", oneSite(location("S", rules(text))))})
}

// The pattern of a condition on the host is matched against a host, as IIS does.
func TestPatterns(t *testing.T) {
	t.Parallel()
	const everything = "everything"
	for _, test := range []struct {
		syntax, pattern string
		is, isNot       string // hosts that it is for, and is not; separated by blanks
	}{
		{"", `^meet\.contoso\.com$`, "meet.contoso.com", "contoso.com meet.contoso.com.example a.meet.contoso.com"},
		{"ECMAScript", `^lyncdiscover\.contoso\.com(:\d+)?$`, "lyncdiscover.contoso.com", "meet.contoso.com"},
		{"", `^lyncdiscover\.contoso\.com:4443$`, "lyncdiscover.contoso.com", "meet.contoso.com"},
		{"", `LyncDiscover.Contoso.COM`, "lyncdiscover.contoso.com", "lyncdiscover.fabrikam.com"},
		{"", `^(lyncdiscover|meet)\.(contoso|fabrikam)\.test$`, "lyncdiscover.contoso.test meet.fabrikam.test", "dialin.contoso.test meet.litware.test"},
		{"", `^(meet|dialin)\.(fabrikam\.com|contoso\.com)$`, "dialin.contoso.com", "lyncdiscover.contoso.com"},
		{"", `^meet\.[^.]+\.com$`, "meet.contoso.com meet.fabrikam.com", "meet.contoso.net dialin.contoso.com"},
		{"", `^[a-z]+\.contoso\.com(:[0-9]+)?$`, "meet.contoso.com", "contoso.com meet.fabrikam.com"},
		{"", `^(?:meet|dialin)[0-9]{0,2}[.]contoso[.]com`, "meet.contoso.com meet01.contoso.com dialin.contoso.com.example", "lync.contoso.com"},
		{"", `.+\.contoso\.com.*`, "meet.contoso.com", "contoso.com"},
		{"", `\bcontoso\.com\b`, "meet.contoso.com contoso.com", "meet.mycontoso.com"},
		{"", `contoso\.com$`, "meet.contoso.com", "contoso.com.example"},
		{"", `^meet\.`, "meet.contoso.com meet.fabrikam.com", "dialin.contoso.com"},
		{"", `^meet\.contoso\.com$|^dialin\.fabrikam\.com$`, "meet.contoso.com dialin.fabrikam.com", "meet.fabrikam.com"},
		{"", `^my-contoso\.com$`, "my-contoso.com", "contoso.com"},
		{"", `^contoso\.com\.example$`, "", "contoso.com"},
		{"", `contoso/com`, "", "contoso.com"},
		{"", `.*`, everything, ""},
		{"", `^(?!internal)meet\.contoso\.com$`, everything, ""}, // not in Go's syntax
		{"", strings.Repeat("a", 9000), everything, ""},
		{"", `((((a{10}){10}){10}){10})`, everything, ""},
		{"Wildcard", `lyncdiscover.*`, "lyncdiscover.contoso.com lyncdiscover.fabrikam.com", "meet.contoso.com my.lyncdiscover.contoso.com"},
		{"wildcard", `*.contoso.com`, "meet.contoso.com", "contoso.com meet.contoso.com.example"},
		{"Wildcard", `meet.contoso.com`, "meet.contoso.com", "meetxcontoso.com dialin.contoso.com"},
		{"Wildcard", `(meet|dialin).contoso.com`, "", "meet.contoso.com"},
		{"ExactMatch", `meet.contoso.com`, "meet.contoso.com", "a.meet.contoso.com meet.contoso.com.example"},
		{"ExactMatch", `*.contoso.com`, "", "meet.contoso.com"},
	} {
		facts := withRules(t, `<rule name="r" patternSyntax="`+test.syntax+`"><match url=".*"/><conditions><add input="{HTTP_HOST}" pattern="`+test.pattern+`"/></conditions></rule>`)
		if test.is == everything {
			test.is = "meet.contoso.com dialin.fabrikam.com"
		}
		for host := range strings.FieldsSeq(test.is) {
			if !facts.HasRuleFor(host) {
				t.Errorf("%s %.50q is not for %s", test.syntax, test.pattern, host)
			}
		}
		for host := range strings.FieldsSeq(test.isNot) {
			if facts.HasRuleFor(host) {
				t.Errorf("%s %.50q is for %s", test.syntax, test.pattern, host)
			}
		}
	}
}

// What a rule is for is decided by all its conditions, or by any, and where it
// has none by the host in its URL pattern or in the URL that it makes.
func TestRulesForHosts(t *testing.T) {
	t.Parallel()
	conditions := func(grouping string, list ...string) string {
		return `<rule name="r"><match url="^(.*)$"/><conditions logicalGrouping="` + grouping + `">` + strings.Join(list, "") + `</conditions></rule>`
	}
	host := func(pattern, more string) string {
		return `<add input="{HTTP_HOST}" pattern="` + pattern + `" ` + more + `/>`
	}
	for _, test := range []struct {
		name, rules string
		is          bool // for meet.contoso.com
	}{
		{"all conditions", conditions("MatchAll", host(`^meet\.`, ""), host(`\.contoso\.com$`, "")), true},
		{"not all conditions", conditions("MatchAll", host(`^meet\.`, ""), host(`\.fabrikam\.com$`, "")), false},
		{"any condition", conditions("MatchAny", host(`^dialin\.contoso\.com$`, ""), host(`^meet\.contoso\.com$`, "")), true},
		{"exception", conditions("MatchAll", host(`contoso\.com$`, ""), host(`^meet\.`, `negate="true"`)), false},
		{"other exception", conditions("MatchAll", host(`contoso\.com$`, ""), host(`^dialin\.`, `negate="true"`)), true},
		{"nothing but an exception", conditions("MatchAll", host(`^dialin\.`, `negate="true"`)), false},
		{"condition on something else", conditions("MatchAll", host(`^meet\.contoso\.com$`, ""), `<add input="{HTTPS}" pattern="off"/>`), true},
		{"only on something else", conditions("MatchAll", `<add input="{HTTPS}" pattern="off"/>`, `<add input="{REQUEST_URI}" pattern="meet.contoso.com"/>`), false},
		{"host together with the path", conditions("MatchAll", `<add input="{HTTP_HOST}{REQUEST_URI}" pattern="^meet\.contoso\.com/lync/"/>`), true},
		{"together with the path, and another host", conditions("MatchAll", `<add input="{HTTP_HOST}{REQUEST_URI}" pattern="/lync/"/>`, host(`^meet\.fabrikam\.com$`, "")), false},
		{"part that is not understood, and another host", conditions("MatchAll", host(`^(?=m)`, ""), host(`^meet\.fabrikam\.com$`, "")), false},
		{"host by another name", conditions("MatchAll", `<add input="{SERVER_NAME}" pattern="^meet\.contoso\.com$"/>`), true},
		{"case that matters", conditions("MatchAll", host(`^meet\.contoso\.[c]om(:\d+)?$`, `ignoreCase="false"`)), true},
		{"pattern for any URL", `<rule name="r"><match url="^(.*)$"/></rule>`, false},
		{"pattern for a path", `<rule name="r"><match url="^meet"/></rule><rule name="q"><match url="^(meet|dialin)(/.*)?$"/></rule><rule name="p"><match url="^(?!x)"/></rule>`, false},
		{"pattern for a host in a URL", `<rule name="r"><match url="^(meet|dialin)\.contoso\.com/"/></rule>`, true},
		{"pattern for hosts in a URL", `<rule name="r"><match url="^[a-z]+\.contoso\.com"/></rule>`, true},
		{"pattern for all but hosts", `<rule name="r"><match url="^meet\.contoso\.com" negate="true"/></rule>`, false},
		{"leads to the host", `<rule name="r"><match url="(.*)"/><action type="Redirect" url="https://Meet.Contoso.com:443/{R:1}"/></rule>`, true},
		{"leads to a host of the request", `<rule name="r"><match url="(.*)"/><action type="Redirect" url="https://{C:1}.contoso.com/{R:1}"/></rule>`, false},
		{"no pattern", conditions("MatchAll", host("", "")), false},
		{"switched off", `<rule name="r" enabled="false"><match url="(.*)"/><conditions>` + host(`^meet\.contoso\.com$`, "") + `</conditions></rule>`, false},
	} {
		if got := withRules(t, test.rules).HasRuleFor("meet.contoso.com"); got != test.is {
			t.Errorf("%s: for meet.contoso.com: %t, want %t", test.name, got, test.is)
		}
	}
}

// More patterns than can be tried may be for every host. Those that are spelled
// out are no effort.
func TestManyPatterns(t *testing.T) {
	t.Parallel()
	many := func(n int, pattern string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `<rule name="%d"><conditions><add input="{HTTP_HOST}" pattern="`+pattern+`"/></conditions></rule>`, i, i)
		}
		return b.String()
	}
	for _, test := range []struct {
		n       int
		pattern string
		is      bool // for meet.contoso.com
	}{
		{5000, `^(meet|dialin)\.sip%d\.example(:\d+)?$`, false},
		{256, `^[a-z]+\.sip%d\.example$`, false},
		{257, `^[a-z]+\.sip%d\.example$`, true},
		{200, `^[a-z]{900}%d$`, true},
	} {
		facts := withRules(t, many(test.n, test.pattern))
		if got := facts.HasRuleFor("meet.contoso.com"); got != test.is {
			t.Errorf("%d times %s: for meet.contoso.com: %t, want %t", test.n, test.pattern, got, test.is)
		}
		if last := fmt.Sprintf("meet.sip%d.example", test.n-1); !facts.HasRuleFor(last) {
			t.Errorf("%d times %s: not for %s", test.n, test.pattern, last)
		}
	}
}
