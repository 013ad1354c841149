package tls

import (
	"context"
	"crypto/x509"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// facts are all servers of a domain that speak TLS.
type facts struct {
	Topology    inquiry.Topology
	TopologyErr error
	Servers     []*server
	Successors  []successor // servers that records are to lead to once they are repaired
	Unknown     []inquiry.UnknownRole
	SIP         common.SIPHost
	// Autodiscover says that clients can sign in by it. It is asked only where a
	// certificate lacks sip.<domain>.
	Autodiscover bool
}

// server is one server in one role, with the names that its certificate must
// have.
type server struct {
	common.SIPServer               // a web server has no record
	Certificates     []certificate // the distinct ones that its addresses show
	Required         []string
	Aliases          []string           // sipinternal and sipexternal of the domain, where they lead here
	ShownForSIP      []*observe.Address // what it shows for sip.<domain>, asked where the certificate above lacks that name
	HTTPWorks        bool               // of lyncdiscover: clients get by over http
	Stranger         bool               // of lyncdiscover: it may have nothing to do with the domain
}

func ask(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *facts {
	f := new(facts)
	f.Topology, f.TopologyErr = q.Topology(ctx)
	if f.Topology.Absence != inquiry.NothingMissing {
		return f
	}
	var edges, webs []*server
	var noEdges, noWebs []inquiry.UnknownRole
	inquiry.All(
		func() { edges, noEdges, f.SIP = askEdges(ctx, s, q) },
		func() {
			if f.TopologyErr == nil && f.Topology.HasServers() {
				webs, noWebs = askWebServers(ctx, s, q)
			}
		},
	)
	f.Servers, f.Unknown = append(edges, webs...), append(noEdges, noWebs...)
	f.Successors = askSuccessors(ctx, s, q, f)
	for i := range f.Servers {
		f.Servers[i].Certificates = certificatesOf(f.Servers[i].Judged())
	}
	for i := range f.Successors {
		f.Successors[i].Certificates = certificatesOf(f.Successors[i].Judged())
	}
	if slices.ContainsFunc(edges, func(t *server) bool { return t.lacks(s.Host("sip")) }) {
		f.Autodiscover = inquiry.AutodiscoverWorks(ctx, s, q)
	}
	return f
}

// askEdges asks the SIP servers. The certificate of the Access Edge that
// sip.<domain> leads to has that name, too. Partners look at nothing but the name
// in their record, and a provider has no other names than its own
// (docs/rules.md#edge-certificate-names).
func askEdges(ctx context.Context, s inquiry.Subject, q inquiry.Questions) ([]*server, []inquiry.UnknownRole, common.SIPHost) {
	sip := common.AskSIPServers(ctx, s, q)
	aliases := askAliases(ctx, s, q)
	list := make([]*server, len(sip.List))
	for i, t := range sip.List {
		list[i] = &server{SIPServer: t, Required: []string{t.Host.Name}}
	}
	var lacking []*server
	for _, t := range list {
		if t.Role == lync.AccessEdge && !t.Hosted && t.isNamed(&sip.Host, aliases) && t.lacks(sip.Host.Host.Name) {
			lacking = append(lacking, t)
		}
	}
	inquiry.Each(lacking, func(_ int, t *server) { t.askForSIP(ctx, q, sip.Host.Host) })
	return list, sip.Unknown, sip.Host
}

// isNamed notes which names of the domain lead to an Access Edge of its own, and says
// whether sip.<domain> is one.
func (t *server) isNamed(sip *common.SIPHost, aliases []dns.Host) bool {
	for _, alias := range aliases {
		if t.LeadsTo(alias.Addresses) && alias.Name != t.Host.Name {
			t.Aliases = append(t.Aliases, alias.Name)
		}
	}
	if sip.Is != common.SIPHostOnEdge || !t.LeadsTo(sip.Host.Addresses) {
		return false
	}
	t.Required = append(t.Required, sip.Host.Name)
	return true
}

// askAliases finds the other names that older clients guess. What only a
// wildcard answers is none.
func askAliases(ctx context.Context, s inquiry.Subject, q inquiry.Questions) []dns.Host {
	if !s.Wants(verdict.SignIn) {
		return nil
	}
	aliases := make([]dns.Host, 2)
	inquiry.Each([]string{"sipinternal", "sipexternal"}, func(i int, label string) { aliases[i] = q.LookFor(ctx, s.Host(label)) })
	wildcard := inquiry.Wildcard(ctx, s, q)
	return slices.DeleteFunc(aliases, func(h dns.Host) bool { return h.Outcome != dns.Found || lync.SameAnswer(h, wildcard) })
}

// askForSIP asks for sip.<domain> at the addresses that the name shares with the
// server, in case the server chooses its certificate by the name.
func (t *server) askForSIP(ctx context.Context, q inquiry.Questions, sip dns.Host) {
	for i, a := range t.Addresses {
		if a.Shook() && slices.Contains(sip.Addresses, t.AddressInDNS(i)) {
			t.ShownForSIP = append(t.ShownForSIP, q.HandshakeSIP(ctx, sip.Name, a))
		}
	}
}

// lacks says whether a name is required of the server that its certificate has
// not in full.
func (t *server) lacks(name string) bool {
	return slices.Contains(t.Required, name) && t.coverage(name) < lync.Exact
}

// leaves are the servers' own certificates by which a name is judged.
func (t *server) leaves(name string) []*x509.Certificate {
	if name != t.Host.Name && len(t.ShownForSIP) > 0 {
		return leavesOf(t.ShownForSIP)
	}
	return leavesOf(t.Judged())
}

func leavesOf(addresses []*observe.Address) []*x509.Certificate {
	var list []*x509.Certificate
	for _, a := range addresses {
		if len(a.Certificates) > 0 {
			list = append(list, a.Certificates[0])
		}
	}
	return list
}

// coverage is how the worst of the certificates has a name.
func (t *server) coverage(name string) lync.Coverage {
	return worstCoverage(t.leaves(name), name)
}

func worstCoverage(certificates []*x509.Certificate, name string) lync.Coverage {
	worst := lync.Exact
	for _, c := range certificates {
		worst = min(worst, lync.Covers(c, name))
	}
	return worst
}
