package survey

import (
	"context"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
)

// JudgeAgain checks a target once and returns a function that judges it again
// by the same facts, with nothing asked of the network.
func (s *Surveyor) JudgeAgain(ctx context.Context, t Target) (again func() (findings int), end func()) {
	scrape := s.begin(ctx)
	subject := inquiry.NewSubject(t.Domain, t.View, time.Now(), s.neighbours)
	q := inquiry.New(ctx, subject, scrape)
	again = func() (findings int) {
		for _, c := range s.checks {
			result := s.runCheck(ctx, c, subject, q)
			findings += len(result.Findings)
		}
		return findings
	}
	again()
	return again, scrape.Close
}
