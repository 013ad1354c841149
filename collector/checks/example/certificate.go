package example

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// certificate is what a server's certificate is to be like.
type certificate struct {
	names               []string
	cn                  string // "": the first of the names
	notBefore, notAfter time.Time
	serial              int64
	trust               string
	issuer              string // common name of the authority
	issuerNotAfter      time.Time
	issuerSignature     x509.SignatureAlgorithm
	key                 publicKey
	signature           x509.SignatureAlgorithm
	usage               string
	withoutCDP          bool
}

// Where the authority says whether it revoked a certificate: the CRL distribution
// point, and the OCSP server of those without one.
const (
	revocationList = "http://crl.example/authority.crl"
	responder      = "http://ocsp.example"
)

// How far a certificate is trusted.
const (
	trusted     = "trusted"
	untrusted   = "untrusted"
	selfSigned  = "self-signed"
	incomplete  = "incomplete"
	unavailable = "unavailable"
)

// publicKey is a kind of key and its size.
type publicKey struct {
	kind string
	bits int
}

func healthyCertificate(now time.Time) certificate {
	return certificate{notBefore: now.AddDate(0, -1, 0), notAfter: now.AddDate(0, -1, 0).AddDate(1, 0, 0), serial: 1, trust: trusted, usage: "both",
		key: publicKey{"RSA", 2048}, signature: x509.SHA256WithRSA, issuerSignature: x509.SHA256WithRSA}
}

var curves = map[int]elliptic.Curve{256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521()}

func readKey(value string) (publicKey, error) {
	var k publicKey
	if _, err := fmt.Sscanf(strings.Replace(value, "P-", "", 1), "%s %d", &k.kind, &k.bits); err != nil || k.bits < 2 || k.kind != "RSA" && (k.kind != "ECDSA" || curves[k.bits] == nil) {
		return k, fmt.Errorf("%q is no key; say it as in RSA 2048 or ECDSA P-256", value)
	}
	return k, nil
}

func readSignature(value string) (x509.SignatureAlgorithm, error) {
	switch value {
	case "SHA1":
		return x509.SHA1WithRSA, nil
	case "SHA256":
		return x509.SHA256WithRSA, nil
	case "PSS":
		return x509.SHA256WithRSAPSS, nil
	}
	return 0, fmt.Errorf("%q is not one of SHA1, SHA256, PSS", value)
}

// shown is what a server sends, and what verifying it gives.
type shown struct {
	sent  []*x509.Certificate
	trust observe.Trust
}

// issue makes the certificates that a server sends, and verifies them.
func (c certificate) issue(now time.Time) ([]*x509.Certificate, observe.Trust) {
	key := fmt.Sprintf("%v %v", c, now)
	if known, ok := authority().issued.Load(key); ok {
		return known.(shown).sent, known.(shown).trust
	}
	made := c.make(now)
	known, _ := authority().issued.LoadOrStore(key, made) // the first one made stays the one
	return known.(shown).sent, known.(shown).trust
}

func (c certificate) make(now time.Time) shown {
	template := c.template()
	a := authority()
	issuer, parent := a.issuing(c)
	if c.trust == selfSigned {
		issuer, parent = nil, template
	}
	leaf := a.sign(template, parent)
	sent := []*x509.Certificate{leaf}
	if issuer != nil && (c.trust == trusted || c.trust == untrusted) {
		sent = append(sent, issuer)
	}
	trust := a.verify(sent, now)
	switch c.trust {
	case incomplete:
		if trust = a.verify([]*x509.Certificate{leaf, issuer}, now); trust.Trusted {
			trust.Incomplete = true
		}
	case unavailable:
		trust.IssuerUnavailable = true
	}
	sent[0] = edited(leaf, c.key, c.signature)
	if len(sent) > 1 {
		sent[1] = edited(sent[1], publicKey{"RSA", 2048}, c.issuerSignature)
	}
	return shown{sent, trust}
}

func (c certificate) template() *x509.Certificate {
	cn := c.cn
	if cn == "" && len(c.names) > 0 {
		cn = c.names[0]
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(c.serial), Subject: pkix.Name{CommonName: cn}, DNSNames: c.names,
		NotBefore: c.notBefore, NotAfter: c.notAfter, KeyUsage: x509.KeyUsageDigitalSignature,
		SubjectKeyId: fmt.Append(nil, c.key, c.signature)} // what edited changes shows here, so that two of them are two
	switch c.usage {
	case "server":
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	case "client":
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	case "both":
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	if !c.withoutCDP {
		t.CRLDistributionPoints = []string{revocationList}
	}
	return t
}

// edited is a certificate with a key and a signature that it has not: what is
// weak nobody makes any more, and making it takes long.
func edited(c *x509.Certificate, key publicKey, signature x509.SignatureAlgorithm) *x509.Certificate {
	e := *c
	e.SignatureAlgorithm = signature
	if key.kind == "RSA" {
		e.PublicKeyAlgorithm = x509.RSA
		n := new(big.Int).Lsh(big.NewInt(1), uint(key.bits-1))
		e.PublicKey = &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537}
		return &e
	}
	e.PublicKeyAlgorithm = x509.ECDSA
	e.PublicKey = &ecdsa.PublicKey{Curve: curves[key.bits]}
	return &e
}

// certification is a certification authority of all examples of a test process,
// and another one that nobody trusts.
type certification struct {
	key           *ecdsa.PrivateKey
	root, foreign *x509.Certificate
	roots         *x509.CertPool
	issued        sync.Map // what was made, by certificate and time
}

var authority = sync.OnceValue(func() *certification {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	a := &certification{key: key, roots: x509.NewCertPool()}
	root, foreign := authorityTemplate("Example Root", lastDay), authorityTemplate("Contoso Root", lastDay)
	a.root, a.foreign = a.sign(root, root), a.sign(foreign, foreign)
	a.roots.AddCert(a.root)
	return a
})

var (
	firstDay = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
)

func authorityTemplate(name string, to time.Time) *x509.Certificate {
	return &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: firstDay, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: []byte(name)}
}

// issuing is the authority that issues a certificate, twice: as it is sent and
// as what signs.
func (a *certification) issuing(c certificate) (issuer, parent *x509.Certificate) {
	name, root := "Example Issuing CA", a.root
	if c.trust == untrusted {
		name, root = "Contoso Issuing CA", a.foreign
	}
	if c.issuer != "" {
		name = c.issuer
	}
	to := lastDay
	if !c.issuerNotAfter.IsZero() {
		to = c.issuerNotAfter
	}
	key := fmt.Sprintf("%s\n%s\n%s", name, root.Subject.CommonName, to)
	known, ok := a.issued.Load(key)
	if !ok {
		known, _ = a.issued.LoadOrStore(key, a.sign(authorityTemplate(name, to), root))
	}
	issuer = known.(*x509.Certificate)
	return issuer, issuer
}

// sign makes a certificate. All of them have the same key.
func (a *certification) sign(template, parent *x509.Certificate) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, a.key.Public(), a.key)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return c
}

// verify does as observe.Scrape.Trust.
func (a *certification) verify(sent []*x509.Certificate, now time.Time) observe.Trust {
	others := x509.NewCertPool()
	for _, c := range sent[1:] {
		others.AddCert(c)
	}
	chains, err := sent[0].Verify(x509.VerifyOptions{Roots: a.roots, Intermediates: others, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return observe.Trust{Err: err}
	}
	trust := observe.Trust{Trusted: true, ChainExpiry: chains[0][0].NotAfter}
	for _, c := range chains[0][1:] {
		if c.NotAfter.Before(trust.ChainExpiry) {
			trust.ChainExpiry = c.NotAfter
		}
	}
	return trust
}
