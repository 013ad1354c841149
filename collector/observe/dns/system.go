//go:build !windows

package dns

import (
	"errors"
	"io/fs"
	"net"

	"github.com/miekg/dns"
)

// systemNameservers reads resolv.conf(5), which says that the local machine is
// asked where nothing is configured.
func systemNameservers() ([]string, error) { return nameserversOf("/etc/resolv.conf") }

func nameserversOf(path string) ([]string, error) {
	local := []string{net.JoinHostPort("127.0.0.1", "53")}
	c, err := dns.ClientConfigFromFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return local, nil
	}
	if err != nil {
		return nil, err
	}
	if len(c.Servers) == 0 {
		return local, nil
	}
	addresses := make([]string, len(c.Servers))
	for i, server := range c.Servers {
		addresses[i] = net.JoinHostPort(server, c.Port)
	}
	return addresses, nil
}
