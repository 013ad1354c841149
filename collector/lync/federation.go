package lync

import (
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// Match is how a federation target relates to the SIP domain
// (docs/rules.md#federation-target).
type Match int

// The matches. Partners' Edges accept the first two.
const (
	ExactDomain     Match = iota // one label below the SIP domain
	HostingProvider              // the Edge of a known hosting provider
	NoTarget                     // ".": no such service
	Address                      // an address written out
	DoubledSuffix                // the zone's name appended to a whole name
	WholeRecord                  // a whole record in the place of the target
	BareDomain
	Subdomain
	WrongProviderHost // Microsoft's, but not for federation
	ParentDomain
	ForeignDomain
)

// Accepted says whether a partner's Edge accepts such a target.
func (m Match) Accepted() bool { return m == ExactDomain || m == HostingProvider }

// String is the label `match` of metrics, "" for what is no host.
func (m Match) String() string {
	switch m {
	case ExactDomain:
		return "exact_domain"
	case HostingProvider:
		return "hosting_provider"
	case BareDomain:
		return "bare_domain"
	case DoubledSuffix, Subdomain:
		return "subdomain"
	case ParentDomain:
		return "parent_domain"
	case WrongProviderHost, ForeignDomain:
		return "foreign_domain"
	}
	return ""
}

// MatchTarget applies the strict rule: the target must be exactly one label
// plus the SIP domain, or the Edge of a known hosting provider. Specific
// mistakes come before the general ones that they are.
func MatchTarget(target string, d *config.Domain) Match {
	switch {
	case target == "":
		return NoTarget
	case IsAddress(target):
		return Address
	case strings.ContainsAny(target, "\\ "): // as DNS libraries write blanks in a name
		return WholeRecord
	case isDoubled(target, d):
		return DoubledSuffix
	case ParentOf(target) == d.Name:
		return ExactDomain
	case IsHosted(target, d):
		return HostingProvider
	case target == d.Name:
		return BareDomain
	case Within(target, d.Name):
		return Subdomain
	case SpeaksOfCloud(target):
		return WrongProviderHost
	case ParentOf(target) != "" && Within(d.Name, ParentOf(target)):
		return ParentDomain
	}
	return ForeignDomain
}

// IsHosted says whether a federation target is that of a hosting provider.
func IsHosted(target string, d *config.Domain) bool {
	return slices.Contains(d.HostingProviders, target)
}

// IsProvider says whether a host is a hosting provider's Edge.
func IsProvider(host string, d *config.Domain) bool {
	return IsHosted(host, d) || IsMicrosoftHost(host)
}

// isDoubled says whether the zone's name was appended to a target that was
// already complete, as a missing trailing dot does.
func isDoubled(target string, d *config.Domain) bool {
	whole, ok := Undoubled(target, d)
	return ok && whole != ""
}

// Undoubled is a target without the zone's name that was appended to it.
func Undoubled(target string, d *config.Domain) (whole string, ok bool) {
	first, ok := strings.CutSuffix(target, "."+d.Name)
	if !ok {
		return "", false
	}
	return first, Within(first, d.Name) || IsHosted(first, d) || SpeaksOfCloud(first)
}

// LastWord is the last word of a target that holds a whole record.
func LastWord(target string) string {
	words := strings.FieldsFunc(strings.NewReplacer(`\032`, " ", `\ `, " ").Replace(target), func(r rune) bool { return r == ' ' })
	if len(words) == 0 {
		return ""
	}
	return strings.TrimSuffix(words[len(words)-1], ".")
}
