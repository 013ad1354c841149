//go:build unix

package expose_test

import (
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/expose"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// manySeries is a report of so many domains with about so many series each.
func manySeries(domains, series int) *survey.Report {
	var metrics []*verdict.Metric
	for _, m := range expose.AllMetrics() {
		if !m.Plain && strings.HasPrefix(m.Name, "lync_tls_") {
			metrics = append(metrics, m)
		}
	}
	view := &config.View{Name: "external"}
	report := &survey.Report{}
	for i := range domains {
		d := &survey.DomainReport{Domain: &config.Domain{Name: fmt.Sprintf("d%06d.example", i)}, View: view}
		var samples []verdict.Sample
		for n := range series {
			m := metrics[n%len(metrics)]
			labels := make([]string, len(m.Labels))
			for j := range labels {
				labels[j] = fmt.Sprintf("value-%d-of-the-label", n)
			}
			samples = append(samples, verdict.Sample{Metric: m, Labels: labels, Value: float64(n)})
		}
		d.Checks, d.Samples = []survey.CheckReport{{Name: "tls"}}, verdict.Join(verdict.Pack(samples...))
		report.Domains = append(report.Domains, d)
	}
	return report
}

// constant exposes a report by constant metrics, as most exporters do.
type constant struct{ report *survey.Report }

func (constant) Describe(chan<- *prometheus.Desc) {}

func (c constant) Collect(ch chan<- prometheus.Metric) {
	for _, d := range c.report.Domains {
		for _, m := range d.Samples.Metrics() {
			desc := prometheus.NewDesc(m.Name, m.Help, append([]string{"domain", "view"}, m.Labels...), nil)
			for s := range d.Samples.Of(m) {
				ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, s.Value, append([]string{d.Domain.Name, d.View.Name}, s.Labels...)...)
			}
		}
	}
}
