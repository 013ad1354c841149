// Package srv checks what DNS has for a SIP domain and for its clients: group B
// of the decision table, and whether the domain is there at all.
package srv

import (
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Check is the row of the table of checks.
func Check() inquiry.Check {
	return inquiry.Check{Name: "srv", Serves: []verdict.Capability{verdict.SignIn, verdict.Federation},
		Metrics: metrics(), Rules: rules.Rules(), Run: inquiry.Judging(ask, judge)}
}
