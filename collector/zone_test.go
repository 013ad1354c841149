package collector

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// zone is what DNS has in a test, written as a zone file. Names not in it do
// not exist; those below silent.example were not answered for.
type zone []dns.RR

func parseZone(t *testing.T, text string) zone {
	t.Helper()
	var z zone
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		rr, err := dns.NewRR(line)
		if err != nil {
			t.Fatalf("record %q: %v", line, err)
		}
		z = append(z, rr)
	}
	return z
}

func (z zone) find(name string, qtype uint16) []dns.RR {
	var found []dns.RR
	for _, rr := range z {
		if strings.EqualFold(rr.Header().Name, name+".") && rr.Header().Rrtype == qtype {
			found = append(found, rr)
		}
	}
	return found
}

func (z zone) host(name string) observe.Host {
	h := observe.Host{Name: name, Outcome: observe.NXDomain}
	if strings.HasSuffix(name, "silent.example") {
		h.Outcome, h.Err = observe.Timeout, errSilent
		return h
	}
	for alias := z.find(name, dns.TypeCNAME); len(alias) > 0; alias = z.find(name, dns.TypeCNAME) {
		name = strings.TrimSuffix(alias[0].(*dns.CNAME).Target, ".")
		h.Chain = append(h.Chain, name)
	}
	for _, rr := range z.find(name, dns.TypeA) {
		address, _ := netip.AddrFromSlice(rr.(*dns.A).A.To4())
		h.Addresses, h.Outcome = append(h.Addresses, address), observe.Found
	}
	return h
}

func (z zone) answer(prefix, domain string) observe.Answer {
	a := observe.Answer{Name: prefix + "." + domain, Type: dns.TypeSRV, Outcome: observe.NXDomain}
	if domain == "silent.example" {
		a.Outcome, a.Err = observe.Timeout, errSilent
		return a
	}
	if a.Records = z.find(a.Name, dns.TypeSRV); len(a.Records) > 0 {
		a.Outcome, a.Total = observe.Found, len(a.Records)
	}
	return a
}

func (z zone) record(prefix, domain string) record {
	r := record{Prefix: prefix, Answer: z.answer(prefix, domain)}
	for _, srv := range r.Answer.SRVs() {
		t := target{SRV: srv}
		if srv.Target != "" && !isAddress(srv.Target) {
			t.Host = z.host(srv.Target)
		}
		r.Targets = append(r.Targets, t)
	}
	return r
}

// existing are those of the records that the zone has.
func (z zone) existing(domain string, prefixes ...string) []record {
	var found []record
	for _, prefix := range prefixes {
		if r := z.record(prefix, domain); r.Answer.Outcome == observe.Found {
			found = append(found, r)
		}
	}
	return found
}

func (z zone) topologyFacts(domain string) topologyFacts {
	return topologyFacts{
		federation: z.answer(federationRecord, domain), client: z.answer(clientRecord, domain),
		lyncdiscover: z.host("lyncdiscover." + domain), sip: z.host("sip." + domain),
		wildcard: z.host("nobody-set-this-up." + domain),
	}
}

func (z zone) federationFacts(s Subject) federationFacts {
	f := federationFacts{Record: z.record(federationRecord, s.Domain.Name), Misspelled: z.existing(s.Domain.Name, misspellings()...)}
	f.Topology, f.TopologyErr = s.topologyIn(z)
	return f
}

func (z zone) srvFacts(s Subject) srvFacts {
	d := s.Domain.Name
	f := srvFacts{Client: z.record(clientRecord, d), Federation: z.record(federationRecord, d), Internal: z.record(internalRecord, d),
		Extra: z.existing(d, plainRecord, xmppRecord), SIP: z.host("sip." + d), Lyncdiscover: z.host("lyncdiscover." + d),
		LyncdiscoverInternal: z.host("lyncdiscoverinternal." + d), Wildcard: z.host("nobody-set-this-up." + d)}
	f.Topology, f.TopologyErr = s.topologyIn(z)
	return f
}

func (s Subject) topologyIn(z zone) (config.Topology, error) {
	if s.Domain.Topology != config.Auto {
		return s.Domain.Topology, nil
	}
	return judgeTopology(s, z.topologyFacts(s.Domain.Name))
}

type silence struct{}

func (silence) Error() string { return "nameserver 192.0.2.53:53 did not answer within 3s" }

var errSilent error = silence{}

// subject is a SIP domain at its defaults, seen from outside.
func subject(name string, change ...func(*Subject)) Subject {
	s := Subject{
		Domain: &config.Domain{Name: name, Display: name, Topology: config.Auto, Federation: true, Schemes: []string{"https", "http"},
			HostingProviders: []string{"sipfed.online.lync.com", "sipfed.online.partner.lync.cn"},
			TrustedDomains:   []string{"lync.com", "outlook.com"}},
		View:   &config.View{Name: "external"},
		Estate: NewEstate(nil),
	}
	for _, f := range change {
		f(&s)
	}
	return s
}

func topology(t config.Topology) func(*Subject) { return func(s *Subject) { s.Domain.Topology = t } }

func inside(s *Subject) { s.View.Internal = true }

// reasons are the findings of a verdict as "severity reason subject", sorted.
func reasons(v Verdict) []string {
	var list []string
	for _, f := range v.Findings {
		list = append(list, string(severityOf(f))+" "+f.Reason+" "+f.Subject)
	}
	slices.Sort(list)
	return list
}

// values are the samples of a metric by their labels, joined.
func values(v Verdict, m *Metric) map[string]float64 {
	found := make(map[string]float64)
	for _, s := range v.Samples {
		if s.Metric == m {
			found[strings.Join(s.Labels, " ")] = s.Value
		}
	}
	return found
}
