package tls

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// standing is an address that capabilities of the domain depend on, and what it
// shows: one series of lync_server_up.
type standing struct {
	role, address, fingerprint string
	up                         bool
}

// dependents are what depends on an address.
type dependents struct {
	target       string
	capabilities []verdict.Capability
}

// exposeServers exposes the addresses on which the verdict rests. Names at one
// web server are told together, by the first of them. Where the domain is to have
// the essential series only, they are there when one of them is down, with what
// stands in for it.
func (j judgement) exposeServers(v *verdict.Verdict) {
	var order []standing
	all := make(map[standing]*dependents)
	for _, t := range j.webFirst() {
		needs := j.serves(t)
		if !t.Best || needs == "" {
			continue
		}
		for i, a := range t.Addresses {
			if a.Unknown() || t.HTTPWorks && !a.Shook() {
				continue // nothing is known, or nothing depends on it
			}
			s := j.standingOf(t, i)
			d := all[s]
			if d == nil {
				d = &dependents{target: t.Target()}
				all[s], order = d, append(order, s)
			}
			if !slices.Contains(d.capabilities, needs) {
				d.capabilities = append(d.capabilities, needs)
			}
		}
	}
	v.Exposing(j.InFull() || slices.ContainsFunc(order, func(s standing) bool { return !s.up }))
	defer v.Exposing(true)
	for _, s := range order {
		v.Flag(serverUp, s.up, s.role, names(all[s].capabilities), all[s].target, s.address, s.fingerprint)
	}
}

// webFirst are the servers, those of the web in the order in which one of them
// speaks for others.
func (j judgement) webFirst() []*server {
	order := []lync.Role{lync.Lyncdiscover, lync.LyncdiscoverInternal, lync.WebServices, lync.Meet}
	list := slices.Clone(j.Servers)
	slices.SortStableFunc(list, func(a, b *server) int { return slices.Index(order, a.Role) - slices.Index(order, b.Role) })
	return list
}

func (j judgement) standingOf(t *server, i int) standing {
	a := t.Addresses[i]
	s := standing{role: "web", address: netip.AddrPortFrom(t.AddressInDNS(i), t.Port).String()}
	if t.Role.IsEdge() {
		s.role = string(t.Role)
	}
	if a.Shook() && len(a.Certificates) > 0 {
		s.fingerprint = j.of(a.Certificates[0])
		s.up = j.accepted(t, a)
	}
	return s
}

// accepted says whether those who use a server accept the certificate that an
// address shows.
func (j judgement) accepted(t *server, a *observe.Address) bool {
	leaf := a.Certificates[0]
	if !t.Role.IsEdge() && lync.Covers(leaf, t.Host.Name) < lync.Wildcard && !t.HTTPWorks {
		return false // said by the check that asks this server
	}
	alone := *t
	alone.Addresses, alone.ShownForSIP = []*observe.Address{a}, nil
	alone.Certificates = certificatesOf(alone.Addresses)
	alone.Required = t.Required[:1]
	faults := j.certificateFaults(&alone, alone.Certificates[0])
	if !t.Refused {
		faults = append(faults, j.nameFaults(&alone, t.Prefix == "" && j.hasOtherWayIn(t))...)
	}
	return !slices.ContainsFunc(faults, func(f verdict.Finding) bool { return f.Severity == verdict.Critical })
}

// names are capabilities as the label has them.
func names(capabilities []verdict.Capability) string {
	var list []string
	for _, c := range verdict.Capabilities() {
		if slices.Contains(capabilities, c) {
			list = append(list, string(c))
		}
	}
	return strings.Join(list, ",")
}
