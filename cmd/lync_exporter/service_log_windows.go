package main

import (
	"strings"

	"golang.org/x/sys/windows/svc/eventlog"
	"gopkg.in/natefinch/lumberjack.v2"
)

// serviceLog writes what the service says to a file, and what is not for
// debugging to the event log of Windows.
type serviceLog struct {
	file   *lumberjack.Logger
	events *eventlog.Log // nil: it cannot be written to
}

func openServiceLog(file string) *serviceLog {
	events, err := eventlog.Open(serviceName)
	if err != nil {
		events = nil
	}
	return &serviceLog{&lumberjack.Logger{Filename: file, MaxSize: 10, MaxBackups: 3}, events}
}

// Write takes one line. That one of the two logs cannot be written to must not
// end the service.
func (l *serviceLog) Write(line []byte) (int, error) {
	_, _ = l.file.Write(line)
	if l.events == nil {
		return len(line), nil
	}
	text := strings.TrimSpace(string(line))
	switch levelOf(line) {
	case "error":
		_ = l.events.Error(3, text)
	case "warn":
		_ = l.events.Warning(2, text)
	case "info":
		_ = l.events.Info(1, text)
	}
	return len(line), nil
}

func (l *serviceLog) Close() {
	_ = l.file.Close()
	if l.events != nil {
		_ = l.events.Close()
	}
}
