//go:build unix

package collector_test

import (
	"fmt"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/estate"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// BenchmarkSurvey surveys N domains of the simulated estate. For each domain it
// reports the CPU time, that of the estate in the same process included, and
// the operations performed. What domains share is asked once: on a shared Edge
// the connections of the Edge do not grow with the domains.
//
//	go test -run '^$' -bench Survey ./collector
func BenchmarkSurvey(b *testing.B) {
	for _, n := range []int{100, 1000} {
		for _, shared := range []bool{true, false} {
			for _, delay := range []time.Duration{0, 20 * time.Millisecond} {
				b.Run(fmt.Sprintf("domains=%d/shared=%t/delay=%s", n, shared, delay), func(b *testing.B) {
					benchmarkSurvey(b, estate.Many(n, shared), delay)
				})
			}
		}
	}
}

func benchmarkSurvey(b *testing.B, scenarios []estate.Scenario, delay time.Duration) {
	c := startEstate(b, scenarios, estate.Options{Delay: delay, OperationTimeout: 10 * time.Second})
	registry := prometheus.NewRegistry()
	surveyor := collector.NewSurveyor(c, observe.NewCounters(registry), log.NewNopLogger())
	before := cpuTime(b)
	for b.Loop() {
		survey := surveyor.Start(b.Context(), collector.Targets(c.Domains))
		<-survey.Done()
		for _, d := range survey.Report().Domains {
			if !d.Complete() || d.Capabilities[collector.Federation] != collector.Up {
				b.Fatalf("%s is not healthy: %v", d.Domain.Name, d.Findings())
			}
		}
	}
	each := float64(b.N * len(scenarios))
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/each, "cpu-us/domain")
	for name, unit := range map[string]string{"lync_exporter_dns_queries_total": "dns/domain", "lync_exporter_connections_total": "tcp/domain",
		"lync_exporter_tls_handshakes_total": "tls/domain", "lync_exporter_http_requests_total": "http/domain"} {
		b.ReportMetric(total(b, registry, name)/each, unit)
	}
}

// BenchmarkJudges judges domains by facts that are known: a healthy one, and
// the simulated estate with all its faults.
//
//	go test -run '^$' -bench Judges ./collector
func BenchmarkJudges(b *testing.B) {
	for name, scenarios := range map[string][]estate.Scenario{"healthy": estate.Many(1, false), "estate": estate.Scenarios()} {
		b.Run(name, func(b *testing.B) {
			c := startEstate(b, scenarios, estate.Options{OperationTimeout: time.Second})
			surveyor := collector.NewSurveyor(c, nil, log.NewNopLogger())
			var judges []func() int
			for _, t := range collector.Targets(c.Domains) {
				again, end := surveyor.JudgeAgain(b.Context(), t)
				defer end()
				judges = append(judges, again)
			}
			findings := 0
			b.ReportAllocs()
			for b.Loop() {
				for _, again := range judges {
					findings += again()
				}
			}
			each := float64(b.N * len(judges))
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/each, "us/domain")
			b.ReportMetric(float64(findings)/each, "findings/domain")
		})
	}
}

func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func total(b *testing.B, r prometheus.Gatherer, name string) (sum float64) {
	families, err := r.Gather()
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.Metric {
			if f.GetName() == name {
				sum += m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

// BenchmarkExposition compares the report's families with constant metrics
// from a collector, on the same 500,000 series.
//
//	go test -run '^$' -bench Exposition ./collector
func BenchmarkExposition(b *testing.B) {
	const domains, series = 10000, 50
	report := manySeries(domains, series)
	encode := func(b *testing.B, g prometheus.Gatherer) {
		families, err := g.Gather()
		if err != nil {
			b.Fatal(err)
		}
		encoder := expfmt.NewEncoder(io.Discard, expfmt.NewFormat(expfmt.TypeTextPlain))
		for _, f := range families {
			if err := encoder.Encode(f); err != nil {
				b.Fatal(err)
			}
		}
	}
	perSeries := func(b *testing.B, before time.Duration) {
		n := float64(b.N * domains * series)
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/n, "ns/series")
		b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/n, "cpu-ns/series")
	}
	b.Run("families", func(b *testing.B) {
		before := cpuTime(b)
		for b.Loop() {
			encoder := expfmt.NewEncoder(io.Discard, expfmt.NewFormat(expfmt.TypeTextPlain))
			for f := range report.Families() {
				if err := encoder.Encode(f); err != nil {
					b.Fatal(err)
				}
			}
		}
		perSeries(b, before)
	})
	b.Run("constant metrics", func(b *testing.B) {
		registry := prometheus.NewRegistry()
		registry.MustRegister(constant{report})
		before := cpuTime(b)
		for b.Loop() {
			encode(b, registry)
		}
		perSeries(b, before)
	})
}
