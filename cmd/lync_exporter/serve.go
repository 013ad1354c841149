package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/coreos/go-systemd/v22/activation"
	"github.com/go-kit/log/level"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

const defaultAddress = ":9919"

// addServe declares the command that serves metrics, the default one.
func addServe(app *kingpin.Application, logs *logFlags) (string, command) {
	cmd := app.Command("serve", "Serve metrics to Prometheus and pages to people (default).").Default()
	var o options
	file := cmd.Flag("config.file", "Configuration file.").Default("lync.yml").String()
	check := cmd.Flag("config.check", "Check the configuration and exit.").Bool()
	flags := kingpinflag.AddFlags(cmd, defaultAddress)
	cmd.Flag("web.telemetry-path", "Path under which to expose metrics.").Default("/metrics").StringVar(&o.telemetryPath)
	cmd.Flag("timeout-offset", "What to leave of Prometheus's scrape timeout for the answer's way back.").Default("500ms").DurationVar(&o.timeoutOffset)
	cmd.Flag("probe.allow-unconfigured", "Let /probe check any SIP domain. Whoever reaches the exporter can then make it connect to servers of their choice.").BoolVar(&o.allowUnconfigured)
	o.load = func() (*config.Config, error) { return config.Load(*file) }
	return cmd.FullCommand(), func(ctx context.Context, std streams) error {
		if *check {
			c, err := o.load()
			if err != nil {
				return err
			}
			fmt.Fprintf(std.out, "%s is valid: %d SIP domains, %d views\n", *file, len(c.Domains), len(c.Views))
			return nil
		}
		if err := validTelemetryPath(o.telemetryPath); err != nil {
			return exitStatus{exitUsage, err}
		}
		if o.timeoutOffset < 0 {
			return exitStatus{exitUsage, fmt.Errorf("--timeout-offset %s is negative: an answer after Prometheus has hung up helps nobody", o.timeoutOffset)}
		}
		collectGarbageEarly()
		logger := logs.logger(std.err)
		level.Info(logger).Log("msg", "Starting lync_exporter", "version", version.Info())
		e, err := newExporter(o, logger)
		if err != nil {
			return err
		}
		return serve(ctx, e, flags, logs, std)
	}
}

// garbagePercent is by how much memory may grow before garbage is collected.
// Go's 100 would save a tenth of the CPU time and take a fifth more memory.
const garbagePercent = 60

func collectGarbageEarly() {
	if os.Getenv("GOGC") == "" { // which Go has read
		debug.SetGCPercent(garbagePercent)
	}
}

// validTelemetryPath says what is wrong with a path for metrics: http.ServeMux
// panics over patterns that it cannot read or has already.
func validTelemetryPath(path string) error {
	switch {
	case !strings.HasPrefix(path, "/"):
		return fmt.Errorf("--web.telemetry-path %q must begin with /", path)
	case strings.ContainsAny(path, "{}?# \t"):
		return fmt.Errorf("--web.telemetry-path %q must be a plain path", path)
	}
	for _, taken := range []string{"/probe", "/sd", "/-/", "/domains/", "/assets/"} {
		if path == taken || strings.HasSuffix(taken, "/") && strings.HasPrefix(path, taken) {
			return fmt.Errorf("--web.telemetry-path %q is the path of another endpoint", path)
		}
	}
	return nil
}

// serve answers on all listeners until ctx is done or one of them fails.
func serve(ctx context.Context, e *exporter, flags *web.FlagConfig, logs *logFlags, std streams) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listeners, err := listen(flags)
	if err != nil {
		return err
	}
	ended := make(chan error, len(listeners))
	var servers []*http.Server
	for _, l := range listeners {
		// A server for each listener: the toolkit changes the server that it is given.
		server := &http.Server{
			Handler:           e.handler(),
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          stdLogger(e.logger),
		}
		servers = append(servers, server)
		go func() { ended <- web.Serve(l, server, flags, logs.slog(std.err)) }()
	}
	go e.reloadOnHangup(ctx)
	select {
	case <-ctx.Done():
		level.Info(e.logger).Log("msg", "Shutting down")
	case err = <-ended:
	}
	grace, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	for _, server := range servers {
		if closing := server.Shutdown(grace); closing != nil {
			server.Close()
		}
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// listen opens the sockets that the flags name, or takes those that systemd
// opened.
func listen(flags *web.FlagConfig) ([]net.Listener, error) {
	if *flags.WebSystemdSocket {
		listeners, err := activation.Listeners()
		if err == nil && len(listeners) == 0 {
			err = errors.New("systemd passed no socket; start the exporter by a .socket unit")
		}
		return listeners, err
	}
	var listeners []net.Listener
	for _, address := range *flags.WebListenAddresses {
		l, err := net.Listen("tcp", address)
		if err != nil {
			for _, open := range listeners {
				open.Close()
			}
			return nil, fmt.Errorf("--web.listen-address %s: %w", address, err)
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

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
