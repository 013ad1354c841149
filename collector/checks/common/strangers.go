package common

import (
	"context"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// AtStranger says whether Autodiscover leads to a server that has nothing to do with
// the domain, or may have nothing to do with it. What that shows is not the domain's to
// mend.
func AtStranger(ctx context.Context, s inquiry.Subject, q inquiry.Questions) bool {
	name := s.DiscoverName()
	secure, plain := q.Discover(ctx, "https", name), q.Discover(ctx, "http", name)
	asked := slices.DeleteFunc([]*inquiry.Walk{secure, plain}, func(w *inquiry.Walk) bool { return !w.Asked() })
	if len(asked) == 0 || slices.ContainsFunc(asked, (*inquiry.Walk).Usable) {
		return false
	}
	host := asked[0].First().Host
	return ShowsNothing(s, host, secure, plain) || LeadsElsewhere(s, host, asked, KnownProxy(ctx, s, q, host.Name), KnownEdge(ctx, s, q))
}

// LeadsElsewhere says whether a name of Autodiscover leads to the Edge, which is no web
// server, or to a web server that has nothing to do with the domain, while another name
// of the domain shows the right one.
func LeadsElsewhere(s inquiry.Subject, host dns.Host, asked []*inquiry.Walk, right Proxy, edge Edge) bool {
	if !slices.ContainsFunc(asked, (*inquiry.Walk).Answered) {
		return slices.ContainsFunc(asked, func(w *inquiry.Walk) bool { return right.Misses(w.First(), edge) })
	}
	if !right.Known() || lync.LeadsToCloud(host) || slices.ContainsFunc(host.Addresses, right.Has) {
		return false
	}
	return !slices.ContainsFunc(asked, func(w *inquiry.Walk) bool {
		switch w.End {
		case inquiry.Moved, inquiry.NotFound, inquiry.OtherStatus, inquiry.NoDocument:
			return len(w.Hops) > 1 || bearsAny(w.First(), []string{s.Domain.Name})
		}
		return !w.Closed()
	})
}

// ShowsNothing says whether nothing that a name of Autodiscover leads to speaks of the
// domain: over https a page, by a certificate for others, and over http a page, too, or
// the way there. It may be somebody else's web server, or a proxy that knows nothing of
// the domain yet.
func ShowsNothing(s inquiry.Subject, host dns.Host, secure, plain *inquiry.Walk) bool {
	if lync.LeadsToCloud(host) || !secure.Asked() || !isPage(secure) || plain.Asked() && !isPage(plain) && plain.End != inquiry.Moved {
		return false
	}
	return len(secure.First().Connection.Certificates) > 0 && !bearsAny(secure.First(), append(slices.Clip(s.Domain.TrustedDomains), s.Domain.Name))
}

func isPage(w *inquiry.Walk) bool { return w.End == inquiry.NoDocument && len(w.Hops) == 1 }

// bearsAny says whether a certificate has names in one of the domains.
func bearsAny(x *observe.Exchange, domains []string) bool {
	chain := x.Connection.Certificates
	return len(chain) > 0 && slices.ContainsFunc(chain[0].DNSNames, func(san string) bool { return lync.WithinAny(strings.ToLower(san), domains) })
}
