package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/mattn/go-isatty"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Exit statuses of check besides exitOK and exitUsage.
const (
	exitDown       = 1 // a capability is down
	exitIncomplete = 3 // a check could not be completed
)

// checkOptions are the check command's.
type checkOptions struct {
	domains     []string
	file        string
	nameservers []string
	internal    bool
	timeout     time.Duration
	format      string
	verbose     bool
	topology    string
	failOn      string
}

// addCheck declares the command that checks once and prints a report.
func addCheck(app *kingpin.Application, logs *logFlags) (string, command) {
	cmd := app.Command("check", "Check SIP domains once and print what works, what is wrong, why, and what to change.")
	var o checkOptions
	cmd.Arg("domain", "SIP domains to check; none: those of the configuration file.").StringsVar(&o.domains)
	cmd.Flag("config.file", "Configuration file; needed only without domains, or for its settings.").StringVar(&o.file)
	cmd.Flag("nameserver", "Nameserver to ask instead of the configured one, as host or host:port. Repeatable.").StringsVar(&o.nameservers)
	cmd.Flag("internal", "The check runs inside the company's network, where lyncdiscoverinternal belongs.").BoolVar(&o.internal)
	cmd.Flag("topology", "Where the users are, if it is known, instead of what the records show: on_premises, hybrid, online or federation_only.").EnumVar(&o.topology, config.Topologies()...)
	cmd.Flag("fail-on", "What makes the exit status 1: critical, when a capability is down; warning, also when there is a warning.").Default(string(verdict.Critical)).EnumVar(&o.failOn, string(verdict.Critical), string(verdict.Warning))
	cmd.Flag("timeout", "Upper bound of the whole check; default: the configured timeout, at least 60s.").DurationVar(&o.timeout)
	cmd.Flag("format", "Form of the report: text, json, csv or html; or what has to change, as zone (also named repair-zone), nsupdate or powershell.").Default("text").EnumVar(&o.format, formats()...)
	cmd.Flag("verbose", "Add everything observed: records, addresses, redirects, certificates, SIP answers, timings.").Short('v').BoolVar(&o.verbose)
	return cmd.FullCommand(), func(ctx context.Context, std streams) error {
		c, targets, err := o.prepare()
		if err != nil {
			return exitStatus{exitUsage, err}
		}
		logger := logs.logger(std.err)
		report := checkOnce(ctx, survey.NewSurveyor(c, nil, nil, logger), targets, o.timeout, c, std)
		var frontEnd *frontend.Report
		if len(o.domains) == 0 {
			frontEnd = new(frontend.FrontEnd).Inspect(c, logger)
		}
		if err := o.write(std.out, report, frontEnd); err != nil {
			return err
		}
		return verdictStatus(report, verdict.Severity(o.failOn))
	}
}

// prepare finds the configuration and the targets.
func (o *checkOptions) prepare() (*config.Config, []survey.Target, error) {
	if o.timeout < 0 {
		return nil, nil, fmt.Errorf("--timeout %s is negative; leave it out for the configured one", o.timeout)
	}
	for i, server := range o.nameservers {
		address, err := config.ParseNameserver(server)
		if err != nil {
			return nil, nil, fmt.Errorf("--nameserver: %w", err)
		}
		o.nameservers[i] = address
	}
	c, err := o.config()
	if err != nil {
		return nil, nil, err
	}
	domains := slices.Clone(c.Domains)
	if len(o.domains) > 0 {
		names, err := askedFor(o.domains, func(name string) bool { return c.Domain(name) != nil })
		if err != nil {
			return nil, nil, err
		}
		domains = nil
		for _, name := range names {
			d, err := c.AdHoc(name)
			if err != nil {
				return nil, nil, err
			}
			domains = append(domains, d)
		}
	}
	if o.topology != "" {
		for i, d := range domains {
			known := *d
			known.Topology = config.Topology(o.topology)
			domains[i] = &known
		}
	}
	targets := survey.Targets(domains)
	for i := range targets {
		targets[i].View = o.adjust(targets[i].View)
	}
	return c, targets, nil
}

// defaultFile is the configuration file where none is named.
const defaultFile = "lync.yml"

// config is the file named, or what is valid without one.
func (o *checkOptions) config() (*config.Config, error) {
	switch {
	case o.file != "":
		return loadFile(o.file, true)
	case len(o.domains) == 0:
		return loadFile(defaultFile, false)
	}
	names, err := askedFor(o.domains, func(string) bool { return false })
	if err != nil {
		return nil, err
	}
	c, err := config.Default(names...)
	if err == nil {
		c.FollowPrivate = o.adjust(c.Views[0]).OnThisMachine()
	}
	return c, err
}

// adjust applies the flags to a view.
func (o *checkOptions) adjust(v *config.View) *config.View {
	if len(o.nameservers) == 0 && !o.internal {
		return v
	}
	adjusted := *v
	adjusted.Internal = v.Internal || o.internal
	if len(o.nameservers) > 0 {
		adjusted.Nameservers = o.nameservers
	}
	return &adjusted
}

// checkOnce runs the survey to its end, showing progress to a terminal.
func checkOnce(ctx context.Context, s *survey.Surveyor, targets []survey.Target, timeout time.Duration, c *config.Config, std streams) *survey.Report {
	if timeout == 0 {
		timeout = max(c.Timeout, time.Minute)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	survey := s.Start(ctx, targets)
	show := isTerminal(std.err) && len(targets) > 1
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-survey.Done():
			if show {
				fmt.Fprint(std.err, "\r\x1b[K")
			}
			return survey.Report()
		case <-tick.C:
			if show {
				fmt.Fprintf(std.err, "\r%d of %d checked\x1b[K", survey.Ended(), len(targets))
			}
		}
	}
}

// verdictStatus is the exit status that a report calls for.
func verdictStatus(r *survey.Report, failOn verdict.Severity) error {
	incomplete := false
	for _, d := range r.Domains {
		for _, state := range d.Capabilities {
			if state == survey.Down {
				return exitStatus{code: exitDown}
			}
			incomplete = incomplete || state == survey.Unknown
		}
		if failOn != verdict.Critical && slices.ContainsFunc(d.Brief(), func(f survey.Finding) bool { return f.Severity.Rank() <= failOn.Rank() }) {
			return exitStatus{code: exitDown}
		}
		incomplete = incomplete || !d.Complete()
	}
	if incomplete {
		return exitStatus{code: exitIncomplete}
	}
	return nil
}

func colorWanted(w any) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}
