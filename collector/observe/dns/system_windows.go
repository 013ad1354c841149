package dns

import (
	"errors"
	"net"
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"
)

// systemNameservers asks the network adapters that are up, as Windows keeps no
// resolv.conf.
func systemNameservers() ([]string, error) {
	first, err := adapters()
	if err != nil {
		return nil, err
	}
	var addresses []string
	for a := first; a != nil; a = a.Next {
		if a.OperStatus != windows.IfOperStatusUp {
			continue
		}
		for server := a.FirstDnsServerAddress; server != nil; server = server.Next {
			// fec0::/10 stands there where nothing is configured (RFC 3879).
			ip := server.Address.IP()
			if ip == nil || len(ip) == net.IPv6len && ip[0] == 0xfe && ip[1]&0xc0 == 0xc0 {
				continue
			}
			if address := net.JoinHostPort(ip.String(), "53"); !slices.Contains(addresses, address) {
				addresses = append(addresses, address)
			}
		}
	}
	if len(addresses) == 0 {
		return nil, errors.New("no network adapter has a nameserver")
	}
	return addresses, nil
}

func adapters() (*windows.IpAdapterAddresses, error) {
	const flags = windows.GAA_FLAG_SKIP_UNICAST | windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST
	size := uint32(15000) // as Microsoft recommends to begin with
	for {
		space := make([]byte, size)
		first := (*windows.IpAdapterAddresses)(unsafe.Pointer(&space[0]))
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, first, &size)
		if err == nil {
			return first, nil
		}
		if !errors.Is(err, windows.ERROR_BUFFER_OVERFLOW) || size <= uint32(len(space)) {
			return nil, err
		}
	}
}
