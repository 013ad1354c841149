package real

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRewritePatterns: a pattern of the Front End's rules is for the SIP domains
// that it matches, not for those whose name it holds.
func TestRewritePatterns(t *testing.T) {
	t.Parallel()
	bind := startNameserver(t, freePort(t), map[string]string{"test": ""})
	const rule = `<rule name="%s" patternSyntax="%s"><conditions><add input="{HTTP_HOST}" pattern="%s" /></conditions></rule>`
	two := fmt.Sprintf(rule, "two", "ECMAScript", `^(lyncdiscover|meet)\.(contoso|fabrikam)\.test$`)
	for _, test := range []struct {
		name, rules string
		absent      []string
	}{
		{"a pattern for two", two, []string{"litware.test"}},
		{"a wildcard for the third", two + fmt.Sprintf(rule, "any", "Wildcard", "lyncdiscover.*"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			host := writeFile(t, t.TempDir(), "applicationHost.config", `<configuration>
				<system.applicationHost><sites><site name="Lync Server External Web Site" id="1" /></sites></system.applicationHost>
				<location path="Lync Server External Web Site"><system.webServer><rewrite><rules>`+test.rules+`</rules></rewrite></system.webServer></location>
				</configuration>`)
			report := runCheck(t, fmt.Sprintf("views: {external: {nameservers: [%q]}}\niis: {application_host_config: %q}\ndomains: [contoso.test, fabrikam.test, litware.test]\n", bind, host))
			var absent []string
			for _, f := range report.FrontEnd.Findings {
				if f.Reason == "rewrite_rule_domain_absent" {
					absent = append(absent, f.Subject)
				}
			}
			if diff := cmp.Diff(test.absent, absent); diff != "" {
				t.Errorf("SIP domains without rules (-want +got):\n%s", diff)
			}
		})
	}
}
