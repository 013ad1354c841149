package lync

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// ParentOf returns what follows the first label of a name, "" for a single
// label.
func ParentOf(name string) string {
	_, parent, _ := strings.Cut(name, ".")
	return parent
}

// Within says whether a host is the domain or below it.
func Within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// WithinAny says whether a host is within one of the domains.
func WithinAny(host string, domains []string) bool {
	for _, domain := range domains {
		if Within(host, domain) {
			return true
		}
	}
	return false
}

// IsAddress says whether a name is an address written out, which no record may
// have for a target (RFC 2782).
func IsAddress(name string) bool {
	_, is := dns.Address(name)
	return is
}

// IsPrivate says whether nobody outside can reach an address (RFC 1918, RFC
// 4193, link-local, RFC 6598). Loopback is left out: there the exporter is on
// the machine that it checks.
func IsPrivate(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLinkLocalUnicast() || sharedAddresses.Contains(a)
}

// internalTLDs are those that networks use inside and nobody can register
// (RFC 6762 appendix G, RFC 6761, ICANN's reservation of .internal).
var internalTLDs = []string{"local", "localdomain", "localhost", "lan", "internal", "intranet", "corp", "home", "private"}

// IsInternalName says whether nobody outside can have an answer for a host: a
// name of one label or below a TLD of the inside, or a private address.
func IsInternalName(host string) bool {
	if a, ok := dns.Address(host); ok {
		return IsPrivate(a)
	}
	return slices.Contains(internalTLDs, strings.ToLower(host[strings.LastIndexByte(host, '.')+1:])) || !strings.Contains(host, ".")
}

var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10") // of carriers, RFC 6598

// FirstPrivate finds an address that nobody outside can reach.
func FirstPrivate(addresses []netip.Addr) (netip.Addr, bool) {
	for _, a := range addresses {
		if IsPrivate(a) {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// URLKey is the form in which two URLs are compared: host and path in lower
// case, as IIS does, without a slash at the end.
func URLKey(u *url.URL) string {
	return strings.ToLower(u.Host + strings.TrimRight(u.Path, "/"))
}

// HostOf is the host of a URL in lower case, "" for what is none.
func HostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
