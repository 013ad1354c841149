package lync

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Owner prefixes of the service records that Lync looks up, and the ports that
// they name (docs/rules.md#federation-record, #client-record, #internal-records).
const (
	FederationRecord = "_sipfederationtls._tcp"
	ClientRecord     = "_sip._tls"
	InternalRecord   = "_sipinternaltls._tcp"
	PlainRecord      = "_sipinternal._tcp"
	XMPPRecord       = "_xmpp-server._tcp"

	FederationPort = 5061
	ClientPort     = 443 // of the Access Edge for clients outside
	InternalPort   = 5061
)

// PortOf is the port that a service record is to name, 0 where none is
// prescribed.
func PortOf(prefix string) uint16 {
	switch prefix {
	case FederationRecord:
		return FederationPort
	case ClientRecord:
		return ClientPort
	case InternalRecord:
		return InternalPort
	}
	return 0
}

// Line is a service record of a domain as a zone file has it.
func Line(prefix, domain string, s dns.SRV) string { return ServiceRecord(prefix, domain, s).String() }

// ServiceRecord is a service record of a domain; without a prefix it stands at the
// domain itself.
func ServiceRecord(prefix, domain string, s dns.SRV) verdict.Record {
	owner := domain + "."
	if prefix != "" {
		owner = prefix + "." + owner
	}
	return verdict.Record{Name: owner, Type: "SRV", Data: Data(s)}
}

// Data is what a service record says: priority, weight, port and target.
func Data(s dns.SRV) string {
	return fmt.Sprintf("%d %d %d %s.", s.Priority, s.Weight, s.Port, s.Target)
}

// IsSwapped says whether the fields of a record stand in another order: the port
// is where the priority or the weight belongs (docs/rules.md#srv-record).
func IsSwapped(s dns.SRV, port uint16) bool {
	return s.Port != port && (s.Priority == port || s.Weight == port)
}

// Describe says in a few words what a name resolves to.
func Describe(h dns.Host) string {
	var b strings.Builder
	for _, alias := range h.Chain {
		fmt.Fprintf(&b, "alias of %s; ", alias)
	}
	switch {
	case len(h.Addresses) > 0:
		for i, a := range h.Addresses {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(a.String())
		}
	case h.Err != nil:
		b.WriteString(h.Err.Error())
	default:
		b.WriteString("no address")
	}
	return b.String()
}

// FinalName is the name that a host's aliases end at.
func FinalName(h dns.Host) string {
	if len(h.Chain) == 0 {
		return h.Name
	}
	return h.Chain[len(h.Chain)-1]
}

// LeadsToCloud says whether a host, or any alias on its way, is Microsoft's.
func LeadsToCloud(h dns.Host) bool { return SpeaksOfCloud(h.Name) || SpeakOfCloud(h.Chain) }

// SameAnswer says whether a host resolves as a wildcard would have it: by the
// same alias, or to addresses of which some are the same. Load balancers show a
// few of their addresses at a time.
func SameAnswer(host, wildcard dns.Host) bool {
	if wildcard.Outcome != dns.Found {
		return false
	}
	if len(host.Chain) > 0 && len(wildcard.Chain) > 0 && host.Chain[0] == wildcard.Chain[0] {
		return true
	}
	for _, a := range host.Addresses {
		if slices.Contains(wildcard.Addresses, a) {
			return true
		}
	}
	return false
}
