package dns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

// The header of a DNS message (RFC 1035 §4.1.1).
const (
	headerSize   = 12
	flagResponse = 0x80 // of byte 2
	maskOpcode   = 0x78
	flagTC       = 0x02
	maskRcode    = 0x0f // of byte 3
)

func truncated(message []byte) bool { return message[2]&flagTC != 0 }

// echoes says whether a message is the answer to a packed query: the same ID
// and the same question, names without regard to case. An error may come
// without the question, as some nameservers send REFUSED.
func echoes(answer, query []byte) bool {
	if len(answer) < headerSize || answer[0] != query[0] || answer[1] != query[1] ||
		answer[2]&flagResponse == 0 || answer[2]&maskOpcode != 0 {
		return false
	}
	switch binary.BigEndian.Uint16(answer[4:]) {
	case 0:
		code := int(answer[3] & maskRcode)
		return code != dns.RcodeSuccess && code != dns.RcodeNameError
	case 1:
		return sameQuestion(answer[headerSize:], query[headerSize:])
	default:
		return false
	}
}

// sameQuestion compares the first question section byte by byte. Lengths of
// labels are below the letters, so lower-casing leaves them alone.
func sameQuestion(answer, query []byte) bool {
	end := 0
	for query[end] != 0 {
		end += 1 + int(query[end])
	}
	end++
	if len(answer) < end+4 {
		return false
	}
	for i := range end {
		if lower(answer[i]) != lower(query[i]) {
			return false
		}
	}
	return string(answer[end:end+4]) == string(query[end:end+4]) // type and class
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

var errBroken = errors.New("a broken answer")

// unpack parses an answer. The library overlooks records that are announced
// and missing; they make "no such record" of a broken answer.
func unpack(m *dns.Msg, answer []byte) error {
	if err := m.Unpack(answer); err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	if announced := int(binary.BigEndian.Uint16(answer[6:])); announced != len(m.Answer) {
		return fmt.Errorf("%w: %d of %d records are there", errBroken, len(m.Answer), announced)
	}
	return nil
}

// interpret reads the answer out of a NOERROR or NXDOMAIN message: the records
// at the end of the chain of CNAMEs that begins at the question's name. Records
// of other names do not count.
func interpret(m *dns.Msg) (*reply, error) {
	if len(m.Question) != 1 {
		return nil, fmt.Errorf("%w: it does not repeat the question", errBroken)
	}
	r := new(reply)
	owner := canonical(m.Question[0].Name)
	qtype := m.Question[0].Qtype
	name := owner
	for {
		if err := r.take(m.Answer, owner, qtype); err != nil {
			return nil, err
		}
		if r.total > 0 {
			r.outcome = Found
			return r, nil
		}
		target, ok := alias(m.Answer, owner)
		if !ok {
			break
		}
		if r.chain, r.err = extend(r.chain, name, target); r.err != nil {
			r.outcome = Failed
			return r, nil
		}
		owner = target
	}
	return r.without(m)
}

// without tells apart the answers that hold no record (RFC 2308 §2).
func (r *reply) without(m *dns.Msg) (*reply, error) {
	proof := has(m.Ns, dns.TypeSOA)
	switch {
	case m.Rcode == dns.RcodeNameError:
		r.outcome = NXDomain
	case len(r.chain) > 0 && !proof:
		r.outcome, r.unfollowed = Empty, true
	case !proof && !m.Authoritative && has(m.Ns, dns.TypeNS):
		return nil, errors.New("a referral to other nameservers instead of an answer")
	default:
		r.outcome = Empty
	}
	return r, nil
}

func has(section []dns.RR, rrtype uint16) bool {
	return slices.ContainsFunc(section, func(rr dns.RR) bool { return rr.Header().Rrtype == rrtype })
}

// take adds the records of one name and type.
func (r *reply) take(section []dns.RR, owner string, qtype uint16) error {
	for _, rr := range section {
		if !isOf(rr, owner, qtype) {
			continue
		}
		if rr.Header().Rdlength == 0 {
			return fmt.Errorf("%w: a %s record without data", errBroken, dns.Type(qtype))
		}
		r.total++
		if len(r.records) < MaxRecords {
			r.records = append(r.records, rr)
		}
	}
	return nil
}

func alias(section []dns.RR, owner string) (target string, ok bool) {
	for _, rr := range section {
		if cname, ok := rr.(*dns.CNAME); ok && isOf(rr, owner, dns.TypeCNAME) && cname.Target != "" {
			return canonical(cname.Target), true
		}
	}
	return "", false
}

func isOf(rr dns.RR, owner string, rrtype uint16) bool {
	h := rr.Header()
	return h.Rrtype == rrtype && h.Class == dns.ClassINET && strings.EqualFold(relative(h.Name), owner)
}

// extend adds a target to a chain of CNAMEs that begins at name.
func extend(chain []string, name, target string) ([]string, error) {
	if target == name || slices.Contains(chain, target) {
		return chain, failure.FromRemote(fmt.Errorf("CNAMEs go in a circle: %s leads to %s again", name, target))
	}
	if len(chain) == MaxChain {
		return chain, failure.FromRemote(fmt.Errorf("more than %d CNAMEs in a row from %s on", MaxChain, name))
	}
	return append(chain, target), nil
}

// canonical is the form in which names are compared and kept: lower-case,
// without the trailing dot, which may not be one that is escaped.
func canonical(name string) string { return strings.ToLower(relative(name)) }

func relative(name string) string {
	if dns.IsFqdn(name) {
		return name[:len(name)-1]
	}
	return name
}
