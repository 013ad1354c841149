package lync

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func selfSigned(t testing.TB, c *x509.Certificate) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber = big.NewInt(1)
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// Of a certificate of ten thousand names as many are remembered as any authority
// puts in.
func TestIdentityIsBounded(t *testing.T) {
	t.Parallel()
	c := &x509.Certificate{}
	for i := range 10 * maxNames {
		c.DNSNames = append(c.DNSNames, fmt.Sprintf("n%d.example", i))
	}
	names := Identity(c).Names
	if len(names) != maxNames || cap(names) > 2*maxNames || names[0] != "n0.example" {
		t.Errorf("%d names in room for %d", len(names), cap(names))
	}
}

// Whatever a certificate has in it, what is said of it ends, and can be shown.
func FuzzCertificate(f *testing.F) {
	f.Add(selfSigned(f, &x509.Certificate{Subject: pkix.Name{CommonName: "sip.contoso.com"}, DNSNames: []string{"sip.contoso.com", "*.contoso.com"}, NotAfter: time.Now()}).Raw)
	f.Add(selfSigned(f, &x509.Certificate{Subject: pkix.Name{CommonName: "\x1b[31m\x00"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}).Raw)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return
		}
		now := time.Unix(1e9, 0)
		words := append(Faults(&observe.Connection{Certificates: []*x509.Certificate{c}}, &observe.Trust{}, "sip.contoso.com", now),
			Subject(c), Issuer(c), SANs(c), KeyName(c), Day(c.NotAfter), Fingerprint(c))
		for _, text := range words {
			if printable := verdict.Printable(text); verdict.Printable(printable) != printable {
				t.Errorf("%q is not printable", printable)
			}
		}
		if ExpiresSoon(c, now); len(Identity(c).Names) > maxNames {
			t.Error("too many names are remembered")
		}
	})
}
