package lyncdiscover

import (
	"context"
	"crypto/x509"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// facts are the four ways in which clients ask.
type facts struct {
	Topology    inquiry.Topology
	TopologyErr error
	Names       []name
	Misspelled  []dns.Host        // that exist in place of a name that is missing
	Proxy       common.Proxy      // the web server that the domain's other names lead to
	Edge        common.Edge       // looked for with it
	LacksName   *x509.Certificate // the proxy's, if it lacks the name that is missing
}

// name is one of the two names and both ways of asking it.
type name struct {
	Label         string
	Belongs       bool // in this view
	Host          dns.Host
	Wildcard      bool          // only a wildcard answers for it
	Secure, Plain *inquiry.Walk // nil: the name does not exist
}

func ask(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *facts {
	if !s.Wants(verdict.Autodiscover) {
		return new(facts)
	}
	f := &facts{Names: []name{{Label: "lyncdiscover"}, {Label: "lyncdiscoverinternal"}}}
	inquiry.Each(f.Names, func(i int, n name) {
		n.Belongs = n.Label == s.DiscoverName()
		n.Host = q.Resolve(ctx, s.Host(n.Label))
		if n.Host.Outcome == dns.Found {
			inquiry.All(
				func() { n.Secure = q.Discover(ctx, "https", n.Label) },
				func() { n.Plain = q.Discover(ctx, "http", n.Label) },
			)
		}
		f.Names[i] = n
	})
	f.Topology, f.TopologyErr = q.Topology(ctx)
	wildcard := inquiry.Wildcard(ctx, s, q)
	for i := range f.Names {
		n := &f.Names[i]
		n.Wildcard = lync.SameAnswer(n.Host, wildcard)
		if n.Belongs && f.Topology.HasServers() && n.Host.Outcome.Known() && !n.works() {
			f.lookElsewhere(ctx, s, q, *n, wildcard)
		}
	}
	return f
}

// lookElsewhere looks for the server that is to answer for a name that does not
// work, and for what a name that is missing may have become.
func (f *facts) lookElsewhere(ctx context.Context, s inquiry.Subject, q inquiry.Questions, n name, wildcard dns.Host) {
	inquiry.All(
		func() { f.Proxy = common.KnownProxy(ctx, s, q, n.Host.Name) },
		func() { f.Edge = common.KnownEdge(ctx, s, q) },
	)
	if !n.missing() {
		return
	}
	f.LacksName = f.Proxy.Lacks(ctx, q, n.Host.Name)
	labels := lync.MisspelledHosts(s.Domain.Name)
	f.Misspelled = make([]dns.Host, len(labels))
	inquiry.Each(labels, func(i int, label string) { f.Misspelled[i] = q.LookFor(ctx, s.Host(label)) })
	f.Misspelled = slices.DeleteFunc(f.Misspelled, func(h dns.Host) bool { return h.Outcome != dns.Found || lync.SameAnswer(h, wildcard) })
}

// asked are the ways of asking that the configuration has.
func (n name) asked() []*inquiry.Walk {
	return slices.DeleteFunc([]*inquiry.Walk{n.Secure, n.Plain}, func(w *inquiry.Walk) bool { return !w.Asked() })
}

func (n name) answered() bool { return slices.ContainsFunc(n.asked(), (*inquiry.Walk).Answered) }

// works says whether clients get to the user link.
func (n name) works() bool { return slices.ContainsFunc(n.asked(), (*inquiry.Walk).Usable) }

// missing says whether nobody set the name up: DNS does not have it, or only by
// a wildcard, which leads to another kind of web server.
func (n name) missing() bool {
	if n.Host.Outcome.Missing() {
		return true
	}
	return n.Wildcard && !slices.ContainsFunc(n.asked(), func(w *inquiry.Walk) bool {
		return w.Document.Format != "" || w.End == inquiry.PoolDown || w.End == inquiry.LoginWanted || w.Unknown() != nil
	})
}

// unknown is why nothing is known of where one way of asking leads, nil if all
// is known.
func (n name) unknown() error {
	for _, w := range n.asked() {
		if err := w.Unknown(); err != nil {
			return err
		}
	}
	return nil
}
