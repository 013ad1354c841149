package common

import (
	"context"
	"crypto/x509"
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Proxy is the domain's web server as far as its names show it. The zero Proxy
// is one that is not known.
type Proxy struct {
	Addresses []netip.Addr
	at        *observe.Address // that answered
}

// Known says whether there is one.
func (p Proxy) Known() bool { return len(p.Addresses) > 0 }

// Has says whether an address is one of the proxy's.
func (p Proxy) Has(a netip.Addr) bool { return slices.Contains(p.Addresses, a) }

// Misses says whether what did not answer was the Edge, which speaks TLS and is no
// web server, and not the proxy, be it known or not.
func (p Proxy) Misses(x *observe.Exchange, edge Edge) bool {
	at := x.Host.Addresses
	return x.Stage != observe.StageDone && len(x.Connection.Certificates) > 0 && !slices.ContainsFunc(at, p.Has) && slices.ContainsFunc(at, edge.Has)
}

// KnownProxy finds the web server that the domain's names lead to and that
// answers https. Names that are in question themselves are left out.
func KnownProxy(ctx context.Context, s inquiry.Subject, q inquiry.Questions, except ...string) Proxy {
	urls := []string{"https://" + s.Host(s.DiscoverName()) + "/"}
	if s.Domain.Meet != nil {
		urls = append(urls, s.Domain.Meet.String())
	}
	wildcard := inquiry.Wildcard(ctx, s, q)
	for _, u := range urls {
		if slices.Contains(except, lync.HostOf(u)) {
			continue
		}
		server := q.Web(ctx, u)
		if q.Get(ctx, u).Stage != observe.StageDone || server.Host.Outcome != dns.Found || lync.SameAnswer(server.Host, wildcard) || lync.LeadsToCloud(server.Host) {
			continue
		}
		for _, a := range server.Addresses {
			if len(a.Certificates) > 0 {
				return Proxy{server.Host.Addresses, a}
			}
		}
	}
	return Proxy{}
}

// Lacks is the proxy's certificate, if it would lack this name; nil where it
// bears it or there is no proxy to ask.
func (p Proxy) Lacks(ctx context.Context, q inquiry.Questions, name string) *x509.Certificate {
	if !p.Known() {
		return nil
	}
	a := q.Handshake(ctx, name, p.at.Address)
	if len(a.Certificates) == 0 || lync.Covers(a.Certificates[0], name) >= lync.Wildcard {
		return nil
	}
	return a.Certificates[0]
}

// Server is the proxy for people.
func (p Proxy) Server(name string, internal bool) *verdict.Server {
	return &verdict.Server{Role: lync.WebServices.Words(internal), Target: name + ":443", Addresses: p.Addresses}
}

// CertificateRepair is the change that adds names to a server's certificate, of
// which the present one is nil where it was not seen.
func CertificateRepair(server *verdict.Server, present *x509.Certificate, names ...string) verdict.Repair {
	return verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{Server: server, Present: lync.Identity(present), Names: names}}
}

// Shown is the certificate that a web server showed, nil where it showed none.
func Shown(x *observe.Exchange) *x509.Certificate {
	if len(x.Connection.Certificates) == 0 {
		return nil
	}
	return x.Connection.Certificates[0]
}

// WebServer is the server behind an exchange, as people are told of it.
func WebServer(role lync.Role, x *observe.Exchange, internal bool) *verdict.Server {
	w := &verdict.Server{Role: role.Words(internal), Target: x.Host.Name}
	if x.URL != nil {
		port := x.URL.Port()
		if port == "" {
			port = map[string]string{"https": "443", "http": "80"}[x.URL.Scheme]
		}
		w.Target = x.URL.Hostname() + ":" + port
	}
	w.Addresses = append(w.Addresses, x.Host.Addresses...)
	return w
}

// Publish says in words how a name is to be published, outside or inside.
func Publish(s inquiry.Subject, name string) verdict.Repair {
	if s.View.Internal {
		return verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Let %s lead to the Front End pool, and check that its internal web site (ports 443 and 80) runs in IIS.", name)}
	}
	return verdict.Repair{Kind: verdict.RepairProxy, Text: verdict.Textf("Configure the reverse proxy to forward all requests for %s to the external web site of the Front End (443 to 4443, 80 to 8080), with the original Host header and without pre-authentication.", name)}
}
