package main

import (
	"time"

	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// sightings are when the findings of a target were first seen that are still
// there.
type sightings map[sighting]time.Time

// sighting is what makes a finding the same in two checks. What was seen may have
// changed in between.
type sighting struct{ check, code, subject, server string }

func sightingOf(f survey.Finding) sighting {
	return sighting{f.Check, f.Rule.Code, f.Subject, f.Server.Target}
}

// with are the sightings after another check. Of what a check could not look at,
// it is not known that it is gone.
func (s sightings) with(d *survey.DomainReport) sightings {
	now := make(sightings)
	for _, f := range d.Findings() {
		key := sightingOf(f)
		now[key] = d.Checked
		if first, known := s[key]; known {
			now[key] = first
		}
	}
	for _, c := range d.Checks {
		if c.Err == nil {
			continue
		}
		for key, first := range s {
			if _, seen := now[key]; key.check == c.Name && !seen {
				now[key] = first
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
	return h.first[keyOf(survey.Target{Domain: d.Domain, View: d.View})][sightingOf(f)]
}
