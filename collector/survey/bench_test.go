//go:build unix

package survey_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// BenchmarkSurvey surveys N domains of the simulated estate. For each domain it
// reports the CPU time, that of the estate in the same process included, and
// the operations performed. What domains share is asked once: on a shared Edge
// the connections of the Edge do not grow with the domains.
//
//	go test -run '^$' -bench Survey ./collector/survey
func BenchmarkSurvey(b *testing.B) {
	for _, n := range []int{100, 1000} {
		for _, shared := range []bool{true, false} {
			for _, delay := range []time.Duration{0, 20 * time.Millisecond} {
				b.Run(fmt.Sprintf("domains=%d/shared=%t/delay=%s", n, shared, delay), func(b *testing.B) {
					benchmarkSurvey(b, lab.Many(n, shared), delay)
				})
			}
		}
	}
}

func benchmarkSurvey(b *testing.B, scenarios []lab.Scenario, delay time.Duration) {
	_, c := startEstate(b, scenarios, lab.Options{Delay: delay, OperationTimeout: 10 * time.Second})
	registry := prometheus.NewRegistry()
	surveyor := survey.NewSurveyor(c, nil, observe.NewCounters(registry), log.NewNopLogger())
	before := cpuTime(b)
	for b.Loop() {
		run := surveyor.Start(b.Context(), survey.Targets(c.Domains))
		<-run.Done()
		for _, d := range run.Report().Domains {
			if !d.Complete() || d.Capabilities.Of(verdict.Federation) != survey.Up {
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
//	go test -run '^$' -bench Judges ./collector/survey
func BenchmarkJudges(b *testing.B) {
	for name, scenarios := range map[string][]lab.Scenario{"healthy": lab.Many(1, false), "estate": lab.Scenarios()} {
		b.Run(name, func(b *testing.B) {
			_, c := startEstate(b, scenarios, lab.Options{OperationTimeout: time.Second})
			surveyor := survey.NewSurveyor(c, nil, nil, log.NewNopLogger())
			var judges []func() int
			for _, t := range survey.Targets(c.Domains) {
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
