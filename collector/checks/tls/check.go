// Package tls checks the servers of a SIP domain by what they show in a TLS
// handshake: group C of the decision table, and the certificates of its web
// servers.
package tls

import (
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Check is the row of the table of checks.
func Check() inquiry.Check {
	return inquiry.Check{Name: "tls", Serves: verdict.Capabilities(),
		Metrics: metrics(), Rules: rules.Rules(), Run: inquiry.Judging(ask, judge)}
}
