// Command lync_exporter checks what the SIP domains of Lync and Skype for
// Business need and exposes it to Prometheus and to people.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr})
	stop()
	os.Exit(status)
}

// streams are where a command writes to.
type streams struct{ out, err io.Writer }

// Exit statuses. Those of `check` are in check.go.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

// run does what the arguments say and returns the exit status.
func run(ctx context.Context, args []string, std streams) int {
	app := kingpin.New("lync_exporter", "Checks what the SIP domains of Lync and Skype for Business need: DNS records, Edge, Autodiscover, web services, meeting URLs and certificates.")
	app.HelpFlag.Short('h')
	app.UsageTemplate(usageTemplate()).UsageWriter(std.out).ErrorWriter(std.err)
	terminated := -1
	app.Terminate(func(status int) { terminated = status })
	app.Version(version.Print("lync_exporter"))
	app.VersionFlag.NoEnvar()

	logs := addLogFlags(app)
	commands := map[string]command{}
	for _, add := range []func(*kingpin.Application, *logFlags) (string, command){addServe, addCheck, addPlan, addExplain, addDemo} {
		name, c := add(app, logs)
		commands[name] = c
	}
	addService(app, commands)
	if slices.Contains(args, "--help-man") {
		if err := writeManPage(std.out, app); err != nil {
			fmt.Fprintf(std.err, "lync_exporter: %v\n", err)
			return exitError
		}
		return exitOK
	}
	name, err := app.Parse(withoutCommandToComplete(args))
	if terminated >= 0 {
		return terminated
	}
	if err != nil {
		fmt.Fprintf(std.err, "lync_exporter: %v\n", misuse(app, args, err))
		return exitUsage
	}
	err = commands[name](ctx, std)
	var status exitStatus
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		if status.err != nil {
			fmt.Fprintf(std.err, "lync_exporter: %v\n", status.err)
		}
		return status.code
	}
	fmt.Fprintf(std.err, "lync_exporter: %v\n", err)
	return exitError
}

// command does its work until it is done or ctx is.
type command func(ctx context.Context, std streams) error

// exitStatus is an error that wants a status of its own; err may be nil where
// everything has been said already.
type exitStatus struct {
	code int
	err  error
}

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d: %v", e.code, e.err) }
func (e exitStatus) Unwrap() error { return e.err }
