package hostile

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// rawTLS puts something else in the place of a handshake, at all servers.
func rawTLS(name string, f func(net.Conn)) kind {
	return kind{name: "TLS " + name, setup: func(_ *stage, d *domain) { d.raw["edge"], d.raw["web"] = f, f }}
}

// shows makes the certificate of all servers one from a template.
func shows(name string, change func(d *domain, c *x509.Certificate)) kind {
	return kind{name: "certificate " + name, setup: func(s *stage, d *domain) {
		template := &x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts()}
		change(d, template)
		s.ca.known[d.name] = s.ca.issue(template)
	}}
}

// sends lets the servers send more than their own certificate.
func sends(name string, chain func(s *stage) [][]byte) kind {
	return kind{name: "chain " + name, heavy: true, setup: func(s *stage, d *domain) {
		more := sync.OnceValue(func() [][]byte { return chain(s) })
		d.chain = func(leaf [][]byte) [][]byte { return append(leaf[:1:1], more()...) }
	}}
}

func extension(id []int, value []byte) pkix.Extension { return pkix.Extension{Id: id, Value: value} }

// crossSigned is a crowd of authorities of one name and key that vouch for each
// other, so that there are more ways up than anybody can try.
func crossSigned(s *stage, d *domain, width, depth int) {
	var chain [][]byte
	above := []*authority{newAuthority(s.t)} // of the root's name with another key
	for level := range depth {
		key := newKey()
		var next []*authority
		for range width {
			for _, a := range above[:min(len(above), 3)] {
				b := &authority{key: key}
				b.cert = b.sign(&x509.Certificate{Subject: pkix.Name{CommonName: fmt.Sprint("Level ", level)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, key, a)
				next, chain = append(next, b), append(chain, b.cert.Raw)
			}
		}
		above = next
	}
	leaf := above[0].issue(&x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts()})
	leaf.Certificate = append(leaf.Certificate, chain...)
	s.ca.known[d.name] = leaf
}

// manyPrimes is an RSA key whose modulus is the product of many primes, since two
// large ones would take minutes to find. It takes long to verify with.
type manyPrimes struct {
	primes []*big.Int
	public rsa.PublicKey
}

func newManyPrimes(bits int) *manyPrimes {
	k := &manyPrimes{public: rsa.PublicKey{N: big.NewInt(1), E: 1<<31 - 1}}
	for range bits / 512 {
		p := check(rand.Prime(rand.Reader, 512))
		k.primes = append(k.primes, p)
		k.public.N.Mul(k.public.N, p)
	}
	return k
}

func (k *manyPrimes) Public() crypto.PublicKey { return &k.public }

// Sign makes a signature by PKCS #1 v1.5, prime by prime.
func (k *manyPrimes) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	prefix := []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}
	padded := bytes.Repeat([]byte{0xff}, k.public.Size())
	padded[0], padded[1] = 0, 1
	tail := slices.Concat([]byte{0}, prefix, digest)
	copy(padded[len(padded)-len(tail):], tail)
	m, sum := new(big.Int).SetBytes(padded), new(big.Int)
	for _, p := range k.primes {
		d := new(big.Int).ModInverse(big.NewInt(int64(k.public.E)), new(big.Int).Sub(p, big.NewInt(1)))
		part := new(big.Int).Exp(new(big.Int).Mod(m, p), d, p)
		others := new(big.Int).Div(k.public.N, p)
		part.Mul(part, others).Mul(part, new(big.Int).ModInverse(others, p))
		sum.Add(sum, part)
	}
	return sum.Mod(sum, k.public.N).FillBytes(make([]byte, k.public.Size())), nil
}

// bigRSA is a chain of authorities with large keys, each of which is there several
// times under other numbers.
func bigRSA(s *stage, d *domain, bits int) {
	key := newManyPrimes(bits)
	template := func(name string) *x509.Certificate {
		return &x509.Certificate{SerialNumber: check(rand.Int(rand.Reader, big.NewInt(1<<62))), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
			NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, SignatureAlgorithm: x509.SHA256WithRSA}
	}
	var chain [][]byte
	above := check(x509.ParseCertificate(check(x509.CreateCertificate(rand.Reader, template("Large of nobody"), template("Large of nobody"), key.Public(), key))))
	for level := range 3 {
		for range 5 {
			chain = append(chain, check(x509.CreateCertificate(rand.Reader, template(fmt.Sprint("Large ", level)), above, key.Public(), key)))
		}
		above = check(x509.ParseCertificate(chain[len(chain)-1]))
	}
	leaf := template("sip." + d.name)
	leaf.DNSNames, leaf.IsCA = d.hosts(), false
	own := newKey()
	s.ca.known[d.name] = tls.Certificate{Certificate: append([][]byte{check(x509.CreateCertificate(rand.Reader, leaf, above, own.Public(), key))}, chain...), PrivateKey: own}
}

func tlsKinds() []kind {
	filler := func(n int) []byte { return []byte(strings.Repeat("x", n)) }
	version := func(name string, change func(*tls.Config)) kind {
		return kind{name: "TLS " + name, setup: func(_ *stage, d *domain) { d.tls = func(c *tls.Config, _ string) { change(c) } }}
	}
	return []kind{
		rawTLS("silent", hold),
		rawTLS("closed", func(net.Conn) {}),
		rawTLS("plain text", func(c net.Conn) { io.WriteString(c, "SSH-2.0-x\r\n"); hold(c) }),
		rawTLS("a flood", func(c net.Conn) { flood(c, "\x16\x03\x03\x40\x00") }),
		rawTLS("alerts without end", func(c net.Conn) { flood(c, "\x15\x03\x03\x00\x02\x01\x5a") }),
		rawTLS("a fatal alert", func(c net.Conn) { io.WriteString(c, "\x15\x03\x03\x00\x02\x02\x28") }),
		rawTLS("a record of 64 KiB", func(c net.Conn) { io.WriteString(c, "\x16\x03\x03\xff\xff"); flood(c, "x") }),
		rawTLS("empty records", func(c net.Conn) { flood(c, "\x16\x03\x03\x00\x00") }),
		rawTLS("a message of 16 MiB", func(c net.Conn) { io.WriteString(c, "\x16\x03\x03\x40\x00\x02\xff\xff\xff"); flood(c, "x") }),
		rawTLS("a hello that is no hello", func(c net.Conn) { io.WriteString(c, "\x16\x03\x03\x00\x04\x02\x00\x00\x00"); hold(c) }),
		rawTLS("SSL 3", func(c net.Conn) { io.WriteString(c, "\x16\x03\x00\x00\x26\x02\x00\x00\x22\x03\x00"); hold(c) }),
		rawTLS("a byte at a time", func(c net.Conn) { trickle(c, "\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03") }),
		rawTLS("the client's own words", func(c net.Conn) { io.Copy(c, c) }),
		version("only RSA key exchange", func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}
		}),
		version("TLS 1.0", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }),
		version("wants a certificate", func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }),
		version("wants one of 3,000 authorities", func(c *tls.Config) {
			c.ClientAuth, c.ClientCAs = tls.RequestClientCert, x509.NewCertPool()
			c.ClientCAs.AddCert(&x509.Certificate{Raw: []byte("x"), RawSubject: filler(30000)})
		}),
		version("a staple of 60 KiB", func(c *tls.Config) { c.Certificates[0].OCSPStaple = filler(60 << 10) }),
		version("a staple of garbage", func(c *tls.Config) { c.Certificates[0].OCSPStaple = []byte("\x30\x03\x0a\x01\x06") }),
		version("100 timestamps", func(c *tls.Config) {
			for range 100 {
				c.Certificates[0].SignedCertificateTimestamps = append(c.Certificates[0].SignedCertificateTimestamps, filler(300))
			}
		}),
		shows("with control characters", func(d *domain, c *x509.Certificate) {
			c.Subject = pkix.Name{CommonName: "sip." + d.name + "\x1b[31m\x00\u202e", Organization: []string{strings.ToValidUTF8(nasty, "?")}}
			c.DNSNames = append(c.DNSNames, "\x1b[2J.test", "a\x00b.test")
		}),
		shows("with scripts", func(d *domain, c *x509.Certificate) {
			c.Subject = pkix.Name{CommonName: "<script>alert(1)</script>", Organization: []string{`"}]},{"x":"`}}
		}),
		shows("of 10,000 names", func(d *domain, c *x509.Certificate) {
			c.DNSNames = append(c.DNSNames, repeated(10000, "n%d.test")...)
		}),
		shows("with names of 250 bytes", func(d *domain, c *x509.Certificate) {
			c.DNSNames = append(c.DNSNames, repeated(500, strings.Repeat("abcdefghi.", 24)+"n%d")...)
		}),
		shows("of every name", func(d *domain, c *x509.Certificate) { c.DNSNames = []string{"*", "*.*", "*.test", "sip.*", "."} }),
		shows("without names", func(d *domain, c *x509.Certificate) { c.DNSNames, c.Subject = nil, pkix.Name{} }),
		shows("with an unknown critical extension", func(d *domain, c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3}, Critical: true, Value: []byte("x")}}
		}),
		shows("with 5,000 extensions", func(d *domain, c *x509.Certificate) {
			for i := range 5000 {
				c.ExtraExtensions = append(c.ExtraExtensions, extension([]int{1, 2, 3, i}, []byte("x")))
			}
		}),
		{name: "chain of a quarter megabyte, another at every connection", heavy: true, setup: func(s *stage, d *domain) {
			d.chain = func(leaf [][]byte) [][]byte {
				chain := slices.Clip(leaf[:1])
				for i := range 4 {
					b := &x509.Certificate{Subject: pkix.Name{CommonName: fmt.Sprint("Large ", i)}, IsCA: true, BasicConstraintsValid: true, ExtraExtensions: []pkix.Extension{extension([]int{1, 2, 3}, filler(62<<10))}}
					chain = append(chain, s.ca.sign(b, s.ca.key, s.ca).Raw)
				}
				return chain
			}
			many := repeated(16, "127.85."+fmt.Sprint(len(s.domains)%250)+".%d")
			d.records["sip A"], d.records["meet A"], d.records["lyncdiscover A"] = many, many, many
			for _, a := range many {
				s.alias(a, d)
			}
		}},
		sends("of 60 large intermediates", func(s *stage) [][]byte {
			var list [][]byte
			for i := range 5 {
				b := s.ca.below(&x509.Certificate{Subject: pkix.Name{CommonName: fmt.Sprint("Large ", i)}, ExtraExtensions: []pkix.Extension{extension([]int{1, 2, 3}, filler(40<<10))}})
				list = append(list, b.cert.Raw)
			}
			return list
		}),
		sends("of 300 intermediates", func(s *stage) [][]byte {
			var list [][]byte
			for i := range 300 {
				list = append(list, s.ca.below(&x509.Certificate{Subject: pkix.Name{CommonName: fmt.Sprint("One of many ", i)}}).cert.Raw)
			}
			return list
		}),
		sends("of garbage", func(*stage) [][]byte { return [][]byte{[]byte("\x30\x03\x02\x01\x05")} }),
		sends("of itself 200 times", func(s *stage) [][]byte {
			list := make([][]byte, 200)
			for i := range list {
				list[i] = s.ca.cert.Raw
			}
			return list
		}),
		sends("of name constraints", func(s *stage) [][]byte {
			b := s.ca.below(&x509.Certificate{Subject: pkix.Name{CommonName: "Constrained"}, PermittedDNSDomains: repeated(3000, "c%d.test"), ExcludedDNSDomains: repeated(3000, "x%d.test")})
			return [][]byte{b.cert.Raw}
		}),
		{name: "chain of cross-signed authorities", heavy: true, setup: func(s *stage, d *domain) { crossSigned(s, d, 4, 6) }},
		{name: "chain of RSA 8192", heavy: true, setup: func(s *stage, d *domain) { bigRSA(s, d, 8192) }},
		{name: "chain of RSA 16384", heavy: true, setup: func(s *stage, d *domain) { bigRSA(s, d, 16384) }},
		{name: "chain of constraints on 5,000 names", heavy: true, setup: func(s *stage, d *domain) {
			var chain [][]byte
			b := s.ca
			for i := range 6 {
				b = b.below(&x509.Certificate{Subject: pkix.Name{CommonName: fmt.Sprint("Constrained ", i)}, PermittedDNSDomains: append(repeated(1000, "c%d.test"), d.name, "test")})
				chain = append([][]byte{b.cert.Raw}, chain...)
			}
			leaf := b.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: append(d.hosts(), repeated(5000, "n%d.test")...)})
			leaf.Certificate = append(leaf.Certificate, chain...)
			s.ca.known[d.name] = leaf
		}},
	}
}
