package srv

import (
	"context"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// facts are what DNS has for the domain and its clients.
type facts struct {
	Topology    inquiry.Topology
	TopologyErr error
	Existing    string // the nearest domain above that exists, where this one does not

	Client, Federation, Internal inquiry.Record   // the three that every domain is asked for
	Extra                        []inquiry.Record // others that exist
	Misspelled                   []inquiry.Record // in place of the clients' record
	InternalVisible              bool             // somebody set the internal record up where the view is one from outside

	SIP, Lyncdiscover, LyncdiscoverInternal dns.Host
	Wildcard                                dns.Host
	Edge                                    common.Edge
	Autodiscover                            bool // a client gets to its user link, and that answers
}

func ask(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *facts {
	f := new(facts)
	inquiry.All(
		func() { f.Topology, f.TopologyErr = q.Topology(ctx) },
		func() { f.Internal = inquiry.LookUp(ctx, q, lync.InternalRecord) },
		func() { f.LyncdiscoverInternal = q.Resolve(ctx, s.Host("lyncdiscoverinternal")) },
	)
	// The topology was learned from these.
	f.Client, f.Federation = inquiry.LookUp(ctx, q, lync.ClientRecord), inquiry.LookUp(ctx, q, lync.FederationRecord)
	f.SIP, f.Lyncdiscover = q.Resolve(ctx, s.Host("sip")), q.Resolve(ctx, s.Host("lyncdiscover"))
	f.Wildcard = inquiry.Wildcard(ctx, s, q)
	f.Edge = common.KnownEdge(ctx, s, q)
	// These come later than what others wait for.
	f.InternalVisible = !s.View.Internal && f.Internal.Exists() && !inquiry.IsWildcard(ctx, s, q, f.Internal)
	f.Extra = inquiry.Existing(ctx, s, q, []string{lync.PlainRecord, lync.XMPPRecord})
	if f.Topology.Absence == inquiry.NoDomain {
		f.Existing = nearest(ctx, s, q)
	}
	if !f.Topology.HasServers() || !s.Wants(verdict.SignIn) || s.View.Internal || !f.Client.Answer.Outcome.Missing() {
		return f
	}
	f.Misspelled = inquiry.Misspelled(ctx, s, q, lync.ClientRecord)
	if f.SIP.Outcome.Missing() {
		f.Autodiscover = inquiry.AutodiscoverWorks(ctx, s, q)
	}
	return f
}

// nearest is the domain one label above, where that exists and can be somebody's.
func nearest(ctx context.Context, s inquiry.Subject, q inquiry.Questions) string {
	above := lync.ParentOf(s.Domain.Name)
	if suffix, _ := publicsuffix.PublicSuffix(s.Domain.Name); above == "" || above == suffix || !strings.Contains(above, ".") {
		return ""
	}
	if h := q.Resolve(ctx, above); h.Outcome != dns.Found && h.Outcome != dns.Empty {
		return ""
	}
	return above
}
