package federation_test

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/checks/example"
	"github.com/lync-exporter/lync_exporter/collector/checks/federation"
)

// TestExamples runs the whole check over what people have in DNS. Every rule has
// an example.
func TestExamples(t *testing.T) {
	t.Parallel()
	check := federation.Check()
	example.Run(t, check, "testdata/*.zone", check.Rules...)
}
