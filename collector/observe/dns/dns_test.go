package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/parallel"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

const patient = 10 * time.Second // never reached in a test that passes

const contoso = `
sip.contoso.com.            A     192.0.2.1
SIP.contoso.com.            A     192.0.2.1
sip.contoso.com.            AAAA  2001:db8::1
web.contoso.com.            A     192.0.2.2
lyncdiscover.contoso.com.   CNAME Edge.contoso.com.
edge.contoso.com.           CNAME web.contoso.com.
elsewhere.contoso.com.      CNAME host.fabrikam.com.
gone.contoso.com.           CNAME missing.contoso.com.
loop.contoso.com.           CNAME pool.contoso.com.
pool.contoso.com.           CNAME loop.contoso.com.
out.contoso.com.            CNAME back.fabrikam.com.
txt.contoso.com.            TXT   "no address"
_sip._tls.contoso.com.      SRV   0 5 443 SIP.contoso.com.
_sip._tls.contoso.com.      SRV   10 0 443 late.contoso.com.
_sip._tls.contoso.com.      SRV   0 9 443 heavy.contoso.com.
_sip._tls.contoso.com.      SRV   0 5 443 sip.contoso.com.
_off._tls.contoso.com.      SRV   0 0 0 .
`

const fabrikam = `
host.fabrikam.com. A     192.0.2.9
back.fabrikam.com. CNAME out.contoso.com.
`

func TestOutcomes(t *testing.T) {
	t.Parallel()
	s, view := asking(t, t.Context(), patient, serveDNS(t, authoritative(t, "contoso.com.", contoso)))
	for _, tt := range []struct {
		name    string
		qtype   uint16
		outcome Outcome
		err     string
		chain   []string
	}{
		{"_sip._tls.contoso.com", dns.TypeSRV, Found, "", nil},
		{"_SIP._TLS.Contoso.com.", dns.TypeSRV, Found, "", nil},
		{"nothing.contoso.com", dns.TypeSRV, NXDomain, "", nil},
		{"txt.contoso.com", dns.TypeSRV, Empty, "", nil},
		{"contoso.net", dns.TypeSRV, Failed, "answered REFUSED", nil},
		{"lyncdiscover.contoso.com", dns.TypeA, Found, "", []string{"edge.contoso.com", "web.contoso.com"}},
		{"lyncdiscover.contoso.com", dns.TypeAAAA, Empty, "", []string{"edge.contoso.com", "web.contoso.com"}},
		{"lyncdiscover.contoso.com", dns.TypeCNAME, Found, "", nil},
		{"gone.contoso.com", dns.TypeA, NXDomain, "", []string{"missing.contoso.com"}},
		{"elsewhere.contoso.com", dns.TypeA, Failed, "answered REFUSED", []string{"host.fabrikam.com"}},
		{"loop.contoso.com", dns.TypeA, Failed, "in a circle", []string{"pool.contoso.com"}},
		{strings.Repeat("long.", 60) + "com", dns.TypeA, Failed, "not a domain name", nil},
		{"two..dots", dns.TypeA, Failed, "not a domain name", nil},
	} {
		a := s.Ask(t.Context(), view, tt.name, tt.qtype)
		if a.Outcome != tt.outcome || (tt.err == "") != (a.Err == nil) || a.Err != nil && !strings.Contains(a.Err.Error(), tt.err) {
			t.Errorf("%s: outcome %d, error %v; want %d, %q", tt.name, a.Outcome, a.Err, tt.outcome, tt.err)
		}
		if diff := cmp.Diff(tt.chain, a.Chain); diff != "" {
			t.Errorf("%s: chain: %s", tt.name, diff)
		}
		if want := strings.ToLower(strings.TrimSuffix(tt.name, ".")); a.Name != want || (a.Outcome == Found) != (a.Total > 0) {
			t.Errorf("answer about %q with %d records, want %q", a.Name, a.Total, want)
		}
	}
}

func TestSRVsInOrderOfPreference(t *testing.T) {
	t.Parallel()
	s, view := asking(t, t.Context(), patient, serveDNS(t, authoritative(t, "contoso.com.", contoso)))
	want := []SRV{{"heavy.contoso.com", 443, 0, 9}, {"sip.contoso.com", 443, 0, 5}, {"late.contoso.com", 443, 10, 0}}
	if diff := cmp.Diff(want, s.Ask(t.Context(), view, "_sip._tls.contoso.com", dns.TypeSRV).SRVs()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]SRV{{}}, s.Ask(t.Context(), view, "_off._tls.contoso.com", dns.TypeSRV).SRVs()); diff != "" {
		t.Error(diff)
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	c := serveDNS(t, authoritative(t, "contoso.com.", contoso))
	f := serveDNS(t, authoritative(t, "fabrikam.com.", fabrikam))
	s, view := asking(t, t.Context(), patient, c, f)
	ips := func(list ...string) (a []netip.Addr) {
		for _, ip := range list {
			a = append(a, netip.MustParseAddr(ip))
		}
		return a
	}
	for _, tt := range []struct {
		host      string
		outcome   Outcome
		addresses []netip.Addr
		chain     []string
		err       string
	}{
		{"SIP.contoso.com.", Found, ips("192.0.2.1", "2001:db8::1"), nil, ""},
		{"lyncdiscover.contoso.com", Found, ips("192.0.2.2"), []string{"edge.contoso.com", "web.contoso.com"}, ""},
		{"elsewhere.contoso.com", Found, ips("192.0.2.9"), []string{"host.fabrikam.com"}, ""},
		{"out.contoso.com", Failed, nil, []string{"back.fabrikam.com"}, "in a circle"},
		{"txt.contoso.com", Empty, nil, nil, ""},
		{"nothing.contoso.com", NXDomain, nil, nil, ""},
		{"192.0.2.77", Found, ips("192.0.2.77"), nil, ""},
		{"2001:db8::7", Found, ips("2001:db8::7"), nil, ""},
		{"", Failed, nil, nil, "missing"},
	} {
		h := s.Resolve(t.Context(), view, tt.host)
		if h.Outcome != tt.outcome || (tt.err == "") != (h.Err == nil) || h.Err != nil && !strings.Contains(h.Err.Error(), tt.err) {
			t.Errorf("%s: outcome %d, error %v", tt.host, h.Outcome, h.Err)
		}
		if diff := cmp.Diff(tt.addresses, h.Addresses, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Errorf("%s: %s", tt.host, diff)
		}
		if diff := cmp.Diff(tt.chain, h.Chain); diff != "" {
			t.Errorf("%s: %s", tt.host, diff)
		}
	}
}

func TestHostOfTwoAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ a, aaaa, want Outcome }{
		{NXDomain, NXDomain, NXDomain},
		{NXDomain, Empty, NXDomain},
		{Timeout, Failed, Timeout},
		{Timeout, Found, Timeout},
		{Empty, Empty, Empty},
		{Empty, NXDomain, Empty},
		{Empty, Failed, Failed},
		{Empty, Timeout, Timeout},
		{Empty, Found, Found},
		{Failed, NXDomain, Failed},
		{Failed, Timeout, Failed},
		{Failed, Found, Found},
		{Found, Failed, Found},
	} {
		answer := func(o Outcome) *Answer {
			a := &Answer{Outcome: o}
			if !o.Known() {
				a.Err = fmt.Errorf("error of %d", o)
			}
			return a
		}
		h := hostOf(answer(tt.a), answer(tt.aaaa))
		if h.Outcome != tt.want || (h.Err != nil) == h.Outcome.Known() {
			t.Errorf("A %d and AAAA %d give %d, %v; want %d", tt.a, tt.aaaa, h.Outcome, h.Err, tt.want)
		}
	}
}

func TestLongChainEnds(t *testing.T) {
	t.Parallel()
	var inOne strings.Builder
	for i := range 12 {
		fmt.Fprintf(&inOne, "a%d.test. CNAME a%d.test.\n", i, i+1)
	}
	// A nameserver that never follows leads from one question to the next.
	next := func(w dns.ResponseWriter, q *dns.Msg) {
		var n int
		fmt.Sscanf(q.Question[0].Name, "a%d.test.", &n)
		answers(t, fmt.Sprintf("a%d.test. CNAME a%d.test.\n", n, n+1))(w, q)
	}
	for name, handler := range map[string]dns.HandlerFunc{"in one answer": answers(t, inOne.String()), "one by one": next} {
		server := serveDNS(t, handler)
		s, view := asking(t, t.Context(), patient, server)
		a := s.Ask(t.Context(), view, "a0.test", dns.TypeA)
		if a.Outcome != Failed || len(a.Chain) != MaxChain || !strings.Contains(fmt.Sprint(a.Err), "more than 8 CNAMEs in a row") {
			t.Errorf("%s: outcome %d, %d CNAMEs, %v", name, a.Outcome, len(a.Chain), a.Err)
		}
		if n := server.asked.Load(); n > MaxChain+1 {
			t.Errorf("%s: %d questions", name, n)
		}
	}
}

func TestRecordsOfOtherNamesDoNotCount(t *testing.T) {
	t.Parallel()
	s, view := asking(t, t.Context(), patient, serveDNS(t, answers(t, "victim.test. A 192.0.2.66\nalias.test. CNAME victim.test.")))
	if h := s.Resolve(t.Context(), view, "asked.test"); h.Outcome != Empty || h.Addresses != nil || h.Chain != nil {
		t.Errorf("outcome %d, %v %v", h.Outcome, h.Addresses, h.Chain)
	}
}

func TestManyRecordsAreCapped(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "many.test. A 192.0.2.%d\n", i)
	}
	s, view := asking(t, t.Context(), patient, serveDNS(t, authoritative(t, "test.", text.String())))
	if a := s.Ask(t.Context(), view, "many.test", dns.TypeA); len(a.Records) != MaxRecords || a.Total != 40 {
		t.Errorf("%d of %d records", len(a.Records), a.Total)
	}
	if h := s.Resolve(t.Context(), view, "many.test"); len(h.Addresses) != MaxAddresses {
		t.Errorf("%d addresses", len(h.Addresses))
	}
}

func TestNextNameserver(t *testing.T) {
	t.Parallel()
	good := serveDNS(t, authoritative(t, "contoso.com.", contoso))
	referral := func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		m.Ns = zone(t, "com. NS a.gtld-servers.net.")
		w.WriteMsg(m)
	}
	noData := func(reply func([]byte), query []byte) { // an A record without address
		query[2] |= flagResponse
		query[7], query[11] = 1, 0
		end := len(query) - 11
		reply(append(query[:end:end], 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
	}
	announced := func(reply func([]byte), query []byte) { // a record that is not there
		query[2] |= flagResponse
		query[7], query[11] = 1, 0
		reply(query[:len(query)-11])
	}
	bare := func(reply func([]byte), query []byte) { // REFUSED without the question
		reply([]byte{query[0], query[1], flagResponse, dns.RcodeRefused, 0, 0, 0, 0, 0, 0, 0, 0})
	}
	for name, tt := range map[string]struct {
		first *dnsServer
		err   string
	}{
		"SERVFAIL":         {serveDNS(t, says(dns.RcodeServerFailure)), "nameserver X answered SERVFAIL"},
		"REFUSED":          {serveDNS(t, says(dns.RcodeRefused)), "nameserver X answered REFUSED"},
		"FORMERR":          {serveDNS(t, says(dns.RcodeFormatError)), "nameserver X answered FORMERR"},
		"unknown code":     {serveDNS(t, says(14)), "nameserver X answered RCODE 14"},
		"referral":         {serveDNS(t, referral), "nameserver X sent a referral to other nameservers instead of an answer"},
		"no data":          {rawDNS(t, noData), "nameserver X sent a broken answer: a A record without data"},
		"announced":        {rawDNS(t, announced), "nameserver X sent a broken answer: 0 of 1 records are there"},
		"without question": {rawDNS(t, bare), "nameserver X answered REFUSED"},
		"nobody there":     {&dnsServer{address: closedPort(t)}, "nameserver X is down: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, view := asking(t, t.Context(), patient, tt.first, good)
			if a := s.Ask(t.Context(), view, "sip.contoso.com", dns.TypeA); a.Outcome != Found || a.Err != nil {
				t.Errorf("with another nameserver: outcome %d, %v", a.Outcome, a.Err)
			}
			s, view = asking(t, t.Context(), patient, tt.first)
			a := s.Ask(t.Context(), view, "sip.contoso.com", dns.TypeA)
			if want := strings.Replace(tt.err, "X", tt.first.address, 1); a.Outcome != Failed || fmt.Sprint(a.Err) != want {
				t.Errorf("alone: outcome %d, error %q; want %q", a.Outcome, a.Err, want)
			}
		})
	}
}

// closedPort is a UDP port where nobody listens.
func closedPort(t testing.TB) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().String()
}

func TestFinalAnswersEndTheSearch(t *testing.T) {
	t.Parallel()
	second := serveDNS(t, says(dns.RcodeServerFailure))
	s, view := asking(t, t.Context(), patient, serveDNS(t, authoritative(t, "contoso.com.", contoso)), second)
	s.Ask(t.Context(), view, "nothing.contoso.com", dns.TypeA)
	s.Ask(t.Context(), view, "txt.contoso.com", dns.TypeA)
	if n := second.asked.Load(); n != 0 {
		t.Errorf("the second nameserver got %d questions", n)
	}
}

func TestWithoutEDNS(t *testing.T) {
	t.Parallel()
	old := serveDNS(t, func(w dns.ResponseWriter, q *dns.Msg) {
		if q.IsEdns0() != nil {
			says(dns.RcodeFormatError)(w, q)
			return
		}
		authoritative(t, "contoso.com.", contoso)(w, q)
	})
	s, view := asking(t, t.Context(), patient, old)
	for i, name := range []string{"sip.contoso.com", "web.contoso.com"} {
		if a := s.Ask(t.Context(), view, name, dns.TypeA); a.Outcome != Found {
			t.Errorf("%s: %v", name, a.Err)
		}
		if n := old.asked.Load(); n != int64(2+i) { // learned with the first question
			t.Errorf("%d questions after %s", n, name)
		}
	}
}

func TestTruncatedAnswerComesOverTCP(t *testing.T) {
	t.Parallel()
	var size atomic.Int64
	full := answers(t, "big.test. A 192.0.2.1\nbig.test. A 192.0.2.2")
	server := serveDNS(t, func(w dns.ResponseWriter, q *dns.Msg) {
		if _, udp := w.RemoteAddr().(*net.UDPAddr); !udp {
			full(w, q)
			return
		}
		if opt := q.IsEdns0(); opt != nil {
			size.Store(int64(opt.UDPSize()))
		}
		m := new(dns.Msg).SetReply(q)
		m.Truncated = true
		w.WriteMsg(m)
	})
	s, view := asking(t, t.Context(), patient, server)
	if a := s.Ask(t.Context(), view, "big.test", dns.TypeA); a.Outcome != Found || a.Total != 2 {
		t.Errorf("outcome %d, %d records, %v", a.Outcome, a.Total, a.Err)
	}
	if size.Load() != 1232 {
		t.Errorf("EDNS0 size %d", size.Load())
	}
}

func TestTruncatedWithoutTCP(t *testing.T) {
	t.Parallel()
	server := rawDNS(t, func(reply func([]byte), query []byte) {
		query[2] |= flagResponse | flagTC
		reply(query)
	})
	s, view := asking(t, t.Context(), patient, server)
	a := s.Ask(t.Context(), view, "big.test", dns.TypeA)
	if a.Outcome != Failed || !strings.Contains(fmt.Sprint(a.Err), "truncated its answer and gave none over TCP") {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
}

func TestSilentTCPIsBounded(t *testing.T) {
	t.Parallel()
	never := make(chan struct{})
	server := serveDNS(t, func(w dns.ResponseWriter, q *dns.Msg) {
		if _, udp := w.RemoteAddr().(*net.UDPAddr); !udp {
			<-never
			return
		}
		m := new(dns.Msg).SetReply(q)
		m.Truncated = true
		w.WriteMsg(m)
	})
	t.Cleanup(func() { close(never) }) // before the server's own cleanup
	s, view := asking(t, t.Context(), time.Second, server)
	a := s.Ask(t.Context(), view, "big.test", dns.TypeA)
	if a.Outcome != Timeout || fmt.Sprint(a.Err) != "nameserver "+server.address+" did not answer over TCP within 1s" {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
}

func TestLostDatagramIsSentAgain(t *testing.T) {
	t.Parallel()
	var first atomic.Bool
	good := authoritative(t, "contoso.com.", contoso)
	server := serveDNS(t, func(w dns.ResponseWriter, q *dns.Msg) {
		if first.CompareAndSwap(false, true) {
			return
		}
		good(w, q)
	})
	s, view := asking(t, t.Context(), 2*time.Second, server)
	counted := countResults(s)
	if a := s.Ask(t.Context(), view, "sip.contoso.com", dns.TypeA); a.Outcome != Found {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
	if diff := cmp.Diff(map[string]int{result.Timeout: 1, result.OK: 1}, counted()); diff != "" {
		t.Errorf("counted: %s", diff)
	}
}

// countResults makes the client count. The function returns how often each
// result came so far.
func countResults(c *Client) func() map[string]int {
	var mu sync.Mutex
	counts := make(map[string]int)
	c.count = func(result string) {
		mu.Lock()
		defer mu.Unlock()
		counts[result]++
	}
	return func() map[string]int {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(counts)
	}
}

func TestSilentNameserver(t *testing.T) {
	t.Parallel()
	dead := rawDNS(t, silent)
	s, view := asking(t, t.Context(), time.Second, dead)
	a := s.Ask(t.Context(), view, "sip.contoso.com", dns.TypeA)
	if a.Outcome != Timeout || fmt.Sprint(a.Err) != "nameserver "+dead.address+" did not answer within 1s" {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
	dead.received(t, 2)
	for i := range 20 {
		a = s.Ask(t.Context(), view, fmt.Sprintf("a%d.test", i), dns.TypeA)
	}
	dead.received(t, 2*giveUpAfter+2) // the last for what it could answer by itself
	if a.Outcome != Timeout || !strings.Contains(fmt.Sprint(a.Err), "did not answer any question") {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
}

func TestSilentNameserverComesLast(t *testing.T) {
	t.Parallel()
	dead, good := rawDNS(t, silent), serveDNS(t, authoritative(t, "contoso.com.", contoso))
	s, view := asking(t, t.Context(), time.Second, dead, good)
	for i := range 20 {
		if a := s.Ask(t.Context(), view, fmt.Sprintf("a%d.contoso.com", i), dns.TypeA); a.Outcome != NXDomain {
			t.Errorf("outcome %d, %v", a.Outcome, a.Err)
		}
	}
	dead.received(t, 2)
}

func TestAllNameserversFail(t *testing.T) {
	t.Parallel()
	dead, broken := rawDNS(t, silent), serveDNS(t, says(dns.RcodeServerFailure))
	s, view := asking(t, t.Context(), time.Second, dead, broken)
	a := s.Ask(t.Context(), view, "sip.contoso.com", dns.TypeA)
	want := fmt.Sprintf("nameserver %s did not answer within 1s; nameserver %s answered SERVFAIL", dead.address, broken.address)
	if a.Outcome != Failed || fmt.Sprint(a.Err) != want {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
}

func TestForgedAnswersAreIgnored(t *testing.T) {
	t.Parallel()
	server := rawDNS(t, func(reply func([]byte), query []byte) {
		var q dns.Msg
		if err := q.Unpack(query); err != nil {
			t.Error(err)
			return
		}
		send := func(change func(*dns.Msg), address string) {
			m := new(dns.Msg).SetReply(&q)
			m.Answer = zone(t, "sip.test. A "+address)
			change(m)
			packed, err := m.Pack()
			if err != nil {
				t.Error(err)
			}
			reply(packed)
		}
		send(func(m *dns.Msg) { m.Id++ }, "192.0.2.66")
		send(func(m *dns.Msg) { m.Question[0].Name = "sap.test." }, "192.0.2.66")
		send(func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeTXT }, "192.0.2.66")
		send(func(m *dns.Msg) { m.Question = nil }, "192.0.2.66")
		send(func(m *dns.Msg) { m.Response = false }, "192.0.2.66")
		reply(query[:5])
		send(func(m *dns.Msg) { m.Question[0].Name = "SiP.TeSt." }, "192.0.2.1")
		send(func(m *dns.Msg) {}, "192.0.2.66") // too late
	})
	s, view := asking(t, t.Context(), patient, server)
	a := s.Ask(t.Context(), view, "sip.test", dns.TypeA)
	if a.Outcome != Found || a.Records[0].(*dns.A).A.String() != "192.0.2.1" {
		t.Errorf("outcome %d, %v %v", a.Outcome, a.Records, a.Err)
	}
}

func TestEscapedNames(t *testing.T) {
	t.Parallel()
	server := serveDNS(t, answers(t, `odd.test. CNAME \255\.x\032Y.test.`+"\n"+`\255\.x\032Y.test. A 192.0.2.1`))
	s, view := asking(t, t.Context(), patient, server)
	h := s.Resolve(t.Context(), view, "odd.test")
	if diff := cmp.Diff([]string{`\255\.x\ y.test`}, h.Chain); diff != "" || h.Outcome != Found {
		t.Errorf("outcome %d, %v: %s", h.Outcome, h.Err, diff)
	}
	if a := s.Ask(t.Context(), view, h.Chain[0], dns.TypeA); a.Outcome != Found {
		t.Errorf("asked for by its escaped name: outcome %d, %v", a.Outcome, a.Err)
	}
	if a := s.Ask(t.Context(), view, `end\.`, dns.TypeA); a.Name != `end\.` || a.Outcome != Empty {
		t.Errorf("%q: outcome %d, %v", a.Name, a.Outcome, a.Err)
	}
}

func TestManyQuestionsAtOnce(t *testing.T) {
	t.Parallel()
	server := serveDNS(t, func(w dns.ResponseWriter, q *dns.Msg) {
		var n int
		fmt.Sscanf(q.Question[0].Name, "a%d.test.", &n)
		m := new(dns.Msg).SetReply(q)
		m.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(10, 0, byte(n>>8), byte(n))}}
		w.WriteMsg(m)
	})
	s, view := asking(t, t.Context(), patient, server)
	var wg sync.WaitGroup
	for i := range 1000 {
		wg.Go(func() {
			a := s.Ask(t.Context(), view, fmt.Sprintf("a%d.test", i), dns.TypeA)
			if a.Outcome != Found {
				t.Errorf("a%d: %v", i, a.Err)
				return
			}
			if ip := a.Records[0].(*dns.A).A.To4(); int(binary.BigEndian.Uint16(ip[2:])) != i {
				t.Errorf("a%d got %v", i, ip)
			}
		})
	}
	wg.Wait()
}

func TestOneQuestionIsAskedOnce(t *testing.T) {
	t.Parallel()
	server := serveDNS(t, authoritative(t, "contoso.com.", contoso))
	s, view := asking(t, t.Context(), patient, server)
	var wg sync.WaitGroup
	for range 1000 {
		wg.Go(func() {
			if a := s.Ask(t.Context(), view, "Sip.contoso.com", dns.TypeA); a.Outcome != Found {
				t.Error(a.Err)
			}
			s.Resolve(t.Context(), view, "sip.contoso.com")
		})
	}
	wg.Wait()
	if n := server.asked.Load(); n != 2 { // A and AAAA
		t.Errorf("%d questions", n)
	}
}

// Addresses of both kinds take two questions. Of a name that is looked for they take
// one where it is not there, and where most hosts are aliases none more for a further
// alias of the same host.
func TestQuestionsForAHost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		hosts               string
		resolved, lookedFor int64
	}{
		{"sip", 2, 2}, {"txt", 2, 2}, {"nothing", 2, 1}, {"gone", 2, 1}, {"lyncdiscover", 2, 2}, {"lyncdiscover edge", 4, 3}, {"lyncdiscover edge web", 5, 4},
	} {
		ask := func(resolve func(*Client, context.Context, *config.View, string) Host) (hosts []Host, questions int64) {
			server := serveDNS(t, authoritative(t, "contoso.com.", contoso))
			c, view := asking(t, t.Context(), patient, server)
			for label := range strings.FieldsSeq(tt.hosts) {
				h := resolve(c, t.Context(), view, label+".contoso.com")
				h.Duration = 0
				hosts = append(hosts, h)
			}
			return hosts, server.asked.Load()
		}
		resolved, n := ask((*Client).Resolve)
		lookedFor, m := ask((*Client).LookFor)
		if n != tt.resolved || m != tt.lookedFor {
			t.Errorf("%s: %d and %d questions, want %d and %d", tt.hosts, n, m, tt.resolved, tt.lookedFor)
		}
		if diff := cmp.Diff(resolved, lookedFor, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Errorf("%s: %s", tt.hosts, diff)
		}
	}
}

func TestLimitOfQuestionsInFlight(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var now, most int
	var once sync.Once
	three := make(chan struct{})
	server := serveDNS(t, func(w dns.ResponseWriter, q *dns.Msg) {
		mu.Lock()
		if now++; now == 3 {
			once.Do(func() { close(three) })
		}
		most = max(most, now)
		mu.Unlock()
		<-three // the limit has to let them come together
		for range 100 {
			runtime.Gosched() // let a fourth come, if it may
		}
		mu.Lock()
		now-- // before the answer lets the next one come
		mu.Unlock()
		says(dns.RcodeNameError)(w, q)
	})
	t.Cleanup(func() { once.Do(func() { close(three) }) }) // before the server's own cleanup
	s, view := asking(t, t.Context(), patient, server)
	s.limits = limit.New(100, 3, 1)
	s.limits.SlowAfter = time.Hour
	parallel.Do(200, func(i int) { s.Ask(t.Context(), view, fmt.Sprintf("a%d.test", i), dns.TypeA) })
	mu.Lock()
	defer mu.Unlock()
	if most != 3 {
		t.Errorf("%d questions at once", most)
	}
}

func TestEndOfScrape(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 10)
	server := rawDNS(t, func(func([]byte), []byte) { asked <- struct{}{} })
	reason := errors.New("time is up")
	ctx, cancel := context.WithCancelCause(t.Context())
	s, view := asking(t, ctx, patient, server)
	counted := countResults(s)
	got := make(chan Answer)
	go func() { got <- s.Ask(ctx, view, "sip.test", dns.TypeA) }()
	<-asked
	cancel(reason)
	if a := <-got; a.Outcome != Timeout || !errors.Is(a.Err, reason) {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
	if n := counted(); n[result.Canceled] != 1 || n[result.Timeout] != 0 {
		t.Errorf("counted: %v", n)
	}
	s.Close()
	if a := s.Ask(t.Context(), view, "other.test", dns.TypeA); a.Outcome != Timeout || !errors.Is(a.Err, reason) {
		t.Errorf("after the end: outcome %d, %v", a.Outcome, a.Err)
	}
}

func TestImpatientCaller(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 10)
	server := rawDNS(t, func(func([]byte), []byte) { asked <- struct{}{} })
	s, view := asking(t, t.Context(), patient, server)
	first := make(chan Answer)
	go func() { first <- s.Ask(t.Context(), view, "sip.test", dns.TypeA) }()
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if a := s.Ask(ctx, view, "sip.test", dns.TypeA); a.Outcome != Timeout || !errors.Is(a.Err, context.Canceled) {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
	s.Close()
	<-first
}

func TestAskOthers(t *testing.T) {
	t.Parallel()
	one := serveDNS(t, answers(t, "srv.test. SRV 0 0 5061 one.test."))
	two := serveDNS(t, answers(t, "srv.test. SRV 0 0 5061 two.test."))
	s, view := asking(t, t.Context(), patient, one, two)
	for range 2 {
		others := s.AskOthers(t.Context(), view, "SRV.test", dns.TypeSRV)
		if len(others) != 1 || others[0].Name != "srv.test" || others[0].SRVs()[0].Target != "two.test" {
			t.Errorf("%+v", others)
		}
	}
	if one.asked.Load() != 1 || two.asked.Load() != 1 {
		t.Errorf("%d and %d questions", one.asked.Load(), two.asked.Load())
	}
}

func FuzzAnswer(f *testing.F) {
	query := newExchange()
	if err := query.pack("sip.test", dns.TypeA, false); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"sip.test. A 192.0.2.1", "sip.test. CNAME sip.test.", "sip.test. CNAME a.test.\na.test. A 192.0.2.1", `sip.test. CNAME \255\..`} {
		var m, q dns.Msg
		if err := q.Unpack(query.query); err != nil {
			f.Fatal(err)
		}
		m.SetReply(&q)
		m.Answer = zone(f, text)
		packed, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed)
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		var m dns.Msg
		if !echoes(answer, query.query) || unpack(&m, answer) != nil {
			return
		}
		r, err := interpret(&m)
		if err != nil {
			return
		}
		a := &Answer{Name: "sip.test", Type: dns.TypeA}
		a.add(r)
		if len(a.Chain) > MaxChain || len(a.Records) > MaxRecords || (a.Outcome == Found) != (a.Total > 0) {
			t.Errorf("outcome %d, %d records, %d CNAMEs", a.Outcome, len(a.Records), len(a.Chain))
		}
		if h := hostOf(a, &Answer{Outcome: Empty}); len(h.Addresses) != len(uniqueAddresses(a.Records)) {
			t.Errorf("%d addresses of %d records", len(h.Addresses), len(a.Records))
		}
		srvRecords(m.Answer)
	})
}

func uniqueAddresses(records []dns.RR) map[string]bool {
	all := make(map[string]bool)
	for _, rr := range records {
		all[rr.(*dns.A).A.String()] = true
	}
	return all
}

// BenchmarkQuestion compares with the library's own client in the same run.
// The nameserver is part of both.
func BenchmarkQuestion(b *testing.B) {
	server := rawDNS(b, func(reply func([]byte), query []byte) {
		query[2] |= flagResponse
		query[3] |= dns.RcodeNameError
		reply(query)
	})
	b.Run("scrape", func(b *testing.B) {
		s, view := asking(b, b.Context(), patient, server)
		var n atomic.Int64
		b.ReportAllocs()
		b.SetParallelism(50)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if a := s.Ask(b.Context(), view, fmt.Sprintf("_sip._tls.a%d.test", n.Add(1)), dns.TypeSRV); a.Outcome != NXDomain {
					b.Error(a.Err)
				}
			}
		})
	})
	b.Run("library", func(b *testing.B) {
		var client dns.Client
		var n atomic.Int64
		b.ReportAllocs()
		b.SetParallelism(50)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				m := new(dns.Msg).SetQuestion(fmt.Sprintf("_sip._tls.a%d.test.", n.Add(1)), dns.TypeSRV)
				m.SetEdns0(ednsSize, false)
				if _, _, err := client.Exchange(m, server.address); err != nil {
					b.Error(err)
				}
			}
		})
	})
}
