package observe

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

// Where answers lead is somebody else's choice: who owns a domain, its nameserver
// or its web server could otherwise make the exporter connect to anything in its
// own network. Seen from outside, the servers of a domain have public addresses
// and the usual ports; nothing else is connected to. What leads elsewhere has
// the stage StageForbidden and an error that says what was refused.
//
// The web servers of names that are configured, or follow from the domain's own,
// may have addresses of private networks: an exporter inside is to say all that is
// wrong in one report. They are asked for nothing that somebody else chose.
//
// A view from inside may lead anywhere, and so may connect_to, which an
// administrator wrote, and follow_private, which is for laboratories.

// Forbidden is why the exporter does not connect to where an answer leads: the
// address, or else the port.
type Forbidden struct {
	Host    string
	Address netip.Addr
	Port    uint16
}

func (f *Forbidden) Error() string {
	if f.Address.IsValid() {
		return fmt.Sprintf("not connected to: %s leads to %s, which is no public address", f.Host, f.Address)
	}
	return fmt.Sprintf("not connected to: port %d of %s is none that Lync uses", f.Port, f.Host)
}

// way is an address that connections to a host and port would go to.
type way struct {
	address netip.AddrPort // after connect_to
	barred  error          // why none goes there, nil where it does
}

// free says whether connections meant for a host and port may go anywhere.
func (s *Scrape) free(view *config.View, host string, port uint16) bool {
	return s.config.FollowPrivate || view.Internal || redirected(s.config.ConnectTo, host, port)
}

// ways are those to the addresses of a host. The name was resolved once, and
// these addresses are dialled.
func (s *Scrape) ways(view *config.View, host string, port uint16, addresses []netip.AddrPort, allowed func(netip.Addr) bool) []way {
	list := make([]way, len(addresses))
	free := s.free(view, host, port)
	for i, a := range addresses {
		list[i].address = a
		if !free && !allowed(a.Addr()) {
			list[i].barred = failure.FromRemote(&Forbidden{Host: host, Address: a.Addr()})
		}
	}
	return list
}

// notConnected is a connection that was refused.
func notConnected(to endpoint, why error) Connection {
	return Connection{Address: to.address, ServerName: to.serverName, Stage: StageForbidden, Err: why}
}

// webPorts are those that somebody else's URL may name: those of HTTP, those of the
// web services behind a reverse proxy, and the usual second one of HTTP, as
// authorities have it for their certificates.
var webPorts = []uint16{80, 443, 4443, 8080}

// sipPorts are those that a service record may name: those of Edges, also where
// three services share an address, and those of SIP.
var sipPorts = []uint16{443, 444, 5060, 5061, 5062}

// barredPort is why a port is not connected to, nil where it is.
func (s *Scrape) barredPort(view *config.View, host string, port uint16, usual []uint16) error {
	if slices.Contains(usual, port) || s.free(view, host, port) {
		return nil
	}
	return failure.FromRemote(&Forbidden{Host: host, Port: port})
}

// Follow is Get for a URL that a server gave and nobody configured: its port has
// to be one of a web server, too.
func (s *Scrape) Follow(ctx context.Context, view *config.View, rawURL string) *Exchange {
	if e := s.forbidden(ctx, view, rawURL); e != nil {
		return e
	}
	return s.remember(ctx, view, exchangeKey{view.Name, rawURL, true})
}

// forbidden is the exchange that is not made because of its port, nil where it
// may be.
func (s *Scrape) forbidden(ctx context.Context, view *config.View, rawURL string) *Exchange {
	t, err := parseTarget(rawURL)
	if err != nil {
		return nil // Get says what is wrong with the URL
	}
	if err := s.barredPort(view, t.host, t.port, webPorts); err != nil {
		found, _ := s.locate(ctx, view, t.host, t.port)
		return &Exchange{URL: t.url, Host: found, Connection: notConnected(endpoint{serverName: t.serverName()}, err), Stage: StageForbidden, Err: err}
	}
	return nil
}

// barredServer is a server of whose addresses none is connected to.
func barredServer(found dns.Host, port uint16, addresses []netip.AddrPort, why error) Server {
	server := Server{Host: found, Port: port, Addresses: make([]*Address, len(addresses))}
	for i, a := range addresses {
		server.Addresses[i] = &Address{Connection: notConnected(endpoint{a, found.Name}, why), Answer: noAnswer(StageForbidden, why)}
	}
	return server
}

// redirected says whether connect_to leads connections elsewhere.
func redirected(rules []config.ConnectTo, host string, port uint16) bool {
	connectHost, connectPort := connectTo(rules, host, port)
	return connectHost != host || connectPort != port
}

// notPublic are networks that no server on the Internet has its address in, and
// single addresses that machines in a cloud get their secrets from.
var notPublic = networks(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3", "168.63.129.16/32",
	"::/96", "100::/64", "2001::/32", "fc00::/7", "fe80::/9", "ff00::/8",
)

func networks(list ...string) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(list))
	for i, text := range list {
		prefixes[i] = netip.MustParsePrefix(text)
	}
	return prefixes
}

// embedding are networks of IPv6 whose addresses have one of IPv4 inside, and
// where: translation (RFC 6052, RFC 8215, RFC 2765) and 6to4 (RFC 3056).
var embedding = []struct {
	network netip.Prefix
	at      int // byte
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("64:ff9b:1::/48"), 12},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
}

// services are addresses in private networks at which clouds give secrets to
// their machines.
var services = []netip.Addr{netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("fd00:ec2::254")}

// Harmless says whether an address is public or one of a private network, and
// none of this machine, of its link or of a cloud's own services.
func Harmless(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	return Public(a) || (a.IsPrivate() || sharedAddresses.Contains(a)) && !slices.Contains(services, a)
}

var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10") // of carriers, RFC 6598

// Public says whether an address is one of the Internet, and not one of this
// machine, of its network or of a cloud's own services.
func Public(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	for _, e := range embedding {
		if e.network.Contains(a) {
			all := a.As16()
			return Public(netip.AddrFrom4([4]byte(all[e.at : e.at+4])))
		}
	}
	return a.IsValid() && !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a) })
}
