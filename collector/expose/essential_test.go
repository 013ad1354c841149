package expose_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-kit/log"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/expose"
	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// series counts those of the first domain of an estate.
func series(t *testing.T, estate *lab.Estate, detail config.Detail) map[string]int {
	t.Helper()
	c, err := estate.Config()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Domains {
		d.Detail = detail
	}
	run := survey.NewSurveyor(c, nil, nil, log.NewNopLogger()).Start(t.Context(), survey.Targets(c.Domains[:1]))
	<-run.Done()
	found := make(map[string]int)
	for f := range (expose.Exposition{Report: run.Report()}).Families() {
		for _, m := range f.Metric {
			for _, l := range m.Label {
				if l.GetName() == "domain" {
					found[f.GetName()]++
				}
			}
		}
	}
	return found
}

func start(t *testing.T, scenarios ...lab.Scenario) *lab.Estate {
	t.Helper()
	estate, err := lab.Start(scenarios, lab.Options{OperationTimeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(estate.Close)
	return estate
}

// A healthy domain has at most 45 essential series, and none that it would not
// have in full.
func TestEssential(t *testing.T) {
	t.Parallel()
	estate := start(t, lab.Many(2, true)...)
	full, essential, n := series(t, estate, config.Full), series(t, estate, config.Essential), 0
	for name, count := range essential {
		n += count
		if count > full[name] {
			t.Errorf("%s has %d essential series, %d in full", name, count, full[name])
		}
	}
	if n > 45 || n < 30 || essential["lync_capability_up"] != 4 {
		t.Errorf("%d essential series, want at most 45: %v", n, essential)
	}
}

// Of a domain with the essential series the servers are there when one is down, those
// that are up as well.
func TestEssentialServers(t *testing.T) {
	t.Parallel()
	for name, down := range map[string]bool{"contoso.example": false, "dead-edge.example": true} {
		all := lab.Scenarios()
		estate := start(t, all[slices.IndexFunc(all, func(s lab.Scenario) bool { return s.Name == name })])
		want := 0
		if down {
			want = series(t, estate, config.Full)["lync_server_up"]
		}
		if got := series(t, estate, config.Essential)["lync_server_up"]; got != want || down && want < 3 {
			t.Errorf("%s has %d servers, want %d", name, got, want)
		}
	}
}
