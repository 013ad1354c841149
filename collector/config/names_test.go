package config

import (
	"strings"
	"testing"
)

func TestNormalizeDomain(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a", 56) + "." + strings.Repeat(strings.Repeat("b", 57)+".", 3)[:173]
	for written, want := range map[string]string{
		"contoso.com":              "contoso.com",
		"Contoso.COM.":             "contoso.com",
		" contoso.com\n":           "contoso.com",
		"Bücher.Example":           "xn--bcher-kva.example",
		"xn--Bcher-kva.example":    "xn--bcher-kva.example",
		"contoso。com。":             "contoso.com",
		"straße.example":           "xn--strae-oqa.example",
		"ab--cd.example":           "ab--cd.example",
		"r3---sn.example":          "r3---sn.example",
		"3com.example":             "3com.example",
		"a.b.c.d.contoso.com":      "a.b.c.d.contoso.com",
		longest:                    longest,
		"München.xn--p1ai":         "xn--mnchen-3ya.xn--p1ai",
		"lyncdiscover.contoso.com": "lyncdiscover.contoso.com",
	} {
		got, err := NormalizeDomain(written)
		if got != want || err != nil {
			t.Errorf("NormalizeDomain(%q) = %q, %v, want %q", written, got, err, want)
		}
	}
}

// What is refused is refused with a word on what to give; testdata/bad has the
// messages of the usual mistakes in full.
func TestNormalizeDomainRefuses(t *testing.T) {
	t.Parallel()
	for written, why := range map[string]string{
		"":                                     "it is empty",
		" ":                                    "it is empty",
		".":                                    "label is empty",
		"contoso.com..":                        "label is empty",
		".contoso.com":                         "label is empty",
		"contoso":                              "only one label",
		"https://Meet.Contoso.com:443/a?b":     "a URL; did you mean contoso.com?",
		"https://":                             "a URL; give the name alone, as in contoso.com",
		"sip:alice@fabrikam.com;transport=tls": "a user; did you mean fabrikam.com?",
		"SIP:fabrikam.com":                     "a SIP URI; did you mean fabrikam.com?",
		"https://lyncdiscover.contoso.com/":    "a URL; did you mean contoso.com?",
		"https://sip.com/":                     "a URL; did you mean sip.com?",
		"https://meet.co.uk":                   "a URL; did you mean meet.co.uk?",
		"_sipfederationtls._tcp.contoso.com":   "the name of a record; did you mean contoso.com?",
		"192.0.2.1":                            "an IP address",
		"[2001:db8::1]":                        "an IP address",
		"192.0.2.1:5061":                       "has a port",
		"１９２.0.2.1":                            "ends in a number",
		"contoso.com\x00":                      "not allowed in a name",
		"con toso.com":                         "a space",
		"contoso.com\nfabrikam.com":            "a space",
		"-contoso.com":                         "hyphen",
		"contoso-.com":                         "hyphen",
		"xn--a.com":                            "IDNA",
		"\xff.com":                             "not UTF-8",
		"a\u200db.example":                     "",
		strings.Repeat("a", 64) + ".com":       "at most 63",
		strings.Repeat("a.", 126) + "com":      "at most 253",
		strings.Repeat("a.", 115) + "com":      "no room for its records",
	} {
		got, err := NormalizeDomain(written)
		if err == nil {
			t.Errorf("NormalizeDomain(%q) = %q, want an error", written, got)
			continue
		}
		if !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("NormalizeDomain(%q): %v, want %q", written, err, why)
		}
	}
}

func FuzzNormalizeDomain(f *testing.F) {
	for _, s := range []string{"contoso.com", "Bücher.Example.", "xn--bcher-kva.example", "contoso。com", "a\u00ad.example", "１.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := NormalizeDomain(s)
		if err != nil {
			return
		}
		if again, err := NormalizeDomain(name); again != name || err != nil {
			t.Errorf("%q became %q, and that %q, %v", s, name, again, err)
		}
		if len(name) > maxDomain || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
			t.Errorf("%q became %q", s, name)
		}
		if back, err := NormalizeDomain(DisplayName(name)); back != name || err != nil {
			t.Errorf("%q is shown as %q, which is %q, %v", name, DisplayName(name), back, err)
		}
	})
}

func TestParseNameserver(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"9.9.9.9":            "9.9.9.9:53",
		"9.9.9.9:5353":       "9.9.9.9:5353",
		"2001:DB8::1":        "[2001:db8::1]:53",
		"[2001:db8::1]":      "[2001:db8::1]:53",
		"[2001:db8::1]:5353": "[2001:db8::1]:5353",
		"fe80::1%eth0":       "[fe80::1%eth0]:53",
		"localhost":          "localhost:53",
		"Dns.Example.:54":    "dns.example:54",
		"":                   "", "9.9.9.9:": "", "9.9.9.9:0": "", "9.9.9.9:65536": "", "9.9.9.9:dns": "", ":53": "",
		"1:2:3": "", "[9.9.9.9": "", "udp://9.9.9.9": "", "9.9.9": "", "[]": "",
	} {
		got, err := ParseNameserver(written)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("ParseNameserver(%q) = %q, %v, want %q", written, got, err, want)
		}
	}
}
