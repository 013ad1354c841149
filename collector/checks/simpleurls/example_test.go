package simpleurls

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/checks/example"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	example.Run(t, Check(), "testdata/*.zone", rules.Rules()...)
}
