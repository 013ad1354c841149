package srv

import (
	"context"
	"slices"
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

	SIP, Lyncdiscover, LyncdiscoverInternal dns.Host
	Wildcard                                dns.Host
	Edge                                    common.Edge
	Autodiscover                            bool // a client gets to its user link, and that answers
}

func ask(ctx context.Context, s inquiry.Subject, q inquiry.Questions) facts {
	var f facts
	inquiry.All(
		func() { f.Client = inquiry.LookUp(ctx, q, lync.ClientRecord) },
		func() { f.Federation = inquiry.LookUp(ctx, q, lync.FederationRecord) },
		func() { f.Internal = inquiry.LookUp(ctx, q, lync.InternalRecord) },
		func() { f.SIP = q.Resolve(ctx, s.Host("sip")) },
		func() { f.Lyncdiscover = q.Resolve(ctx, s.Host("lyncdiscover")) },
		func() { f.LyncdiscoverInternal = q.Resolve(ctx, s.Host("lyncdiscoverinternal")) },
	)
	// These come later than what others wait for.
	f.Extra = inquiry.Existing(ctx, q, []string{lync.PlainRecord, lync.XMPPRecord})
	f.Topology, f.TopologyErr = q.Topology(ctx)
	f.Wildcard = inquiry.Wildcard(ctx, s, q)
	f.Edge = common.KnownEdge(ctx, s, q)
	if f.Topology.Absence == inquiry.NoDomain {
		f.Existing = nearest(ctx, s, q)
	}
	if !f.Topology.HasServers() || !s.Wants(verdict.SignIn) || s.View.Internal || !f.Client.Answer.Outcome.Missing() {
		return f
	}
	f.Misspelled = misspelled(ctx, s, q)
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

// misspelled are the records that stand where the clients' record was meant to
// be. What a wildcard answers, and what stands at the domain itself for another
// service, is none.
func misspelled(ctx context.Context, s inquiry.Subject, q inquiry.Questions) []inquiry.Record {
	list := inquiry.Existing(ctx, q, lync.Misspellings(lync.ClientRecord, s.Domain.Name))
	if len(list) == 0 {
		return nil
	}
	wild := q.SRV(ctx, s.Nonce).SRVs()
	return slices.DeleteFunc(list, func(r inquiry.Record) bool {
		srv := r.Answer.SRVs()[0]
		return slices.Contains(wild, srv) || r.Prefix == "" && srv.Port != lync.ClientPort
	})
}
