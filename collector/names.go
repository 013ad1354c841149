package collector

import (
	"net/netip"
	"net/url"
	"strings"
)

// parentOf returns what follows the first label of a name, "" for a single
// label.
func parentOf(name string) string {
	_, parent, _ := strings.Cut(name, ".")
	return parent
}

// within says whether a host is the domain or below it.
func within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// withinAny says whether a host is within one of the domains.
func withinAny(host string, domains []string) bool {
	for _, domain := range domains {
		if within(host, domain) {
			return true
		}
	}
	return false
}

// isAddress says whether a name is an address written out, which no record
// may have for a target (RFC 2782).
func isAddress(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil
}

// microsoftZones are the zones of the Microsoft clouds that had or have Lync
// and Skype for Business Online (lync-rules.md §2.3).
func microsoftZones() []string {
	return []string{"online.lync.com", "online.gov.skypeforbusiness.us", "online.dod.skypeforbusiness.us", "online.partner.lync.cn"}
}

// isMicrosoftHost says whether a host belongs to one of the Microsoft clouds.
func isMicrosoftHost(host string) bool { return withinAny(host, microsoftZones()) }

// isMicrosoftRole says whether a host is one that a Microsoft cloud has for
// this role: sipfed for federation, sipdir for sign-in, webdir (also with a
// region's letters behind it) for Autodiscover.
func isMicrosoftRole(host, role string) bool {
	return isMicrosoftHost(host) && strings.HasPrefix(host, role)
}

// isRetiredCloud says whether a host is of a cloud that was closed: China in
// October 2023, Germany before (lync-rules.md §2.3).
func isRetiredCloud(host string) bool {
	return within(host, "online.partner.lync.cn") || within(host, "online.skypeforbusiness.de")
}

// urlKey is the form in which two URLs are compared: host and path in lower
// case, as IIS does, without a slash at the end.
func urlKey(u *url.URL) string {
	return strings.ToLower(u.Host + strings.TrimRight(u.Path, "/"))
}

// hostOf is the host of a URL in lower case, "" for what is none.
func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
