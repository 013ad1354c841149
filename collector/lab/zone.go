// Package estate is a simulated Lync estate on loopback: DNS, reverse proxy,
// web services and Edge of many SIP domains, healthy and broken, for the demo,
// tests and benchmarks. It needs neither network nor privileges.
package lab

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Zone is what the estate's nameserver knows. It can be changed while it is
// served.
type Zone struct {
	mu      sync.RWMutex
	records map[string][]dns.RR // by lower-case name with trailing dot
	names   map[string]int      // how many records are at or below a name
	faults  map[string]fault    // by lower-case domain with trailing dot
	delays  map[string]time.Duration
	delay   time.Duration
	asked   map[dns.Question]int
}

// fault is how the nameserver fails at a domain and all below it.
type fault int

const (
	servfail fault = iota + 1 // it cannot answer
	silence                   // it says nothing
)

func newZone(delay time.Duration) *Zone {
	return &Zone{records: make(map[string][]dns.RR), names: make(map[string]int), faults: make(map[string]fault), delays: make(map[string]time.Duration),
		delay: delay, asked: make(map[dns.Question]int)}
}

// Add adds records, a line each, as a zone file has them.
func (z *Zone) Add(text string) error {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.add(text)
}

func (z *Zone) add(text string) error {
	records, err := parse(text)
	if err != nil {
		return err
	}
	z.put(records)
	return nil
}

// parse reads records, a line each. Empty lines and comments are none.
func parse(text string) ([]dns.RR, error) {
	var records []dns.RR
	for line := range strings.Lines(text) {
		rr, err := dns.NewRR(line)
		if err != nil {
			return nil, fmt.Errorf("record %q: %w", strings.TrimSpace(line), err)
		}
		if rr != nil {
			records = append(records, rr)
		}
	}
	return records, nil
}

func (z *Zone) put(records []dns.RR) {
	for _, rr := range records {
		name := strings.ToLower(rr.Header().Name)
		z.records[name] = append(z.records[name], rr)
		z.count(name, 1)
	}
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
// is empty. With an error nothing has changed.
func (z *Zone) Set(name, recordType, text string) error {
	records, err := parse(text)
	if err != nil {
		return err
	}
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
	z.put(records)
	return nil
}

// Remove takes the records of a name and type away.
func (z *Zone) Remove(name, recordType string) { _ = z.Set(name, recordType, "") }

// Fail lets the nameserver answer SERVFAIL for a domain and all below it.
func (z *Zone) Fail(domain string) { z.misbehave(domain, servfail) }

// Silence lets the nameserver not answer for a domain and all below it.
func (z *Zone) Silence(domain string) { z.misbehave(domain, silence) }

// Slow lets the nameserver take longer for a domain and all below it, in place
// of the estate's delay.
func (z *Zone) Slow(domain string, delay time.Duration) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.delays[strings.ToLower(dns.Fqdn(domain))] = delay
}

// Recover ends what Fail, Silence and Slow began.
func (z *Zone) Recover(domain string) {
	z.misbehave(domain, 0)
	z.Slow(domain, 0)
}

func (z *Zone) misbehave(domain string, f fault) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.faults[strings.ToLower(dns.Fqdn(domain))] = f
}

// closest is what the closest domain has, the zero value if none has anything.
func closest[T comparable](list map[string]T, name string) (value T) {
	var nothing T
	for ; name != "." && value == nothing; name = parent(name) {
		value = list[name]
	}
	return value
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
	fault, delay := closest(z.faults, name), cmp.Or(closest(z.delays, name), z.delay)
	z.mu.Unlock()
	if delay > 0 {
		<-time.After(delay)
	}
	answer := new(dns.Msg)
	answer.SetReply(query)
	answer.RecursionAvailable = true
	switch fault {
	case silence:
		return
	case servfail:
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
		case !exists: // of a chain the last name counts (RFC 6604 §3)
			return chain, dns.RcodeNameError
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
		if wildcard := z.records["*."+zone]; len(wildcard) > 0 {
			var own []dns.RR
			for _, rr := range wildcard {
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
	packets, streams, err := listenBoth(ip)
	if err != nil {
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
	return packets.LocalAddr().String(), func() {
		for _, server := range servers {
			_ = server.Shutdown()
		}
		wg.Wait()
	}, nil
}

// listenBoth finds a port of an address that is free for UDP and TCP. What is
// free for one may be taken for the other, so it tries a few.
func listenBoth(ip string) (packets net.PacketConn, streams net.Listener, err error) {
	for range 10 {
		if packets, err = net.ListenPacket("udp", net.JoinHostPort(ip, "0")); err != nil {
			return nil, nil, err
		}
		if streams, err = net.Listen("tcp", packets.LocalAddr().String()); err == nil {
			return packets, streams, nil
		}
		_ = packets.Close()
	}
	return nil, nil, err
}
