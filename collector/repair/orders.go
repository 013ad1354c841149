package repair

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// order is a certificate to be requested, with the domains that want it.
type order struct {
	number  int
	repairs []wanted
	domains []*survey.DomainReport
	wants   map[*survey.DomainReport]bool
	joined  *order // which it turned out to be; nil: none
}

func (o *order) add(w wanted, d *survey.DomainReport) {
	o.repairs = append(o.repairs, w)
	if !o.wants[d] {
		o.wants[d] = true
		o.domains = append(o.domains, d)
	}
}

func (o *order) join(other *order) {
	other.joined = o
	o.repairs = append(o.repairs, other.repairs...)
	for _, d := range other.domains {
		if !o.wants[d] {
			o.wants[d] = true
			o.domains = append(o.domains, d)
		}
	}
}

// now is the order that this one has become.
func (o *order) now() *order {
	for o != nil && o.joined != nil {
		o = o.joined
	}
	return o
}

// orders are those of all domains. Two repairs are of one certificate if they are
// at one server, or at servers of one address that show the same; where it is not
// known what one of them shows, if their ports are the same. A server that chooses
// by the name asked for has several certificates.
//
// Thousands of domains with bad certificates are found here by what they have in
// common, and never compared with each other.
type orders struct {
	all      []*order
	byServer map[string]*order // host and port, as endpoint has them
	shown    map[shown]*order
	unknown  map[place]*order // where it is not known what is shown
	at       map[place]map[*order]bool
}

// shown is a certificate that is shown at an address.
type shown struct {
	address netip.Addr
	sum     [sha256.Size]byte
}

// place is an address and a port.
type place struct {
	address netip.Addr
	port    string
}

func newOrders() *orders {
	return &orders{byServer: make(map[string]*order), shown: make(map[shown]*order), unknown: make(map[place]*order),
		at: make(map[place]map[*order]bool)}
}

// place puts a repair to the others of the same certificate. It may show that
// several orders are one: that is the first of them then.
func (l *orders) place(d *survey.DomainReport, w wanted) {
	wants := w.Certificate
	host, port := endpoint(wants.Server)
	server := host + " " + port
	same := map[*order]bool{l.byServer[server].now(): true}
	sum := sumOf(wants.Present)
	for _, a := range wants.Server.Addresses {
		if wants.Present != nil {
			same[l.shown[shown{a, sum}].now()] = true
			same[l.unknown[place{a, port}].now()] = true
			continue
		}
		for o := range l.at[place{a, port}] {
			same[o.now()] = true
		}
	}
	delete(same, nil)
	o := l.one(same)
	o.add(w, d)
	l.byServer[server] = o
	for _, a := range wants.Server.Addresses {
		if wants.Present != nil {
			l.shown[shown{a, sum}] = o
			l.note(place{a, port}, o)
		} else {
			l.unknown[place{a, port}] = o
			l.at[place{a, port}] = map[*order]bool{o: true} // all that were there have joined it
		}
	}
}

func (l *orders) note(p place, o *order) {
	if l.at[p] == nil {
		l.at[p] = make(map[*order]bool)
	}
	l.at[p][o] = true
}

// one makes one order of some, or a new one.
func (l *orders) one(same map[*order]bool) *order {
	if len(same) == 0 {
		o := &order{number: len(l.all), wants: make(map[*survey.DomainReport]bool)}
		l.all = append(l.all, o)
		return o
	}
	list := make([]*order, 0, len(same))
	for o := range same {
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b *order) int { return cmp.Compare(a.number, b.number) })
	for _, o := range list[1:] {
		list[0].join(o)
	}
	return list[0]
}

// sumOf is the same for certificates that look the same to people.
func sumOf(c *verdict.Certificate) (sum [sha256.Size]byte) {
	if c == nil {
		return sum
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %d", c.Subject, c.Issuer, c.NotAfter.UnixNano())
	for _, name := range c.Names {
		io.WriteString(h, name)
		h.Write([]byte{0})
	}
	h.Sum(sum[:0])
	return sum
}
