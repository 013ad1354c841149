package observe

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cryptobyte_asn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// Bounds on fetching the certificates that a server did not send.
const (
	maxLevels       = 3 // issuers fetched one above the other
	maxIssuerURLs   = 2 // that are tried for one certificate
	maxIssuerBytes  = 64 << 10
	maxIssuerBundle = 16 // certificates in one answer
)

// fetched is what an address of an authority gave, or why it was not asked.
type fetched struct {
	certs   []*x509.Certificate
	refused error
}

// issuers fetches the issuer of a certificate from the addresses that the
// certificate names (AIA, RFC 5280 §4.2.2.1), as Windows does. The key is that
// of the address which gave it.
func (s *Scrape) issuers(view *config.View, cert *x509.Certificate) (got fetched, key fetchKey) {
	tried := 0
	for _, address := range cert.IssuingCertificateURL {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "http" {
			continue
		}
		if tried++; tried > maxIssuerURLs {
			break
		}
		key = fetchKey{view.Name, address}
		f, ok := s.fetches.Do(s.ctx, key, func() fetched { return s.fetchIssuers(view, key) })
		if ok && slices.ContainsFunc(f.certs, func(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, cert.RawIssuer) }) {
			return f, key
		}
		got.refused = cmp.Or(got.refused, f.refused)
	}
	return got, fetchKey{}
}

// fetchIssuers asks the memory first.
func (s *Scrape) fetchIssuers(view *config.View, key fetchKey) fetched {
	if certs, ok := s.memory.recall(key, s.now); ok {
		return fetched{certs: certs}
	}
	e := s.Follow(s.ctx, view, key.url)
	var certs []*x509.Certificate
	if e.Status == http.StatusOK && e.BodyErr == nil && len(e.Body) <= maxIssuerBytes {
		certs = parseIssuers(e.Body)
	}
	if s.ctx.Err() == nil && !e.Unknown() {
		s.memory.keep(key, certs, s.now)
	}
	if e.Stage == StageForbidden {
		return fetched{refused: e.Err}
	}
	return fetched{certs: certs}
}

// parseIssuers reads what authorities publish: one certificate in DER, as
// Windows has it, certificates in PEM, or a PKCS #7 bundle in either form.
func parseIssuers(body []byte) []*x509.Certificate {
	var certs []*x509.Certificate
	add := func(list []*x509.Certificate, err error) {
		if err == nil {
			certs = append(certs, list...)
		}
	}
	for block, rest := pem.Decode(body); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE":
			add(x509.ParseCertificates(block.Bytes))
		case "PKCS7":
			add(parseBundle(block.Bytes))
		}
		if len(certs) >= maxIssuerBundle {
			break
		}
	}
	if certs == nil {
		add(x509.ParseCertificates(body))
	}
	if certs == nil {
		add(parseBundle(body))
	}
	certs = slices.DeleteFunc(certs, func(c *x509.Certificate) bool { return !c.IsCA })
	return certs[:min(len(certs), maxIssuerBundle)]
}

var errNoBundle = errors.New("not a PKCS #7 bundle of certificates")

// parseBundle reads the certificates of a SignedData without signatures
// (RFC 2315 §9.1), which is how Windows exports several.
func parseBundle(der []byte) ([]*x509.Certificate, error) {
	input := cryptobyte.String(der)
	var info, explicit, signed, certificates cryptobyte.String
	var present bool
	sequence, set := cryptobyte_asn1.SEQUENCE, cryptobyte_asn1.SET
	tag0 := cryptobyte_asn1.Tag(0).Constructed().ContextSpecific()
	ok := input.ReadASN1(&info, sequence) && info.SkipASN1(cryptobyte_asn1.OBJECT_IDENTIFIER) &&
		info.ReadASN1(&explicit, tag0) && explicit.ReadASN1(&signed, sequence) &&
		signed.SkipASN1(cryptobyte_asn1.INTEGER) && signed.SkipASN1(set) && signed.SkipASN1(sequence) &&
		signed.ReadOptionalASN1(&certificates, &present, tag0)
	if !ok || !present {
		return nil, errNoBundle
	}
	return x509.ParseCertificates(certificates)
}
