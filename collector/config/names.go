package config

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxDomain is how long a SIP domain may be, in bytes: a name in the DNS has at
// most 253 (RFC 1035 §2.3.4), and the longest owner put before a SIP domain is
// "_sipfederationtls._tcp.".
const maxDomain = 253 - len("_sipfederationtls._tcp.")

// NormalizeDomain is the one spelling of a SIP domain: lower-case A-labels
// without the trailing dot. The error says what was given instead of a SIP
// domain and what to give.
func NormalizeDomain(s string) (string, error) {
	name, err := domainName(s, "SIP domain")
	if err == nil && len(name) > maxDomain {
		return "", fmt.Errorf("%s is not a valid SIP domain: it has %d bytes, and more than %d leave no room for its records", quote(s), len(name), maxDomain)
	}
	return name, err
}

// providerName is the spelling of a hosting provider's Edge.
func providerName(s string) (string, error) { return domainName(s, "host name") }

// trustedName is the spelling of a domain that is trusted with all below it.
func trustedName(s string) (string, error) { return domainName(s, "domain") }

// domainName is the one spelling of a name of two labels or more. What it is
// said to be stands in the message.
func domainName(s, noun string) (string, error) {
	written := strings.TrimSpace(s)
	err := notDomain(written)
	var name string
	if err == nil {
		name, err = asciiName(written, false)
	}
	if err == nil && !strings.Contains(name, ".") {
		err = errors.New("it has only one label; write it in full, as in contoso.com")
	}
	if err != nil {
		return "", fmt.Errorf("%s is not a valid %s: %w", quote(s), noun, err)
	}
	return name, nil
}

// notDomain recognises what people give instead of a domain.
func notDomain(s string) error {
	_, url, isURL := strings.Cut(s, "://")
	_, user, isUser := strings.Cut(s, "@")
	lower := strings.ToLower(s)
	switch {
	case s == "":
		return errors.New("it is empty; give a name, as in contoso.com")
	case isURL:
		return fmt.Errorf("it is a URL; %s", instead(url))
	case isUser:
		return fmt.Errorf("it is an address of a user; %s", instead(user))
	case strings.HasPrefix(lower, "sip:"), strings.HasPrefix(lower, "sips:"):
		return fmt.Errorf("it is a SIP URI; %s", instead(s[strings.Index(s, ":")+1:]))
	case isIP(s):
		return errors.New("it is an IP address; give a name, as in contoso.com")
	case strings.Contains(s, `\`):
		return errors.New(`it has a \, which is not allowed in a name; give a DNS name, as in contoso.com`)
	case strings.ContainsAny(s, "/?#"):
		return fmt.Errorf("it has a path; %s", instead(s))
	case strings.Contains(s, ":"):
		return fmt.Errorf("it has a port; %s", instead(s))
	case strings.Contains(s, "*"):
		return errors.New("wildcards are not supported; give every domain an entry of its own")
	case strings.ContainsAny(s, " \t\r\n,;"):
		return errors.New("it has a space, comma or semicolon; give every domain an entry of its own")
	case strings.HasPrefix(s, "_"):
		return fmt.Errorf("it is the name of a record; %s", instead(s))
	}
	return nil
}

// instead proposes the domain in the rest of a URL, an address or a record, if
// one is there.
func instead(rest string) string {
	if i := strings.IndexAny(rest, "/?#:; "); i >= 0 {
		rest = rest[:i]
	}
	for strings.HasPrefix(rest, "_") {
		_, rest, _ = strings.Cut(rest, ".")
	}
	name, err := asciiName(rest, false)
	if err != nil || !strings.Contains(name, ".") {
		return "give the name alone, as in contoso.com"
	}
	if domain := ServedBy(name); domain != "" {
		name = domain
	}
	return "did you mean " + name + "?"
}

// serverLabels are the names below a SIP domain that its servers have nearly
// everywhere.
var serverLabels = []string{"sip", "sipinternal", "sipexternal", "lyncdiscover", "lyncdiscoverinternal", "meet", "dialin", "www"}

// ServedBy is the SIP domain to which a normalised name belongs that looks like
// a server's, "" for any other name.
func ServedBy(name string) string {
	label, domain, _ := strings.Cut(name, ".")
	if !slices.Contains(serverLabels, label) {
		return ""
	}
	if _, err := publicsuffix.EffectiveTLDPlusOne(domain); err != nil {
		return "" // a company has registered sip.com
	}
	return domain
}

// hostName is the one spelling of a host to connect to: a name, also a short
// one and one with underscores, or an IP address, in brackets or not.
func hostName(s string) (string, error) {
	if a, err := netip.ParseAddr(unbracket(s)); err == nil {
		return a.String(), nil
	}
	name, err := asciiName(s, true)
	if err != nil {
		return "", fmt.Errorf("%s is not a valid host name or IP address: %w", quote(s), err)
	}
	return name, nil
}

func isIP(s string) bool {
	_, err := netip.ParseAddr(unbracket(s))
	return err == nil
}

// unbracket takes the brackets off an IPv6 address in a URL (RFC 3986 §3.2.2).
func unbracket(s string) string {
	if inner, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(inner, "]") {
		return inner[:len(inner)-1]
	}
	return s
}

// asciiName is a name in lower-case A-labels (RFC 5891) without trailing dot.
func asciiName(s string, underscores bool) (string, error) {
	if !utf8.ValidString(s) {
		return "", errors.New("it is not UTF-8")
	}
	name := strings.ToLower(s)
	if !isASCII(s) || strings.Contains(name, "xn--") {
		var err error
		if name, err = idn().ToASCII(s); err != nil {
			return "", errors.New("it is not a valid internationalized name (IDNA)")
		}
	}
	name = strings.TrimSuffix(name, ".")
	if len(name) > 253 {
		return "", fmt.Errorf("it has %d bytes, and a name has at most 253", len(name))
	}
	var last string
	for label := range strings.SplitSeq(name, ".") {
		if err := badLabel(label, underscores); err != nil {
			return "", err
		}
		last = label
	}
	// No top-level domain is a number, and what ends so is taken for an IPv4
	// address by some and not by others (RFC 3696 §2).
	if strings.Trim(last, "0123456789") == "" {
		return "", errors.New("it ends in a number, as only IP addresses do, and is not a valid one")
	}
	return name, nil
}

// idn maps names as browsers do (UTS 46) and checks them. Labels with hyphens
// in their third and fourth place are in use and let pass.
func idn() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// badLabel says why a label is none: letters, digits and hyphens, none of these
// at its ends, at most 63 bytes (RFC 1123 §2.1).
func badLabel(label string, underscores bool) error {
	switch {
	case label == "":
		return errors.New("a label is empty; look for an extra dot")
	case len(label) > 63:
		return fmt.Errorf("a label has %d bytes, and at most 63 are allowed", len(label))
	case label[0] == '-' || label[len(label)-1] == '-':
		return fmt.Errorf("the label %q begins or ends with a hyphen", label)
	}
	for _, c := range label {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' && underscores {
			continue
		}
		return fmt.Errorf("%q is not allowed in a name", c)
	}
	return nil
}

// DisplayName is a normalised name as people write it. One that could not be
// told from another, or not be read, stays as it is.
func DisplayName(name string) string {
	if !strings.Contains(name, "xn--") {
		return name
	}
	display, err := idna.Display.ToUnicode(name)
	if err != nil {
		return name
	}
	return display
}
