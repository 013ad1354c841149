package dns

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// silentAbout answers about everything but the names below a domain.
func silentAbout(t testing.TB, domain string) func(func([]byte), []byte) {
	return func(reply func([]byte), query []byte) {
		var q dns.Msg
		if err := q.Unpack(query); err != nil {
			t.Error(err)
			return
		}
		if strings.HasSuffix(q.Question[0].Name, domain+".") {
			return
		}
		answer, err := new(dns.Msg).SetRcode(&q, dns.RcodeNameError).Pack()
		if err != nil {
			t.Error(err)
			return
		}
		reply(answer)
	}
}

// However much a nameserver is asked about names whose own nameservers are dead,
// it is not held to be dead itself while it has an answer to anything.
func TestSilenceOfOthers(t *testing.T) {
	t.Parallel()
	server := rawDNS(t, silentAbout(t, "dead.example"))
	c, view := asking(t, t.Context(), time.Second, server)
	var wg sync.WaitGroup
	for i := range 2 * giveUpAfter {
		wg.Go(func() { c.Ask(t.Context(), view, fmt.Sprintf("a%d.dead.example", i), dns.TypeA) })
	}
	wg.Wait()
	if a := c.Ask(t.Context(), view, "sip.contoso.com", dns.TypeA); a.Outcome != NXDomain {
		t.Errorf("outcome %d, %v", a.Outcome, a.Err)
	}
}

// Of a SIP domain whose nameservers are silent two questions are asked, one after
// the other; all others have the same answer.
func TestSilentZone(t *testing.T) {
	t.Parallel()
	server := rawDNS(t, silentAbout(t, "dead.example"))
	c, view := asking(t, t.Context(), time.Second, server)
	own, common := &Memory{Own: true}, new(Memory)
	c.memory = func(name string) *Memory {
		if strings.HasSuffix(name, "dead.example") {
			return own
		}
		return common
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			a := c.Ask(t.Context(), view, fmt.Sprintf("a%d.dead.example", i), dns.TypeA)
			if want := "nameserver " + server.address + " did not answer within 1s"; a.Outcome != Timeout || fmt.Sprint(a.Err) != want {
				t.Errorf("outcome %d, %v, want %s", a.Outcome, a.Err, want)
			}
		})
	}
	wg.Wait()
	server.received(t, 2*silentQuestions) // each is sent twice
}

// Once one question about a SIP domain was answered, all are asked at once.
func TestZoneThatAnswers(t *testing.T) {
	t.Parallel()
	const questions = 20
	var mu sync.Mutex
	var held []func()
	server := rawDNS(t, func(reply func([]byte), query []byte) {
		var q dns.Msg
		if err := q.Unpack(query); err != nil {
			t.Error(err)
			return
		}
		answer, err := new(dns.Msg).SetRcode(&q, dns.RcodeNameError).Pack()
		if err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if held = append(held, func() { reply(answer) }); len(held) == 1 || len(held) > questions {
			for _, answer := range held {
				answer()
			}
		}
	})
	c, view := asking(t, t.Context(), patient, server)
	c.memory = func() func(string) *Memory { own := &Memory{Own: true}; return func(string) *Memory { return own } }()
	c.Ask(t.Context(), view, "contoso.com", dns.TypeA)
	var wg sync.WaitGroup
	for i := range questions { // none is answered before all are asked
		wg.Go(func() {
			if a := c.Ask(t.Context(), view, fmt.Sprintf("a%d.contoso.com", i), dns.TypeA); a.Outcome != NXDomain {
				t.Errorf("outcome %d, %v", a.Outcome, a.Err)
			}
		})
	}
	wg.Wait()
}
