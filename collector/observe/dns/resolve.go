package dns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/parallel"
)

// Ask asks a view's nameservers for the records of one type that a name has,
// be it by CNAMEs. One that does not follow them out of its own zone is asked
// for their targets.
func (c *Client) Ask(ctx context.Context, view *config.View, name string, qtype uint16) Answer {
	return *c.ask(ctx, view, name, qtype)
}

func (c *Client) ask(ctx context.Context, view *config.View, name string, qtype uint16) *Answer {
	return c.follow(ctx, view, &Answer{Name: canonical(name), Type: qtype})
}

// follow asks for the last name of an answer's chain, and for what that leads to.
func (c *Client) follow(ctx context.Context, view *config.View, a *Answer) *Answer {
	for {
		next := a.Name
		if len(a.Chain) > 0 {
			next = a.Chain[len(a.Chain)-1]
		}
		r := c.once(ctx, view, question{view: view.Name, name: next, qtype: a.Type})
		if !a.add(r) {
			return a
		}
	}
}

// AskOthers asks the nameservers of a view that Ask did not need to, each for
// itself. Those that were silent in this scrape are left out, and all are if
// Ask got no answer.
func (c *Client) AskOthers(ctx context.Context, view *config.View, name string, qtype uint16) []Answer {
	name = canonical(name)
	first := c.once(ctx, view, question{view: view.Name, name: name, qtype: qtype})
	if first.server == nil {
		return nil
	}
	servers, err := c.resolvers.of(c, view)
	if err != nil {
		return nil
	}
	others := make([]*nameserver, 0, len(servers))
	for _, n := range servers {
		if n.address != first.server.address && !n.unreliable() {
			others = append(others, n)
		}
	}
	answers := make([]Answer, len(others))
	parallel.Do(len(others), func(i int) {
		r := c.once(ctx, view, question{view: view.Name, name: name, qtype: qtype, nameserver: others[i].address})
		answers[i] = Answer{Name: name, Type: qtype}
		answers[i].add(r)
	})
	return answers
}

// once asks a question unless it was asked before.
func (c *Client) once(ctx context.Context, view *config.View, q question) *reply {
	memory := c.memory(q.name)
	r, ok := memory.answers.Do(ctx, q, func() *reply {
		switch {
		case memory.Own:
			return memory.zones.in(view.Name).ask(c.ctx, func() *reply { return c.put(view, q) })
		case memory.Kept == nil:
			return c.put(view, q)
		}
		known := func(r *reply) bool { return r.outcome.Known() }
		return memory.Kept.answers.Do(c.ctx, q, memory.Kept.Lasts, known, func() *reply { return c.put(view, q) })
	})
	if !ok {
		return &reply{outcome: Timeout, err: failure.Ended(ctx)}
	}
	return r
}

// put puts a question to the nameservers.
func (c *Client) put(view *config.View, q question) *reply {
	if _, ok := dns.IsDomainName(q.name); !ok {
		return &reply{outcome: Failed, err: failure.FromRemote(fmt.Errorf("not a domain name: %q", q.name))}
	}
	servers, err := c.resolvers.of(c, view)
	if err != nil {
		return &reply{outcome: Failed, err: err}
	}
	if q.nameserver != "" {
		i := slices.IndexFunc(servers, func(n *nameserver) bool { return n.address == q.nameserver })
		return servers[i].ask(q)
	}
	return c.inTurn(servers, q)
}

// add continues an answer with what was said of its last name. It says whether
// to go on with the name that is the last now.
func (a *Answer) add(r *reply) (more bool) {
	a.Outcome, a.Records, a.Total, a.Err = r.outcome, r.records, r.total, r.err
	if a.Chain == nil {
		a.Chain = slices.Clip(r.chain)
		return r.unfollowed
	}
	for _, target := range r.chain {
		var err error
		if a.Chain, err = extend(a.Chain, a.Name, target); err != nil {
			a.Outcome, a.Records, a.Total, a.Err = Failed, nil, 0, err
			return false
		}
	}
	return r.unfollowed
}

// Resolve looks up the addresses of a host name. An address stands for itself.
func (c *Client) Resolve(ctx context.Context, view *config.View, host string) Host {
	return c.host(ctx, view, host, c.resolve)
}

// LookFor resolves a name that is hardly ever there: by one question where it is not.
func (c *Client) LookFor(ctx context.Context, view *config.View, host string) Host {
	return c.host(ctx, view, host, c.lookFor)
}

func (c *Client) host(ctx context.Context, view *config.View, host string, resolve func(*config.View, string) *Host) Host {
	name := canonical(host)
	if address, ok := Address(name); ok {
		return Host{Name: name, Outcome: Found, Addresses: []netip.Addr{address.Unmap()}}
	}
	if name == "" {
		return Host{Outcome: Failed, Err: errors.New("the name of the host is missing")}
	}
	key, memory := hostKey{view.Name, name}, c.memory(name)
	h, ok := memory.hosts.Do(ctx, key, func() *Host {
		work := func() *Host {
			start := time.Now()
			h := resolve(view, name)
			h.Duration = time.Since(start)
			return h
		}
		if memory.Kept == nil {
			return work()
		}
		known := func(h *Host) bool { return h.Outcome.Known() }
		return memory.Kept.hosts.Do(c.ctx, key, memory.Kept.Lasts, known, work)
	})
	if !ok {
		return Host{Name: name, Outcome: Timeout, Err: failure.Ended(ctx)}
	}
	return *h
}

// Address is the address that a name is, where one stands in the place of a name.
func Address(name string) (netip.Addr, bool) {
	if name == "" || !strings.Contains(name, ":") && (name[len(name)-1] < '0' || name[len(name)-1] > '9') {
		return netip.Addr{}, false // as nearly all: to parse them costs an error each
	}
	address, err := netip.ParseAddr(name)
	return address, err == nil
}

// resolve asks for addresses of both kinds at once, unless most hosts have turned out
// to be aliases, as a hoster's customers have them.
func (c *Client) resolve(view *config.View, name string) *Host {
	if c.aliases.Load() > 0 {
		return c.lookFor(view, name)
	}
	var answers [2]*Answer
	parallel.Do(len(answers), func(i int) {
		answers[i] = c.ask(c.ctx, view, name, [...]uint16{dns.TypeA, dns.TypeAAAA}[i])
	})
	c.noteAlias(answers[0])
	return hostOf(answers[0], answers[1])
}

// lookFor asks for IPv6 where it has to: not for a name that does not exist, nor one
// that got no answer to the first question. The aliases of many domains lead to one
// host, whose own addresses are asked for once.
func (c *Client) lookFor(view *config.View, name string) *Host {
	a := c.ask(c.ctx, view, name, dns.TypeA)
	c.noteAlias(a)
	if settles(a) {
		return hostOf(a, a)
	}
	return hostOf(a, c.follow(c.ctx, view, &Answer{Name: a.Name, Type: dns.TypeAAAA, Chain: a.Chain}))
}

// settles says whether the first answer is as good as both: there is no such name, or
// nobody answers.
func settles(a *Answer) bool { return a.Outcome == NXDomain || a.Outcome == Timeout }

func (c *Client) noteAlias(a *Answer) {
	switch {
	case a.Outcome != Found:
	case len(a.Chain) > 0:
		c.aliases.Add(1)
	default:
		c.aliases.Add(-1)
	}
}

// hostOf joins the answers for both kinds of addresses. Of a host without any address
// it must be sure that it has neither. It does not depend on how they were asked for.
func hostOf(a, aaaa *Answer) *Host {
	if settles(a) {
		aaaa = a
	}
	h := &Host{Name: a.Name, Addresses: addresses(a, aaaa), Outcome: a.Outcome, Chain: a.Chain, Err: a.Err}
	if a.Outcome != Found && len(aaaa.Chain) > len(a.Chain) {
		h.Chain = aaaa.Chain
	}
	if a.Outcome == Empty && aaaa.Outcome != NXDomain || a.Outcome != Found && aaaa.Outcome == Found {
		h.Outcome, h.Err = aaaa.Outcome, aaaa.Err
	}
	return h
}

func addresses(answers ...*Answer) []netip.Addr {
	var list []netip.Addr
	for _, answer := range answers {
		for _, rr := range answer.Records {
			address, ok := addressOf(rr)
			if ok && len(list) < MaxAddresses && !slices.Contains(list, address) {
				list = append(list, address)
			}
		}
	}
	return list
}

func addressOf(rr dns.RR) (netip.Addr, bool) {
	var ip net.IP
	switch rr := rr.(type) {
	case *dns.A:
		ip = rr.A
	case *dns.AAAA:
		ip = rr.AAAA
	}
	address, ok := netip.AddrFromSlice(ip)
	return address.Unmap(), ok
}

func srvRecords(records []dns.RR) []SRV {
	var list []SRV
	for _, rr := range records {
		srv, ok := rr.(*dns.SRV)
		if !ok {
			continue
		}
		s := SRV{Target: canonical(srv.Target), Port: srv.Port, Priority: srv.Priority, Weight: srv.Weight}
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b SRV) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Target, b.Target), cmp.Compare(a.Port, b.Port))
	})
	return list
}
