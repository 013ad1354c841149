package tls_test

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/checks/example"
	"github.com/lync-exporter/lync_exporter/collector/checks/tls"
)

// TestExamples runs the whole check over what people have in DNS and on their
// servers. Every rule has an example.
func TestExamples(t *testing.T) {
	t.Parallel()
	check := tls.Check()
	example.Run(t, check, "testdata/*.zone", check.Rules...)
}
