package common

import (
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Ranked is a record, or the server that it names, with all that is wrong with it.
type Ranked struct {
	Known  bool // all of it could be learned
	Faults []verdict.Finding
}

// works says whether clients and partners who come to it are served.
func (r *Ranked) works() bool {
	return r.Known && !slices.ContainsFunc(r.Faults, func(f verdict.Finding) bool { return f.Severity == verdict.Critical })
}

// SpareEqual makes the faults of records of one rank milder where another of them
// works: nameservers turn their order, so that each is the first for some
// (docs/rules.md#srv-choice).
func SpareEqual(sameRank []*Ranked) {
	if !slices.ContainsFunc(sameRank, (*Ranked).works) {
		return
	}
	for _, r := range sameRank {
		for i, f := range r.Faults {
			r.Faults[i] = f.Milder(verdict.EqualRecord)
		}
	}
}

// SpareServers does so with servers, those in one role together. Of one that no record
// names, or that is not picked first, the faults stay as they are.
func SpareServers(servers []*RankedServer) {
	for _, role := range []lync.Role{lync.AccessEdge, lync.FederationEdge} {
		var first []*Ranked
		for _, s := range servers {
			if s.Server.Role == role && s.Server.Best && s.Server.Prefix != "" {
				first = append(first, &s.Ranked)
			}
		}
		SpareEqual(first)
	}
}

// RankedServer is a server with what is wrong with it.
type RankedServer struct {
	Ranked
	Server *SIPServer
}
