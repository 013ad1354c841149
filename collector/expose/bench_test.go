//go:build unix

package expose_test

import (
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/lync-exporter/lync_exporter/collector/expose"
)

func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkExposition compares the report's families with constant metrics
// from a collector, on the same 500,000 series.
//
//	go test -run '^$' -bench Exposition ./collector/expose
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
			for f := range (expose.Exposition{Report: report}).Families() {
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
