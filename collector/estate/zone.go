// Package estate is a simulated Lync estate on loopback: DNS, reverse proxy,
// web services and Edge of many SIP domains, healthy and broken, for the demo,
// tests and benchmarks. It needs neither network nor privileges.
package estate

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Zone is what the estate's nameserver knows. It can be changed while it is
// served.
type Zone struct {
	mu       sync.RWMutex
	records  map[string][]dns.RR // by lower-case name with trailing dot
	names    map[string]int      // how many records are at or below a name
	servfail []string            // domains that the nameserver cannot answer for
	silent   []string            // domains that it says nothing about
	delay    time.Duration
	asked    map[dns.Question]int
}

func newZone(delay time.Duration) *Zone {
	return &Zone{records: make(map[string][]dns.RR), names: make(map[string]int), delay: delay, asked: make(map[dns.Question]int)}
}

// Add adds records, a line each, as a zone file has them.
func (z *Zone) Add(text string) error {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.add(text)
}

func (z *Zone) add(text string) error {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		rr, err := dns.NewRR(line)
		if err != nil {
			return fmt.Errorf("record %q: %w", line, err)
		}
		name := strings.ToLower(rr.Header().Name)
		z.records[name] = append(z.records[name], rr)
		z.count(name, 1)
	}
	return nil
}

// count keeps how many records are at or below each name, so that a name with
// records below it exists without having any (RFC 8020).
func (z *Zone) count(name string, by int) {
	for n := name; n != "."; n = parent(n) {
		if z.names[n] += by; z.names[n] == 0 {
			delete(z.names, n)
		}
	}
}

func parent(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	if rest == "" {
		return "."
	}
	return rest
}

// Set replaces the records of a name and type by those of the text, none if it
// is empty.
func (z *Zone) Set(name, recordType, text string) error {
	z.mu.Lock()
	defer z.mu.Unlock()
	name = strings.ToLower(dns.Fqdn(name))
	var kept []dns.RR
	for _, rr := range z.records[name] {
		if dns.TypeToString[rr.Header().Rrtype] == recordType {
			z.count(name, -1)
		} else {
			kept = append(kept, rr)
		}
	}
	z.records[name] = kept
	return z.add(text)
}

// Questions are how often each question was asked.
func (z *Zone) Questions() map[dns.Question]int {
	z.mu.RLock()
	defer z.mu.RUnlock()
	return maps.Clone(z.asked)
}

// ServeDNS answers as a resolver does: aliases are followed.
func (z *Zone) ServeDNS(w dns.ResponseWriter, query *dns.Msg) {
	if len(query.Question) != 1 {
		return
	}
	question := query.Question[0]
	name := strings.ToLower(question.Name)
	z.mu.Lock()
	z.asked[dns.Question{Name: name, Qtype: question.Qtype, Qclass: question.Qclass}]++
	z.mu.Unlock()
	if z.delay > 0 {
		<-time.After(z.delay)
	}
	answer := new(dns.Msg)
	answer.SetReply(query)
	answer.RecursionAvailable = true
	switch {
	case belowAny(name, z.silent):
		return
	case belowAny(name, z.servfail):
		answer.Rcode = dns.RcodeServerFailure
	default:
		answer.Answer, answer.Rcode = z.resolve(question.Name, question.Qtype)
		if len(answer.Answer) == 0 {
			answer.Ns = []dns.RR{&dns.SOA{Hdr: dns.RR_Header{Name: "example.", Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 60},
				Ns: "ns.example.", Mbox: "hostmaster.example.", Serial: 1, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: 60}}
		}
	}
	_ = w.WriteMsg(answer) // the client may be gone
}

func belowAny(name string, domains []string) bool {
	return slices.ContainsFunc(domains, func(d string) bool { return dns.IsSubDomain(d+".", name) })
}

// resolve finds the records of a type and the aliases on the way to them.
func (z *Zone) resolve(name string, qtype uint16) ([]dns.RR, int) {
	z.mu.RLock()
	defer z.mu.RUnlock()
	var chain []dns.RR
	for range 8 {
		records, exists := z.at(name)
		var alias *dns.CNAME
		for _, rr := range records {
			if rr.Header().Rrtype == qtype {
				chain = append(chain, rr)
			} else if c, ok := rr.(*dns.CNAME); ok {
				alias = c
			}
		}
		switch {
		case alias != nil:
			chain = append(chain, alias)
			name = alias.Target
		case !exists && len(chain) == 0:
			return nil, dns.RcodeNameError
		default:
			return chain, dns.RcodeSuccess
		}
	}
	return nil, dns.RcodeServerFailure
}

// at are the records of a name, a wildcard's where it has none, and whether it
// exists.
func (z *Zone) at(name string) ([]dns.RR, bool) {
	name = strings.ToLower(name)
	if z.names[name] > 0 {
		return z.records[name], true
	}
	for zone := parent(name); zone != "."; zone = parent(zone) {
		if wild := z.records["*."+zone]; len(wild) > 0 {
			var own []dns.RR
			for _, rr := range wild {
				rr = dns.Copy(rr)
				rr.Header().Name = name
				own = append(own, rr)
			}
			return own, true
		}
		if z.names[zone] > 0 {
			break
		}
	}
	return nil, false
}

// serve answers over UDP and TCP on the same port of an address until the
// function returned is called.
func (z *Zone) serve(ip string) (address string, closing func(), err error) {
	packets, err := net.ListenPacket("udp", net.JoinHostPort(ip, "0"))
	if err != nil {
		return "", nil, err
	}
	address = packets.LocalAddr().String()
	streams, err := net.Listen("tcp", address)
	if err != nil {
		packets.Close()
		return "", nil, err
	}
	var wg sync.WaitGroup
	servers := []*dns.Server{{PacketConn: packets, Handler: z}, {Listener: streams, Handler: z}}
	for _, server := range servers {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		wg.Go(func() { _ = server.ActivateAndServe() })
		<-started
	}
	return address, func() {
		for _, server := range servers {
			_ = server.Shutdown()
		}
		wg.Wait()
	}, nil
}
