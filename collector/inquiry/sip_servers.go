package inquiry

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Server is a server in one role of the domain, and what it showed.
type Server struct {
	observe.Server
	Role   lync.Role
	Best   bool // none is picked before it; the others stand by
	Hosted bool // a hosting provider's, so not the domain's to repair
	// Guessed says that no record names it: clients try sip.<domain> where there is
	// none.
	Guessed bool

	target string
}

// NewServer is the server that one picks first in a role.
func NewServer(role lync.Role, shown observe.Server) Server {
	return Server{Server: shown, Role: role, Best: true, target: net.JoinHostPort(shown.Host.Name, strconv.Itoa(int(shown.Port)))}
}

// Target is host:port as labels have it.
func (s Server) Target() string { return s.target }

// Words are the server as people are told of it.
func (s Server) Words(internal bool) *verdict.Server {
	w := &verdict.Server{Role: s.Role.Words(internal), Target: s.Target()}
	w.Addresses = append(w.Addresses, s.Host.Addresses...)
	return w
}

// Judged are the addresses that say something of the server: those that this
// machine could ask.
func (s Server) Judged() []*observe.Address {
	unknown := func(a *observe.Address) bool { return a.Unknown() }
	if !slices.ContainsFunc(s.Addresses, unknown) {
		return s.Addresses
	}
	return slices.DeleteFunc(slices.Clone(s.Addresses), unknown)
}

// Unknown is why nothing can be known of a server: its lookup failed, or this
// machine could ask none of its addresses. It is nil where one was asked, and
// where there is none.
func (s Server) Unknown() error {
	if s.Host.Err != nil {
		return s.Host.Err
	}
	if len(s.Addresses) == 0 || len(s.Judged()) > 0 {
		return nil
	}
	return fmt.Errorf("%s could not be asked from here: %w", s.Host.Name, s.Addresses[0].Err)
}

// Shares says whether two servers have an address in common.
func (s Server) Shares(addresses []netip.Addr) bool {
	for _, a := range s.Host.Addresses {
		if slices.Contains(addresses, a) {
			return true
		}
	}
	return false
}

// UnknownRole is a role whose servers could not be learned.
type UnknownRole struct {
	Role lync.Role
	Err  error
}

// SIPServers are the SIP servers that DNS names for the domain, each asked for
// its certificate and for OPTIONS, and the roles of which the lookup failed.
func SIPServers(ctx context.Context, s Subject, q Questions) (servers []Server, unknown []UnknownRole) {
	var clients, partners []Server
	var noClients, noPartners error
	All(
		func() { clients, noClients = clientServers(ctx, s, q) },
		func() {
			if s.Wants(verdict.Federation) || s.View.Internal {
				partners, noPartners = recordServers(ctx, s, q, lync.FederationEdge, lync.FederationRecord)
			}
		},
	)
	if noClients != nil {
		unknown = append(unknown, UnknownRole{lync.AccessEdge, noClients})
	}
	if noPartners != nil {
		unknown = append(unknown, UnknownRole{lync.FederationEdge, noPartners})
	}
	return append(clients, partners...), unknown
}

// clientServers are the servers that clients outside sign in at: those of
// _sip._tls, or sip.<domain>, which they guess where there is no such record. A
// domain whose users are elsewhere needs none.
func clientServers(ctx context.Context, s Subject, q Questions) ([]Server, error) {
	topology, err := q.Topology(ctx)
	if err != nil || !topology.HasServers() || !s.Wants(verdict.SignIn) {
		return nil, err
	}
	servers, err := recordServers(ctx, s, q, lync.AccessEdge, lync.ClientRecord)
	if err != nil || len(servers) > 0 || s.View.Internal {
		return servers, err
	}
	host := q.Resolve(ctx, s.Host("sip"))
	if host.Outcome.Missing() {
		return nil, nil
	}
	guessed := NewServer(lync.AccessEdge, q.SIP(ctx, host.Name, lync.ClientPort))
	guessed.Guessed = true
	return []Server{guessed}, host.Err
}

// recordServers are the servers that a service record names.
func recordServers(ctx context.Context, s Subject, q Questions, role lync.Role, prefix string) ([]Server, error) {
	answer := q.SRV(ctx, prefix)
	srvs := slices.DeleteFunc(answer.SRVs(), func(srv dns.SRV) bool { return srv.Target == "" || lync.IsAddress(srv.Target) })
	servers := make([]Server, len(srvs))
	Each(srvs, func(i int, srv dns.SRV) {
		servers[i] = NewServer(role, q.SIP(ctx, srv.Target, srv.Port))
		servers[i].Best, servers[i].Hosted = srv.SameRank(srvs[0]), lync.IsProvider(srv.Target, s.Domain)
	})
	return servers, answer.Err
}
