package lync

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unique"

	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Coverage is how a certificate bears a name.
type Coverage int

// The ways, from the worst.
const (
	NotCovered Coverage = iota
	CommonName          // only in the subject, and there is no SAN
	Wildcard            // only by a wildcard in the SAN
	Exact               // by itself in the SAN
)

// Covers says how a certificate bears a name. Where there is a SAN, the
// subject does not count (docs/rules.md#edge-certificate-names).
func Covers(c *x509.Certificate, name string) Coverage {
	found, wildcard := NotCovered, "*."+ParentOf(name)
	for _, san := range c.DNSNames {
		switch {
		case strings.EqualFold(san, name):
			return Exact
		case strings.EqualFold(san, wildcard):
			found = Wildcard
		}
	}
	if found == NotCovered && !HasSAN(c) && strings.EqualFold(c.Subject.CommonName, name) {
		return CommonName
	}
	return found
}

// HasSAN says whether a certificate has subject alternative names of any kind.
func HasSAN(c *x509.Certificate) bool {
	return len(c.DNSNames)+len(c.IPAddresses)+len(c.EmailAddresses)+len(c.URIs) > 0
}

// Acceptable says whether a web client takes the certificate for a name today.
func Acceptable(c *x509.Certificate, trusted bool, name string) bool {
	return trusted && Covers(c, name) >= Wildcard && HasUsage(c, x509.ExtKeyUsageServerAuth)
}

// HasUsage says whether a certificate may be used so; one without any usage
// may be used for everything (RFC 5280).
func HasUsage(c *x509.Certificate, usage x509.ExtKeyUsage) bool {
	if len(c.ExtKeyUsage) == 0 && len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	return slices.Contains(c.ExtKeyUsage, usage) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// maxNames is how many names of a certificate are kept until the next check. No
// public authority puts in more than a few hundred.
const maxNames = 1000

// Identity is what people know a certificate by; nil where there is none. Its
// names are those that it is good for: without a SAN, the one in the subject.
func Identity(c *x509.Certificate) *verdict.Certificate {
	if c == nil {
		return nil
	}
	names := c.DNSNames
	if !HasSAN(c) && c.Subject.CommonName != "" {
		names = []string{c.Subject.CommonName}
	}
	if len(names) > maxNames {
		names = slices.Clone(names[:maxNames]) // so that the others can be forgotten
	}
	return &verdict.Certificate{Names: names, Subject: Subject(c), Issuer: Issuer(c), NotAfter: c.NotAfter}
}

// KeyName says what key a certificate has, as in "RSA 2048".
func KeyName(c *x509.Certificate) string {
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

// Fingerprint is the SHA-256 of a certificate in hex.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return unique.Make(hex.EncodeToString(sum[:])).Value() // one string for all servers that show it
}

// SANs are the names of a certificate for people: all, or as many as fit.
func SANs(c *x509.Certificate) string {
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

// ExpiresSoon says whether a certificate is to be renewed: 30 days are left, or
// a third of its lifetime where that is shorter
// (docs/rules.md#certificate-lifetime).
func ExpiresSoon(c *x509.Certificate, now time.Time) bool {
	return c.NotAfter.Sub(now) < min(30*24*time.Hour, c.NotAfter.Sub(c.NotBefore)/3)
}

// Faults say in words what keeps a web client from taking the certificates of a
// connection for a name, every fault that can be seen; none when it takes them.
func Faults(c *observe.Connection, trust *observe.Trust, name string, now time.Time) []string {
	if len(c.Certificates) == 0 {
		return []string{"it sent no certificate"}
	}
	leaf := c.Certificates[0]
	var faults []string
	switch {
	case now.Before(leaf.NotBefore):
		faults = append(faults, "its certificate is valid only from "+Day(leaf.NotBefore))
	case now.After(leaf.NotAfter):
		faults = append(faults, "its certificate expired on "+Day(leaf.NotAfter))
	}
	if Covers(leaf, name) < Wildcard {
		faults = append(faults, "its certificate lacks the name "+name+"; it bears "+SANs(leaf))
	}
	if !HasUsage(leaf, x509.ExtKeyUsageServerAuth) {
		faults = append(faults, "its certificate is not meant for servers")
	}
	if !trust.Trusted && !IsValidity(trust.Err, leaf) {
		faults = append(faults, "its certificate was issued by "+Issuer(leaf)+", which is not trusted")
	}
	return faults
}

// IsValidity says whether a chain does not verify for nothing but a date of the
// server's own certificate. Dates of the authorities above it are another
// matter.
func IsValidity(err error, leaf *x509.Certificate) bool {
	invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
	return ok && invalid.Reason == x509.Expired && leaf.Equal(invalid.Cert)
}

// Subject and Issuer name a certificate and its authority for people.
func Subject(c *x509.Certificate) string { return shortName(c.Subject) }
func Issuer(c *x509.Certificate) string  { return shortName(c.Issuer) }

func shortName(n pkix.Name) string {
	if n.CommonName != "" {
		return n.CommonName
	}
	if text := n.String(); text != "" {
		return text
	}
	return "nobody"
}

// Day is a date for people.
func Day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// FirstSHA1 is the first certificate with a SHA-1 signature, roots aside: a
// root is trusted for being known, not for its signature.
func FirstSHA1(sent []*x509.Certificate) *x509.Certificate {
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

// IsPSS says whether a signature is RSASSA-PSS.
func IsPSS(a x509.SignatureAlgorithm) bool {
	return a == x509.SHA256WithRSAPSS || a == x509.SHA384WithRSAPSS || a == x509.SHA512WithRSAPSS
}

// IsShortLived says whether a certificate ends so soon that its authority need
// not be able to revoke it (docs/rules.md#revocation).
func IsShortLived(c *x509.Certificate) bool {
	return c.NotAfter.Sub(c.NotBefore) <= 10*24*time.Hour
}
