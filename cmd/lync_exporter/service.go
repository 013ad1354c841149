package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/alecthomas/kingpin/v2"
)

// serviceName is that of the Windows service and of its event source, and of the
// systemd unit.
const serviceName = "lync_exporter"

// addService declares the commands about the Windows service.
func addService(app *kingpin.Application, commands map[string]command) {
	cmd := app.Command("service", "Install, remove, start or stop the Windows service. Elsewhere, use the systemd unit "+serviceName+".service.")
	manage := func(name, help, done string, do func() error) {
		c := cmd.Command(name, help)
		commands[c.FullCommand()] = func(_ context.Context, std streams) error { return tell(std, done, do()) }
	}
	install, kept := keepingFlags(cmd.Command("install", "Install the service, or change the flags of one that is installed. It is started with the flags of serve that are given here; without any, it keeps those that it has."))
	commands[install.FullCommand()] = func(_ context.Context, std streams) error {
		args, err := kept()
		if err != nil {
			return err
		}
		return tell(std, "installed", installService(args))
	}
	manage("uninstall", "Stop and remove the service. The configuration and the log stay.", "removed", uninstallService)
	manage("start", "Start the service.", "running", startService)
	manage("stop", "Stop the service.", "stopped", stopService)

	started, given := keepingFlags(cmd.Command("run", "What Windows starts.").Hidden())
	commands[started.FullCommand()] = func(context.Context, streams) error {
		args, err := given()
		if err != nil {
			return err
		}
		return runService(args)
	}
}

// keepingFlags gives a command the flags of serve, and a function that repeats
// those that were given.
func keepingFlags(cmd *kingpin.CmdClause) (*kingpin.CmdClause, func() ([]string, error)) {
	flags := addServeFlags(cmd, serviceConfigFile())
	var parsed *kingpin.ParseContext
	cmd.Action(func(c *kingpin.ParseContext) error {
		parsed = c
		return nil
	})
	return cmd, func() ([]string, error) {
		if _, err := flags.options(); err != nil {
			return nil, err
		}
		return keptFlags(parsed)
	}
}

// tell says that what was asked for is done.
func tell(std streams, done string, err error) error {
	if err == nil {
		fmt.Fprintf(std.out, "The service %s is %s.\n", serviceName, done)
	}
	return err
}

// errNoServices is what the commands say on systems other than Windows.
var errNoServices = exitStatus{exitUsage, errors.New("services are for Windows; on this system use the systemd unit: systemctl enable --now " + serviceName + ".service")}

// keptFlags are the flags that were given, with files by their whole path, as a
// service has another working directory.
func keptFlags(c *kingpin.ParseContext) ([]string, error) {
	var kept []string
	var err error
	add := func(name, value string) {
		if slices.Contains([]string{"config.file", "web.config.file"}, name) && value != "" {
			var absolute string
			if absolute, err = filepath.Abs(value); err != nil {
				return
			}
			value = absolute
		}
		kept = append(kept, "--"+name+"="+value)
	}
	for _, e := range c.Elements {
		flag, ok := e.Clause.(*kingpin.FlagClause)
		if !ok {
			continue
		}
		model := flag.Model()
		switch {
		case model.IsBoolFlag() && *e.Value == "false":
			kept = append(kept, "--no-"+model.Name)
		case model.IsBoolFlag():
			kept = append(kept, "--"+model.Name)
		default:
			add(model.Name, *e.Value)
		}
	}
	return kept, err
}
