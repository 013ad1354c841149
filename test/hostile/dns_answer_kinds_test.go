package hostile

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// answers puts an answer section made by hand behind the question: a pointer to the
// question's name, type, class and TTL, and data with a length of its own.
func answers(name string, data func(b []byte) (rdata []byte, length int)) kind {
	return kind{name: "DNS " + name, setup: func(_ *stage, d *domain) {
		d.reply = func(q, _ *message) []byte {
			b := check(new(message).SetReply(q).Pack())
			rdata, length := data(b)
			b[7] = 1 // answers
			b = append(b, 0xc0, 0x0c)
			b = binary.BigEndian.AppendUint16(b, q.Question[0].Qtype)
			b = append(b, 0, 1, 0, 0, 0, 60)
			b = binary.BigEndian.AppendUint16(b, uint16(length))
			return append(b, rdata...)
		}
	}}
}

func dnsAnswerKinds() []kind {
	rr := func(text string) dns.RR { return check(dns.NewRR(text)) }
	// at is where the data of the answer begin.
	at := func(b []byte) int { return len(b) + 12 }
	pointer := func(to int) []byte { return []byte{0xc0 | byte(to>>8), byte(to)} }
	return []kind{
		changed("names in mixed case", func(q, m *message) {
			for _, r := range m.Answer {
				r.Header().Name = strings.ToUpper(r.Header().Name)
			}
			m.Question[0].Name = strings.ToUpper(q.Question[0].Name)
		}),
		changed("TTL 0", func(_, m *message) {
			for _, r := range m.Answer {
				r.Header().Ttl = 0
			}
		}),
		changed("100 NSEC records", func(q, m *message) {
			m.Answer, m.Rcode = nil, dns.RcodeNameError
			for i := range 100 {
				m.Ns = append(m.Ns, rr(fmt.Sprintf("n%d.test. 60 NSEC n%d.test. A AAAA SRV RRSIG NSEC", i, i+1)))
			}
		}),
		changed("NSEC3 of 2,500 iterations", func(_, m *message) {
			m.Answer, m.Rcode = nil, dns.RcodeNameError
			m.Ns = []dns.RR{rr("1avvqn74sg75ukfvf25dgcethgq638ek.test. 60 NSEC3 1 1 2500 aabb 35mthgpgcu1qg68fab165klnsnk3dpvl A RRSIG")}
		}),
		changed("a referral to itself", func(q, m *message) {
			m.Answer, m.Authoritative = nil, false
			m.Ns = []dns.RR{rr(q.Question[0].Name + " 60 NS " + q.Question[0].Name)}
		}),
		changed("a DNAME to itself", func(q, m *message) {
			m.Answer = []dns.RR{rr("test. 60 DNAME test."), rr(q.Question[0].Name + " 60 CNAME " + q.Question[0].Name)}
		}),
		changed("a CNAME beside addresses", func(q, m *message) {
			m.Answer = append(m.Answer, rr(q.Question[0].Name+" 60 CNAME evil.test."), rr(q.Question[0].Name+" 60 A 127.0.0.1"))
		}),
		changed("a CNAME with control characters", func(q, m *message) {
			m.Answer = []dns.RR{rr(q.Question[0].Name + ` 60 CNAME a\027\091\051\049m\000\010.test.`)}
		}),
		changed("a CNAME to a neighbour", func(q, m *message) {
			m.Answer = []dns.RR{rr(q.Question[0].Name + " 60 CNAME sip.healthy-1.test.")}
		}),
		changed("data of an unknown type", func(q, m *message) {
			m.Answer = append([]dns.RR{rr(q.Question[0].Name + ` 60 TYPE65280 \# 4 7f000001`)}, m.Answer...)
		}),
		changed("a signature without a key", func(_, m *message) {
			m.Extra = append(m.Extra, &dns.TSIG{Hdr: dns.RR_Header{Name: "key.test.", Rrtype: dns.TypeTSIG, Class: dns.ClassANY}, Algorithm: dns.HmacSHA256, MAC: "00", MACSize: 1})
		}),
		changed("an extended error of 4 KiB", func(_, m *message) {
			m.SetEdns0(4096, false)
			m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: 65535, ExtraText: strings.Repeat(nasty, 100)})
		}),
		changed("an unknown version of EDNS", func(_, m *message) {
			m.Answer = nil
			m.SetEdns0(4096, false)
			m.IsEdns0().SetVersion(9)
			m.Rcode = dns.RcodeBadVers
		}),
		changed("SERVFAIL with answers", func(_, m *message) { m.Rcode = dns.RcodeServerFailure }),
		changed("500 records of another name", func(q, m *message) {
			for i := range 500 {
				m.Answer = append([]dns.RR{rr(fmt.Sprintf("x%d.test. 60 A 127.0.0.1", i))}, m.Answer...)
			}
		}),
		answers("a name that points to itself", func(b []byte) ([]byte, int) {
			return append([]byte{0, 0, 0, 0, 1, 0xbb}, pointer(at(b)+6)...), 8
		}),
		answers("names that point to each other", func(b []byte) ([]byte, int) {
			return append(append([]byte{0, 0, 0, 0, 1, 0xbb}, pointer(at(b)+8)...), pointer(at(b)+6)...), 10
		}),
		answers("a name that grows by pointers", func(b []byte) ([]byte, int) {
			rdata := []byte{0, 0, 0, 0, 1, 0xbb}
			for range 60 {
				rdata = append(rdata, 7, 'a', 'a', 'a', 'a', 'a', 'a', 'a')
			}
			return append(rdata, 0), len(rdata) + 1
		}),
		answers("data longer than the message", func([]byte) ([]byte, int) { return []byte{127, 0, 0, 1}, 65535 }),
		answers("data shorter than its type", func([]byte) ([]byte, int) { return []byte{127}, 1 }),
		answers("data of no length", func([]byte) ([]byte, int) { return nil, 0 }),
		records("SRV of 500 targets", "", map[string][]string{"_sip._tls SRV": repeated(500, "0 0 443 t%d.DOMAIN."), "_sipfederationtls._tcp SRV": repeated(500, "0 0 5061 t%d.DOMAIN.")}),
		records("SRV of priorities that contradict", "", map[string][]string{"_sip._tls SRV": {"0 0 443 sip.DOMAIN.", "65535 65535 443 sip.DOMAIN.", "0 65535 443 sip.DOMAIN."}}),
		records("SRV to itself", "", map[string][]string{"_sip._tls SRV": {"0 0 443 _sip._tls.DOMAIN."}, "_sipfederationtls._tcp SRV": {"0 0 5061 _sipfederationtls._tcp.DOMAIN."}}),
		records("SRV to 16 ports of one target", "", map[string][]string{"_sip._tls SRV": repeated(16, "0 0 %d sip.DOMAIN.")}),
		records("addresses of nobody", "", map[string][]string{"sip A": {"0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1"}}),
		records("IPv4 in IPv6", "", map[string][]string{"sip AAAA": {"::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1", "::1", "::"}, "sip A": {}}),
		records("addresses of metadata services", "", map[string][]string{"sip A": {"169.254.169.254", "100.100.100.200", "168.63.129.16"}, "lyncdiscover A": {"169.254.169.254"}}),
		records("everything is one alias", "", map[string][]string{"sip CNAME": {"lyncdiscover.DOMAIN."}, "lyncdiscover CNAME": {"meet.DOMAIN."}, "meet CNAME": {"sip.DOMAIN."}}),
	}
}
