// Package simpleurls checks the URLs that people see: those for meetings, dial-in
// and administration, group F of the decision table.
package simpleurls

import (
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Check is the row of the table of checks.
func Check() inquiry.Check {
	return inquiry.Check{Name: "simple_urls", Serves: []verdict.Capability{verdict.Meetings},
		Metrics: metrics(), Rules: rules.Rules(), Run: inquiry.Judging(ask, judge)}
}
