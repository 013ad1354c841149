package sip

import (
	"context"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// facts are the SIP servers of a domain and what they answered.
type facts struct {
	Topology    inquiry.Topology
	TopologyErr error
	Servers     []common.SIPServer
	Unknown     []inquiry.UnknownRole
	Edge        common.Edge
	XMPP        []dns.SRV // the record for XMPP, where there is one
}

func ask(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *facts {
	f := new(facts)
	if f.Topology, f.TopologyErr = q.Topology(ctx); f.Topology.Absence != inquiry.NothingMissing {
		return f
	}
	found := common.AskSIPServers(ctx, s, q)
	f.Servers, f.Unknown = found.List, found.Unknown
	f.Edge = common.KnownEdge(ctx, s, q)
	f.XMPP = q.SRV(ctx, lync.XMPPRecord).SRVs()
	return f
}
