// Package inquiry is what several checks ask of a SIP domain: its topology, its
// SIP servers, where Autodiscover leads. Asking never judges.
package inquiry

import (
	"context"
	"crypto/rand"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Subject is what a check judges: one SIP domain as seen from one view.
type Subject struct {
	Domain     *config.Domain
	View       *config.View
	Now        time.Time
	Neighbours *Neighbours // what the other configured domains have in common with it
	Nonce      string      // a label below the domain that nobody set up
}

// NewSubject is a subject with a nonce of its own.
func NewSubject(d *config.Domain, v *config.View, now time.Time, n *Neighbours) Subject {
	return Subject{d, v, now, n, strings.ToLower(rand.Text()[:12])}
}

// Host is a host name directly below the domain.
func (s Subject) Host(label string) string { return label + "." + s.Domain.Name }

// DiscoverName is the label of the name at which clients in this view find
// Autodiscover.
func (s Subject) DiscoverName() string {
	if s.View.Internal {
		return "lyncdiscoverinternal"
	}
	return "lyncdiscover"
}

// Wants says whether the configuration has a capability in this view. From
// inside, federation is no client's business (docs/rules.md#internal-records).
func (s Subject) Wants(c verdict.Capability) bool {
	switch c {
	case verdict.Federation:
		if s.View.Internal || !s.Domain.Federation {
			return false
		}
	case verdict.Meetings:
		if s.Domain.Meet == nil {
			return false
		}
	}
	return s.Domain.Capabilities == nil || slices.Contains(s.Domain.Capabilities, string(c))
}

// InFull says whether the domain is to have all series.
func (s Subject) InFull() bool { return s.Domain.Detail != config.Essential }

// Schemes say by which schemes clients ask for Autodiscover.
func (s Subject) hasScheme(scheme string) bool { return slices.Contains(s.Domain.Schemes, scheme) }

// Network answers questions about names and servers, each once: over sockets,
// or from a file.
type Network interface {
	Ask(ctx context.Context, view *config.View, name string, qtype uint16) dns.Answer
	AskOthers(ctx context.Context, view *config.View, name string, qtype uint16) []dns.Answer
	Resolve(ctx context.Context, view *config.View, host string) dns.Host
	LookFor(ctx context.Context, view *config.View, host string) dns.Host
	SIP(ctx context.Context, view *config.View, host string, port uint16) observe.Server
	Web(ctx context.Context, view *config.View, url string) observe.Server
	FollowWeb(ctx context.Context, view *config.View, url string) observe.Server
	Get(ctx context.Context, view *config.View, url string) *observe.Exchange
	Follow(ctx context.Context, view *config.View, url string) *observe.Exchange
	Handshake(ctx context.Context, view *config.View, name string, at netip.AddrPort) *observe.Address
	SIPNamed(ctx context.Context, view *config.View, host string, known observe.Server) observe.Server
	HandshakeSIP(ctx context.Context, view *config.View, name string, known *observe.Address) *observe.Address
}

// Questions are what a check may ask about its subject.
type Questions interface {
	// SRV asks for a service record of the domain by its owner prefix; "" is the
	// domain itself.
	SRV(ctx context.Context, prefix string) dns.Answer
	// Others asks those of the view's nameservers that SRV did not need to.
	Others(ctx context.Context, prefix string) []dns.Answer
	// Resolve looks up a host.
	Resolve(ctx context.Context, host string) dns.Host
	// LookFor does so for a name that is hardly ever there, by fewer questions.
	LookFor(ctx context.Context, host string) dns.Host
	// SIP asks every address of a SIP server for its certificate and for OPTIONS.
	SIP(ctx context.Context, host string, port uint16) observe.Server
	// Web shakes hands with every address behind an https URL, sparing the one
	// that Get used for the same URL.
	Web(ctx context.Context, url string) observe.Server
	// FollowWeb does so for a URL that a server gave.
	FollowWeb(ctx context.Context, url string) observe.Server
	// Get makes one HTTP request. It follows nothing.
	Get(ctx context.Context, url string) *observe.Exchange
	// Follow makes one for a URL that a server gave, which must lead to a public
	// address and a usual port.
	Follow(ctx context.Context, url string) *observe.Exchange
	// Handshake shakes hands for a name at an address of a known server.
	Handshake(ctx context.Context, name string, at netip.AddrPort) *observe.Address
	// SIPNamed is SIP for another name of a SIP server that was asked, on the same
	// port, HandshakeSIP is Handshake for one. A server of which it is known that it
	// chooses by no name is not asked again.
	SIPNamed(ctx context.Context, host string, known observe.Server) observe.Server
	HandshakeSIP(ctx context.Context, name string, known *observe.Address) *observe.Address
	// Topology says where the domain's users are homed. An error means that it
	// could not be learned.
	Topology(ctx context.Context) (Topology, error)
	// Discover asks for Autodiscover as a client does and follows where it leads.
	Discover(ctx context.Context, scheme, name string) *Walk
	// Once is what came of asking something that takes several questions. It is asked
	// by the first who wants to know; nobody may change what came of it.
	Once(what string, ask func() any) any
}

// Once is Questions.Once for answers of a type.
func Once[T any](q Questions, what string, ask func() T) T {
	return q.Once(what, func() any { return ask() }).(T)
}

// Inquiry asks about one subject. What takes more than one question is asked
// once, however many checks want to know.
type Inquiry struct {
	Subject
	ctx     context.Context
	network Network

	mu    sync.Mutex
	asked map[string]func() any
}

type topologyAnswer struct {
	topology Topology
	err      error
}

var _ Questions = (*Inquiry)(nil)

// New prepares to ask about a subject until ctx is done.
func New(ctx context.Context, subject Subject, network Network) *Inquiry {
	return &Inquiry{Subject: subject, ctx: ctx, network: network, asked: make(map[string]func() any)}
}

// Once implements Questions.
func (q *Inquiry) Once(what string, ask func() any) any {
	q.mu.Lock()
	answer := q.asked[what]
	if answer == nil {
		answer = sync.OnceValue(ask)
		q.asked[what] = answer
	}
	q.mu.Unlock()
	return answer()
}

// SRV implements Questions.
func (q *Inquiry) SRV(ctx context.Context, prefix string) dns.Answer {
	return q.network.Ask(ctx, q.View, owner(prefix, q.Domain.Name), mdns.TypeSRV)
}

// Others implements Questions.
func (q *Inquiry) Others(ctx context.Context, prefix string) []dns.Answer {
	return q.network.AskOthers(ctx, q.View, owner(prefix, q.Domain.Name), mdns.TypeSRV)
}

func owner(prefix, domain string) string {
	if prefix == "" {
		return domain
	}
	return prefix + "." + domain
}

// Resolve implements Questions.
func (q *Inquiry) Resolve(ctx context.Context, host string) dns.Host {
	return q.network.Resolve(ctx, q.View, host)
}

// LookFor implements Questions.
func (q *Inquiry) LookFor(ctx context.Context, host string) dns.Host {
	return q.network.LookFor(ctx, q.View, host)
}

// SIP implements Questions.
func (q *Inquiry) SIP(ctx context.Context, host string, port uint16) observe.Server {
	return q.network.SIP(ctx, q.View, host, port)
}

// Web implements Questions.
func (q *Inquiry) Web(ctx context.Context, url string) observe.Server {
	return q.network.Web(ctx, q.View, url)
}

// FollowWeb implements Questions.
func (q *Inquiry) FollowWeb(ctx context.Context, url string) observe.Server {
	return q.network.FollowWeb(ctx, q.View, url)
}

// Get implements Questions.
func (q *Inquiry) Get(ctx context.Context, url string) *observe.Exchange {
	return q.network.Get(ctx, q.View, url)
}

// Follow implements Questions.
func (q *Inquiry) Follow(ctx context.Context, url string) *observe.Exchange {
	return q.network.Follow(ctx, q.View, url)
}

// Handshake implements Questions.
func (q *Inquiry) Handshake(ctx context.Context, name string, at netip.AddrPort) *observe.Address {
	return q.network.Handshake(ctx, q.View, name, at)
}

// SIPNamed implements Questions.
func (q *Inquiry) SIPNamed(ctx context.Context, host string, known observe.Server) observe.Server {
	return q.network.SIPNamed(ctx, q.View, host, known)
}

// HandshakeSIP implements Questions.
func (q *Inquiry) HandshakeSIP(ctx context.Context, name string, known *observe.Address) *observe.Address {
	return q.network.HandshakeSIP(ctx, q.View, name, known)
}

// Topology implements Questions.
func (q *Inquiry) Topology(context.Context) (Topology, error) {
	a := Once(q, "topology", func() topologyAnswer {
		t, err := learnTopology(q.ctx, q.Subject, q)
		return topologyAnswer{t, err}
	})
	return a.topology, a.err
}

// Discover implements Questions.
func (q *Inquiry) Discover(_ context.Context, scheme, name string) *Walk {
	return Once(q, scheme+"://"+name, func() *Walk { return discover(q.ctx, q.Subject, q, scheme, name) })
}
