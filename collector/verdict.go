package collector

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Metric describes one metric about a SIP domain: its series carry `domain`
// and `view` and then the labels named here, unless Plain. All are gauges.
type Metric struct {
	Name   string
	Help   string
	Labels []string
	Plain  bool // about the exporter or its machine: no `domain`, no `view`
}

// Sample is one value of a metric; Labels are the values of Metric.Labels.
type Sample struct {
	Metric *Metric
	Labels []string
	Value  float64
}

// Observation is one line of what was seen, for people who ask for all of it.
type Observation struct {
	Subject string `json:"subject"` // a record, a host, a URL
	Seen    string `json:"seen"`
}

// Verdict is what a check says of a subject.
type Verdict struct {
	Samples  []Sample
	Findings []Finding
	Observed []Observation
	// Incomplete is why the check could not run to its end; nil when it did,
	// however broken it found the domain. Unknown are the capabilities of which
	// it could therefore learn too little.
	Incomplete error
	Unknown    []Capability
}

// gauge adds a value. To give it other labels than the metric has is a defect.
func (v *Verdict) gauge(m *Metric, value float64, labels ...string) {
	if len(labels) != len(m.Labels) {
		panic(fmt.Sprintf("%s has labels %q, got %q", m.Name, m.Labels, labels))
	}
	if v.Samples == nil {
		v.Samples = make([]Sample, 0, 16) // what a check comes to
	}
	v.Samples = append(v.Samples, Sample{m, labels, value})
}

// flag adds the answer to a yes/no question.
func (v *Verdict) flag(m *Metric, yes bool, labels ...string) {
	value := 0.0
	if yes {
		value = 1
	}
	v.gauge(m, value, labels...)
}

// find adds a finding. Its severity and words are in the table of findings.
func (v *Verdict) find(f Finding) {
	v.Findings = append(v.Findings, f)
}

// see adds a line to what was observed, bounded in length, unless it is there.
func (v *Verdict) see(subject, format string, args ...any) {
	seen := fmt.Sprintf(format, args...)
	if len(seen) > maxText {
		seen = strings.Clone(clip(seen)) // which would else keep all of the text
	}
	if v.Observed == nil {
		v.Observed = make([]Observation, 0, 16)
	}
	if line := (Observation{subject, seen}); !slices.Contains(v.Observed, line) {
		v.Observed = append(v.Observed, line)
	}
}

// incomplete notes why a part of the check is unknown, and the capabilities
// that this leaves open.
func (v *Verdict) incomplete(err error, open ...Capability) {
	if !slices.Contains(causes(v.Incomplete), err.Error()) {
		v.Incomplete = errors.Join(v.Incomplete, err)
	}
	v.Unknown = append(v.Unknown, open...)
}

// causes are the texts of the errors that were joined.
func causes(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}
