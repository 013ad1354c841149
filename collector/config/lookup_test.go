package config

import (
	"strings"
	"testing"
)

func TestDomainIsFoundByAnySpelling(t *testing.T) {
	t.Parallel()
	c := load(t, "domains: [contoso.com, bücher.example]")
	for spelling, want := range map[string]*Domain{
		"contoso.com": c.Domains[0], "CONTOSO.com.": c.Domains[0],
		"bücher.example": c.Domains[1], "BÜCHER.EXAMPLE.": c.Domains[1], "xn--bcher-kva.example": c.Domains[1], "XN--BCHER-KVA.example": c.Domains[1],
		"fabrikam.com": nil, "sip.contoso.com": nil, "https://contoso.com/": nil, "": nil,
	} {
		if got := c.Domain(spelling); got != want {
			t.Errorf("Domain(%q) = %v, want %v", spelling, got, want)
		}
	}
}

func TestDefaultRefuses(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"given twice": {"contoso.com", "Contoso.com."},
		"a URL":       {"contoso.com", "https://fabrikam.com/"},
	} {
		if c, err := Default(names...); err == nil || c != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Default(%q) = %v, %v, want an error with %q", names, c, err, want)
		}
	}
}

func TestAdHocDomainHasTheGlobalSettings(t *testing.T) {
	t.Parallel()
	c := load(t, "views: {b: {}, a: {}}\ntrusted_domains: [hoster.example]\nhosting_providers: []\ndomains: [{name: contoso.com, federation: false}]")
	d, err := c.AdHoc("Fabrikam.com")
	if err != nil {
		t.Fatal(err)
	}
	want := &Domain{Name: "fabrikam.com", Display: "fabrikam.com", Topology: Auto, Views: []*View{{Name: "a"}, {Name: "b"}}, Federation: true,
		Schemes: []string{"https", "http"}, Meet: mustURL(t, "https://meet.fabrikam.com/"), MeetGuessed: true, Detail: Full, HostingProviders: []string{}, TrustedDomains: []string{"hoster.example"}}
	if d := diff(want, d); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if len(c.Domains) != 1 || c.Domain("fabrikam.com") != nil {
		t.Error("the domain was added to the configuration")
	}
	if d, err := c.AdHoc("contoso.COM"); d != c.Domains[0] || err != nil {
		t.Errorf("a configured domain is %+v, %v, want it as it is configured", d, err)
	}
	if d, err := c.AdHoc("10.0.0.1"); err == nil {
		t.Errorf("an IP address is %+v, want an error", d)
	}
}
