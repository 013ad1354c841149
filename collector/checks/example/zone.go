package example

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// zone is what the nameservers know.
type zone struct {
	records        map[string][]mdns.RR // by name, lower-case, no trailing dot
	names          map[string]bool      // of records and what is above them
	others         []dns.Answer         // of other nameservers
	silent, broken []string             // names at and below which there is no usable answer
}

// microsoft are names that exist in every example that does not have them.
const microsoft = `
sipfed.online.lync.com.   A 52.112.0.1
sipdir.online.lync.com.   A 52.112.0.2
webdir.online.lync.com.   A 52.112.0.3
webdir1e.online.lync.com. A 52.112.0.4
`

func readZone(text, domain string) (*zone, error) {
	z := &zone{records: make(map[string][]mdns.RR), names: make(map[string]bool)}
	own, err := readRecords(text, domain)
	if err != nil {
		return nil, err
	}
	z.add(own)
	theirs, err := readRecords(microsoft, ".")
	if err != nil {
		return nil, err
	}
	z.add(slices.DeleteFunc(theirs, func(rr mdns.RR) bool { return z.names[canonical(rr.Header().Name)] }))
	return z, nil
}

func readRecords(text, origin string) ([]mdns.RR, error) {
	parser := mdns.NewZoneParser(strings.NewReader(text), mdns.Fqdn(origin), "")
	parser.SetDefaultTTL(3600)
	var list []mdns.RR
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		list = append(list, rr)
	}
	return list, parser.Err()
}

func (z *zone) add(records []mdns.RR) {
	for _, rr := range records {
		name := canonical(rr.Header().Name)
		z.records[name] = append(z.records[name], rr)
		for ; name != ""; name = parent(name) {
			z.names[name] = true
		}
	}
}

// addOther adds what another nameserver has of a name and type.
func (z *zone) addOther(name, kind, text, domain string) error {
	qtype, ok := mdns.StringToType[kind]
	if !ok {
		return fmt.Errorf("%q is no type of records", kind)
	}
	records, err := readRecords(text, domain)
	if err != nil {
		return err
	}
	a := dns.Answer{Name: canonical(name), Type: qtype, Outcome: dns.Empty, Records: records, Total: len(records)}
	if len(records) > 0 {
		a.Outcome = dns.Found
	}
	for _, rr := range records {
		if canonical(rr.Header().Name) != a.Name || rr.Header().Rrtype != qtype {
			return fmt.Errorf("the record %s is not of that name and type", rr)
		}
	}
	z.others = append(z.others, a)
	return nil
}

// ask answers a question, following aliases.
func (z *zone) ask(name string, qtype uint16) dns.Answer {
	a := dns.Answer{Name: canonical(name), Type: qtype}
	for at := a.Name; ; {
		if z.fails(&a, at) {
			return a
		}
		records, exists := z.at(at)
		if !exists {
			a.Outcome = dns.NXDomain
			return a
		}
		for _, rr := range records {
			if rr.Header().Rrtype == qtype {
				a.Records = append(a.Records, rr)
			}
		}
		if a.Total = len(a.Records); a.Total > 0 {
			a.Outcome, a.Records = dns.Found, a.Records[:min(a.Total, dns.MaxRecords)]
			return a
		}
		alias := slices.IndexFunc(records, func(rr mdns.RR) bool { return rr.Header().Rrtype == mdns.TypeCNAME })
		if alias < 0 {
			a.Outcome = dns.Empty
			return a
		}
		at = canonical(records[alias].(*mdns.CNAME).Target)
		if at == a.Name || slices.Contains(a.Chain, at) {
			a.Outcome, a.Err = dns.Failed, fmt.Errorf("CNAMEs go in a circle: %s leads to %s again", a.Name, at)
			return a
		}
		if len(a.Chain) == dns.MaxChain {
			a.Outcome, a.Err = dns.Failed, fmt.Errorf("more than %d CNAMEs in a row from %s on", dns.MaxChain, a.Name)
			return a
		}
		a.Chain = append(a.Chain, at)
	}
}

// at are the records of a name, by a wildcard where there is one for it.
func (z *zone) at(name string) (records []mdns.RR, exists bool) {
	if z.names[name] {
		return z.records[name], true
	}
	for above := parent(name); ; above = parent(above) {
		if above == "" || z.names[above] {
			records, exists = z.records[strings.TrimSuffix("*."+above, ".")]
			return records, exists
		}
	}
}

// fails notes why there is no usable answer for a name.
func (z *zone) fails(a *dns.Answer, name string) bool {
	below := func(zone string) bool { return name == zone || strings.HasSuffix(name, "."+zone) }
	switch {
	case slices.ContainsFunc(z.silent, below):
		a.Outcome, a.Err = dns.Timeout, fmt.Errorf("nameserver 192.0.2.53:53 did not answer within 3s")
	case slices.ContainsFunc(z.broken, below):
		a.Outcome, a.Err = dns.Failed, fmt.Errorf("nameserver 192.0.2.53:53 answered SERVFAIL")
	}
	return a.Err != nil
}

// resolve looks up the addresses of a host. An address stands for itself.
func (z *zone) resolve(host string) dns.Host {
	h := dns.Host{Name: canonical(host)}
	if address, err := netip.ParseAddr(h.Name); err == nil {
		h.Outcome, h.Addresses = dns.Found, []netip.Addr{address.Unmap()}
		return h
	}
	v4, v6 := z.ask(h.Name, mdns.TypeA), z.ask(h.Name, mdns.TypeAAAA)
	h.Outcome, h.Chain, h.Err, h.Duration = v4.Outcome, v4.Chain, v4.Err, resolveTook
	for _, rr := range slices.Concat(v4.Records, v6.Records) {
		if a, ok := addressOf(rr); ok && len(h.Addresses) < dns.MaxAddresses && !slices.Contains(h.Addresses, a) {
			h.Outcome, h.Addresses = dns.Found, append(h.Addresses, a)
		}
	}
	return h
}

func addressOf(rr mdns.RR) (netip.Addr, bool) {
	switch rr := rr.(type) {
	case *mdns.A:
		a, ok := netip.AddrFromSlice(rr.A)
		return a.Unmap(), ok
	case *mdns.AAAA:
		a, ok := netip.AddrFromSlice(rr.AAAA)
		return a, ok
	}
	return netip.Addr{}, false
}

func canonical(name string) string {
	if mdns.IsFqdn(name) {
		name = name[:len(name)-1]
	}
	return strings.ToLower(name)
}

func parent(name string) string {
	_, above, _ := strings.Cut(name, ".")
	return above
}

// What operations take.
const (
	resolveTook = 5 * time.Millisecond
	connectTook = 10 * time.Millisecond
	tlsTook     = 20 * time.Millisecond
	answerTook  = 30 * time.Millisecond
	bodyTook    = 2 * time.Millisecond
)
