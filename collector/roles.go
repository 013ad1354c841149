package collector

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"unique"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// Roles of the servers that a SIP domain leads to.
const (
	roleAccessEdge           = "access_edge"
	roleFederation           = "federation"
	roleLyncdiscover         = "lyncdiscover"
	roleLyncdiscoverInternal = "lyncdiscoverinternal"
	roleWebServices          = "web_services"
	roleMeet                 = "meet"
	roleDialin               = "dialin"
)

// served is the capability that needs a role's server.
func served(role string) Capability {
	switch role {
	case roleAccessEdge:
		return SignIn
	case roleFederation:
		return Federation
	case roleMeet:
		return Meetings
	case roleDialin:
		return ""
	}
	return Autodiscover
}

// isEdge says whether a role is a SIP server's.
func isEdge(role string) bool { return role == roleAccessEdge || role == roleFederation }

// sipTarget is a SIP server that DNS names for a role, and what it showed.
type sipTarget struct {
	Role   string
	Best   bool // the one that is picked first; the others stand by
	Hosted bool // a hosting provider's, so not the domain's to repair
	Edge   observe.Edge
}

// name is the target as labels have it, one string for all domains that share
// the server.
func (t sipTarget) name() string {
	return unique.Make(net.JoinHostPort(t.Edge.Host.Name, strconv.Itoa(int(t.Edge.Port)))).Value()
}

// sipTargets are the SIP servers of a domain, and the roles of which the lookup
// failed.
type sipTargets struct {
	List    []sipTarget
	Unknown []unknownRole
}

// SIPTargets asks DNS for the SIP servers of the domain and each of them for
// its certificate and for OPTIONS.
func (q *Inquiry) SIPTargets(ctx context.Context) sipTargets { return q.sipTargets(ctx) }

func (q *Inquiry) learnSIPTargets(ctx context.Context) sipTargets {
	var clients, partners []sipTarget
	var noClients, noPartners error
	all(
		func() { clients, noClients = q.clientTargets(ctx) },
		func() { partners, noPartners = q.recordTargets(ctx, roleFederation, federationRecord) },
	)
	var unknown []unknownRole
	if noClients != nil {
		unknown = append(unknown, unknownRole{roleAccessEdge, noClients})
	}
	if noPartners != nil {
		unknown = append(unknown, unknownRole{roleFederation, noPartners})
	}
	return sipTargets{append(clients, partners...), unknown}
}

// unknownRole is a role whose servers could not be learned.
type unknownRole struct {
	Role string
	Err  error
}

// clientTargets are the servers that clients outside sign in at: those of
// _sip._tls, or sip.<domain>, which they guess where there is no such record.
// A domain that lives in the cloud needs none.
func (q *Inquiry) clientTargets(ctx context.Context) ([]sipTarget, error) {
	topology, err := q.Topology(ctx)
	if err != nil || !needsServers(topology) {
		return nil, err
	}
	targets, err := q.recordTargets(ctx, roleAccessEdge, clientRecord)
	if err != nil || len(targets) > 0 || q.View.Internal {
		return targets, err
	}
	host := q.Resolve(ctx, "sip."+q.Domain.Name)
	if host.Outcome.Missing() {
		return nil, nil
	}
	return []sipTarget{{Role: roleAccessEdge, Best: true, Edge: q.Edge(ctx, host.Name, clientPort)}}, host.Err
}

// recordTargets are the servers that a service record names.
func (q *Inquiry) recordTargets(ctx context.Context, role, prefix string) ([]sipTarget, error) {
	answer := q.SRV(ctx, prefix)
	var targets []sipTarget
	for _, srv := range answer.SRVs() {
		if srv.Target != "" && !isAddress(srv.Target) {
			targets = append(targets, sipTarget{Role: role, Best: len(targets) == 0, Hosted: isProvider(srv.Target, q.Domain),
				Edge: observe.Edge{Host: observe.Host{Name: srv.Target}, Port: srv.Port}})
		}
	}
	each(targets, func(i int, t sipTarget) { targets[i].Edge = q.Edge(ctx, t.Edge.Host.Name, t.Edge.Port) })
	return targets, answer.Err
}

// isProvider says whether a host is a hosting provider's Edge.
func isProvider(host string, d *config.Domain) bool {
	return isHosted(host, d) || isMicrosoftHost(host)
}

// handshakes are the connections that say something of the server: those to
// addresses that this machine has a route to.
func handshakes(e observe.Edge) []observe.Connection {
	unrouted := func(c observe.Connection) bool { return c.Stage == observe.StageRoute }
	if !slices.ContainsFunc(e.Connections, unrouted) {
		return e.Connections
	}
	return slices.DeleteFunc(slices.Clone(e.Connections), unrouted)
}

// noRoute is why nothing can be known of a server: this machine has a route to
// none of its addresses. It is nil where there is one, or no address at all.
func noRoute(e observe.Edge) error {
	if len(e.Connections) == 0 || len(handshakes(e)) > 0 {
		return nil
	}
	return fmt.Errorf("no route from here to any address of %s: %w", e.Host.Name, e.Connections[0].Err)
}

// shook says whether a server completed the handshake as far as it lies with
// the server: one that wants a client's certificate and gets none is alive.
func shook(c observe.Connection) bool {
	return c.Stage == observe.StageDone || c.ClientCertificateRefused
}
