package lync

import "slices"

// misspelled are the patterns by which the owner of a service record is
// misspelt, each with what it makes of the two record names that matter
// (docs/rules.md#federation-misspellings). {D} stands for the domain.
var misspelled = map[string][]string{
	FederationRecord: {
		"_sipfederationstls._tcp", "_sipfederationtl._tcp", "_sipfederation._tcp", "_sipfederationtlss._tcp", "_sipfederationls._tcp", // a letter too many or too few
		"sipfederationtls._tcp", "_sipfederationtls.tcp", "_sipfederationtls.__tcp", "__sipfederationtls._tcp", "_sipfederationtls_._tcp", "_sipfederationtls_.tcp", // an underscore missing, doubled or behind
		"_sipfederationtls._tls", "_sipfederationtls._udp", "_sipfederationtls", "_sipfederationtls_tcp", // another or no protocol
		"_sipfederationtls._tcp.{D}", // the zone's name twice
	},
	ClientRecord: {
		"_sips._tls", "_sip._tl",
		"sip._tls", "_sip.tls", "_sip.__tls", "__sip._tls", "_sip_._tls", "_sip_.tls",
		"_sip._tcp._tls", "_sip_tls", "_sip_tls._tcp", "_siptls._tcp",
		"_sip._tls.{D}",
	},
}

// maxMisspellings is how many names are asked for while the right one is
// missing.
const maxMisspellings = 24

// Misspellings are the owner prefixes at which a service record of a domain may
// have been published by mistake; "" is the domain itself.
func Misspellings(prefix, domain string) []string {
	var list []string
	for _, m := range misspelled[prefix] {
		list = append(list, expand(m, domain))
	}
	return append(list, "")[:min(len(list)+1, maxMisspellings)]
}

// AllMisspellings are those of both records, each once.
func AllMisspellings(domain string) []string {
	list := Misspellings(FederationRecord, domain)
	for _, m := range Misspellings(ClientRecord, domain) {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// MisspelledHosts are names at which lyncdiscover is published by mistake
// (docs/rules.md#autodiscover).
func MisspelledHosts(domain string) []string {
	return []string{"lyncdicsover", "lyncdiscovery", "lync-discover", "lyncdicover", "lyncdiscover." + domain}
}

func expand(pattern, domain string) string {
	const twice = "{D}"
	if n := len(pattern) - len(twice); n > 0 && pattern[n:] == twice {
		return pattern[:n] + domain
	}
	return pattern
}
