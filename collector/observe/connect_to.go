package observe

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// locate says to which addresses connections meant for host and port go: those
// of the host, or what connect_to puts in their place. The Host is what DNS says
// of the one meant, wherever connections go, or where they go if DNS says nothing.
func (s *Scrape) locate(ctx context.Context, view *config.View, host string, port uint16) (dns.Host, []netip.AddrPort) {
	connectHost, connectPort := connectTo(s.config.ConnectTo, host, port)
	found := s.Resolve(ctx, view, connectHost)
	targets := make([]netip.AddrPort, len(found.Addresses))
	for i, a := range found.Addresses {
		targets[i] = netip.AddrPortFrom(a.Unmap(), connectPort)
	}
	if !strings.EqualFold(connectHost, host) {
		if meant := s.Resolve(ctx, view, host); meant.Outcome == dns.Found {
			return meant, targets
		}
	}
	found.Name = host
	return found, targets
}

// connectTo applies the first rule that matches, as curl's --connect-to does.
func connectTo(rules []config.ConnectTo, host string, port uint16) (string, uint16) {
	for _, r := range rules {
		if r.Host != "" && !strings.EqualFold(unbracket(strings.TrimSuffix(r.Host, ".")), host) {
			continue
		}
		if r.Port != "" && r.Port != strconv.Itoa(int(port)) {
			continue
		}
		if r.ConnectHost != "" {
			host = unbracket(r.ConnectHost)
		}
		if p, err := strconv.ParseUint(r.ConnectPort, 10, 16); err == nil {
			port = uint16(p)
		}
		break
	}
	return host, port
}

func unbracket(host string) string {
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

// hostName is the one spelling of a host under which facts are remembered:
// lower-case, A-labels, no trailing dot, an address without brackets.
func hostName(host string) (string, error) {
	host = strings.ToLower(strings.TrimSuffix(unbracket(host), "."))
	if host == "" {
		return "", fmt.Errorf("the name of the host is missing")
	}
	for i := range len(host) {
		if host[i] >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(host)
			if err != nil {
				return host, fmt.Errorf("%q is no host name: %w", host, err)
			}
			return ascii, nil
		}
	}
	return host, nil
}
