// Package lyncdiscover checks whether clients find Autodiscover and get to a
// user link: group E of the decision table.
package lyncdiscover

import (
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Check is the row of the table of checks.
func Check() inquiry.Check {
	return inquiry.Check{Name: "lyncdiscover", Serves: []verdict.Capability{verdict.Autodiscover},
		Metrics: metrics(), Rules: rules.Rules(), Run: inquiry.Judging(ask, judge)}
}
