package survey

import (
	"errors"
	"slices"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/checks/srv"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Report is the outcome of a survey, or as much of it as there is so far.
type Report struct {
	Started  time.Time
	Duration time.Duration
	Timeout  time.Duration // the deadline that the survey worked under, from Started
	Domains  []*DomainReport

	Nameservers []dns.Nameserver // that were asked
	Lag         time.Duration    // how late this process ran when it meant to run, the longest
}

// DomainReport is what was found of one SIP domain from one view.
type DomainReport struct {
	Domain       *config.Domain
	View         *config.View
	Topology     *inquiry.Topology // nil when it could not be learned
	Checked      time.Time
	Duration     time.Duration // so far, if it was cut short; 0: it got no time
	Capabilities States
	Checks       []CheckReport     // those that serve what the domain is meant to offer
	Samples      *verdict.ByMetric // of all checks; nil in a report that is kept for people
}

// CheckReport is the outcome of one check. A check that did not end in time
// has an Err and nothing else.
type CheckReport struct {
	Name     string
	Err      error // why the check did not run to its end; nil: it did
	Duration time.Duration
	Findings []verdict.Finding
	Observed verdict.Observed
}

// Finding is a finding and the check that reports it.
type Finding struct {
	Check string
	verdict.Finding
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

// pack puts the report into little room.
func (d *DomainReport) pack() {
	observed := make([]*verdict.Observed, len(d.Checks))
	var findings []*verdict.Finding
	for i := range d.Checks {
		c := &d.Checks[i]
		observed[i], c.Findings = &c.Observed, slices.Clone(c.Findings) // which a report of what was known before may share
		for j := range c.Findings {
			findings = append(findings, &c.Findings[j])
		}
	}
	if d.Topology != nil {
		observed = append(observed, &d.Topology.Because)
	}
	verdict.PackReport(observed, findings)
}

// Findings are those of all checks, the worst first.
func (d *DomainReport) Findings() []Finding {
	all := d.Brief()
	var unpacker verdict.Unpacker
	for i := range all {
		all[i].Finding = unpacker.InFull(all[i].Finding)
	}
	return all
}

// Brief are the findings for who counts them: what of them only people read takes
// longer.
func (d *DomainReport) Brief() []Finding {
	var all []Finding
	for _, c := range d.Checks {
		for _, f := range c.Findings {
			all = append(all, Finding{c.Name, f})
		}
	}
	slices.SortStableFunc(all, func(a, b Finding) int { return a.Severity.Rank() - b.Severity.Rank() })
	return all
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
	kept.Samples = nil
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
		for _, cause := range verdict.Causes(c.Err) {
			if cause = verdict.Printable(cause); !slices.Contains(why, cause) {
				why = append(why, cause)
			}
		}
	}
	return checks, why
}

// FromInside says whether a view that is meant to be one from outside got the
// answers of the company's own network: what belongs only inside is there, and
// names for everybody have private addresses.
func (d *DomainReport) FromInside() bool {
	if d.View.Internal {
		return false
	}
	internal, private := false, false
	for _, c := range d.Checks {
		for _, f := range c.Findings {
			internal = internal || f.Rule == srv.InternalVisible
			private = private || f.Rule == common.HostPrivate || f.Rule == common.TargetPrivate
		}
	}
	return internal && private
}
