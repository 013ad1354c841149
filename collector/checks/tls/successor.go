package tls

import (
	"context"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// successor is the server that a record leads to once it is repaired. What is
// wrong with it is said in the same report. It has no series: nobody uses it yet.
type successor struct {
	*server
	Asked     bool // DNS has its name, so that it is judged whether it answers
	NamesOnly bool // all else is said of the server that is used today
	StandIn   verdict.StandIn
}

// askSuccessors asks the servers that the domain's records are to lead to, as
// far as they are known.
func askSuccessors(ctx context.Context, s inquiry.Subject, q inquiry.Questions, f *facts) []successor {
	if s.View.Internal || f.TopologyErr != nil || !f.Topology.HasServers() && f.Topology.Kind != config.FederationOnly {
		return nil
	}
	a := asker{ctx, s, q, f}
	var list []successor
	if s.Wants(verdict.Federation) {
		list = append(list, a.federation()...)
	}
	if f.Topology.HasServers() && s.Wants(verdict.SignIn) {
		list = append(list, a.client()...)
		if f.SIP.Is == common.SIPHostMissing {
			list = append(list, a.sipHost(list)...)
		}
	}
	return list
}

// asker asks for successors.
type asker struct {
	ctx context.Context
	s   inquiry.Subject
	q   inquiry.Questions
	f   *facts
}

// edge is the Edge that is known, asked where a record has to change.
func (a asker) edge() common.Edge { return common.KnownEdge(a.ctx, a.s, a.q) }

func (a asker) best(role lync.Role) *server {
	for _, t := range a.f.Servers {
		if t.Role == role && t.Best && t.Prefix != "" {
			return t
		}
	}
	return nil
}

// federation is the successor of the federation record's target: of one that
// partners refuse, of one that is not in DNS, of one with the wrong port, and of
// none.
func (a asker) federation() []successor {
	t := a.best(lync.FederationEdge)
	switch {
	case t == nil && a.q.SRV(a.ctx, lync.FederationRecord).Outcome.Missing():
		return a.unnamed(lync.FederationEdge, a.missingTarget(), lync.FederationPort, nil)
	case t == nil || t.Hosted:
		return nil
	case t.Refused:
		name := common.WantedTarget(a.s, a.f.Topology, a.edge(), t.SRV.Target)
		found := a.named(lync.FederationEdge, name, lync.FederationPort, t)
		if len(found) > 0 && lync.MatchTarget(t.SRV.Target, a.s.Domain) == lync.BareDomain { // which some partners may accept
			found[0].NamesOnly, found[0].StandIn = true, verdict.PresentRecord
		}
		return found
	case t.Host.Outcome.Missing():
		return a.unnamed(lync.FederationEdge, t.Host.Name, lync.FederationPort, nil)
	case t.WrongPort(a.s):
		return a.rightPort(t)
	}
	return nil
}

// missingTarget is the target of the federation record that is to be published.
// One that stands under a misspelt name is right, if partners accept it.
func (a asker) missingTarget() string {
	for _, r := range inquiry.Misspelled(a.ctx, a.s, a.q, lync.FederationRecord) {
		if target := r.Answer.SRVs()[0].Target; lync.MatchTarget(target, a.s.Domain).Accepted() {
			return target
		}
	}
	return a.edge().Name
}

// client is the successor of the clients' record's target: of one that is not in
// DNS and of one with the wrong port.
func (a asker) client() []successor {
	t := a.best(lync.AccessEdge)
	switch {
	case t == nil || t.Hosted:
		return nil
	case t.Host.Outcome.Missing() && lync.ParentOf(t.Host.Name) == a.s.Domain.Name:
		return a.unnamed(lync.AccessEdge, t.Host.Name, lync.ClientPort, nil)
	case t.Host.Outcome.Missing():
		return a.named(lync.AccessEdge, a.edge().Name, lync.ClientPort, nil)
	case t.WrongPort(a.s):
		return a.rightPort(t)
	}
	return nil
}

// sipHost is what the Edge shows for sip.<domain> where DNS does not have that
// name yet, unless another successor has it.
func (a asker) sipHost(others []successor) []successor {
	name := a.s.Host("sip")
	for _, other := range others {
		if other.Role == lync.AccessEdge && other.Host.Name == name {
			return nil
		}
	}
	found := a.unnamed(lync.AccessEdge, name, lync.ClientPort, a.best(lync.AccessEdge))
	if len(found) > 0 {
		found[0].NamesOnly, found[0].StandIn = true, verdict.NotInDNS
	}
	return found
}

// named is the successor that a record is to name. Where DNS does not have it,
// the Edge that is known is tried, or the one that the record names today. A
// provider's Edge is not the domain's business.
func (a asker) named(role lync.Role, name string, port uint16, today *server) []successor {
	if lync.IsProvider(name, a.s.Domain) {
		return nil
	}
	wildcard := inquiry.Wildcard(a.ctx, a.s, a.q)
	if h := a.q.Resolve(a.ctx, name); h.Outcome == dns.Found && !lync.SameAnswer(h, wildcard) {
		found := showing(role, name, port, a.asked(name, port, today))
		found.Asked = true
		return one(found)
	}
	return a.unnamed(role, name, port, today)
}

// asked is what the host that a record is to name shows, which may be the server
// of today by another name.
func (a asker) asked(name string, port uint16, today *server) observe.Server {
	if today != nil && today.Port == port {
		return a.q.SIPNamed(a.ctx, name, today.Server.Server)
	}
	return a.q.SIP(a.ctx, name, port)
}

// rightPort is the server at the port that a record is to name. A name that the
// certificate at the present port lacks is said of that one.
func (a asker) rightPort(t *server) []successor {
	port, shown := lync.PortOf(t.Prefix), len(leavesOf(t.Judged())) > 0
	if shown && t.coverage(t.Host.Name) < lync.Exact {
		return nil
	}
	found := showing(t.Role, t.Host.Name, port, a.q.SIP(a.ctx, t.Host.Name, port))
	if shown {
		found.NamesOnly, found.StandIn = true, verdict.PresentRecord
	}
	return one(found)
}

// unnamed is a successor that DNS does not have yet: what the Edge that is known
// shows for its name. A provider's Edge has names of its own.
func (a asker) unnamed(role lync.Role, name string, port uint16, today *server) []successor {
	if lync.IsProvider(name, a.s.Domain) || today != nil && today.Hosted {
		return nil
	}
	host := a.edge().Name
	if len(a.edge().Addresses) == 0 {
		if today == nil {
			return nil
		}
		host = today.Host.Name
	}
	for _, at := range []uint16{port, lync.ClientPort, lync.FederationPort} {
		known := a.q.SIP(a.ctx, host, at)
		shown := observe.Server{Host: dns.Host{Name: name, Outcome: dns.Found, Addresses: known.Host.Addresses}, Port: port}
		for _, address := range known.Addresses {
			if address.Shook() {
				shown.Addresses = append(shown.Addresses, a.q.HandshakeSIP(a.ctx, name, address))
			}
		}
		if len(shown.Addresses) > 0 {
			return one(showing(role, name, port, shown))
		}
	}
	return nil
}

// showing is a successor by what it shows.
func showing(role lync.Role, name string, port uint16, shown observe.Server) successor {
	s := successor{server: new(server)}
	shown.Port = port
	s.Server, s.Required = inquiry.NewServer(role, shown), []string{name}
	return s
}

func one(s successor) []successor { return []successor{s} }
