package main

import (
	"context"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// cutReport is the report of a scrape that had no time for these targets.
func cutReport(t *testing.T, c *config.Config, targets []survey.Target) *survey.Report {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	run := survey.NewSurveyor(c, nil, nil, log.NewNopLogger()).Start(ctx, targets)
	<-run.Done()
	r := run.Report()
	r.Timeout = 10 * time.Second
	return r
}

// scraped lets the history know of a scrape that came to its end.
func (h *history) scraped(targets []survey.Target) {
	h.scrapedAt(time.Now(), targets, time.Millisecond)
}

// scrapedAt does so for one that began at a time and took so long for each.
func (h *history) scrapedAt(start time.Time, targets []survey.Target, each time.Duration) {
	for _, target := range targets {
		h.ended(&survey.DomainReport{Domain: target.Domain, View: target.View, Checked: start, Duration: each,
			Checks: []survey.CheckReport{{Name: "srv"}}, Samples: verdict.Join(verdict.Pack(verdict.Sample{Metric: &verdict.Metric{}}))})
	}
}

func names(targets []survey.Target) []string {
	var list []string
	for _, target := range targets {
		list = append(list, target.Domain.Name)
	}
	return list
}

// The domains that a scrape had no time for come first in the next one and slow
// ones last, otherwise the order of the configuration stays: none starves.
func TestHistoryOrdersTheNextScrape(t *testing.T) {
	t.Parallel()
	c, err := config.Default("a.example", "b.example", "c.example", "d.example")
	if err != nil {
		t.Fatal(err)
	}
	all := survey.Targets(c.Domains)
	var h history
	h.keep(all)
	if diff := cmp.Diff([]string{"a.example", "b.example", "c.example", "d.example"}, names(h.order(all))); diff != "" {
		t.Errorf("before the first scrape (-want +got):\n%s", diff)
	}
	h.scraped(all[:2])
	h.take(cutReport(t, c, all[2:]), false)
	if diff := cmp.Diff([]string{"c.example", "d.example", "a.example", "b.example"}, names(h.order(all))); diff != "" {
		t.Errorf("after there was no time for c and d (-want +got):\n%s", diff)
	}
	h.scraped(all[2:3])
	if diff := cmp.Diff([]string{"d.example", "a.example", "b.example", "c.example"}, names(h.order(all))); diff != "" {
		t.Errorf("after c had its turn (-want +got):\n%s", diff)
	}
	at := time.Now()
	h.scrapedAt(at, all[:1], slowTarget)
	h.scrapedAt(at, all[1:], 0)
	if diff := cmp.Diff([]string{"b.example", "c.example", "d.example", "a.example"}, names(h.order(all))); diff != "" {
		t.Errorf("after a was slow (-want +got):\n%s", diff)
	}
	h.scrapedAt(at, all[:1], 4*slowTarget)
	h.scrapedAt(at, all[1:2], slowTarget)
	if diff := cmp.Diff([]string{"c.example", "d.example", "b.example", "a.example"}, names(h.order(all))); diff != "" {
		t.Errorf("after b was slow, and a slower (-want +got):\n%s", diff)
	}
	h.scrapedAt(at.Add(time.Minute), all[1:3], 0)
	h.take(cutReport(t, c, all[3:]), false)
	h.take(cutReport(t, c, all[:1]), false)
	if diff := cmp.Diff([]string{"d.example", "a.example", "b.example", "c.example"}, names(h.order(all))); diff != "" {
		t.Errorf("after there was no time for d and a (-want +got):\n%s", diff)
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
	targets := survey.Targets(c.Domains)
	var h history
	h.keep(targets)
	h.scraped(targets[:1])
	h.take(cutReport(t, c, targets), false)
	if d := h.of(targets[0]); d == nil || d.Cut() || len(d.Samples.Metrics()) > 0 {
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
	targets, others := survey.Targets(c.Domains), survey.Targets([]*config.Domain{other})
	var h history
	h.keep(targets)
	h.scraped(targets)
	h.scraped(others)
	h.take(cutReport(t, c, others), false)
	if h.of(others[0]) != nil || len(h.turns) > 2 {
		t.Error("a domain that is not configured is remembered")
	}
	h.keep(targets[1:])
	if h.of(targets[0]) != nil || h.of(targets[1]) == nil {
		t.Error("after a reload that drops a.example, want b.example only")
	}
}
