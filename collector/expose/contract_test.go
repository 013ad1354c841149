package expose

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Users write queries by the labels of the contract: every metric has exactly
// these. Only the order is free.
func TestLabelsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	labels := make(map[string][]string)
	for line := range strings.Lines(string(contract(t))) {
		if fields := strings.Fields(line); len(fields) > 0 && strings.HasPrefix(fields[0], "lync_") {
			labels[fields[0]] = fields[1:]
		}
	}
	for _, m := range AllMetrics() {
		want, ok := labels[m.Name]
		if !ok {
			continue // more than the contract asks for is allowed
		}
		got := slices.Clone(m.Labels)
		if !m.Plain {
			got = append(got, "domain", "view")
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(want, got) {
			t.Errorf("%s has labels %q, the contract says %q", m.Name, got, want)
		}
	}
}

// One scrape never contains a series twice, whatever was answered, and
// client_golang's own checks find nothing inconsistent.
func TestNoSeriesTwice(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 256)
	for name, targets := range map[string][]string{
		"the same record twice":             {"sip.contoso.com", "sip.contoso.com"},
		"the same after clipping":           {long + "1", long + "2", long},
		"the same after mending":            {"a\xff", "a\xfe", "a\ufffd"},
		"the same, but not one after other": {"sip.contoso.com", "sip.fabrikam.com", "sip.contoso.com"},
		"empty":                             {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := config.Default("contoso.com", "fabrikam.com")
			if err != nil {
				t.Fatal(err)
			}
			record, report := metric(t, "lync_srv_record_info"), &survey.Report{}
			distinct := make(map[string]bool)
			for _, d := range c.Domains {
				check := survey.CheckReport{Name: "srv"}
				var samples []verdict.Sample
				for _, target := range targets {
					distinct[verdict.Printable(target)] = true
					samples = append(samples, verdict.Sample{Metric: record, Labels: []string{"_sip._tls", target, "5061", "0", "0"}, Value: 1})
					check.Findings = append(check.Findings, fault.On("_sip._tls"))
				}
				report.Domains = append(report.Domains, &survey.DomainReport{Domain: d, View: c.Views[0], Checks: []survey.CheckReport{check},
					Samples: verdict.Join(verdict.Pack(samples...))})
			}
			families, err := prometheus.Gatherers{Exposition{Report: report}}.Gather()
			if err != nil {
				t.Fatal(err)
			}
			count := make(map[string]int)
			for _, f := range families {
				count[f.GetName()] = len(f.Metric)
			}
			want := map[string]int{"lync_srv_record_info": 2 * len(distinct), "lync_finding_info": 2}
			for metric, n := range want {
				if diff := cmp.Diff(n, count[metric]); diff != "" {
					t.Errorf("series of %s (-want +got):\n%s", metric, diff)
				}
			}
		})
	}
}
