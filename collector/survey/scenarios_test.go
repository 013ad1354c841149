package survey_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// TestScenarios checks every SIP domain of the simulated estate over real
// sockets: it finds what the domain's story says, and nothing else.
func TestScenarios(t *testing.T) {
	t.Parallel()
	report := surveyEstate(t, lab.Scenarios())
	for i, scenario := range lab.Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			d := report.Domains[i]
			found := map[string]bool{}
			for _, f := range d.Findings() {
				if f.Severity != verdict.Info {
					found[f.Rule.Code] = true
				}
			}
			want := map[string]bool{}
			for _, reason := range scenario.Findings {
				want[reason] = true
			}
			if diff := cmp.Diff(want, found, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("reasons of findings (-want +got):\n%s", diff)
			}
			for _, c := range verdict.Capabilities() {
				state := survey.Up
				switch {
				case slices.Contains(scenario.Down, string(c)):
					state = survey.Down
				case slices.Contains(scenario.Unknown, string(c)):
					state = survey.Unknown
				case slices.Contains(scenario.Absent, string(c)):
					state = survey.NotOffered
				}
				if d.Capabilities.Of(c) != state {
					t.Errorf("%s is %s, want %s", c, d.Capabilities.Of(c), state)
				}
			}
			if t.Failed() {
				for _, f := range d.Findings() {
					t.Logf("%s %s %s: %s", f.Severity, f.Subject, f.Rule.Code, f.What(d.Domain.Name))
				}
				checks, why := d.Unfinished()
				t.Logf("unfinished: %v: %v", checks, why)
			}
		})
	}
}

// startEstate starts an estate, which ends with the test, and returns it and the
// configuration for it.
func startEstate(t testing.TB, scenarios []lab.Scenario, o lab.Options) (*lab.Estate, *config.Config) {
	t.Helper()
	simulated, err := lab.Start(scenarios, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	c, err := simulated.Config()
	if err != nil {
		t.Fatal(err)
	}
	return simulated, c
}

// surveyEstate starts an estate and surveys all its domains.
func surveyEstate(t *testing.T, scenarios []lab.Scenario) *survey.Report {
	t.Helper()
	_, c := startEstate(t, scenarios, lab.Options{OperationTimeout: 5 * time.Second})
	run := survey.NewSurveyor(c, nil, nil, log.NewNopLogger()).Start(t.Context(), survey.Targets(c.Domains))
	<-run.Done()
	return run.Report()
}
