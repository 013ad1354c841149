package lync

import (
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// misspelled are the patterns by which the owner of a service record is
// misspelt, each with what it makes of the two record names that matter
// (docs/rules.md#federation-misspellings). {D} stands for the domain.
var misspelled = map[string][]string{
	FederationRecord: {
		"_sipfederationstls._tcp", "_sipfederationtl._tcp", "_sipfederation._tcp", "_sipfederationtlss._tcp", "_sipfederationls._tcp", // a letter too many or too few
		"_sipfederationttls._tcp", "_sipfederationts._tcp", "_sipfederatiotls._tcp", "_sipfederatontls._tcp", "_sipfedrationtls._tcp", "_sipfederationlts._tcp", // or at the wrong place
		"sipfederationtls._tcp", "_sipfederationtls.tcp", "_sipfederationtls.__tcp", "__sipfederationtls._tcp", "_sipfederationtls_._tcp", "_sipfederationtls_.tcp", // an underscore missing, doubled or behind
		"_sipfederationtls._tls", "_sipfederationtls._udp", "_sipfederationtls", "_sipfederationtls_tcp", // another or no protocol
		"_sipfederationtls._tcp.{D}", // the zone's name twice
	},
	ClientRecord: {
		"_sips._tls", "_sip._tl",
		"sip._tls", "_sip.tls", "_sip.__tls", "__sip._tls", "_sip_._tls", "_sip_.tls",
		"_sip._tcp._tls", "_sip_tls", "_sip_tls._tcp", "_siptls._tcp", "_sip", "_sip._tcp", "_sips._tcp",
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

// othersUse are owner prefixes that other services have, too: telephone systems,
// and whatever stands at the domain itself.
var othersUse = []string{"", "_sip", "_sip._tcp", "_sips._tcp"}

// IsMisplaced says whether a record at one of the misspellings was meant to be
// the right one. At a name that other services use, its port or its target tells.
func IsMisplaced(record, at string, srv dns.SRV) bool {
	if !slices.Contains(othersUse, at) || srv.Port == PortOf(record) {
		return true
	}
	return record == FederationRecord && SpeaksOfCloud(srv.Target)
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
