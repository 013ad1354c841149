package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/config"
)

// cutReport is the report of a scrape that had no time for these targets.
func cutReport(t *testing.T, c *config.Config, targets []collector.Target) *collector.Report {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	survey := collector.NewSurveyor(c, nil, log.NewNopLogger()).Start(ctx, targets)
	<-survey.Done()
	return survey.Report()
}

// scraped lets the history know of a scrape that came to its end.
func (h *history) scraped(targets []collector.Target) {
	r := &collector.Report{}
	for _, target := range targets {
		d := &collector.DomainReport{Domain: target.Domain, View: target.View, Checked: time.Now(),
			Checks: []collector.CheckReport{{Name: "srv", Samples: collector.Pack(collector.Sample{Metric: &collector.Metric{}})}}}
		h.add(d)
		r.Domains = append(r.Domains, d)
	}
	h.addCut(r)
}

func names(targets []collector.Target) []string {
	var list []string
	for _, target := range targets {
		list = append(list, target.Domain.Name)
	}
	return list
}

// The domains that a scrape had no time for come first in the next one,
// otherwise the order of the configuration stays, so that none starves.
func TestHistoryPutsCutDomainsFirst(t *testing.T) {
	t.Parallel()
	c, err := config.Default("a.example", "b.example", "c.example", "d.example")
	if err != nil {
		t.Fatal(err)
	}
	all := collector.Targets(c.Domains)
	var h history
	h.keep(all)
	if diff := cmp.Diff([]string{"a.example", "b.example", "c.example", "d.example"}, names(h.order(all))); diff != "" {
		t.Errorf("before the first scrape (-want +got):\n%s", diff)
	}
	h.scraped(all[:2])
	h.addCut(cutReport(t, c, all[2:]))
	if diff := cmp.Diff([]string{"c.example", "d.example", "a.example", "b.example"}, names(h.order(all))); diff != "" {
		t.Errorf("after c and d were cut short (-want +got):\n%s", diff)
	}
	h.scraped(all[2:3])
	if diff := cmp.Diff([]string{"d.example", "a.example", "b.example", "c.example"}, names(h.order(all))); diff != "" {
		t.Errorf("after c had its turn (-want +got):\n%s", diff)
	}
}

// An older result of a domain says more than that there was no time for it,
// and values are not kept.
func TestHistoryKeepsTheLatestResult(t *testing.T) {
	t.Parallel()
	c, err := config.Default("a.example", "b.example")
	if err != nil {
		t.Fatal(err)
	}
	targets := collector.Targets(c.Domains)
	var h history
	h.keep(targets)
	h.scraped(targets[:1])
	h.addCut(cutReport(t, c, targets))
	if d := h.of(targets[0]); d == nil || d.Cut() || len(slices.Collect(d.Checks[0].Samples.All())) > 0 {
		t.Errorf("of a.example is kept %+v, want the older, whole result without its values", d)
	}
	if d := h.of(targets[1]); d == nil || !d.Cut() {
		t.Errorf("of b.example is kept %+v, want that it was cut short", d)
	}
}

// Neither a reload nor /probe of any domain lets it grow.
func TestHistoryForgetsWhatIsNotConfigured(t *testing.T) {
	t.Parallel()
	c, err := config.Default("a.example", "b.example")
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.AdHoc("other.example")
	if err != nil {
		t.Fatal(err)
	}
	targets, others := collector.Targets(c.Domains), collector.Targets([]*config.Domain{other})
	var h history
	h.keep(targets)
	h.scraped(targets)
	h.scraped(others)
	h.addCut(cutReport(t, c, others))
	if h.of(others[0]) != nil || len(h.cut) > 0 {
		t.Error("a domain that is not configured is remembered")
	}
	h.keep(targets[1:])
	if h.of(targets[0]) != nil || h.of(targets[1]) == nil {
		t.Error("after a reload that drops a.example, want b.example only")
	}
}
