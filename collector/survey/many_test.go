package survey_test

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// The domains of benchmarks are healthy: a benchmark of failures would measure
// timeouts.
func TestManyAreHealthy(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]bool{"shared": true, "each its own": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range surveyEstate(t, lab.Many(3, shared)).Domains {
				for _, f := range d.Findings() {
					if f.Severity != verdict.Info {
						t.Errorf("%s %s %s: %s", f.Severity, f.Subject, f.Rule.Code, f.What(d.Domain.Name))
					}
				}
				for _, c := range verdict.Capabilities() {
					if d.Capabilities.Of(c) != survey.Up {
						t.Errorf("%s is %s, want %s", c, d.Capabilities.Of(c), survey.Up)
					}
				}
			}
		})
	}
}
