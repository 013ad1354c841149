package collector

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// Owner prefixes of the service records that Lync looks up (lync-rules.md §1).
const (
	federationRecord = "_sipfederationtls._tcp"
	clientRecord     = "_sip._tls"
	internalRecord   = "_sipinternaltls._tcp"
	plainRecord      = "_sipinternal._tcp"
	xmppRecord       = "_xmpp-server._tcp"
)

// target is a service record together with what its target resolves to.
type target struct {
	observe.SRV
	Host observe.Host
}

// record is a service record set: the answer, and every target resolved.
type record struct {
	Prefix  string
	Answer  observe.Answer
	Targets []target // in the order in which the Access Edge prefers them
}

// SRV asks for a service record of the domain.
func (q *Inquiry) SRV(ctx context.Context, prefix string) observe.Answer {
	return q.Ask(ctx, prefix+"."+q.Domain.Name, dns.TypeSRV)
}

// Record asks for a service record and resolves its targets side by side.
func (q *Inquiry) Record(ctx context.Context, prefix string) record {
	r := record{Prefix: prefix, Answer: q.SRV(ctx, prefix)}
	srvs := r.Answer.SRVs()
	r.Targets = make([]target, len(srvs))
	each(srvs, func(i int, srv observe.SRV) {
		r.Targets[i].SRV = srv
		if srv.Target != "" && !isAddress(srv.Target) {
			r.Targets[i].Host = q.Resolve(ctx, srv.Target)
		}
	})
	return r
}

// Wildcard resolves a name that nobody set up and nobody can guess. Where it
// is found, the zone answers for everything, and "it exists" proves nothing.
func (q *Inquiry) Wildcard(ctx context.Context) observe.Host {
	return q.Resolve(ctx, q.nonce+"."+q.Domain.Name)
}

// sameAnswer says whether a host resolves as a wildcard would have it: to the
// same alias or the same addresses.
func sameAnswer(host, wildcard observe.Host) bool {
	if wildcard.Outcome != observe.Found {
		return false
	}
	if len(host.Chain) > 0 || len(wildcard.Chain) > 0 {
		return slices.Equal(host.Chain, wildcard.Chain)
	}
	compare := func(a, b netip.Addr) int { return a.Compare(b) }
	return slices.Equal(slices.SortedFunc(slices.Values(host.Addresses), compare), slices.SortedFunc(slices.Values(wildcard.Addresses), compare))
}

// finalName is the name that a host's aliases end at.
func finalName(h observe.Host) string {
	if len(h.Chain) == 0 {
		return h.Name
	}
	return h.Chain[len(h.Chain)-1]
}

// zoneLine writes a service record as a zone file has it.
func zoneLine(prefix, domain string, s observe.SRV) string {
	return fmt.Sprintf("%s.%s. SRV %s", prefix, domain, rdata(s))
}

func rdata(s observe.SRV) string {
	return fmt.Sprintf("%d %d %d %s.", s.Priority, s.Weight, s.Port, s.Target)
}

// describeHost says in a few words what a name resolves to.
func describeHost(h observe.Host) string {
	var b strings.Builder
	for _, alias := range h.Chain {
		fmt.Fprintf(&b, "alias of %s; ", alias)
	}
	switch {
	case len(h.Addresses) > 0:
		for i, a := range h.Addresses {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(a.String())
		}
	case h.Err != nil:
		b.WriteString(h.Err.Error())
	default:
		b.WriteString("no address")
	}
	return b.String()
}

// all runs functions side by side and waits for them.
func all(fs ...func()) {
	each(fs, func(_ int, f func()) { f() })
}

// each runs f for every element, side by side, and waits for them. A panic in
// one of them becomes the caller's, so that it costs no more than one of the
// caller's own.
func each[T any](list []T, f func(int, T)) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var panicked any
	guarded := func(i int, v T) {
		defer func() {
			if p := recover(); p != nil {
				mu.Lock()
				panicked = p
				mu.Unlock()
			}
		}()
		f(i, v)
	}
	for i, v := range list {
		if i == len(list)-1 {
			guarded(i, v) // the caller would only wait
			break
		}
		wg.Go(func() { guarded(i, v) })
	}
	wg.Wait()
	if panicked != nil {
		panic(panicked)
	}
}
