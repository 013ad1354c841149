package lab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// certificate is what a server is to show. Its first name is also its subject.
type certificate struct {
	names    []string
	from, to time.Time
	foreign  bool // of an authority that nobody trusts
	between  bool // of an intermediate authority, whose certificate is sent along

	noNames      bool // only the subject names the server
	noServerAuth bool // for clients only
	noRevocation bool // without the place of a revocation list
	revoked      bool // and in the list
	listMissing  bool // the place of the list has none
	rsaBits      int  // 0: an ECDSA key, which is made faster
}

// healthy is a certificate without fault for names.
func healthy(names ...string) certificate {
	now := time.Now()
	return certificate{names: names, from: now.Add(-time.Hour), to: now.AddDate(1, 0, 0)}
}

// authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	sent        [][]byte // with each certificate: an intermediate's own
	serial      int64
	revoked     []x509.RevocationListEntry
}

// newAuthority makes an authority below another, or a root if that is nil.
func newAuthority(name string, above *authority) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", name, err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	issuer, signer := template, key
	if above != nil {
		above.serial++
		template.SerialNumber = big.NewInt(above.serial)
		template.CRLDistributionPoints = []string{above.listURL()}
		issuer, signer = above.certificate, above.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", name, err)
	}
	a := &authority{key: key, serial: 1}
	if above != nil {
		a.sent = [][]byte{der}
	}
	a.certificate, err = x509.ParseCertificate(der)
	return a, err
}

// issue makes a certificate as a public authority would for an Edge, unless the
// order differs: for servers and clients, with a place for its revocation list.
func (a *authority) issue(order certificate) (*tls.Certificate, error) {
	key, err := newKey(order.rsaBits)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", order.names[0], err)
	}
	a.serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), Subject: pkix.Name{CommonName: order.names[0]}, DNSNames: order.names,
		NotBefore: order.from, NotAfter: order.to, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		CRLDistributionPoints: []string{a.listURL()},
	}
	if order.noNames {
		template.DNSNames = nil
	}
	if order.noServerAuth {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	switch {
	case order.noRevocation:
		template.CRLDistributionPoints = nil
	case order.listMissing:
		template.CRLDistributionPoints = []string{"http://" + listHost + "/missing.crl"}
	case order.revoked:
		a.revoked = append(a.revoked, x509.RevocationListEntry{SerialNumber: template.SerialNumber, RevocationTime: time.Now().Add(-time.Hour)})
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", order.names[0], err)
	}
	return &tls.Certificate{Certificate: append([][]byte{der}, a.sent...), PrivateKey: key}, nil
}

// listHost is where the authorities publish their revocation lists.
const listHost = "crl.example"

func (a *authority) listPath() string {
	return "/" + strings.ReplaceAll(strings.ToLower(a.certificate.Subject.CommonName), " ", "-") + ".crl"
}

func (a *authority) listURL() string { return "http://" + listHost + a.listPath() }

// list is the revocation list of now.
func (a *authority) list() ([]byte, error) {
	return x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), RevokedCertificateEntries: a.revoked,
		ThisUpdate: time.Now().Add(-time.Minute), NextUpdate: time.Now().AddDate(0, 0, 1)}, a.certificate, a.key)
}

func newKey(rsaBits int) (crypto.Signer, error) {
	if rsaBits > 0 {
		return rsa.GenerateKey(rand.Reader, rsaBits)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}
