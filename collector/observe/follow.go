package observe

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

// Follow is Get for a URL that a server gave and nobody configured. By default
// it leads to public addresses only, and to ports of web servers: the exporter
// makes no request inside its own network for a stranger. The addresses are
// those that the name was resolved to once; none is looked up again.
//
// It may lead anywhere in a view from inside, where connect_to says where to
// connect, with follow_private, and where the server that gave the URL has no
// public address itself (from), so that it is no stranger. An Exchange that was
// not made has Forbidden, and Err says what was refused.
func (s *Scrape) Follow(ctx context.Context, view *config.View, rawURL string, from netip.Addr) *Exchange {
	if e := s.forbidden(ctx, view, rawURL, from); e != nil {
		return e
	}
	return s.Get(ctx, view, rawURL)
}

// forbidden is the exchange that is not made, nil where it may be.
func (s *Scrape) forbidden(ctx context.Context, view *config.View, rawURL string, from netip.Addr) *Exchange {
	t, err := parseTarget(rawURL)
	if err != nil || near(from) {
		return nil // Get says what is wrong with the URL
	}
	found, addresses := s.locate(ctx, view, t.host, t.port)
	if err := s.refused(view, t, addresses); err != nil {
		return &Exchange{URL: t.url, Host: found, Forbidden: true, Err: err}
	}
	return nil
}

// near says whether a server is inside, or on this machine. One that was not
// reached is not.
func near(from netip.Addr) bool { return from.IsValid() && !Public(from) }

// followable are the ports of web servers that a stranger's URL may name:
// those of HTTP, those of the web services behind a reverse proxy, and the
// usual second one of HTTP, as authorities have it for their certificates.
var followable = []uint16{80, 443, 4443, 8080}

// refused says why a stranger's URL may not be followed, nil where it may.
func (s *Scrape) refused(view *config.View, t target, addresses []netip.AddrPort) error {
	if s.config.FollowPrivate || view.Internal || redirected(s.config.ConnectTo, t.host, t.port) || len(addresses) == 0 {
		return nil
	}
	if !slices.Contains(followable, t.port) {
		return fmt.Errorf("not followed: port %d is none of a web server of Lync", t.port)
	}
	for _, a := range addresses {
		if !Public(a.Addr()) {
			return failure.FromRemote(fmt.Errorf("not followed: %s leads to %s, which is no public address", t.host, a.Addr()))
		}
	}
	return nil
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
	"::/96", "100::/64", "fc00::/7", "fe80::/9", "ff00::/8",
)

func networks(list ...string) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(list))
	for i, text := range list {
		prefixes[i] = netip.MustParsePrefix(text)
	}
	return prefixes
}

// embedding are networks of IPv6 whose addresses have one of IPv4 inside, and
// where: translation (RFC 6052, RFC 8215) and 6to4 (RFC 3056).
var embedding = []struct {
	network netip.Prefix
	at      int // byte
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("64:ff9b:1::/48"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
}

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
