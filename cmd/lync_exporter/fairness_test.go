package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lab"
)

// With a deadline that is too short for all, and with the first domains dead,
// every scrape answers with what was finished, and after some of them every
// other domain has had its turn.
func TestShortDeadlineStarvesNobody(t *testing.T) {
	const domains, dead = 14, 2
	simulated, err := lab.Start(lab.Many(domains, true), lab.Options{Delay: 10 * time.Millisecond, OperationTimeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	load := func() (*config.Config, error) {
		c, err := simulated.Config()
		if err == nil {
			c.Concurrency = 8
		}
		return c, err
	}
	e, err := newExporter(options{load: load, telemetryPath: "/metrics", timeoutOffset: 50 * time.Millisecond}, log.NewNopLogger())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e.handler())
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	for i := range dead {
		simulated.Zone().Silence(e.current.Load().config.Domains[i].Name)
	}
	finished, partial := make(map[string]bool), false
	timeout := 0.35
	for range 100 {
		status, _, text := get(t, server.URL+"/metrics", "X-Prometheus-Scrape-Timeout-Seconds", fmt.Sprint(timeout))
		timeout *= 1.02 // on a machine under load one domain may need more than that
		done, all := complete(t, text)
		if status != http.StatusOK || all != domains {
			t.Fatalf("status %d with %d domains, want all %d", status, all, domains)
		}
		for _, name := range done {
			finished[name] = true
		}
		partial = partial || len(done) < domains-dead
		if len(finished) == domains-dead {
			break
		}
	}
	if len(finished) != domains-dead || !partial {
		t.Errorf("%d domains had their turn, want %d; some scrape had no time for all: %v", len(finished), domains-dead, partial)
	}
}

// complete are the domains of which every check succeeded, and the number of
// all domains.
func complete(t *testing.T, text string) (names []string, all int) {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	success := make(map[string]bool)
	for _, m := range families["lync_check_success"].GetMetric() {
		for _, l := range m.GetLabel() {
			if l.GetName() == "domain" {
				known, seen := success[l.GetValue()]
				success[l.GetValue()] = m.GetGauge().GetValue() == 1 && (known || !seen)
			}
		}
	}
	for name, ok := range success {
		if ok {
			names = append(names, name)
		}
	}
	return names, len(success)
}
