package dns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
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
	a := &Answer{Name: canonical(name), Type: qtype}
	next := a.Name
	for {
		r := c.once(ctx, view, question{view: view.Name, name: next, qtype: qtype})
		if !a.add(r) {
			return a
		}
		next = a.Chain[len(a.Chain)-1]
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

// LookFor resolves a name that is hardly ever there. Its addresses of both kinds are
// not asked for at once, as most often the first answer says that there is no such
// name.
func (c *Client) LookFor(ctx context.Context, view *config.View, host string) Host {
	return c.host(ctx, view, host, c.lookFor)
}

func (c *Client) host(ctx context.Context, view *config.View, host string, resolve func(*config.View, string) *Host) Host {
	name := canonical(host)
	if address, err := netip.ParseAddr(name); err == nil {
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

func (c *Client) resolve(view *config.View, name string) *Host {
	var answers [2]*Answer
	parallel.Do(len(answers), func(i int) {
		answers[i] = c.ask(c.ctx, view, name, [...]uint16{dns.TypeA, dns.TypeAAAA}[i])
	})
	return hostOf(answers[0], answers[1])
}

func (c *Client) lookFor(view *config.View, name string) *Host {
	a := c.ask(c.ctx, view, name, dns.TypeA)
	if a.Outcome == NXDomain {
		return hostOf(a, a)
	}
	return hostOf(a, c.ask(c.ctx, view, name, dns.TypeAAAA))
}

// hostOf joins the answers for both kinds of addresses. Of a host without any
// address it must be sure that it has neither.
func hostOf(a, aaaa *Answer) *Host {
	h := &Host{Name: a.Name, Addresses: addresses(a, aaaa)}
	decisive := a
	switch {
	case a.Outcome == Found:
	case aaaa.Outcome == Found:
		decisive = aaaa
	case a.Outcome.Missing() && aaaa.Outcome.Missing():
		if a.Outcome == NXDomain {
			decisive = aaaa // Empty wins: a name with no address of one kind exists
		}
	case a.Outcome.Missing() || a.Outcome == Timeout && aaaa.Outcome == Failed:
		decisive = aaaa
	}
	h.Outcome, h.Chain, h.Err = decisive.Outcome, decisive.Chain, decisive.Err
	if h.Outcome != Found {
		for _, other := range [...]*Answer{a, aaaa} {
			if len(other.Chain) > len(h.Chain) {
				h.Chain = other.Chain
			}
		}
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
	slices.SortStableFunc(list, func(a, b SRV) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(b.Weight, a.Weight))
	})
	return list
}
