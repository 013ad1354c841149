package federation

import (
	"context"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// facts are what DNS has for partners that look the domain up.
type facts struct {
	Topology    inquiry.Topology
	TopologyErr error
	Record      inquiry.Record
	Others      []dns.Answer     // of the view's other nameservers, for comparison
	Misspelled  []inquiry.Record // looked up only where the record is missing
	Edge        common.Edge
}

func ask(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *facts {
	f := new(facts)
	f.Record = inquiry.LookUp(ctx, q, lync.FederationRecord)
	f.Others = q.Others(ctx, lync.FederationRecord)
	if f.Record.Answer.Outcome.Missing() && s.Wants(verdict.Federation) {
		f.Misspelled = inquiry.Misspelled(ctx, s, q, lync.FederationRecord)
	}
	f.Topology, f.TopologyErr = q.Topology(ctx)
	f.Edge = common.KnownEdge(ctx, s, q)
	return f
}
