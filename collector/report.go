package collector

import (
	"errors"
	"slices"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// Report is the outcome of a survey, or as much of it as there is so far.
type Report struct {
	Started  time.Time
	Duration time.Duration
	Timeout  time.Duration // the deadline that the survey worked under, from Started
	Domains  []*DomainReport
	FrontEnd *IISReport // nil: not asked for
}

// DomainReport is what was found of one SIP domain from one view.
type DomainReport struct {
	Domain       *config.Domain
	View         *config.View
	Topology     config.Topology // "" when it could not be learned
	Checked      time.Time
	Duration     time.Duration // so far, if it was cut short; 0: it got no time
	Capabilities map[Capability]State
	Checks       []CheckReport
}

// CheckReport is the outcome of one check. A check that did not end in time
// has an Err and nothing else.
type CheckReport struct {
	Name     string
	Err      error // why the check did not run to its end; nil: it did
	Duration time.Duration
	Samples  Samples
	Findings []Explained
	Observed []Observation
	Unknown  []Capability
}

// Complete says whether every check ran to its end.
func (d *DomainReport) Complete() bool {
	for _, c := range d.Checks {
		if c.Err != nil {
			return false
		}
	}
	return true
}

// Findings are those of all checks, the worst first.
func (d *DomainReport) Findings() []Explained {
	var all []Explained
	for _, c := range d.Checks {
		all = append(all, c.Findings...)
	}
	return worstFirst(all)
}

// worstFirst sorts findings by severity, otherwise leaving their order.
func worstFirst(findings []Explained) []Explained {
	rank := map[Severity]int{Critical: 0, Warning: 1, Info: 2}
	slices.SortStableFunc(findings, func(a, b Explained) int { return rank[a.Severity] - rank[b.Severity] })
	return findings
}

// Cut says whether the scrape ended before every check did.
func (d *DomainReport) Cut() bool {
	for _, c := range d.Checks {
		if errors.Is(c.Err, errUnfinished) {
			return true
		}
	}
	return false
}

// WithoutSamples is the report without its values, for keeping.
func (d *DomainReport) WithoutSamples() *DomainReport {
	kept := *d
	kept.Checks = slices.Clone(d.Checks)
	for i := range kept.Checks {
		kept.Checks[i].Samples = Samples{}
	}
	return &kept
}

// Unfinished are the checks that did not run to their end, and why, each cause
// once.
func (d *DomainReport) Unfinished() (checks, why []string) {
	for _, c := range d.Checks {
		if c.Err == nil {
			continue
		}
		checks = append(checks, c.Name)
		for _, cause := range causes(c.Err) {
			if cause = Printable(cause); !slices.Contains(why, cause) {
				why = append(why, cause)
			}
		}
	}
	return checks, why
}
