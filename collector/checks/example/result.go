package example

import (
	"context"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Result is what checks said of an example.
type Result struct {
	Subject     inquiry.Subject
	Topology    inquiry.Topology
	TopologyErr error
	Verdicts    []*verdict.Verdict // of the checks that ran
	Metrics     []*verdict.Metric  // of all checks
}

// Judge runs checks on an example. A check that serves nothing that the domain
// is meant to offer does not run.
func (e *Example) Judge(ctx context.Context, checks ...inquiry.Check) Result {
	q := e.Inquiry(ctx)
	r := Result{Subject: e.Subject}
	r.Topology, r.TopologyErr = q.Topology(ctx)
	for _, c := range checks {
		r.Metrics = append(r.Metrics, c.Metrics...)
		if c.For(e.Subject.Domain) {
			r.Verdicts = append(r.Verdicts, c.Run(ctx, e.Subject, q))
		}
	}
	return r
}

// Findings are those of all checks, in order.
func (r Result) Findings() []verdict.Finding {
	var list []verdict.Finding
	for _, v := range r.Verdicts {
		list = append(list, v.Findings...)
	}
	return list
}

// State is what is known of a capability: up, down, unknown or absent.
func (r Result) State(c verdict.Capability) string {
	takesDown := func(f verdict.Finding) bool { return f.TakesDown(c) }
	cannotTell := func(v *verdict.Verdict) bool { return slices.Contains(v.Unknown, c) }
	switch {
	case r.TopologyErr == nil && !r.Topology.Offers(r.Subject, c), !r.Subject.Wants(c):
		return "absent"
	case slices.ContainsFunc(r.Findings(), takesDown):
		return "down"
	case r.TopologyErr != nil, slices.ContainsFunc(r.Verdicts, cannotTell):
		return "unknown"
	}
	return "up"
}

// topology is the topology as the directive names it.
func (r Result) topology() string {
	switch {
	case r.TopologyErr != nil:
		return "unknown"
	case r.Topology.Absence == inquiry.NoDomain:
		return "no_domain"
	case r.Topology.Absence == inquiry.NoRecords:
		return "no_records"
	}
	return string(r.Topology.Kind)
}
