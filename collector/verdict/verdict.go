package verdict

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Verdict is what a check says of a SIP domain.
type Verdict struct {
	Samples  Samples
	Findings []Finding
	Observed Observed
	// Err is why the check could not run to its end; nil when it did, however
	// broken it found the domain.
	Err error
	// Unknown are the capabilities of which it could learn too little.
	Unknown []Capability

	unexposed bool
}

// Exposing says whether the values that follow are taken. Those of what nobody
// uses today, as a server that stands by, are not where a domain is to have the
// essential ones only.
func (v *Verdict) Exposing(yes bool) { v.unexposed = !yes }

// Gauge adds a value. To give it other labels than the metric has is a defect.
func (v *Verdict) Gauge(m *Metric, value float64, labels ...string) {
	if len(labels) != len(m.Labels) {
		panic(fmt.Sprintf("%s has labels %q, got %d", m.Name, m.Labels, len(labels)))
	}
	if !v.unexposed {
		v.Samples.add(m, value, labels)
	}
}

// Flag adds the answer to a yes/no question.
func (v *Verdict) Flag(m *Metric, yes bool, labels ...string) {
	value := 0.0
	if yes {
		value = 1
	}
	v.Gauge(m, value, labels...)
}

// Report adds findings. Of the same fault at the same server the worst is told.
func (v *Verdict) Report(findings ...Finding) {
	for _, f := range findings {
		v.report(f)
	}
}

func (v *Verdict) report(f Finding) {
	if i := slices.IndexFunc(v.Findings, f.Same); i >= 0 {
		if f.Severity.Rank() < v.Findings[i].Severity.Rank() {
			v.Findings[i] = f
		}
		return
	}
	v.Findings = append(v.Findings, f)
}

// Saw adds a line to what was observed of a record, a host or a URL, unless it is
// there.
func (v *Verdict) Saw(subject, format string, args ...any) {
	v.Observed.Add(subject, Textf(format, args...))
}

// Incomplete notes why a part of the check is unknown, and the capabilities
// that this leaves open.
func (v *Verdict) Incomplete(err error, open ...Capability) {
	if !slices.Contains(Causes(v.Err), err.Error()) {
		v.Err = errors.Join(v.Err, err)
	}
	v.CannotTell(open...)
}

// CannotTell leaves capabilities open although the check ran to its end.
func (v *Verdict) CannotTell(open ...Capability) { v.Unknown = append(v.Unknown, open...) }

// Causes are the texts of the errors that were joined.
func Causes(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}
