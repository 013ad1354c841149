package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	const output = `goos: linux
BenchmarkSurvey/domains=1000-2   1   %d ns/op   %d cpu-us/domain   3.05 tls/domain
PASS
`
	read := func(nanoseconds int, cpu ...int) costs {
		c := make(costs)
		for _, us := range cpu {
			c.read(strings.NewReader(fmt.Sprintf(output, nanoseconds, us)))
		}
		return c
	}
	for name, tt := range map[string]struct {
		old, now costs
		worse    bool
	}{
		"a twentieth more":     {read(1000, 5000), read(1000, 5250), false},
		"a fifth more":         {read(1000, 5000), read(1000, 6000), true},
		"one round was unruly": {read(1000, 5000, 5000, 5000), read(1000, 5000, 9000, 5100), false},
		"less":                 {read(1000, 5000), read(1000, 2000), false},
		"it only took longer":  {read(1000, 5000), read(3000, 5000), false},
		"new":                  {make(costs), read(1000, 5000), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if worse := compare(&out, tt.old, tt.now, 0.10); worse != tt.worse {
				t.Errorf("worse = %t in:\n%s", worse, out.String())
			}
		})
	}
}
