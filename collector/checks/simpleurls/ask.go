package simpleurls

import (
	"context"
	"net/url"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// facts are what the URLs lead to.
type facts struct {
	Topology    inquiry.Topology
	TopologyErr error
	Wildcard    dns.Host
	Visits      []visit      // where the domain has, or may have, servers
	Former      []former     // where its users are elsewhere
	Proxy       common.Proxy // the web server that the domain's other names lead to, where a host does not
}

// kind is what a simple URL is for, the label `url` of metrics.
type kind string

const (
	meet   kind = "meet"
	dialin kind = "dialin"
	admin  kind = "admin"
)

// simpleURL is one of the URLs that the configuration has.
type simpleURL struct {
	Kind kind
	URL  *url.URL
}

// role is what the server is for, as people are told of it.
func (u simpleURL) role() lync.Role {
	if u.Kind == dialin {
		return lync.Dialin
	}
	return lync.Meet
}

// former is a URL of servers that are no longer needed, and what its host
// resolves to.
type former struct {
	simpleURL
	Host dns.Host
}

// simpleURLs are those that are wanted.
func simpleURLs(s inquiry.Subject) []simpleURL {
	var list []simpleURL
	if s.Wants(verdict.Meetings) {
		list = append(list, simpleURL{meet, s.Domain.Meet})
	}
	if s.Domain.Dialin != nil {
		list = append(list, simpleURL{dialin, s.Domain.Dialin})
	}
	if s.Domain.Admin != nil {
		list = append(list, simpleURL{admin, s.Domain.Admin})
	}
	return list
}

func ask(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *facts {
	f := new(facts)
	f.Topology, f.TopologyErr = q.Topology(ctx)
	if f.Topology.Absence != inquiry.NothingMissing || f.Topology.Kind == config.FederationOnly {
		return f
	}
	urls := simpleURLs(s)
	if f.Topology.Kind == config.Online {
		f.Former = make([]former, len(urls))
		inquiry.Each(urls, func(i int, u simpleURL) { f.Former[i] = former{u, q.Resolve(ctx, u.URL.Hostname())} })
	} else {
		f.Visits = make([]visit, len(urls))
		inquiry.Each(urls, func(i int, u simpleURL) { f.Visits[i] = u.visit(ctx, s, q) })
	}
	f.Wildcard = inquiry.Wildcard(ctx, s, q)
	for i, v := range f.Visits {
		missing := v.host().Outcome.Missing()
		if v.Kind == admin || !missing && v.answered() {
			continue
		}
		if !f.Proxy.Known() {
			f.Proxy = common.KnownProxy(ctx, s, q, v.host().Name)
		}
		if missing {
			f.Visits[i].LacksName = f.Proxy.Lacks(ctx, q, v.host().Name)
		} else {
			f.Visits[i].AtEdge = f.Proxy.Misses(v.first(), common.KnownEdge(ctx, s, q))
		}
	}
	return f
}
