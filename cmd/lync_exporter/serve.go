package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/coreos/go-systemd/v22/activation"
	"github.com/go-kit/log/level"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// addServe declares the command that serves metrics, the default one.
func addServe(app *kingpin.Application, logs *logFlags) (string, command) {
	cmd := app.Command("serve", "Serve metrics to Prometheus and pages to people (default).").Default()
	check := cmd.Flag("config.check", "Check the configuration and exit.").Bool()
	flags := addServeFlags(cmd, defaultFile)
	return cmd.FullCommand(), func(ctx context.Context, std streams) error {
		o, err := flags.options()
		if err != nil {
			return err
		}
		if *check {
			c, err := o.load()
			if err != nil {
				return err
			}
			fmt.Fprintf(std.out, "%s is valid: %s, %s\n", *flags.file, counted(len(c.Domains), "SIP domain"), counted(len(c.Views), "view"))
			return nil
		}
		o.sized = collectGarbage
		logger := logs.logger(std.err)
		level.Info(logger).Log("msg", "Starting lync_exporter", "version", version.Info())
		e, err := newExporter(o, logger)
		if err != nil {
			return err
		}
		servers, err := e.servers(flags.web, logs.slog(std.err))
		if err != nil {
			return err
		}
		return serve(ctx, e, servers)
	}
}

// serveFlags are those of the command serve, which a service keeps.
type serveFlags struct {
	given      options // what needs no check
	file       *string
	fileNamed  bool
	web        *web.FlagConfig
	location   locationFlags
	autoReload *bool
	interval   *time.Duration
}

func addServeFlags(cmd *kingpin.CmdClause, file string) *serveFlags {
	f := new(serveFlags)
	f.file = cmd.Flag("config.file", "Configuration file.").Default(file).IsSetByUser(&f.fileNamed).String()
	f.autoReload = cmd.Flag("config.auto-reload", "Reload the configuration when its files change.").Bool()
	f.interval = cmd.Flag("config.auto-reload-interval", "How often to look whether they have changed.").Default("30s").Duration()
	f.web = kingpinflag.AddFlags(cmd, ":"+defaultPort)
	cmd.Flag("web.telemetry-path", "Path under which to expose metrics.").Default("/metrics").StringVar(&f.given.telemetryPath)
	f.location = addLocationFlags(cmd)
	cmd.Flag("web.enable-pprof", "Serve profiles of the process under /debug/pprof/.").BoolVar(&f.given.profiling)
	cmd.Flag("timeout-offset", "Time subtracted from Prometheus's scrape timeout so that the response arrives in time.").Default("500ms").DurationVar(&f.given.timeoutOffset)
	cmd.Flag("probe.allow-unconfigured", "Let /probe check any SIP domain. Whoever reaches the exporter can then make it connect to servers of their choice.").BoolVar(&f.given.allowUnconfigured)
	return f
}

// options are what the flags say, or what is wrong with them.
func (f *serveFlags) options() (options, error) {
	o := f.given
	o.load = func() (*config.Config, error) { return loadFile(*f.file, f.fileNamed) }
	o.checksum = func() (string, error) { return config.Checksum(*f.file) }
	if err := validTelemetryPath(o.telemetryPath); err != nil {
		return o, exitStatus{exitUsage, err}
	}
	if o.timeoutOffset < 0 {
		return o, exitStatus{exitUsage, fmt.Errorf("--timeout-offset %s is negative: a response after Prometheus has hung up helps nobody", o.timeoutOffset)}
	}
	var err error
	if o.location, err = f.location.location(); err != nil {
		return o, exitStatus{exitUsage, err}
	}
	if *f.interval <= 0 {
		return o, exitStatus{exitUsage, fmt.Errorf("--config.auto-reload-interval %s must be more than 0s", *f.interval)}
	}
	if *f.autoReload {
		o.autoReload = *f.interval
	}
	return o, nil
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
	for _, taken := range []string{"/probe", "/sd", "/check", "/config", "/-/", "/domains/", "/findings/", "/docs/", "/assets/", "/debug/pprof/"} {
		if path == taken || strings.HasSuffix(taken, "/") && strings.HasPrefix(path, taken) {
			return fmt.Errorf("--web.telemetry-path %q is the path of another endpoint", path)
		}
	}
	return nil
}

// graceful is how long answers may still take when the exporter stops. Windows
// and systemd are to see it stopped within five seconds.
const graceful = 4 * time.Second

// serve answers on all addresses until ctx is done or one of them fails.
func serve(ctx context.Context, e *exporter, servers []server) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, len(servers))
	var running sync.WaitGroup
	defer running.Wait() // nobody logs once serve has returned
	defer cancel()
	for _, s := range servers {
		running.Go(func() { ended <- s.serve() })
	}
	running.Go(func() { e.reloadOnHangup(ctx) })
	if e.autoReload > 0 {
		ticker := time.NewTicker(e.autoReload)
		defer ticker.Stop()
		running.Go(func() { e.reloadOnChange(ctx, ticker.C) })
	}
	select {
	case <-ctx.Done():
		level.Info(e.logger).Log("msg", "Shutting down")
	case err = <-ended:
	}
	grace, stop := context.WithTimeout(context.Background(), graceful)
	defer stop()
	defer e.endScrapes().Stop()
	for _, s := range servers {
		if closing := s.Shutdown(grace); closing != nil {
			s.Close()
		}
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// server answers on one address. The toolkit changes the server that it is
// given, so no two addresses have the same.
type server struct {
	*http.Server
	serve func() error
}

// server answers by a function that does so until the server is shut down.
func (e *exporter) server(handler http.Handler, serve func(*http.Server) error) server {
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 5 * time.Minute, ErrorLog: stdLogger(e.logger)}
	protectAll(s)
	return server{s, func() error { return serve(s) }}
}

// servers are one for each address of the flags, or for each socket of systemd.
func (e *exporter) servers(flags *web.FlagConfig, logger *slog.Logger) ([]server, error) {
	if err := web.Validate(*flags.WebConfigFile); err != nil {
		return nil, fmt.Errorf("--web.config.file %s: %w", *flags.WebConfigFile, err)
	}
	handler := e.handler()
	var servers []server
	if *flags.WebSystemdSocket {
		listeners, err := activation.Listeners()
		if err == nil && len(listeners) == 0 {
			err = errors.New("--web.systemd-socket: systemd passed no socket; start the exporter through its .socket unit")
		}
		for _, l := range listeners {
			servers = append(servers, e.server(handler, func(s *http.Server) error { return web.Serve(l, s, flags, logger) }))
		}
		return servers, err
	}
	for _, address := range *flags.WebListenAddresses {
		one := *flags
		one.WebListenAddresses = &[]string{address}
		servers = append(servers, e.server(handler, func(s *http.Server) error {
			err := web.ListenAndServe(s, &one, logger)
			if err != nil && !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("--web.listen-address %s: %w", address, err)
			}
			return err
		}))
	}
	return servers, nil
}
