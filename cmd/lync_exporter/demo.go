package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/alecthomas/kingpin/v2"

	"github.com/lync-exporter/lync_exporter/collector/lab"
)

// addDemo declares the command that shows the exporter at work without
// network, privileges or a file.
func addDemo(app *kingpin.Application, logs *logFlags) (string, command) {
	cmd := app.Command("demo", "Start a simulated Lync estate on loopback and the exporter against it.")
	var named bool
	address := cmd.Flag("listen-address", "Address on which to expose metrics and pages. If the default one is taken, the demo takes a free port.").
		Default("127.0.0.1:" + defaultPort).IsSetByUser(&named).String()
	return cmd.FullCommand(), func(ctx context.Context, std streams) error {
		listener, err := demoListener(*address, named)
		if err != nil {
			return fmt.Errorf("--listen-address %s: %w", *address, err)
		}
		defer listener.Close()
		simulated, err := lab.Start(lab.Scenarios(), lab.Options{})
		if err != nil {
			return fmt.Errorf("simulated estate: %w", err)
		}
		defer simulated.Close()
		dir, err := os.MkdirTemp("", "lync_exporter_demo")
		if err != nil {
			return fmt.Errorf("configuration of the demo: %w", err)
		}
		defer os.RemoveAll(dir)
		file, err := simulated.WriteConfig(dir)
		if err != nil {
			return fmt.Errorf("configuration of the demo: %w", err)
		}
		e, err := newExporter(options{load: simulated.Config, telemetryPath: "/metrics"}, logs.logger(std.err))
		if err != nil {
			return err
		}
		e.checkAll(ctx) // so that the pages have something to show at once
		welcome(std.out, listener.Addr().String(), file)
		return serve(ctx, e, []server{e.server(e.handler(), func(s *http.Server) error { return s.Serve(listener) })})
	}
}

// demoListener listens on an address. Nobody chose the default one: if another
// process has it, any port will do.
func demoListener(address string, named bool) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil && !named {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	return listener, err
}

// welcome says what is there to be seen.
func welcome(w io.Writer, address, file string) {
	fmt.Fprintf(w, "A simulated Lync estate of %d SIP domains is running, most of them broken in a way of their own:\n\n", len(lab.Scenarios()))
	for _, s := range lab.Scenarios() {
		fmt.Fprintf(w, "  %-28s %s\n", s.Name, s.Story)
	}
	fmt.Fprintf(w, `
All of them at a glance:  http://%[1]s/
What Prometheus sees:     http://%[1]s/metrics
One of them in a shell:   %[2]s check --config.file=%[3]s foreign-target.example

Ctrl-C ends it.

`, address, program(), file)
}

// program is how this program was called, for lines to be copied.
func program() string {
	if filepath.Base(os.Args[0]) != os.Args[0] {
		return os.Args[0]
	}
	return "lync_exporter"
}
