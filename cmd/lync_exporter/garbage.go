package main

import (
	"os"
	"runtime/debug"
)

// Large estates take more memory than CPU time. Collecting garbage when memory has
// grown by 40 % instead of 170 % keeps ten thousand domains with the essential series
// in 170 MiB, for a fifth more CPU time. What hostile servers send would take more than
// 100 MiB with 200 %.
const (
	manyTargets  = 2000
	usualPercent = 170
	earlyPercent = 40
)

// garbagePercent is by how much memory may grow before garbage is collected, by
// how many targets a survey has.
func garbagePercent(targets int) int {
	if targets > manyTargets {
		return earlyPercent
	}
	return usualPercent
}

// collectGarbage sets it, unless the environment has, which Go has read.
func collectGarbage(targets int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent(targets))
	}
	if targets > manyTargets {
		debug.FreeOSMemory() // what reading their configuration took
	}
}
