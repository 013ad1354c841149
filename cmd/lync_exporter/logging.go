package main

import (
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"slices"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	slgk "github.com/tjhop/slog-gokit"
)

// logFlags are the flags that users of Prometheus exporters expect.
type logFlags struct{ level, format *string }

func addLogFlags(app *kingpin.Application) *logFlags {
	return &logFlags{
		level: app.Flag("log.level", "Only log messages with the given severity or above. One of: debug, info, warn, error.").
			Default("info").Enum("debug", "info", "warn", "error"),
		format: app.Flag("log.format", "Output format of log messages. One of: logfmt, json.").
			Default("logfmt").Enum("logfmt", "json"),
	}
}

// logger makes the logger that the flags ask for.
func (f *logFlags) logger(w io.Writer) log.Logger {
	const depth = 5 // from the filter and its caller down to the line that logs
	return f.filter(log.With(f.lines(w), "ts", log.DefaultTimestampUTC, "caller", log.Caller(depth)))
}

// bare is without time and caller, for a bridge that adds its own.
func (f *logFlags) bare(w io.Writer) log.Logger { return f.filter(f.lines(w)) }

func (f *logFlags) lines(w io.Writer) log.Logger {
	w = log.NewSyncWriter(w)
	if *f.format == "json" {
		return log.NewJSONLogger(w)
	}
	return log.NewLogfmtLogger(w)
}

// filter comes before everything that takes time to know, as the caller does.
func (f *logFlags) filter(next log.Logger) log.Logger {
	return level.NewFilter(next, level.Allow(level.ParseDefault(*f.level, level.InfoValue())))
}

// slog is for libraries that want a slog.Logger.
func (f *logFlags) slog(w io.Writer) *slog.Logger {
	threshold := new(slog.LevelVar)
	if err := threshold.UnmarshalText([]byte(*f.level)); err != nil {
		panic(fmt.Sprintf("log level %q passed its enumeration: %v", *f.level, err))
	}
	return slog.New(slgk.NewGoKitHandler(timeAsOurs(f.bare(w)), threshold))
}

// timeAsOurs gives the time in a library's line the name that it has in ours.
func timeAsOurs(next log.Logger) log.Logger {
	return log.LoggerFunc(func(pairs ...any) error {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == slog.TimeKey {
				pairs = slices.Clone(pairs)
				pairs[i] = "ts"
				break
			}
		}
		return next.Log(pairs...)
	})
}

// stdLogger is for libraries that want a log.Logger; what they say is an error.
func stdLogger(l log.Logger) *stdlog.Logger {
	return stdlog.New(log.NewStdlibAdapter(level.Error(l)), "", 0)
}
