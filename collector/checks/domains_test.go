package checks_test

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/checks/example"
)

// TestDomains runs all checks over whole domains, as they are found in the field:
// what one check says does not contradict another.
func TestDomains(t *testing.T) {
	t.Parallel()
	example.RunAll(t, checks.Table(), "testdata/*.zone")
}
