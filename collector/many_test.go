package collector_test

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/estate"
)

// The domains of benchmarks are healthy: a benchmark of failures would measure
// timeouts.
func TestManyAreHealthy(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]bool{"shared": true, "each its own": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range surveyEstate(t, estate.Many(3, shared)).Domains {
				for _, f := range d.Findings() {
					if f.Severity != collector.Info {
						t.Errorf("%s %s %s: %s", f.Severity, f.Subject, f.Reason, f.What)
					}
				}
				for _, c := range collector.Capabilities() {
					if d.Capabilities[c] != collector.Up {
						t.Errorf("%s is %s, want %s", c, d.Capabilities[c], collector.Up)
					}
				}
			}
		})
	}
}
