package main

import (
	"reflect"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// What has to be changed is found out once for many views of the pages, and anew
// when a domain was checked again or the configuration has changed.
func TestHistoryMergesChangesOnce(t *testing.T) {
	t.Parallel()
	c, err := config.Default("a.example", "b.example")
	if err != nil {
		t.Fatal(err)
	}
	all := survey.Targets(c.Domains)
	var h history
	h.keep(all)
	broken := func(target survey.Target) {
		f := checks.Rule("meet_http_error").On("meet").Repair(verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Start the pool.")})
		h.ended(&survey.DomainReport{Domain: target.Domain, View: target.View, Checked: time.Now(), Checks: []survey.CheckReport{{Name: "srv", Findings: []verdict.Finding{f}}}})
	}
	see := func(when string, merged bool, want map[string]int) {
		t.Helper()
		before := reflect.ValueOf(h.merged).Pointer()
		changes := h.changes()
		if after := reflect.ValueOf(changes).Pointer(); (after == before) != merged {
			t.Errorf("%s: was merged before is %t", when, after == before)
		}
		for _, target := range all {
			if n := len(changes[h.of(target)]); n != want[target.Domain.Name] {
				t.Errorf("%s: %s has %d changes", when, target.Domain.Name, n)
			}
		}
	}
	see("before the first check", false, nil)
	see("at the second view", true, nil)
	broken(all[0])
	see("after a was checked", false, map[string]int{"a.example": 1})
	see("at the second view then", true, map[string]int{"a.example": 1})
	broken(all[1])
	see("after b was checked", false, map[string]int{"a.example": 1, "b.example": 1})
	h.scraped(all[:1])
	see("after a was mended", false, map[string]int{"b.example": 1})
	h.keep(all[1:])
	see("after a was removed", false, map[string]int{"b.example": 1})
}
