package webservices

import (
	"context"
	"crypto/x509"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// facts are the user link and what it answered without credentials.
type facts struct {
	Topology    inquiry.Topology
	Err         error  // the user link could not be learned
	Link        string // "": Autodiscover led to none
	Inside      bool   // Autodiscover takes clients outside for clients inside
	inquiry.Hop        // along the link, if there is one

	Proxy     common.Proxy      // the web server of the domain, where DNS does not have the link's host
	LacksName *x509.Certificate // the proxy's, if it lacks the host
}

func ask(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *facts {
	f := new(facts)
	if !s.Wants(verdict.Autodiscover) {
		return f
	}
	if f.Topology, f.Err = q.Topology(ctx); f.Err != nil || f.Topology.Kind == config.FederationOnly {
		return f
	}
	if f.Link, f.Err = inquiry.UserLink(ctx, s, q); f.Link == "" {
		return f
	}
	f.Hop = inquiry.NewHop(q.Follow(ctx, f.Link), s.Now)
	for _, scheme := range []string{"https", "http"} {
		w := q.Discover(ctx, scheme, s.DiscoverName())
		f.Inside = f.Inside || !s.View.Internal && strings.EqualFold(w.Document.AccessLocation, "Internal")
	}
	if f.Exchange.Host.Outcome.Missing() {
		f.Proxy = common.KnownProxy(ctx, s, q)
		f.LacksName = f.Proxy.Lacks(ctx, q, f.Exchange.Host.Name)
	}
	return f
}
