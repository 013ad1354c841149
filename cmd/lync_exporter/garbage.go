package main

import (
	"os"
	"runtime/debug"
)

// Large estates take more memory than CPU time: ten thousand domains a third of a
// gigabyte and half a minute. Collecting garbage when memory has grown by 35 %
// instead of Go's 100 % takes a fifth more CPU time and a quarter less memory.
const (
	manyTargets  = 2000
	usualPercent = 115
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
