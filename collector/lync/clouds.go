package lync

import (
	"slices"
	"strings"
)

// microsoftZones are the zones of the Microsoft clouds that had or have Lync
// and Skype for Business Online (docs/rules.md#hosting-providers).
var microsoftZones = []string{"online.lync.com", "online.gov.skypeforbusiness.us", "online.dod.skypeforbusiness.us", "online.partner.lync.cn"}

// microsoftNames are the domains that only Microsoft has names in. A record
// with one of them in it speaks of the cloud, however wrong it is.
var microsoftNames = []string{"lync.com", "lync.cn", "skypeforbusiness.us", "skypeforbusiness.de", "microsoft.com", "microsoftonline.com", "skype.com", "outlook.com", "office.com", "office365.com", "office365.us"}

// microsoftRoles are the first labels of Microsoft's own hosts, which have the label
// "online" behind them.
var microsoftRoles = []string{"sipfed", "sipdir", "webdir"}

// OnlineFederation is the Edge of the worldwide cloud, and the record that
// Microsoft asks for.
const OnlineFederation = "sipfed.online.lync.com"

// IsMicrosoftHost says whether a host belongs to one of the Microsoft clouds.
func IsMicrosoftHost(host string) bool { return WithinAny(host, microsoftZones) }

// IsMicrosoftRole says whether a host is one that a Microsoft cloud has for
// this role: sipfed for federation, sipdir for sign-in, webdir (also with a
// region's letters behind it) for Autodiscover.
func IsMicrosoftRole(host, role string) bool {
	return IsMicrosoftHost(host) && strings.HasPrefix(host, role)
}

// SpeaksOfCloud says whether a Microsoft name is anywhere in a name: with the
// zone's own name appended, a wrong host, or a whole record for a target; or that
// it was meant to be one.
func SpeaksOfCloud(name string) bool {
	name = strings.ToLower(name)
	if isMisspeltHost(name) {
		return true
	}
	for _, known := range microsoftNames {
		for rest := name; ; {
			i := strings.Index(rest, known)
			if i < 0 {
				break
			}
			before, after := rest[:i], rest[i+len(known):]
			if (before == "" || !isLetter(before[len(before)-1])) && (after == "" || !isLetter(after[0])) {
				return true
			}
			rest = after
		}
	}
	return false
}

// isMisspeltHost says whether a name begins as Microsoft's hosts do, and then has
// another domain: sipfed.online.lync.con, sipfed.onlinelync.com.
func isMisspeltHost(name string) bool {
	first, rest, _ := strings.Cut(name, ".")
	return slices.Contains(microsoftRoles, first) &&
		(strings.HasPrefix(rest, "online.") || strings.HasPrefix(rest, "online") && strings.Contains(rest, "lync"))
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b == '-' }

// SpeakOfCloud says so of any of several names.
func SpeakOfCloud(names []string) bool { return slices.ContainsFunc(names, SpeaksOfCloud) }

// FederationEdgeOf is the federation Edge of the cloud that any of the names
// belongs to, the worldwide cloud's where none tells.
func FederationEdgeOf(names []string) string {
	for _, zone := range microsoftZones {
		for _, name := range names {
			if zone != "online.lync.com" && strings.Contains(strings.ToLower(name), zone) && !IsRetiredCloud(zone) {
				return "sipfed." + zone
			}
		}
	}
	return OnlineFederation
}

// IsRetiredCloud says whether a host is of a cloud that was closed
// (docs/rules.md#retired-clouds).
func IsRetiredCloud(host string) bool {
	return Within(host, "online.partner.lync.cn") || Within(host, "online.skypeforbusiness.de")
}
