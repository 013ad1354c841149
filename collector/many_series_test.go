//go:build unix

package collector_test

import (
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/config"
)

// manySeries is a report of so many domains with about so many series each.
func manySeries(domains, series int) *collector.Report {
	var metrics []*collector.Metric
	for _, m := range collector.AllMetrics() {
		if !m.Plain && strings.HasPrefix(m.Name, "lync_tls_") {
			metrics = append(metrics, m)
		}
	}
	view := &config.View{Name: "external"}
	report := &collector.Report{}
	for i := range domains {
		d := &collector.DomainReport{Domain: &config.Domain{Name: fmt.Sprintf("d%06d.example", i)}, View: view}
		var samples []collector.Sample
		for n := range series {
			m := metrics[n%len(metrics)]
			labels := make([]string, len(m.Labels))
			for j := range labels {
				labels[j] = fmt.Sprintf("value-%d-of-the-label", n)
			}
			samples = append(samples, collector.Sample{Metric: m, Labels: labels, Value: float64(n)})
		}
		d.Checks = []collector.CheckReport{{Name: "tls", Samples: collector.Pack(samples...)}}
		report.Domains = append(report.Domains, d)
	}
	return report
}

// constant exposes a report by constant metrics, as most exporters do.
type constant struct{ report *collector.Report }

func (constant) Describe(chan<- *prometheus.Desc) {}

func (c constant) Collect(ch chan<- prometheus.Metric) {
	for _, d := range c.report.Domains {
		for _, check := range d.Checks {
			for s := range check.Samples.All() {
				desc := prometheus.NewDesc(s.Metric.Name, s.Metric.Help, append([]string{"domain", "view"}, s.Metric.Labels...), nil)
				ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, s.Value, append([]string{d.Domain.Name, d.View.Name}, s.Labels...)...)
			}
		}
	}
}
