package common

import (
	"context"
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// SIPServer is a SIP server of the domain and the record that names it.
type SIPServer struct {
	inquiry.Server
	Prefix  string // owner of the record, "" where clients guess the name
	SRV     dns.SRV
	Refused bool     // partners do not accept the record, which has to go
	InDNS   dns.Host // its name as DNS has it, before connect_to
}

// AddressInDNS is an address of the server as DNS has it, whatever connect_to
// puts in its place.
func (t SIPServer) AddressInDNS(i int) netip.Addr {
	if known := t.InDNS.Addresses; len(known) > 0 {
		return known[min(i, len(known)-1)].Unmap()
	}
	return t.Addresses[i].Address.Addr().Unmap()
}

// LeadsTo says whether DNS has one of the addresses for the server.
func (t SIPServer) LeadsTo(addresses []netip.Addr) bool {
	return slices.ContainsFunc(t.InDNS.Addresses, func(a netip.Addr) bool { return slices.Contains(addresses, a) })
}

// WrongPort says whether the record names another port than clients and
// partners outside can use.
func (t SIPServer) WrongPort(s inquiry.Subject) bool {
	return t.Prefix != "" && t.SRV.Port != lync.PortOf(t.Prefix) && !s.View.Internal
}

// MendPort is the change of the record that leads to the right port.
func (t SIPServer) MendPort(s inquiry.Subject) verdict.Repair {
	want := t.SRV
	want.Port = lync.PortOf(t.Prefix)
	if lync.IsSwapped(t.SRV, want.Port) {
		want.Priority, want.Weight = 0, 0
	}
	return ReplaceRecord(s, t.Prefix, want, t.SRV)
}

// SIPServers are the SIP servers that clients and partners find, the roles of
// which the lookup failed, and what sip.<domain> is.
type SIPServers struct {
	List    []SIPServer
	Unknown []inquiry.UnknownRole
	Host    SIPHost
}

// AskSIPServers asks every SIP server that clients and partners find. A server
// that two records name is one.
func AskSIPServers(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *SIPServers {
	return inquiry.Once(q, "SIP servers", func() *SIPServers { return findSIPServers(ctx, s, q) })
}

func findSIPServers(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *SIPServers {
	asked, unknown := inquiry.SIPServers(ctx, s, q)
	topology, _ := q.Topology(ctx)
	found := &SIPServers{Unknown: unknown}
	for _, a := range asked {
		if found.has(a) {
			continue
		}
		t := SIPServer{Server: a, InDNS: q.Resolve(ctx, a.Host.Name)}
		t.nameBy(q.SRV(ctx, prefixOf(a.Role)))
		t.Refused = a.Role == lync.FederationEdge &&
			(!lync.MatchTarget(t.SRV.Target, s.Domain).Accepted() || lync.IsSwapped(t.SRV, lync.FederationPort) || NamesCloudByAlias(topology, t.SRV, t.InDNS))
		found.List = append(found.List, t)
	}
	found.preferAccepted()
	found.askHost(ctx, s, q)
	return found
}

// nameBy notes the record that names the server, if one does.
func (t *SIPServer) nameBy(answer dns.Answer) {
	for _, srv := range answer.SRVs() {
		if srv.Target == t.Host.Name && srv.Port == t.Port {
			t.Prefix, t.SRV = prefixOf(t.Role), srv
			return
		}
	}
}

// NamesCloudByAlias says whether the record of a domain in the cloud names a host of
// the domain's own that is an alias of Microsoft's. Partners find Microsoft's server
// and look in vain for the domain's name in its certificate.
func NamesCloudByAlias(t inquiry.Topology, srv dns.SRV, h dns.Host) bool {
	return t.Kind == config.Online && !lync.IsMicrosoftHost(srv.Target) && lync.SpeakOfCloud(h.Chain)
}

func prefixOf(role lync.Role) string {
	if role == lync.FederationEdge {
		return lync.FederationRecord
	}
	return lync.ClientRecord
}

func (f *SIPServers) has(a inquiry.Server) bool {
	return slices.ContainsFunc(f.List, func(t SIPServer) bool { return t.Role == a.Role && t.Target() == a.Target() })
}

// preferAccepted makes the first record that partners accept the one that
// counts, with those of its rank: the check federation judges likewise
// (docs/rules.md#srv-choice).
func (f *SIPServers) preferAccepted() {
	accepted := slices.IndexFunc(f.List, func(t SIPServer) bool { return t.Role == lync.FederationEdge && !t.Refused })
	if accepted < 0 {
		return
	}
	for i := range f.List {
		if f.List[i].Role == lync.FederationEdge {
			f.List[i].Best = !f.List[i].Refused && f.List[i].SRV.SameRank(f.List[accepted].SRV)
		}
	}
}

// SIPHost is sip.<domain>, which clients guess where no record leads them.
type SIPHost struct {
	Host dns.Host
	Is   SIPHostKind
	// Shared says that it has an address of a server that a record names.
	Shared bool
	// NotEdge is what was found on port 443 of a host that is no Edge.
	NotEdge observe.Server
}

// SIPHostKind is what sip.<domain> is (docs/rules.md#sip-host).
type SIPHostKind int

// The kinds.
const (
	SIPHostUnknown    SIPHostKind = iota // also where it does not matter
	SIPHostMissing                       // in DNS
	SIPHostTarget                        // a record names it
	SIPHostOnEdge                        // it leads to the Access Edge that a client's record names
	SIPHostEdge                          // it is an Edge that no client's record names
	SIPHostNotEdge                       // a telephone system, a web server, nothing on port 443
	SIPHostOfProvider                    // Microsoft's, or another provider's
)

// askHost finds out what sip.<domain> is. An Edge that no client's record names
// joins the servers. What is no Edge leaves them, as long as clients have another
// way to sign in.
func (f *SIPServers) askHost(ctx context.Context, s inquiry.Subject, q inquiry.Questions) {
	topology, err := q.Topology(ctx)
	if err != nil || !topology.HasServers() || !s.Wants(verdict.SignIn) {
		return
	}
	name := s.Host("sip")
	guessed := slices.IndexFunc(f.List, func(t SIPServer) bool { return t.Role == lync.AccessEdge && t.Prefix == "" })
	f.Host.Host = q.Resolve(ctx, name)
	wildcard := lync.SameAnswer(f.Host.Host, inquiry.Wildcard(ctx, s, q))
	shares := func(role lync.Role, hosted bool) bool {
		return !wildcard && slices.ContainsFunc(f.List, func(t SIPServer) bool {
			return t.Role == role && t.Prefix != "" && t.Hosted == hosted && t.LeadsTo(f.Host.Host.Addresses)
		})
	}
	f.Host.Shared = shares(lync.AccessEdge, false) || shares(lync.FederationEdge, false)
	switch {
	case f.Host.Host.Err != nil:
	case f.Host.Host.Outcome.Missing():
		f.Host.Is = SIPHostMissing
	case lync.LeadsToCloud(f.Host.Host), shares(lync.AccessEdge, true), shares(lync.FederationEdge, true):
		f.Host.Is = SIPHostOfProvider
		f.drop(guessed)
	case slices.ContainsFunc(f.List, func(t SIPServer) bool { return t.Prefix != "" && t.Host.Name == name }):
		f.Host.Is = SIPHostTarget
	case shares(lync.AccessEdge, false):
		f.Host.Is = SIPHostOnEdge
	case s.View.Internal:
	default:
		f.askElsewhere(ctx, s, q, guessed, wildcard)
	}
}

// askElsewhere asks sip.<domain> where it leads to no Access Edge that a
// client's record names.
func (f *SIPServers) askElsewhere(ctx context.Context, s inquiry.Subject, q inquiry.Questions, guessed int, wildcard bool) {
	server := inquiry.NewServer(lync.AccessEdge, q.SIP(ctx, s.Host("sip"), lync.ClientPort))
	server.Best = false // a record's are
	speaks := func(a *observe.Address) bool {
		return lync.IsLync(a.Answer) || f.Host.Shared && a.Shook() && !a.Answer.HTTP
	}
	_, private := lync.FirstPrivate(server.Host.Addresses)
	known := f.knowsEdge()
	switch edge := slices.ContainsFunc(server.Addresses, speaks); {
	case server.Unknown() != nil, private: // the latter is said of its address
	case edge && guessed >= 0:
		f.Host.Is = SIPHostEdge
	case edge && !wildcard:
		f.Host.Is = SIPHostEdge
		f.List = append(f.List, SIPServer{Server: server, InDNS: f.Host.Host})
	case edge:
	case guessed < 0:
		f.Host.Is, f.Host.NotEdge = SIPHostNotEdge, server.Server
	case (known || wildcard) && !f.Host.Shared && inquiry.AutodiscoverWorks(ctx, s, q):
		f.Host.Is, f.Host.NotEdge = SIPHostNotEdge, server.Server
		f.drop(guessed)
	}
}

// knowsEdge says whether a record names an Edge of the domain's own.
func (f *SIPServers) knowsEdge() bool {
	return slices.ContainsFunc(f.List, func(t SIPServer) bool { return t.Prefix != "" && !t.Hosted && t.Host.Outcome == dns.Found })
}

// drop takes a server out of the list.
func (f *SIPServers) drop(i int) {
	if i >= 0 {
		f.List = slices.Delete(f.List, i, i+1)
	}
}

// WantedTarget is the target that a federation record is to have, as near to
// the one that is there as the rules allow.
func WantedTarget(s inquiry.Subject, t inquiry.Topology, edge Edge, target string) string {
	candidate := target
	switch whole, ok := lync.Undoubled(target, s.Domain); {
	case ok:
		candidate = whole
	case lync.MatchTarget(target, s.Domain) == lync.WholeRecord:
		candidate = lync.LastWord(target)
	}
	ownServers := t.Kind == config.OnPremises || t.Kind == config.Hybrid // partners come to them, not to the cloud
	switch {
	case lync.MatchTarget(candidate, s.Domain).Accepted() && !(ownServers && lync.IsMicrosoftHost(candidate)):
		return candidate
	case t.Kind == config.Online:
		return t.Cloud
	}
	return edge.Name
}
