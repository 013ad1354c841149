// Package webservices checks the user link that Autodiscover hands out: the rows
// of group E of the decision table about it.
package webservices

import (
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Check is the row of the table of checks.
func Check() inquiry.Check {
	return inquiry.Check{Name: "web_services", Serves: []verdict.Capability{verdict.Autodiscover},
		Metrics: metrics(), Rules: rules.Rules(), Run: inquiry.Judging(ask, judge)}
}
