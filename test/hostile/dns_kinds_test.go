package hostile

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

type message = dns.Msg

// changed lets a nameserver change its usual answer.
func changed(name string, change func(q, m *message)) kind {
	return kind{name: "DNS " + name, setup: func(_ *stage, d *domain) {
		d.reply = func(q, m *message) []byte {
			change(q, m)
			wire, err := m.Pack()
			if err != nil {
				return nil
			}
			return wire
		}
	}}
}

// wire lets it change the bytes of its usual answer.
func wire(name string, change func(b []byte) []byte) kind {
	return kind{name: "DNS " + name, setup: func(_ *stage, d *domain) {
		d.reply = func(_, m *message) []byte { return change(check(m.Pack())) }
	}}
}

// records put records in the place of others.
func records(name, want string, list map[string][]string) kind {
	return kind{name: "DNS " + name, want: want, setup: func(_ *stage, d *domain) {
		for key, data := range list {
			d.records[key] = nil
			for _, one := range data {
				d.records[key] = append(d.records[key], strings.ReplaceAll(one, "DOMAIN", d.name))
			}
		}
	}}
}

// overTCP truncates answers over UDP, and says something else over TCP.
func overTCP(name string, stream func(q, m *message) [][]byte) kind {
	return kind{name: "DNS over TCP " + name, setup: func(_ *stage, d *domain) {
		d.reply = func(q, _ *message) []byte {
			m := new(message).SetReply(q)
			m.Truncated = true
			return check(m.Pack())
		}
		d.stream = stream
	}}
}

func framed(b []byte) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...) }

func repeated(n int, format string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

func dnsKinds() []kind {
	rr := func(text string) dns.RR { return check(dns.NewRR(text)) }
	list := []kind{
		changed("other id", func(_, m *message) { m.Id++ }),
		changed("other question", func(_, m *message) { m.Question[0].Name = "other.test." }),
		changed("other type", func(_, m *message) { m.Question[0].Qtype = dns.TypeTXT }),
		changed("no question", func(_, m *message) { m.Question = nil }),
		changed("two questions", func(_, m *message) { m.Question = append(m.Question, m.Question[0]) }),
		changed("no response", func(_, m *message) { m.Response = false }),
		changed("other opcode", func(_, m *message) { m.Opcode = dns.OpcodeUpdate }),
		changed("SERVFAIL", func(_, m *message) { m.Answer, m.Rcode = nil, dns.RcodeServerFailure }),
		changed("REFUSED", func(_, m *message) { m.Answer, m.Rcode = nil, dns.RcodeRefused }),
		changed("NOTIMP", func(_, m *message) { m.Answer, m.Rcode = nil, dns.RcodeNotImplemented }),
		changed("FORMERR", func(_, m *message) { m.Answer, m.Rcode = nil, dns.RcodeFormatError }),
		changed("unknown rcode", func(_, m *message) { m.Answer, m.Rcode = nil, 15 }),
		changed("NXDOMAIN with answers", func(_, m *message) { m.Rcode = dns.RcodeNameError }),
		changed("answer of another name", func(q, m *message) { m.Answer = []dns.RR{rr("other.test. 60 A 127.0.0.1")} }),
		changed("answer in another class", func(q, m *message) {
			m.Answer = []dns.RR{rr(q.Question[0].Name + " 60 CH A 127.0.0.1")}
		}),
		changed("additional records", func(q, m *message) {
			m.Extra = append(m.Extra, rr("sip.healthy-1.test. 60 A 127.0.0.1"), rr("lyncdiscover.healthy-1.test. 60 A 127.0.0.1"))
		}),
		changed("records of healthy neighbours", func(q, m *message) {
			m.Answer = append(m.Answer, rr("sip.healthy-1.test. 60 A 127.0.0.1"), rr("_sip._tls.healthy-1.test. 60 SRV 0 0 443 evil.test."))
		}),
		changed("CNAME to itself", func(q, m *message) {
			m.Answer = []dns.RR{rr(q.Question[0].Name + " 60 CNAME " + q.Question[0].Name)}
		}),
		changed("CNAME in a circle", func(q, m *message) {
			name := q.Question[0].Name
			m.Answer = []dns.RR{rr(name + " 60 CNAME x." + name), rr("x." + name + " 60 CNAME " + name)}
		}),
		changed("CNAME without end", func(q, m *message) {
			if name := q.Question[0].Name; len(name) < 200 {
				m.Answer, m.Rcode = []dns.RR{rr(name + " 60 CNAME a." + name)}, 0
			}
		}),
		changed("CNAME chain of a hundred", func(q, m *message) {
			name := q.Question[0].Name
			m.Answer = nil
			for i := range 100 {
				next := fmt.Sprintf("c%d.test.", i)
				m.Answer = append(m.Answer, rr(name+" 60 CNAME "+next))
				name = next
			}
		}),
		changed("two CNAMEs", func(q, m *message) {
			m.Answer = []dns.RR{rr(q.Question[0].Name + " 60 CNAME a.test."), rr(q.Question[0].Name + " 60 CNAME b.test.")}
		}),
		changed("CNAME to the root", func(q, m *message) { m.Answer = []dns.RR{rr(q.Question[0].Name + " 60 CNAME .")} }),
		changed("everything exists", func(q, m *message) {
			if q.Question[0].Qtype == dns.TypeA {
				m.Answer, m.Rcode = []dns.RR{rr(q.Question[0].Name + " 60 A 127.81.250.1")}, 0
			}
		}),
		changed("TTL of the future", func(_, m *message) {
			for _, r := range m.Answer {
				r.Header().Ttl = 1<<32 - 1
			}
		}),
		changed("flags all set", func(_, m *message) {
			m.Authoritative, m.Zero, m.AuthenticatedData, m.CheckingDisabled = true, true, true, true
		}),
		changed("OPT twice", func(_, m *message) { m.SetEdns0(4096, true); m.Extra = append(m.Extra, m.Extra[0]) }),
		wire("cut in the header", func(b []byte) []byte { return b[:7] }),
		wire("cut in the question", func(b []byte) []byte { return b[:15] }),
		wire("cut in the answer", func(b []byte) []byte { return b[:len(b)-1] }),
		wire("nothing but an id", func(b []byte) []byte { return b[:2] }),
		wire("garbage behind", func(b []byte) []byte { return append(b, strings.Repeat("\xff", 400)...) }),
		wire("more answers than there are", func(b []byte) []byte { b[6], b[7] = 0xff, 0xff; return b }),
		wire("pointer to itself", func(b []byte) []byte { b[12], b[13] = 0xc0, 0x0c; return b }),
		wire("pointer beyond the end", func(b []byte) []byte { b[12], b[13] = 0xff, 0xff; return b }),
		wire("label type reserved", func(b []byte) []byte { b[12] = 0x80; return b }),
		wire("all zero", func(b []byte) []byte { return make([]byte, len(b)) }),
		wire("all ones behind the id", func(b []byte) []byte {
			for i := 2; i < len(b); i++ {
				b[i] = 0xff
			}
			return b
		}),
		records("SRV to the root", "", map[string][]string{"_sip._tls SRV": {"0 0 443 ."}, "_sipfederationtls._tcp SRV": {"0 0 5061 ."}}),
		records("SRV to an address", "", map[string][]string{"_sip._tls SRV": {"0 0 443 127.0.0.1."}, "_sipfederationtls._tcp SRV": {"0 0 5061 127.0.0.1."}}),
		records("SRV with control characters", "", map[string][]string{"_sip._tls SRV": {`0 0 443 a\027\091\051\049m\000\255.DOMAIN.`}, "_sipfederationtls._tcp SRV": {`0 0 5061 sip\010x.DOMAIN.`}}),
		records("SRV with blanks and quotes", "", map[string][]string{"_sipfederationtls._tcp SRV": {`0 0 5061 \"\;\ \$\(id\)\'.DOMAIN.`}}),
		records("SRV with a dot in a label", "", map[string][]string{"_sipfederationtls._tcp SRV": {`0 0 5061 sip\.x.DOMAIN.`}}),
		records("SRV to a name of 250 bytes", "", map[string][]string{"_sip._tls SRV": {"0 0 443 " + strings.Repeat("abcdefghi.", 22) + "test."}}),
		records("SRV of 200 targets", "", map[string][]string{"_sip._tls SRV": repeated(200, "0 0 443 t%d.DOMAIN."), "_sipfederationtls._tcp SRV": repeated(200, "0 0 5061 t%d.DOMAIN.")}),
		records("SRV of 50 ports of one target", "", map[string][]string{"_sip._tls SRV": repeated(50, "0 0 %d sip.DOMAIN.")}),
		records("SRV to a neighbour", "", map[string][]string{"_sip._tls SRV": {"0 0 443 sip.healthy-1.test."}, "_sipfederationtls._tcp SRV": {"0 0 5061 sip.healthy-1.test."}}),
		records("300 addresses", "", map[string][]string{"sip A": repeated(250, "127.83.0.%d"), "meet A": repeated(250, "127.83.1.%d")}),
		records("the same address 100 times", "", map[string][]string{"sip A": strings.Fields(strings.Repeat("127.83.2.1 ", 100)), "lyncdiscover A": {}}),
		records("alias of Microsoft and of oneself", "", map[string][]string{"lyncdiscover CNAME": {"webdir.online.lync.com."}, "sip CNAME": {"sip.DOMAIN."}}),
		overTCP("cut", func(_, m *message) [][]byte { return [][]byte{framed(check(m.Pack()))[:10]} }),
		overTCP("length zero", func(_, m *message) [][]byte { return [][]byte{{0, 0}} }),
		overTCP("length too long", func(_, m *message) [][]byte { return [][]byte{{0xff, 0xff}, check(m.Pack())} }),
		overTCP("truncated again", func(q, m *message) [][]byte { m.Truncated = true; return [][]byte{framed(check(m.Pack()))} }),
		overTCP("a flood of other answers", func(q, m *message) [][]byte {
			var all [][]byte
			for i := range 2000 {
				m.Id = q.Id + 1 + uint16(i)
				all = append(all, framed(check(m.Pack())))
			}
			return all
		}),
		overTCP("64 KiB of addresses", func(q, m *message) [][]byte {
			for i := range 3000 {
				m.Answer = append(m.Answer, rr(fmt.Sprintf("%s 60 A 127.84.%d.%d", q.Question[0].Name, i/250, i%250)))
			}
			m.Compress = true
			b, err := m.Pack()
			if err != nil || len(b) > 65535 {
				return [][]byte{}
			}
			return [][]byte{framed(b)}
		}),
		overTCP("garbage", func(_, _ *message) [][]byte { return [][]byte{[]byte("HTTP/1.1 400 Bad Request\r\n\r\n")} }),
		{name: "DNS silent", setup: func(_ *stage, d *domain) { d.reply = func(_, _ *message) []byte { return nil } }},
		{name: "DNS over TCP silent", setup: func(_ *stage, d *domain) {
			d.reply = func(q, _ *message) []byte {
				m := new(message).SetReply(q)
				m.Truncated = true
				return check(m.Pack())
			}
			d.stream = func(_, _ *message) [][]byte { return nil }
		}},
	}
	return list
}
