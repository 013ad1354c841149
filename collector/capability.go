package collector

import (
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// State is what is known of a capability.
type State string

// The states. NotOffered and Unknown have no series.
const (
	Up         State = "up"
	Down       State = "down"
	Unknown    State = "unknown"     // an observation that matters failed
	NotOffered State = "not_offered" // the topology or the configuration has it not
)

var capabilityUp = &Metric{Name: "lync_capability_up", Labels: []string{"capability"},
	Help: "1 = a user of this SIP domain can use the capability, 0 = a critical finding takes it down. Absent when the domain's topology does not offer it or an observation that matters failed."}

// judgeCapability says whether users have a capability, from the findings and
// from what remained unknown. A critical finding settles it even where other
// observations failed.
func judgeCapability(c Capability, s Subject, topology config.Topology, checks []CheckReport) State {
	if !offers(c, s, topology) {
		return NotOffered
	}
	unknown := topology == ""
	for _, check := range checks {
		for _, f := range check.Findings {
			if f.Severity == Critical && f.Breaks == c {
				return Down
			}
		}
		if slices.Contains(check.Unknown, c) {
			unknown = true
		}
	}
	if c == SignIn && noWayIn(checks) {
		return Down
	}
	if unknown {
		return Unknown
	}
	return Up
}

// offers says whether a domain is meant to have a capability. Where nothing is
// known of the topology, it may be.
func offers(c Capability, s Subject, topology config.Topology) bool {
	switch c {
	case Federation:
		return s.wantsFederation()
	case Meetings:
		return s.Domain.Meet != nil && topology != config.Online
	}
	return topology != config.Online
}

// noWayIn says whether clients can find no server at all: Autodiscover is
// broken, and neither the service record nor the host names that they guess
// are there (lync-rules.md §1.1).
func noWayIn(checks []CheckReport) bool {
	var discover, record, guess bool
	for _, check := range checks {
		for _, f := range check.Findings {
			switch {
			case f.Severity == Critical && f.Breaks == Autodiscover:
				discover = true
			case f.Reason == "client_srv_missing":
				record = true
			case f.Reason == "sip_host_missing":
				guess = true
			}
		}
	}
	return discover && record && guess
}
