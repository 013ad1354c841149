package survey

import (
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// State is what is known of a capability.
type State string

// The states. NotOffered and Unknown have no series.
const (
	Up         State = "up"
	Down       State = "down"
	Unknown    State = "unknown"     // an observation that matters failed
	NotOffered State = "not_offered" // the topology or the configuration does not have it
)

// States are those of the capabilities, in the order of verdict.Capabilities. "" is
// of one of which nothing is said.
type States [4]State

// Of is the state of one of verdict.Capabilities.
func (s States) Of(c verdict.Capability) State { return s[slices.Index(verdict.Capabilities(), c)] }

// Set says what the state of one of verdict.Capabilities is.
func (s *States) Set(c verdict.Capability, state State) {
	s[slices.Index(verdict.Capabilities(), c)] = state
}

// stateOf says whether users have a capability, from the findings and from what
// remained unknown. A critical finding decides it even where other observations
// failed.
func stateOf(c verdict.Capability, s inquiry.Subject, topology *inquiry.Topology, checks []*result) State {
	offered := s.Wants(c)
	if topology != nil {
		offered = topology.Offers(s, c)
	}
	if !offered {
		return NotOffered
	}
	unknown := topology == nil
	for _, check := range checks {
		for _, f := range check.Findings {
			if f.TakesDown(c) {
				return Down
			}
		}
		unknown = unknown || slices.Contains(check.unknown, c)
	}
	if unknown {
		return Unknown
	}
	return Up
}
