package inquiry

import (
	"context"

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
	Run     func(context.Context, Subject, Questions) verdict.Verdict
}

// Judging joins the half of a check that asks to the half that judges.
func Judging[F any](ask func(context.Context, Subject, Questions) F, judge func(Subject, F) verdict.Verdict) func(context.Context, Subject, Questions) verdict.Verdict {
	return func(ctx context.Context, s Subject, q Questions) verdict.Verdict { return judge(s, ask(ctx, s, q)) }
}
