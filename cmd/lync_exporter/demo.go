package main

import (
	"context"
	"fmt"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/lync-exporter/lync_exporter/collector/lab"
)

// addDemo declares the command that shows the exporter at work without
// network, privileges or a file.
func addDemo(app *kingpin.Application, logs *logFlags) (string, command) {
	cmd := app.Command("demo", "Start a simulated Lync estate on loopback and the exporter against it.")
	address := cmd.Flag("listen-address", "Address on which to expose metrics and pages.").Default("127.0.0.1:" + defaultPort).String()
	return cmd.FullCommand(), func(ctx context.Context, std streams) error {
		simulated, err := lab.Start(lab.Scenarios(), lab.Options{})
		if err != nil {
			return fmt.Errorf("simulated estate: %w", err)
		}
		defer simulated.Close()
		o := options{
			load:          simulated.Config,
			telemetryPath: "/metrics",
		}
		e, err := newExporter(o, logs.logger(std.err))
		if err != nil {
			return err
		}
		e.checkAll(ctx) // so that the pages have something to show at once
		fmt.Fprintf(std.out, "A simulated Lync estate of %d SIP domains is running, most of them broken in a way of their own:\n\n", len(lab.Scenarios()))
		for _, s := range lab.Scenarios() {
			fmt.Fprintf(std.out, "  %-28s %s\n", s.Name, s.Story)
		}
		fmt.Fprintf(std.out, "\nOpen http://%[1]s/ for all of them at a glance, http://%[1]s/metrics for what\nPrometheus sees, http://%[1]s/probe?target=foreign-target.example&debug=true for one.\nCtrl-C ends it.\n\n", *address)
		no, none := false, ""
		return serve(ctx, e, &web.FlagConfig{WebListenAddresses: &[]string{*address}, WebSystemdSocket: &no, WebConfigFile: &none}, logs, std)
	}
}
