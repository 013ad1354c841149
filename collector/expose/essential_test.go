package expose_test

import (
	"testing"
	"time"

	"github.com/go-kit/log"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/expose"
	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// A healthy domain has at most 45 essential series, and none that it would not
// have in full.
func TestEssential(t *testing.T) {
	t.Parallel()
	estate, err := lab.Start(lab.Many(2, true), lab.Options{OperationTimeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(estate.Close)
	series := func(detail config.Detail) map[string]int {
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
	full, essential, n := series(config.Full), series(config.Essential), 0
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
