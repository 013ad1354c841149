package main

import (
	"time"

	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// sightings are when the findings of a target were first seen that are still
// there.
type sightings []sighting

// sighting is of a finding in the report that is remembered anyway, or in an older
// one where its check could not look again.
type sighting struct {
	check   string
	finding *verdict.Finding
	first   int64 // in nanoseconds since 1970
}

// of is when a check first saw a finding, the zero time if it did not. What was seen
// of it may have changed in between.
func (s sightings) of(check string, f verdict.Finding) time.Time {
	for _, known := range s {
		if known.check == check && known.finding.Same(f) {
			return time.Unix(0, known.first)
		}
	}
	return time.Time{}
}

// with are the sightings after another check. Of what a check could not look at,
// it is not known that it is gone.
func (s sightings) with(d *survey.DomainReport) sightings {
	findings := 0
	for _, c := range d.Checks {
		findings += len(c.Findings)
	}
	now := make(sightings, 0, findings)
	for _, c := range d.Checks {
		for i := range c.Findings {
			first := s.of(c.Name, c.Findings[i])
			if first.IsZero() {
				first = d.Checked
			}
			now = append(now, sighting{c.Name, &c.Findings[i], first.UnixNano()})
		}
	}
	for _, c := range d.Checks {
		for _, before := range s {
			if c.Err != nil && before.check == c.Name && now.of(c.Name, *before.finding).IsZero() {
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
	return h.first[keyOf(survey.Target{Domain: d.Domain, View: d.View})].of(f.Check, f.Finding)
}
