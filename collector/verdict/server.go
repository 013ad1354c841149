package verdict

import (
	"net/netip"
	"strings"
)

// Server is a server as people are told of it: what it is for, and where.
type Server struct {
	Role      string // in words, as in "Access Edge"
	Target    string // host:port
	Addresses []netip.Addr
}

// String is as in "Access Edge sip.contoso.com:443 (192.0.2.1)".
func (s Server) String() string {
	text := strings.TrimSpace(s.Role + " " + s.Target)
	if len(s.Addresses) == 0 {
		return text
	}
	addresses := make([]string, len(s.Addresses))
	for i, a := range s.Addresses {
		addresses[i] = a.String()
	}
	return text + " (" + strings.Join(addresses, ", ") + ")"
}
