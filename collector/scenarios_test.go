package collector_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/estate"
)

// TestScenarios checks every SIP domain of the simulated estate over real
// sockets: it finds what the domain's story says, and nothing else.
func TestScenarios(t *testing.T) {
	t.Parallel()
	report := surveyEstate(t, estate.Scenarios())
	for i, scenario := range estate.Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			d := report.Domains[i]
			found := map[string]bool{}
			for _, f := range d.Findings() {
				if f.Severity != collector.Info {
					found[f.Reason] = true
				}
			}
			want := map[string]bool{}
			for _, reason := range scenario.Findings {
				want[reason] = true
			}
			if diff := cmp.Diff(want, found, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("reasons of findings (-want +got):\n%s", diff)
			}
			for _, c := range collector.Capabilities() {
				state := collector.Up
				switch {
				case slices.Contains(scenario.Down, string(c)):
					state = collector.Down
				case slices.Contains(scenario.Unknown, string(c)):
					state = collector.Unknown
				case slices.Contains(scenario.Absent, string(c)):
					state = collector.NotOffered
				}
				if d.Capabilities[c] != state {
					t.Errorf("%s is %s, want %s", c, d.Capabilities[c], state)
				}
			}
			if t.Failed() {
				for _, f := range d.Findings() {
					t.Logf("%s %s %s: %s", f.Severity, f.Subject, f.Reason, f.What)
				}
				checks, why := d.Unfinished()
				t.Logf("unfinished: %v: %v", checks, why)
			}
		})
	}
}

// startEstate starts an estate, which ends with the test, and returns the
// configuration for it.
func startEstate(t testing.TB, scenarios []estate.Scenario, o estate.Options) *config.Config {
	t.Helper()
	simulated, err := estate.Start(scenarios, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	c, err := simulated.Config()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// surveyEstate starts an estate and surveys all its domains.
func surveyEstate(t *testing.T, scenarios []estate.Scenario) *collector.Report {
	t.Helper()
	c := startEstate(t, scenarios, estate.Options{OperationTimeout: 5 * time.Second})
	survey := collector.NewSurveyor(c, nil, log.NewNopLogger()).Start(t.Context(), collector.Targets(c.Domains))
	<-survey.Done()
	return survey.Report()
}
