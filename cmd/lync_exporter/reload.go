package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-kit/log/level"
)

// reloadOnHangup reloads the configuration at every SIGHUP.
func (e *exporter) reloadOnHangup(ctx context.Context) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for {
		select {
		case <-hangups:
			_ = e.reload() // it has logged why not
		case <-ctx.Done():
			return
		}
	}
}

// reloadOnChange reloads the configuration at every tick that finds another
// checksum of its files.
func (e *exporter) reloadOnChange(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ticks:
			e.reloadIfChanged()
		case <-ctx.Done():
			return
		}
	}
}

func (e *exporter) reloadIfChanged() {
	if e.changed() {
		level.Info(e.logger).Log("msg", "configuration files have changed, reloading")
		_ = e.reload() // it has logged why not
	}
}

// changed says whether the configuration's files differ from those that were
// read last, whether these were accepted or not.
func (e *exporter) changed() bool {
	sum, err := e.checksum()
	if err != nil {
		level.Warn(e.logger).Log("msg", "cannot tell whether the configuration has changed", "err", err)
		return false
	}
	e.reloading.Lock()
	defer e.reloading.Unlock()
	return sum != e.sum
}

// remember notes the checksum of the files that are about to be read.
func (e *exporter) remember() {
	if e.checksum == nil {
		return
	}
	if sum, err := e.checksum(); err == nil {
		e.sum = sum
	}
}
