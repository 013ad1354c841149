// Package result names the ends of a network operation as the counters do.
package result

import (
	"context"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

// Values of the label `result`.
const (
	OK       = "ok"
	NXDomain = "nxdomain"
	Empty    = "empty"
	Servfail = "servfail" // or any other refusal of a nameserver
	Timeout  = "timeout"
	Refused  = "refused"
	Failed   = "failed"
	Local    = "local"    // this machine has run out of files, ports or memory
	Canceled = "canceled" // the scrape ended first
)

// Of is the result of an operation of the scrape ctx that ended with err.
func Of(ctx context.Context, err error) string {
	switch {
	case err == nil:
		return OK
	case ctx.Err() != nil:
		return Canceled
	case failure.TimedOut(err):
		return Timeout
	default:
		return Failed
	}
}
