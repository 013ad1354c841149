package dns

import (
	"testing"

	"go.uber.org/goleak"
)

// No goroutine outlives its scrape.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
