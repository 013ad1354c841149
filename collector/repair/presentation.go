package repair

import (
	"fmt"
	"strings"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// resource is a record whose text is plain: letters, digits and hyphens, and an
// escaped number in the place of any other byte. Names in it are what somebody
// else published; in this form none of them ends a line, a quotation or a
// command.
type resource struct {
	name, recordType string
	address          string // of A and AAAA
	target           string // of CNAME and SRV
	priority, weight uint16
	port             uint16
}

// plain reads a record. Data "" stands for all of the name and type.
func plain(r verdict.Record) (resource, error) {
	name, err := plainName(r.Name)
	if err != nil {
		return resource{}, err
	}
	p := resource{name: name, recordType: r.Type}
	if r.Data == "" {
		if dns.StringToType[r.Type] == dns.TypeNone {
			return resource{}, fmt.Errorf("there is no record type %q", r.Type)
		}
		return p, nil
	}
	rr, err := dns.NewRR(fmt.Sprintf("%s %d IN %s %s", name, TTL, r.Type, r.Data))
	if err != nil {
		return resource{}, err
	}
	switch rr := rr.(type) {
	case *dns.A:
		p.address = rr.A.String()
	case *dns.AAAA:
		p.address = rr.AAAA.String()
	case *dns.CNAME:
		p.target, err = plainName(rr.Target)
	case *dns.SRV:
		p.priority, p.weight, p.port = rr.Priority, rr.Weight, rr.Port
		p.target, err = plainName(rr.Target)
	default:
		err = fmt.Errorf("%s %s is no record that belongs here", r.Name, r.Type)
	}
	return p, err
}

// plainName writes a domain name with nothing but harmless characters.
func plainName(name string) (string, error) {
	packed := make([]byte, 256)
	end, err := dns.PackDomainName(dns.Fqdn(name), packed, 0, nil, false)
	if err != nil {
		return "", fmt.Errorf("%q is no domain name: %w", name, err)
	}
	var b strings.Builder
	for rest := packed[:end]; rest[0] > 0; rest = rest[1+rest[0]:] {
		for _, c := range rest[1 : 1+rest[0]] {
			if isPlain(c) {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "\\%03d", c)
			}
		}
		b.WriteByte('.')
	}
	if b.Len() == 0 {
		return ".", nil
	}
	return b.String(), nil
}

func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '*'
}

// data is the record's as a zone file has it.
func (p resource) data() string {
	switch p.recordType {
	case "A", "AAAA":
		return p.address
	case "CNAME":
		return p.target
	}
	return fmt.Sprintf("%d %d %d %s", p.priority, p.weight, p.port, p.target)
}

// comment says in a line for which findings a change is.
func comment(c Change) string {
	reason := strings.Join(c.For, ", ")
	if len(c.Domains) > 0 {
		reason += " (" + strings.Join(c.Domains, ", ") + ")"
	}
	return legible(reason)
}

// legible is text in one line, without what a terminal would act on.
func legible(s string) string { return verdict.Textf("%s", s).String() }
