// Package sip checks what the SIP servers of a domain answer once TLS stands:
// group D of the decision table.
package sip

import (
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Check is the row of the table of checks.
func Check() inquiry.Check {
	return inquiry.Check{Name: "sip", Serves: []verdict.Capability{verdict.SignIn, verdict.Federation},
		Metrics: metrics(), Rules: rules.Rules(), Run: inquiry.Judging(ask, judge)}
}
