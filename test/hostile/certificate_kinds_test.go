package hostile

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// patched shows a certificate of which a byte was changed after it was signed, so many
// behind others.
func patched(name string, before string, skipped int, becomes byte) kind {
	return kind{name: "certificate " + name, setup: func(s *stage, d *domain) {
		c := s.ca.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts()})
		at := bytes.Index(c.Certificate[0], []byte(before))
		if at < 0 {
			s.t.Fatalf("%s: there is nothing to change", name)
		}
		c.Certificate[0][at+len(before)+skipped] = becomes
		s.ca.known[d.name] = c
	}}
}

// keyed shows a certificate for a key of another kind.
func keyed(name string, key func() crypto.Signer) kind {
	made := sync.OnceValue(key)
	return kind{name: "certificate " + name, setup: func(s *stage, d *domain) {
		c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts(),
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
		s.ca.known[d.name] = tls.Certificate{Certificate: [][]byte{check(x509.CreateCertificate(rand.Reader, c, s.ca.cert, made().Public(), s.ca.key))}, PrivateKey: made()}
	}}
}

// dated shows a certificate with dates of its own.
func dated(name, want string, from, until time.Time) kind {
	return kind{name: "certificate " + name, want: want, setup: func(s *stage, d *domain) {
		key := newKey()
		c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts(), NotBefore: from, NotAfter: until}
		s.ca.known[d.name] = tls.Certificate{Certificate: [][]byte{check(x509.CreateCertificate(rand.Reader, c, s.ca.cert, key.Public(), s.ca.key))}, PrivateKey: key}
	}}
}

func certificateKinds() []kind {
	return []kind{
		{name: "TLS a certificate for each connection", heavy: true, setup: func(s *stage, d *domain) {
			d.tls = func(c *tls.Config, host string) {
				c.Certificates[0] = s.ca.issue(&x509.Certificate{Subject: pkix.Name{CommonName: host}, DNSNames: append(d.hosts(), repeated(1500, "n%d.test")...)})
			}
		}},
		patched("with a negative serial number", "\xa0\x03\x02\x01\x02\x02", 1, 0xff),
		patched("with an unknown version", "\xa0\x03\x02\x01", 0, 9),
		patched("with a date of no digits", "\x17\x0d", 0, 0xff),
		patched("with a signature of no algorithm", "\x2a\x86\x48\xce\x3d\x04\x03", 0, 99),
		patched("with a key on no curve", "\x2a\x86\x48\xce\x3d\x03\x01", 0, 99),
		patched("longer than what was sent", "\x30\x82", 0, 0x7f),
		patched("with an extension cut short", "\x55\x1d\x11\x04", 0, 1),
		keyed("of RSA 1024", func() crypto.Signer { return check(rsa.GenerateKey(rand.Reader, 1024)) }),
		keyed("of Ed25519", func() crypto.Signer {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			return check(key, err)
		}),
		dated("of the year 9999", "", time.Now().Add(-time.Hour), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)),
		dated("that begins in 9999", "cert_not_yet_valid", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)),
		dated("of the year 1", "", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)),
		dated("that ends before it begins", "", time.Now().AddDate(1, 0, 0), time.Now().AddDate(-1, 0, 0)),
		shows("of 3,000 addresses", func(d *domain, c *x509.Certificate) {
			for i := range 3000 {
				c.IPAddresses = append(c.IPAddresses, net.IPv4(10, 0, byte(i/250), byte(i%250)))
			}
		}),
		shows("of 2,000 URIs and mail addresses", func(d *domain, c *x509.Certificate) {
			for i := range 2000 {
				c.URIs = append(c.URIs, check(url.Parse(fmt.Sprintf("https://u%d.test/", i))))
				c.EmailAddresses = append(c.EmailAddresses, fmt.Sprintf("m%d@x.test", i))
			}
		}),
		shows("with names of one letter", func(d *domain, c *x509.Certificate) {
			c.DNSNames = append(c.DNSNames, slices.Repeat([]string{"a", "*", "-"}, 9000)...)
		}),
		shows("with a subject of 50 KiB", func(d *domain, c *x509.Certificate) {
			c.Subject.Organization = repeated(1000, strings.Repeat("x", 40)+"%d")
		}),
		shows("with 5,000 usages", func(d *domain, c *x509.Certificate) {
			for i := range 5000 {
				c.UnknownExtKeyUsage = append(c.UnknownExtKeyUsage, asn1.ObjectIdentifier{1, 2, 3, 4, i})
			}
		}),
		shows("with 2,000 policies", func(d *domain, c *x509.Certificate) {
			for i := range 2000 {
				c.PolicyIdentifiers = append(c.PolicyIdentifiers, asn1.ObjectIdentifier{1, 2, 3, 4, i})
			}
		}),
		{name: "chain of policies", heavy: true, setup: func(s *stage, d *domain) {
			var chain [][]byte
			b := s.ca
			var policies []asn1.ObjectIdentifier
			for i := range 200 {
				policies = append(policies, asn1.ObjectIdentifier{1, 2, 3, i})
			}
			for i := range 10 {
				b = b.below(&x509.Certificate{Subject: pkix.Name{CommonName: fmt.Sprint("Policies ", i)}, PolicyIdentifiers: policies})
				chain = append([][]byte{b.cert.Raw}, chain...)
			}
			leaf := b.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts(), PolicyIdentifiers: policies})
			leaf.Certificate = append(leaf.Certificate, chain...)
			s.ca.known[d.name] = leaf
		}},
		{name: "chain of authorities in a circle", setup: func(s *stage, d *domain) {
			a, b := called("A"), called("B")
			vouch := func(above, below *authority) *x509.Certificate {
				return below.sign(&x509.Certificate{Subject: below.cert.Subject, IsCA: true, BasicConstraintsValid: true}, below.key, above)
			}
			byB, byA := vouch(b, a), vouch(a, b)
			leaf := (&authority{key: a.key, cert: byB}).issue(&x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts()})
			leaf.Certificate = append(leaf.Certificate, byB.Raw, byA.Raw, byB.Raw, byA.Raw)
			s.ca.known[d.name] = leaf
		}},
		{name: "chain of the root itself", setup: func(s *stage, d *domain) {
			s.ca.known[d.name] = tls.Certificate{Certificate: [][]byte{s.ca.cert.Raw}, PrivateKey: s.ca.key}
		}},
		{name: "chain of a root of the same name", setup: func(s *stage, d *domain) {
			other := newAuthority(s.t)
			leaf := other.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts()})
			leaf.Certificate = append(leaf.Certificate, other.cert.Raw, s.ca.cert.Raw)
			s.ca.known[d.name] = leaf
		}},
	}
}

// called is an authority of a name, which nobody knows.
func called(name string) *authority {
	a := &authority{key: newKey()}
	a.cert = a.sign(&x509.Certificate{Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, a.key, nil)
	return a
}
