package observe

import "testing"

// What concerns the names of a SIP domain is remembered until all its views
// are done, and then forgotten.
func TestMemoryOfADomain(t *testing.T) {
	t.Parallel()
	var s Scrape
	of, ofURL := s.memories.of, s.memories.ofURL
	for _, domain := range []string{"contoso.com", "contoso.com", "emea.contoso.com", "fabrikam.com"} {
		s.Expect(domain)
	}
	common, contoso, emea, fabrikam := of(""), of("contoso.com"), of("emea.contoso.com"), of("fabrikam.com")
	for i, m := range []*memory{contoso, emea, fabrikam} {
		if m == common {
			t.Fatalf("domain %d has no memory of its own", i)
		}
	}
	for name, want := range map[string]*memory{
		"_sip._tls.contoso.com": contoso, "sip.emea.contoso.com": emea, "notcontoso.com": common, "com": common, "edge.hoster.example": common, "192.0.2.1": common,
	} {
		if of(name) != want {
			t.Errorf("%s belongs to another memory", name)
		}
	}
	for url, want := range map[string]*memory{
		"https://MEET.contoso.com/": contoso, "https://web.hoster.example:443/root?originalDomain=fabrikam.com&x=contoso.com": fabrikam,
		"https://meet.hoster.example/contoso.com/": contoso, "http://lyncdiscover.contoso.com/?sipuri=a%40fabrikam.com": contoso, "https://web.hoster.example/": common, "": common,
	} {
		if ofURL(url) != want {
			t.Errorf("%s belongs to another memory", url)
		}
	}

	s.Leave("contoso.com")
	s.Leave("fabrikam.com")
	if of("sip.contoso.com") != contoso {
		t.Error("a domain was forgotten before its second view was done")
	}
	if of("sip.fabrikam.com") != common {
		t.Error("a domain that was done is still remembered")
	}
	s.Leave("contoso.com")
	if of("sip.contoso.com") != common || of("sip.emea.contoso.com") != emea {
		t.Error("not the domain that was done was forgotten")
	}
	s.Leave("contoso.com")
	s.Leave("unheard-of.example")
}
