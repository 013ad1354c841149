package common

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// ReplaceRecord is the change that leaves one service record in the place of
// another, or of none.
func ReplaceRecord(s inquiry.Subject, prefix string, want dns.SRV, was ...dns.SRV) verdict.Repair {
	record := lync.ServiceRecord(prefix, s.Domain.Name, want)
	if len(was) == 0 {
		return verdict.InDNS(verdict.Publish, record)
	}
	replaced := make([]string, len(was))
	for i, w := range was {
		replaced[i] = lync.Data(w)
	}
	return verdict.InDNS(verdict.Replace, record, replaced...)
}

// MendRecord are the changes that make one record of a set what it is to be, and
// the record that is left then. Where another one leads there already, this one
// goes. Where the records are another name's, the alias that leads there goes.
func MendRecord(s inquiry.Subject, r inquiry.Record, want, was dns.SRV) (dns.SRV, []verdict.Repair) {
	if len(r.Answer.Chain) > 0 {
		return want, []verdict.Repair{DeleteAlias(s, r), ReplaceRecord(s, r.Prefix, want)}
	}
	for _, t := range r.Targets {
		if t.SRV != was && t.Target == want.Target && t.Port == want.Port {
			return t.SRV, []verdict.Repair{DeleteRecord(s, r.Prefix, was)}
		}
	}
	return want, []verdict.Repair{ReplaceRecord(s, r.Prefix, want, was)}
}

// DeleteAlias is the change that takes away the alias which stands in the place of
// a service record.
func DeleteAlias(s inquiry.Subject, r inquiry.Record) verdict.Repair {
	return remove(verdict.Record{Name: r.Prefix + "." + s.Domain.Name + ".", Type: "CNAME", Data: r.Answer.Chain[0] + "."})
}

// DeleteRecord is the change that takes one service record away.
func DeleteRecord(s inquiry.Subject, prefix string, was dns.SRV) verdict.Repair {
	return remove(lync.ServiceRecord(prefix, s.Domain.Name, was))
}

func remove(r verdict.Record) verdict.Repair { return verdict.InDNS(verdict.Delete, r, r.Data) }

// DeleteHost is the change that takes the records of a host away: its alias, or
// its addresses.
func DeleteHost(h dns.Host) []verdict.Repair {
	if len(h.Chain) > 0 {
		return []verdict.Repair{remove(verdict.Record{Name: h.Name + ".", Type: "CNAME", Data: h.Chain[0] + "."})}
	}
	var repairs []verdict.Repair
	for _, a := range h.Addresses {
		repairs = append(repairs, remove(addressRecord(h.Name, a)))
	}
	return repairs
}

// PublishAddresses is the change that gives a name the addresses of a server
// that is known. Where none is, a placeholder says what belongs there.
func PublishAddresses(name, placeholder string, addresses []netip.Addr) []verdict.Repair {
	if len(addresses) == 0 {
		return []verdict.Repair{verdict.InDNS(verdict.Publish, verdict.Record{Name: name + ".", Type: "A", Data: placeholder})}
	}
	var repairs []verdict.Repair
	for _, a := range addresses {
		repairs = append(repairs, verdict.InDNS(verdict.Publish, addressRecord(name, a)))
	}
	return repairs
}

// addressRecord is the record that gives a host an address.
func addressRecord(host string, a netip.Addr) verdict.Record {
	r := verdict.Record{Name: host + ".", Type: "AAAA", Data: a.String()}
	if a.Is4() {
		r.Type = "A"
	}
	return r
}

// Lines are the records of repairs in DNS, a line each.
func Lines(repairs []verdict.Repair) verdict.Lines {
	lines := make([]string, len(repairs))
	for i, r := range repairs {
		lines[i] = r.DNS.Record.String()
	}
	return verdict.Lines(strings.Join(lines, "\n"))
}

// Edge is the Access Edge of the domain's own as far as DNS shows it: the name
// that its SRV records are to have, and its addresses.
type Edge struct {
	Name      string
	Addresses []netip.Addr
}

// Has says whether an address is one of the Edge's.
func (e Edge) Has(a netip.Addr) bool { return slices.Contains(e.Addresses, a) }

// KnownEdge finds the domain's own Access Edge by its records: the target of a
// service record that is right already, else sip.<domain>, which most have. Where
// that is not in DNS, it is to lead to the Edge of the domain above or below that a
// record names.
func KnownEdge(ctx context.Context, s inquiry.Subject, q inquiry.Questions) Edge {
	return inquiry.Once(q, "edge", func() Edge { return findEdge(ctx, s, q) })
}

func findEdge(ctx context.Context, s inquiry.Subject, q inquiry.Questions) Edge {
	// The topology is learned from all of these, side by side.
	client, federation := inquiry.LookUp(ctx, q, lync.ClientRecord), inquiry.LookUp(ctx, q, lync.FederationRecord)
	sip, wildcard := q.Resolve(ctx, s.Host("sip")), inquiry.Wildcard(ctx, s, q)
	edge := Edge{Name: s.Host("sip")}
	if sip.Outcome == dns.Found && !lync.SameAnswer(sip, wildcard) && !lync.LeadsToCloud(sip) {
		edge.Addresses = sip.Addresses
	}
	for _, r := range []inquiry.Record{client, federation} {
		for _, t := range r.Targets {
			if lync.MatchTarget(t.Target, s.Domain) == lync.ExactDomain && t.Host.Outcome == dns.Found && !lync.LeadsToCloud(t.Host) {
				return Edge{t.Target, t.Host.Addresses}
			}
		}
	}
	for _, r := range []inquiry.Record{client, federation} {
		for _, t := range r.Targets {
			match := lync.MatchTarget(t.Target, s.Domain)
			if len(edge.Addresses) == 0 && (match == lync.ParentDomain || match == lync.Subdomain) && t.Host.Outcome == dns.Found && !lync.LeadsToCloud(t.Host) {
				edge.Addresses = t.Host.Addresses
			}
		}
	}
	return edge
}

// WantedFederation is the federation record to have: the cloud's own for a
// domain whose users are there, else the Edge in the domain.
func WantedFederation(t inquiry.Topology, edge Edge, priority, weight uint16) dns.SRV {
	want := dns.SRV{Priority: priority, Weight: weight, Port: lync.FederationPort, Target: edge.Name}
	if t.Kind == config.Online {
		want.Target = t.Cloud
	}
	return want
}
