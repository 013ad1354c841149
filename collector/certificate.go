package collector

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unique"
)

// coverage is how a certificate bears a name.
type coverage int

const (
	notCovered coverage = iota
	commonName          // only in the subject, and there is no SAN
	wildcard            // only by a wildcard in the SAN
	exact               // by itself in the SAN
)

// covers says how a certificate bears a name. Where there is a SAN, the
// subject does not count (lync-rules.md §2.5, §4.1).
func covers(c *x509.Certificate, name string) coverage {
	found := notCovered
	for _, san := range c.DNSNames {
		switch {
		case strings.EqualFold(san, name):
			return exact
		case strings.EqualFold(san, "*."+parentOf(name)):
			found = wildcard
		}
	}
	if found == notCovered && !hasSAN(c) && strings.EqualFold(c.Subject.CommonName, name) {
		return commonName
	}
	return found
}

func hasSAN(c *x509.Certificate) bool {
	return len(c.DNSNames)+len(c.IPAddresses)+len(c.EmailAddresses)+len(c.URIs) > 0
}

// acceptable says whether a web client takes the certificate for a name today.
func acceptable(c *x509.Certificate, trusted bool, name string) bool {
	return trusted && covers(c, name) >= wildcard && hasUsage(c, x509.ExtKeyUsageServerAuth)
}

// hasUsage says whether a certificate may be used so; one without any usage
// may be used for everything (RFC 5280).
func hasUsage(c *x509.Certificate, usage x509.ExtKeyUsage) bool {
	if len(c.ExtKeyUsage) == 0 && len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	return slices.Contains(c.ExtKeyUsage, usage) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// keyName says what key a certificate has, as in "RSA 2048".
func keyName(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return c.PublicKeyAlgorithm.String()
}

func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return unique.Make(hex.EncodeToString(sum[:])).Value() // one string for all servers that show it
}

// sanNames are the names of a certificate for people: all, or as many as fit.
func sanNames(c *x509.Certificate) string {
	if len(c.DNSNames) == 0 {
		return "no names, CN " + c.Subject.CommonName
	}
	const most = 12
	names := c.DNSNames[:min(most, len(c.DNSNames))]
	text := strings.Join(names, ", ")
	if more := len(c.DNSNames) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// expiresSoon is how long before its end a certificate is spoken of.
const expiresSoon = 30 * 24 * time.Hour

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// certificateFindings are what is wrong with a server's own certificate,
// names, chain and trust aside (lync-rules.md §4.2, §4.3).
func certificateFindings(sent []*x509.Certificate, edge bool, now time.Time) []Finding {
	leaf := sent[0]
	var found []Finding
	add := func(reason string, severity Severity, seen string) {
		found = append(found, Finding{Reason: reason, Severity: severity, Seen: seen})
	}
	switch {
	case now.Before(leaf.NotBefore):
		add("cert_not_yet_valid", "", "valid from "+day(leaf.NotBefore))
	case now.After(leaf.NotAfter):
		add("cert_expired", "", "expired "+day(leaf.NotAfter))
	case leaf.NotAfter.Sub(now) < expiresSoon:
		add("cert_expires_soon", "", "expires "+day(leaf.NotAfter))
	}
	if !hasUsage(leaf, x509.ExtKeyUsageServerAuth) {
		add("cert_no_server_auth_eku", "", "")
	}
	if key, ok := leaf.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < 2048 {
		severity := Warning
		if key.N.BitLen() < 1024 {
			severity = Critical
		}
		add("cert_weak_key", severity, keyName(leaf))
	}
	if c := firstSHA1(sent); c != nil {
		add("cert_sha1", "", "signature of "+c.Subject.String()+" is "+c.SignatureAlgorithm.String())
	}
	if isPSS(leaf.SignatureAlgorithm) {
		severity := Critical
		if !edge {
			severity = Warning
		}
		add("cert_rsassa_pss", severity, leaf.SignatureAlgorithm.String())
	}
	if edge && !hasUsage(leaf, x509.ExtKeyUsageClientAuth) {
		add("cert_no_client_auth_eku", "", "")
	}
	if edge && len(leaf.CRLDistributionPoints) == 0 {
		add("cert_no_cdp", "", "")
	}
	return found
}

// firstSHA1 is the first certificate with a SHA-1 signature, roots aside: a
// root is trusted for being known, not for its signature.
func firstSHA1(sent []*x509.Certificate) *x509.Certificate {
	for i, c := range sent {
		selfSigned := i > 0 && string(c.RawSubject) == string(c.RawIssuer)
		switch c.SignatureAlgorithm {
		case x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1:
			if !selfSigned {
				return c
			}
		}
	}
	return nil
}

func isPSS(a x509.SignatureAlgorithm) bool {
	return a == x509.SHA256WithRSAPSS || a == x509.SHA384WithRSAPSS || a == x509.SHA512WithRSAPSS
}
