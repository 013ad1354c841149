package main

import (
	"time"

	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// sightings are when the findings of a target were first seen that are still
// there.
type sightings []sighting

type sighting struct {
	finding sameFinding
	first   time.Time
}

// sameFinding is what makes a finding the same in two checks. What was seen may
// have changed in between.
type sameFinding struct{ check, code, subject, server string }

func same(f survey.Finding) sameFinding {
	return sameFinding{f.Check, f.Rule.Code, f.Subject, f.Server().Target}
}

// of is when a finding was first seen, the zero time if it was not.
func (s sightings) of(f sameFinding) time.Time {
	for _, known := range s {
		if known.finding == f {
			return known.first
		}
	}
	return time.Time{}
}

// with are the sightings after another check. Of what a check could not look at,
// it is not known that it is gone.
func (s sightings) with(d *survey.DomainReport) sightings {
	findings := d.Findings()
	now := make(sightings, 0, len(findings))
	for _, f := range findings {
		first := s.of(same(f))
		if first.IsZero() {
			first = d.Checked
		}
		now = append(now, sighting{same(f), first})
	}
	for _, c := range d.Checks {
		for _, before := range s {
			if c.Err != nil && before.finding.check == c.Name && now.of(before.finding).IsZero() {
				now = append(now, before)
			}
		}
	}
	return now
}

// since is when a finding of a target was first seen, as far as this process
// remembers.
func (h *history) since(d *survey.DomainReport, f survey.Finding) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.first[keyOf(survey.Target{Domain: d.Domain, View: d.View})].of(same(f))
}
