package hostile

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// authority issues the certificates of the stage.
type authority struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	mu    sync.Mutex
	known map[string]tls.Certificate
	long  []byte // a revocation list
}

func check[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func newKey() *ecdsa.PrivateKey { return check(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func newAuthority(testing.TB) *authority {
	a := &authority{key: newKey(), known: make(map[string]tls.Certificate)}
	a.cert = a.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "Root"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}, a.key, nil)
	return a
}

// sign issues a certificate for a key; above is nil for one that signs itself.
func (a *authority) sign(c *x509.Certificate, key *ecdsa.PrivateKey, above *authority) *x509.Certificate {
	c.SerialNumber = check(rand.Int(rand.Reader, big.NewInt(1<<62)))
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	parent, signer := c, a.key
	if above != nil {
		parent, signer = above.cert, above.key
	}
	return check(x509.ParseCertificate(check(x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer))))
}

// below is an authority that this one vouches for.
func (a *authority) below(c *x509.Certificate) *authority {
	c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	b := &authority{key: newKey()}
	b.cert = b.sign(c, b.key, a)
	return b
}

// leaf is the certificate of a server of a domain, always the same.
func (a *authority) leaf(d *domain, host string) tls.Certificate {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, ok := a.known[d.name]
	if !ok {
		c = a.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts()})
		a.known[d.name] = c
	}
	return c
}

func (d *domain) hosts() []string {
	var list []string
	for _, label := range []string{"sip", "lyncdiscover", "meet", "dialin", "webext"} {
		list = append(list, label+"."+d.name)
	}
	return list
}

// issue makes a certificate for servers and clients, as Edges have it.
func (a *authority) issue(c *x509.Certificate) tls.Certificate {
	key := newKey()
	c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	return tls.Certificate{Certificate: [][]byte{a.sign(c, key, a).Raw}, PrivateKey: key}
}

func (a *authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

// healthyOptions is what an Edge answers to one it does not know.
const healthyOptions = "SIP/2.0 504 Server time-out\r\nms-diagnostics: 1014;reason=\"x\"\r\nServer: RTC/7.0\r\nContent-Length: 0\r\n\r\n"

func (s *stage) speakSIP(c net.Conn, d *domain) {
	if d.sip != nil {
		d.sip(c)
		return
	}
	in := bufio.NewReader(c)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if line == "\r\n" {
			break
		}
	}
	if d.options == "" {
		io.WriteString(c, healthyOptions)
		return
	}
	io.WriteString(c, d.options)
}

func answer(status, header, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, header, len(body), body)
}

func jsonLink(token, href string) string {
	return answer("200 OK", "Content-Type: application/json\r\n", fmt.Sprintf(`{"AccessLocation":"External","Root":{"Links":[{"token":%q,"href":%q}]}}`, token, href))
}

const userPath = "/Autodiscover/AutodiscoverService.svc/root/user"

// page is what a healthy web server answers.
func (d *domain) page(label, path string) string {
	switch label {
	case "lyncdiscover":
		return jsonLink("User", "https://webext."+d.name+userPath)
	case "webext":
		return answer("401 Unauthorized", "X-MS-WebTicketURL: https://webext."+d.name+"/WebTicket/WebTicketService.svc\r\nWWW-Authenticate: MsRtcOAuth href=\"https://webext."+d.name+"/WebTicket/oauthtoken\",grant_type=\"password\"\r\n", "")
	case "meet", "dialin":
		return answer("200 OK", "X-MS-Server-Fqdn: fe.corp.example\r\n", "<html><head><title>Skype for Business Web App</title></head></html>")
	}
	return answer("404 Not Found", "", "")
}

func (s *stage) speakHTTP(c net.Conn, d *domain) {
	in := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		label, _, _ := strings.Cut(r.Host, ".")
		if d.html != nil {
			d.html(c, label, r.URL.RequestURI())
			return
		}
		text, ok := d.pages[label+" "+r.URL.Path]
		if !ok {
			text, ok = d.pages[label]
		}
		if !ok {
			text = d.page(label, r.URL.Path)
		}
		if _, err := io.WriteString(c, text); err != nil || ok {
			return
		}
	}
}

// usual are the records of a domain.
func (d *domain) usual(name string, qtype uint16) []string {
	if own, ok := d.records[strings.TrimPrefix(name+" "+dns.TypeToString[qtype], " ")]; ok {
		return own
	}
	switch {
	case name == "_sip._tls" && qtype == dns.TypeSRV:
		return []string{"0 0 443 sip." + d.name + "."}
	case name == "_sipfederationtls._tcp" && qtype == dns.TypeSRV:
		return []string{"0 0 5061 sip." + d.name + "."}
	case name == "sip" && qtype == dns.TypeA:
		return []string{d.edge.String()}
	case (name == "lyncdiscover" || name == "meet" || name == "webext" || name == "dialin") && qtype == dns.TypeA:
		return []string{d.web.String()}
	}
	return nil
}

// exists says whether a name has records of any type.
func (d *domain) exists(name string) bool {
	for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeSRV, dns.TypeCNAME} {
		if d.usual(name, qtype) != nil {
			return true
		}
	}
	return name == "" || name == "_tls" || name == "_tcp"
}

// usualReply is an answer as a nameserver without guile gives it.
func (s *stage) usualReply(q *dns.Msg) (*dns.Msg, *domain) {
	m := new(dns.Msg).SetReply(q)
	m.RecursionAvailable = true
	asked := q.Question[0]
	full := strings.ToLower(strings.TrimSuffix(asked.Name, "."))
	for name, more := full, true; more; _, name, more = strings.Cut(name, ".") {
		d := s.domains[name]
		if d == nil {
			continue
		}
		below := strings.TrimSuffix(strings.TrimSuffix(full, name), ".")
		qtype := asked.Qtype
		if d.usual(below, dns.TypeCNAME) != nil {
			qtype = dns.TypeCNAME
		}
		for _, data := range d.usual(below, qtype) {
			if rr, err := dns.NewRR(fmt.Sprintf("%s 60 IN %s %s", asked.Name, dns.TypeToString[qtype], data)); err == nil && rr != nil {
				m.Answer = append(m.Answer, rr)
			}
		}
		if !d.exists(below) {
			m.Rcode = dns.RcodeNameError
		}
		return m, d
	}
	m.Rcode = dns.RcodeNameError
	return m, nil
}

func (s *stage) serveDNS() {
	var packets net.PacketConn
	var l net.Listener
	for range 100 { // until a port is free for both
		var err error
		if packets, err = net.ListenPacket("udp4", "127.0.0.1:0"); err != nil {
			s.t.Fatal(err)
		}
		if l, err = net.Listen("tcp4", packets.LocalAddr().String()); err == nil {
			break
		}
		packets.Close()
	}
	s.resolver = packets.LocalAddr().String()
	s.t.Cleanup(func() { packets.Close() })
	s.t.Cleanup(func() { l.Close() })
	s.silent.Go(func() {
		buffer := make([]byte, 64<<10)
		for {
			n, from, err := packets.ReadFrom(buffer)
			if err != nil {
				return
			}
			q := new(dns.Msg)
			if q.Unpack(buffer[:n]) != nil || len(q.Question) != 1 {
				continue
			}
			usual, d := s.usualReply(q)
			if d == nil || d.reply == nil {
				packets.WriteTo(check(usual.Pack()), from)
			} else if wire := d.reply(q, usual); wire != nil {
				packets.WriteTo(wire, from)
			}
		}
	})
	s.silent.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.silent.Go(func() { s.answerStream(c) })
		}
	})
}

func (s *stage) answerStream(c net.Conn) {
	defer c.Close()
	conn := &dns.Conn{Conn: c}
	for {
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		q, err := conn.ReadMsg()
		if err != nil || len(q.Question) != 1 {
			return
		}
		usual, d := s.usualReply(q)
		if d == nil || d.stream == nil {
			if conn.WriteMsg(usual) != nil {
				return
			}
			continue
		}
		parts := d.stream(q, usual)
		if parts == nil {
			hold(c)
			return
		}
		for _, part := range parts {
			if _, err := c.Write(part); err != nil {
				return
			}
		}
	}
}
