package collector

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lync-exporter/lync_exporter/collector/config"
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
	long := strings.Repeat("a", maxText)
	for name, targets := range map[string][]string{
		"the same record twice":             {"sip.contoso.com", "sip.contoso.com"},
		"the same after clipping":           {long + "1", long + "2", long},
		"the same after mending":            {"a\xff", "a\xfe", "a\ufffd"},
		"the same, but not one after other": {"sip.contoso.com", "sip.fabrikam.com", "sip.contoso.com"},
		"empty":                             {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := &Report{}
			distinct := make(map[string]bool)
			for _, domain := range []string{"contoso.com", "fabrikam.com"} {
				s := subject(domain)
				check := CheckReport{Name: "srv"}
				var samples []Sample
				for _, target := range targets {
					distinct[LabelValue(target)] = true
					samples = append(samples, Sample{srvRecordInfo, []string{federationRecord, target, "5061", "0", "0"}, 1})
					check.Findings = append(check.Findings, Explained{Check: "srv", Subject: federationRecord, Reason: "srv_target_cname", Severity: Warning})
				}
				check.Samples = Pack(samples...)
				report.Domains = append(report.Domains, &DomainReport{Domain: s.Domain, View: s.View, Topology: config.OnPremises, Checks: []CheckReport{check}})
			}
			families, err := prometheus.Gatherers{report}.Gather()
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
