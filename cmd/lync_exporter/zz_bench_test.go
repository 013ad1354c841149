package main

import (
	"fmt"
	"testing"
)

func BenchmarkOverview10k(b *testing.B) {
	t := &testing.T{}
	var names []string
	for i := range 10000 {
		names = append(names, fmt.Sprintf("d%05d.example", i))
	}
	s := defaultSite(t, names...)
	for i, n := range names {
		if i%3 == 0 {
			s.scraped(n, 1, broken)
		} else {
			s.scraped(n, 1, warned)
		}
	}
	for b.Loop() {
		w := s.get("/")
		b.ReportMetric(float64(w.Body.Len()), "bytes")
	}
}
