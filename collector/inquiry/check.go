package inquiry

import (
	"context"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Check is one row of the table of checks. What it could not learn it says by
// Verdict.Incomplete.
type Check struct {
	Name string
	// Serves are the capabilities of which nothing is known while the check has
	// not ended. A check that serves none of a domain's does not run for it.
	Serves  []verdict.Capability
	Metrics []*verdict.Metric
	Rules   []*verdict.Rule
	Run     func(context.Context, Subject, Questions) *verdict.Verdict
}

// For says whether the check serves anything that a domain is meant to offer.
func (c Check) For(d *config.Domain) bool {
	return d.Capabilities == nil || slices.ContainsFunc(c.Serves, func(c verdict.Capability) bool { return slices.Contains(d.Capabilities, string(c)) })
}

// Judging joins the half of a check that asks to the half that judges.
func Judging[F any](ask func(context.Context, Subject, Questions) F, judge func(Subject, F) *verdict.Verdict) func(context.Context, Subject, Questions) *verdict.Verdict {
	return func(ctx context.Context, s Subject, q Questions) *verdict.Verdict { return judge(s, ask(ctx, s, q)) }
}
