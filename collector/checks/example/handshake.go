package example

import (
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// handshake is what a server shows by TLS.
type handshake struct {
	certificate       certificate
	named             bool // the names of the certificate are given
	version           uint16
	without12         bool
	asks              *bool
	refused           bool
	fails, unreadable string
	revoked           string // by an authority: yes, no, unreachable
}

// newHandshake is that of a healthy server.
func newHandshake(now time.Time) handshake {
	return handshake{version: tls.VersionTLS12, certificate: healthyCertificate(now)}
}

// readHandshake reads a capture of TLS: a line for each thing that is not as it
// is at a healthy server.
func readHandshake(text string, now time.Time) (handshake, error) {
	h := newHandshake(now)
	var given validity
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return h, fmt.Errorf("%q is not key: value", line)
		}
		if err := h.read(strings.TrimSpace(name), strings.TrimSpace(value), &given, now); err != nil {
			return h, fmt.Errorf("%s: %w", name, err)
		}
	}
	given.applyTo(&h.certificate)
	return h, nil
}

// validity is what is said of when a certificate is valid.
type validity struct {
	from, to time.Time
	lifetime time.Duration
}

// applyTo gives a certificate at least a year where only one end is said, so
// that one that ends soon is an old one and not a short one.
func (v validity) applyTo(c *certificate) {
	if !v.from.IsZero() {
		c.notBefore = v.from
	}
	if !v.to.IsZero() {
		c.notAfter = v.to
	}
	switch {
	case v.lifetime != 0 && !v.to.IsZero():
		c.notBefore = c.notAfter.Add(-v.lifetime)
	case v.lifetime != 0:
		c.notAfter = c.notBefore.Add(v.lifetime)
	case v.from.IsZero() && c.notBefore.After(c.notAfter.AddDate(-1, 0, 0)):
		c.notBefore = c.notAfter.AddDate(-1, 0, 0)
	case v.to.IsZero() && c.notAfter.Before(c.notBefore.AddDate(1, 0, 0)):
		c.notAfter = c.notBefore.AddDate(1, 0, 0)
	}
}

func (h *handshake) read(name, value string, given *validity, now time.Time) (err error) {
	c := &h.certificate
	switch name {
	case "names":
		h.named = true
		c.names = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
	case "cn":
		c.cn = value
	case "not_before":
		given.from, err = readTime(value, now)
	case "not_after":
		given.to, err = readTime(value, now)
	case "lifetime":
		given.lifetime, err = readDuration(value)
	case "serial":
		_, err = fmt.Sscan(value, &c.serial)
	case "trust":
		c.trust, err = oneOf(value, trusted, untrusted, selfSigned, incomplete, unavailable)
	case "issuer":
		c.issuer = value
	case "issuer_not_after":
		c.issuerNotAfter, err = readTime(value, now)
	case "issuer_signature":
		c.issuerSignature, err = readSignature(value)
	case "signature":
		c.signature, err = readSignature(value)
	case "key":
		c.key, err = readKey(value)
	case "usage":
		c.usage, err = oneOf(value, "server", "client", "both", "none")
	case "cdp":
		_, err = oneOf(value, "none")
		c.withoutCDP = true
	case "revoked":
		h.revoked, err = oneOf(value, "yes", "no", unreachable, unknown)
	case "version":
		h.version, err = readVersion(value)
	case "without 1.2":
		if h.without12, err = readYes(value); h.without12 {
			h.version = tls.VersionTLS13
		}
	case "asks":
		yes, err := readYes(value)
		h.asks = &yes
		return err
	case "refused":
		h.refused, err = readYes(value)
	case "fails":
		h.fails = value
	case "unreadable":
		h.unreadable = value
	default:
		return fmt.Errorf("there is no such key")
	}
	return err
}

// What cannot be learned of an authority, of all that "revoked" may say.
const (
	unreachable = "unreachable"
	unknown     = "unknown"
)

// revocation is what the authority says, as far as a trusted one can be asked.
func (h handshake) revocation(a *observe.Address, now time.Time) observe.Revocation {
	switch {
	case !a.Trust.Trusted || h.revoked == unknown || h.revoked == "" && h.certificate.withoutCDP:
		return observe.Revocation{}
	case h.revoked == unreachable:
		at := revocationList
		if h.certificate.withoutCDP {
			at = "the OCSP server " + responder
		}
		return observe.Revocation{Err: fmt.Errorf("%s answered 404 Not Found", at), Certificate: a.Certificates[0]}
	case h.revoked == "yes":
		return observe.Revocation{Known: true, Revoked: true, At: now.AddDate(0, 0, -1), Certificate: a.Certificates[0]}
	}
	return observe.Revocation{Known: true}
}

func oneOf(value string, known ...string) (string, error) {
	for _, k := range known {
		if value == k {
			return value, nil
		}
	}
	return "", fmt.Errorf("%q is not one of %s", value, strings.Join(known, ", "))
}

func readYes(value string) (bool, error) {
	_, err := oneOf(value, "yes", "no")
	return value == "yes", err
}

func readVersion(value string) (uint16, error) {
	for _, v := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		if tls.VersionName(v) == value {
			return v, nil
		}
	}
	return 0, fmt.Errorf("%q is no version; say it as in TLS 1.2", value)
}
