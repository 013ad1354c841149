package main

import (
	"slices"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// shownFinding is a finding on a page.
type shownFinding struct {
	reported
	Domain string     // as people write it, "" where it is about none
	Since  *time.Time // when it was first seen, nil where that is not known
}

// About is what the finding is about, for people.
func (f shownFinding) About() string { return subjectWords(f.reported) }

// sinceWhen is when a finding of a domain was first seen, the zero time where
// that is not known.
type sinceWhen func(*survey.DomainReport, survey.Finding) time.Time

// findings are those of a domain, as a page shows them.
func (since sinceWhen) findings(d *survey.DomainReport) []shownFinding {
	var list []shownFinding
	for _, f := range fold(d.Findings()) {
		shown := shownFinding{reported: f, Domain: d.Domain.Display}
		if first := since(d, f.Finding); !first.IsZero() {
			shown.Since = &first
		}
		list = append(list, shown)
	}
	return list
}

// ownChanges are those of a domain, on whose page its name goes without saying.
func ownChanges(all repair.Changes, d *survey.DomainReport) []repair.Change {
	own := slices.Clone(all[d])
	for i := range own {
		own[i].Domains = nil
	}
	return own
}

// frontEndFindings are those of a Front End.
func frontEndFindings(r *frontend.Report) []shownFinding {
	var list []shownFinding
	for _, f := range r.Findings {
		list = append(list, shownFinding{reported: reported{survey.Finding{Check: frontend.Check, Finding: f}, f.Subject}})
	}
	return list
}
