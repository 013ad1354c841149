package hostile

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"time"
)

// publishes lets certificates name addresses of an authority, at which the domain's
// own web server does something on port 80. PKI in the addresses is that server.
func publishes(name, want string, change func(c *x509.Certificate, pki string), serve func(s *stage, d *domain, c net.Conn)) kind {
	return kind{name: "authority " + name, want: want, setup: func(s *stage, d *domain) {
		c := &x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts()}
		change(c, "http://pki."+d.name)
		s.ca.known[d.name] = s.ca.issue(c)
		d.records["pki A"] = []string{d.web.String()}
		d.raw["plain"] = func(c net.Conn) {
			_, _ = c.Read(make([]byte, 4<<10))
			serve(s, d, c)
		}
	}}
}

// unknown is publishes for certificates of an authority that nobody knows and that
// says where its own certificate is.
func unknown(name string, serve func(s *stage, d *domain, c net.Conn)) kind {
	k := publishes(name, "", func(*x509.Certificate, string) {}, serve)
	with := k.setup
	k.setup = func(s *stage, d *domain) {
		with(s, d)
		stranger := newAuthority(s.t)
		c := &x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts(), IssuingCertificateURL: []string{"http://pki." + d.name + "/ca.crt"}}
		above := stranger.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "Stranger"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
			IssuingCertificateURL: c.IssuingCertificateURL}, stranger.key, called("Above"))
		s.ca.known[d.name] = (&authority{key: stranger.key, cert: above}).issue(c)
	}
	return k
}

func gives(body func(s *stage, d *domain) []byte) func(s *stage, d *domain, c net.Conn) {
	return func(s *stage, d *domain, c net.Conn) { io.WriteString(c, answer("200 OK", "", string(body(s, d)))) }
}

// list is a revocation list of many entries.
func (a *authority) list(entries int, next time.Time) []byte {
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: next.AddDate(0, -2, 0), NextUpdate: next}
	for i := range entries {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(int64(i) + 1<<40), RevocationTime: l.ThisUpdate})
	}
	return check(x509.CreateRevocationList(rand.Reader, l, a.cert, a.key))
}

// longList is one of 300,000 entries, made once before anybody is asked for it.
func (a *authority) longList() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.long == nil {
		a.long = a.list(300000, time.Now().AddDate(0, 1, 0))
	}
	return a.long
}

// before does something before the servers are started.
func before(f func(*stage), k kind) kind {
	setup := k.setup
	k.setup = func(s *stage, d *domain) { f(s); setup(s, d) }
	return k
}

func publicationKinds() []kind {
	list := func(c *x509.Certificate, pki string) { c.CRLDistributionPoints = []string{pki + "/x.crl"} }
	ocsp := func(c *x509.Certificate, pki string) { c.OCSPServer = []string{pki + "/ocsp"} }
	both := func(c *x509.Certificate, pki string) { list(c, pki); ocsp(c, pki) }
	heavy := func(k kind) kind { k.heavy = true; return k }
	endless := func(text string) func(s *stage, d *domain, c net.Conn) {
		return func(_ *stage, _ *domain, c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n"); flood(c, text) }
	}
	slow := func(_ *stage, _ *domain, c net.Conn) {
		io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
		trickle(c, "\x30\x82")
	}
	moved := func(to string) func(s *stage, d *domain, c net.Conn) {
		return func(s *stage, d *domain, c net.Conn) {
			io.WriteString(c, answer("302 Found", "Location: "+strings.NewReplacer("PKI", "http://pki."+d.name, "CANARY", s.canary.address).Replace(to)+"\r\n", ""))
		}
	}
	return []kind{
		heavy(publishes("with a list without end", "", list, endless("\x30\x17\x02\x01\x01\x17\x0d"+"260101000000Z"))),
		heavy(before(func(s *stage) { s.ca.longList() }, publishes("with a list of 300,000 entries", "", list, gives(func(s *stage, _ *domain) []byte { return s.ca.longList() })))),
		publishes("with a list of garbage", "", list, gives(func(*stage, *domain) []byte { return []byte(strings.Repeat("\x30\x84\xff\xff\xff\xff", 1000)) })),
		publishes("with a list in gzip", "", list, func(_ *stage, _ *domain, c net.Conn) {
			io.WriteString(c, answer("200 OK", "Content-Encoding: gzip\r\n", zipped(50)))
		}),
		publishes("with the list of another one", "", list, gives(func(s *stage, _ *domain) []byte { return newAuthority(s.t).list(1, time.Now().AddDate(0, 1, 0)) })),
		publishes("with a list of the year 1", "", list, gives(func(s *stage, _ *domain) []byte { return s.ca.list(0, time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)) })),
		publishes("with a list that lasts until 9999", "", list, gives(func(s *stage, _ *domain) []byte {
			return s.ca.list(3, time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC))
		})),
		publishes("with a list a byte at a time", "", list, slow),
		publishes("with a list that moves in a circle", "", list, moved("PKI/x.crl")),
		publishes("with a list that moves to loopback", "not_followed", list, moved("http://CANARY/x.crl")),
		publishes("with a list that moves to a file", "", list, moved("file:///etc/passwd")),
		publishes("with an empty list", "", list, gives(func(*stage, *domain) []byte { return nil })),
		publishes("with OCSP of garbage", "", ocsp, gives(func(*stage, *domain) []byte { return []byte(strings.Repeat("\x30\x80", 50000)) })),
		publishes("with OCSP to try later", "", ocsp, gives(func(*stage, *domain) []byte { return []byte{0x30, 3, 0x0a, 1, 3} })),
		publishes("with OCSP without end", "", ocsp, endless("\x30\x82\xff\xff")),
		publishes("with OCSP a byte at a time", "", ocsp, slow),
		publishes("that is silent", "", both, func(_ *stage, _ *domain, c net.Conn) { hold(c) }),
		publishes("with control characters in its status", "", both, func(_ *stage, _ *domain, c net.Conn) {
			io.WriteString(c, "HTTP/1.1 500 "+nasty+"\r\nContent-Length: 0\r\n\r\n")
		}),
		publishes("at 500 addresses", "", func(c *x509.Certificate, pki string) {
			c.CRLDistributionPoints, c.OCSPServer = repeated(500, pki+"/%d.crl"), repeated(500, pki+"/ocsp%d")
		}, gives(func(*stage, *domain) []byte { return nil })),
		publishes("at odd addresses", "", func(c *x509.Certificate, pki string) {
			c.CRLDistributionPoints = []string{"http://", "http:///x", "http://\x1b[31m/", "HTTP://[::1", "http://2130706433/", "ldap:///cn=x?certificateRevocationList", "file:///etc/passwd", pki + "/\r\nX: y"}
			c.OCSPServer = []string{"http://0x7f.1/", pki + ":0/", pki + "/?a b", "http://[fe80::1%25lo]/"}
		}, gives(func(*stage, *domain) []byte { return nil })),
		unknown("of which the issuer is the server's own certificate", func(s *stage, d *domain, c net.Conn) {
			s.ca.mu.Lock()
			own := s.ca.known[d.name].Certificate[0]
			s.ca.mu.Unlock()
			io.WriteString(c, answer("200 OK", "", string(own)))
		}),
		unknown("of which the issuer is another one each time", func(s *stage, d *domain, c net.Conn) {
			other := newAuthority(s.t)
			io.WriteString(c, answer("200 OK", "", string(other.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "Stranger"}, IsCA: true, BasicConstraintsValid: true,
				IssuingCertificateURL: []string{fmt.Sprintf("http://pki.%s/%d.crt", d.name, time.Now().UnixNano())}}, other.key, called("Stranger")).Raw)))
		}),
		heavy(unknown("of which the issuer is a bundle without end", func(s *stage, _ *domain, c net.Conn) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			flood(c, s.ca.pem())
		})),
		unknown("of which the issuer is a bundle of garbage", gives(func(*stage, *domain) []byte {
			return []byte("\x30\x84\x00\x00\xff\xff\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + strings.Repeat("\xa0\x80", 20000))
		})),
		unknown("of which the issuer is elsewhere", moved("PKI/other.crt")),
		unknown("of which the issuer comes a byte at a time", slow),
	}
}
