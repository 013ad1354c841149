package example

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// Network answers out of a file. It opens no socket, takes no time and gives
// the same answer every time.
type Network struct {
	now      time.Time
	zone     *zone
	captures captures
}

var _ inquiry.Network = (*Network)(nil)

// Ask implements inquiry.Network.
func (n *Network) Ask(_ context.Context, _ *config.View, name string, qtype uint16) dns.Answer {
	return n.zone.ask(name, qtype)
}

// AskOthers implements inquiry.Network.
func (n *Network) AskOthers(_ context.Context, _ *config.View, name string, qtype uint16) []dns.Answer {
	var list []dns.Answer
	if !n.zone.ask(name, qtype).Outcome.Known() {
		return nil
	}
	for _, a := range n.zone.others {
		if a.Name == canonical(name) && a.Type == qtype {
			list = append(list, a)
		}
	}
	return list
}

// Resolve implements inquiry.Network.
func (n *Network) Resolve(_ context.Context, _ *config.View, host string) dns.Host {
	return n.zone.resolve(host)
}

// LookFor implements inquiry.Network.
func (n *Network) LookFor(ctx context.Context, view *config.View, host string) dns.Host {
	return n.Resolve(ctx, view, host)
}

// SIP implements inquiry.Network.
func (n *Network) SIP(_ context.Context, view *config.View, host string, port uint16) observe.Server {
	server := observe.Server{Host: n.zone.resolve(host), Port: port}
	for _, a := range server.Host.Addresses {
		shown := n.address(view, server.Host.Name, netip.AddrPortFrom(a, port), observe.Public)
		shown.Answer = n.options(shown.Connection)
		server.Addresses = append(server.Addresses, shown)
	}
	return server
}

// Web implements inquiry.Network.
func (n *Network) Web(_ context.Context, view *config.View, rawURL string) observe.Server {
	return n.web(view, rawURL, observe.Harmless)
}

// FollowWeb implements inquiry.Network.
func (n *Network) FollowWeb(_ context.Context, view *config.View, rawURL string) observe.Server {
	return n.web(view, rawURL, observe.Public)
}

func (n *Network) web(view *config.View, rawURL string, allowed func(netip.Addr) bool) observe.Server {
	t, err := parseTarget(rawURL)
	if err != nil {
		return observe.Server{Host: dns.Host{Err: err}}
	}
	server := observe.Server{Host: n.zone.resolve(t.host), Port: t.port}
	if t.url.Scheme != "https" {
		return server
	}
	for _, a := range server.Host.Addresses {
		server.Addresses = append(server.Addresses, n.address(view, t.host, netip.AddrPortFrom(a, t.port), allowed))
	}
	return server
}

// address is what a host shows at an address, where the exporter goes there.
func (n *Network) address(view *config.View, host string, at netip.AddrPort, allowed func(netip.Addr) bool) *observe.Address {
	if err := barred(view, host, at.Addr(), allowed); err != nil {
		return &observe.Address{Connection: observe.Connection{Address: at, ServerName: host, Stage: observe.StageForbidden, Err: err}}
	}
	return n.shakeHands(host, at)
}

// barred is why an address is not connected to, as observe.Scrape has it.
func barred(view *config.View, host string, a netip.Addr, allowed func(netip.Addr) bool) error {
	if view.Internal || allowed(a) {
		return nil
	}
	return &observe.Forbidden{Host: host, Address: a}
}

// Handshake implements inquiry.Network.
func (n *Network) Handshake(_ context.Context, _ *config.View, name string, at netip.AddrPort) *observe.Address {
	return n.shakeHands(name, at)
}

// SIPNamed implements inquiry.Network.
func (n *Network) SIPNamed(ctx context.Context, view *config.View, host string, known observe.Server) observe.Server {
	return n.SIP(ctx, view, host, known.Port)
}

// HandshakeSIP implements inquiry.Network.
func (n *Network) HandshakeSIP(ctx context.Context, view *config.View, name string, known *observe.Address) *observe.Address {
	return n.Handshake(ctx, view, name, known.Address)
}

// target is what a URL says of where to connect.
type target struct {
	url  *url.URL
	host string
	port uint16
}

func parseTarget(rawURL string) (target, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return target{url: &url.URL{}}, err
	}
	t := target{url: u, host: canonical(u.Hostname()), port: 80}
	switch u.Scheme {
	case "https":
		t.port = 443
	case "http":
	default:
		return t, fmt.Errorf("%q is no http or https URL", rawURL)
	}
	if t.host == "" {
		return t, fmt.Errorf("the name of the host is missing")
	}
	if u.Port() != "" {
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil {
			return t, err
		}
		t.port = uint16(port)
	}
	return t, nil
}

// captures are what the files of an archive say of servers, by a key made of
// host and port or of a URL, with the address behind it where one is named.
type captures struct {
	tls  map[string]handshake
	sip  map[string]sipCapture
	tcp  map[string]string
	http map[string]httpCapture
}

// captureKey is the key of a capture, and its host.
func captureKey(isURL bool, name string) (key, host string, err error) {
	if isURL {
		t, err := parseTarget(name)
		return urlKey(t), t.host, err
	}
	host, port, ok := cutPort(name)
	if !ok {
		return "", "", fmt.Errorf("%q is not host:port", name)
	}
	return serverKey(host, port), host, nil
}

func cutPort(name string) (host string, port uint16, ok bool) {
	if at, err := netip.ParseAddrPort(name); err == nil {
		return at.Addr().String(), at.Port(), true
	}
	i := strings.LastIndexByte(name, ':')
	if i <= 0 {
		return "", 0, false
	}
	n, err := strconv.ParseUint(name[i+1:], 10, 16)
	return canonical(name[:i]), uint16(n), err == nil
}

func serverKey(host string, port uint16) string { return host + ":" + strconv.Itoa(int(port)) }

func urlKey(t target) string {
	path := t.url.EscapedPath()
	if path == "" {
		path = "/"
	}
	return fmt.Sprintf("%s://%s:%d%s", t.url.Scheme, t.host, t.port, path)
}

// find looks a capture up: for the name at the address, for the address under
// whatever name, for the name at any address.
func find[T any](captures map[string]T, name string, at netip.AddrPort) (found T, named, ok bool) {
	host := serverKey(name, at.Port())
	for _, key := range []string{host + " " + at.Addr().String(), serverKey(at.Addr().String(), at.Port())} {
		if found, ok = captures[key]; ok {
			return found, true, true
		}
	}
	found, ok = captures[host]
	return found, false, ok
}

// behaviour is what servers of a network do.
type behaviour int

const (
	healthy behaviour = iota + 1
	foreign
	dead
	ofMicrosoft
)

// networks are the addresses that examples have.
var networks = []struct {
	prefix netip.Prefix
	of     behaviour
}{
	{netip.MustParsePrefix("192.0.2.0/24"), healthy},
	{netip.MustParsePrefix("2001:db8::/32"), healthy},
	{netip.MustParsePrefix("10.0.0.0/8"), healthy},
	{netip.MustParsePrefix("172.16.0.0/12"), healthy},
	{netip.MustParsePrefix("192.168.0.0/16"), healthy},
	{netip.MustParsePrefix("169.254.0.0/16"), healthy},
	{netip.MustParsePrefix("100.64.0.0/10"), healthy},
	{netip.MustParsePrefix("fc00::/7"), healthy},
	{netip.MustParsePrefix("fe80::/10"), healthy},
	{netip.MustParsePrefix("198.51.100.0/24"), foreign},
	{netip.MustParsePrefix("203.0.113.0/24"), dead},
	{netip.MustParsePrefix("127.0.0.0/8"), dead},
	{netip.MustParsePrefix("0.0.0.0/32"), dead},
	{netip.MustParsePrefix("::1/128"), dead},
	{netip.MustParsePrefix("52.112.0.0/14"), ofMicrosoft},
}

func behaviourOf(a netip.Addr) behaviour {
	for _, n := range networks {
		if n.prefix.Contains(a) {
			return n.of
		}
	}
	return 0
}

// checkAddresses finds addresses of which nobody knows how they behave.
func (n *Network) checkAddresses() error {
	for name, records := range n.zone.records {
		for _, rr := range records {
			if a, ok := addressOf(rr); ok && behaviourOf(a) == 0 {
				return fmt.Errorf("%s has the address %s, which is in no network that examples know", name, a)
			}
		}
	}
	return nil
}
