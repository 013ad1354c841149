package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// misuse says what is wrong with the arguments that were refused, by flag and
// value, and what to give instead.
func misuse(app *kingpin.Application, args []string, refused error) error {
	context, err := app.ParseContext(args)
	if context == nil {
		return refused
	}
	help := "see lync_exporter --help"
	if selected := context.SelectedCommand; selected != nil && !selected.Model().Default {
		help = "see lync_exporter " + selected.FullCommand() + " --help"
		if commands := selected.Model().Commands; len(commands) > 0 {
			return fmt.Errorf("%s needs one of its commands: %s; %s", selected.FullCommand(), strings.Join(namesOf(commands), ", "), help)
		}
	}
	if rest := context.Peek(); err != nil && rest.Type == kingpin.TokenArg {
		return unexpected(app, rest.Value)
	}
	for _, e := range context.Elements {
		if flag, ok := e.Clause.(*kingpin.FlagClause); ok && e.Value != nil {
			if err := badValue(flag.Model(), *e.Value); err != nil {
				return fmt.Errorf("%w; %s", err, help)
			}
		}
	}
	return fmt.Errorf("%w; %s", refused, help)
}

// unexpected is the error for an argument where a command was expected. People
// give the domain that they want to have checked.
func unexpected(app *kingpin.Application, arg string) error {
	commands := namesOf(app.Model().Commands)
	switch {
	case slices.Contains(commands, arg):
		return fmt.Errorf("the command %s has to come first, as in lync_exporter %s", arg, arg)
	case !strings.ContainsAny(arg, ".@:/"):
		return fmt.Errorf("there is no command %s; there are %s", verdict.Printable(arg), strings.Join(commands, ", "))
	}
	if _, err := config.NormalizeDomain(arg); err != nil {
		return err
	}
	return fmt.Errorf("%[1]s comes without a command; to check it, run: lync_exporter check %[1]s", verdict.Printable(arg))
}

// badValue says why a flag does not take a value, nil if it does.
func badValue(flag *kingpin.FlagModel, value string) error {
	err := flag.Value.Set(value)
	if err == nil {
		return nil
	}
	if g, ok := flag.Value.(kingpin.Getter); ok {
		if _, ok := g.Get().(time.Duration); ok {
			return fmt.Errorf("--%s %q is not a length of time; write it with its unit, as in 30s", flag.Name, value)
		}
	}
	if choice, ok := strings.CutPrefix(err.Error(), "enum value "); ok {
		return fmt.Errorf("--%s %s", flag.Name, strings.ReplaceAll(strings.ReplaceAll(choice, ", got", " and not"), ",", ", "))
	}
	return fmt.Errorf("--%s %q: %w", flag.Name, value, err)
}

func namesOf(commands []*kingpin.CmdModel) []string {
	var names []string
	for _, c := range commands {
		if !c.Hidden && c.Name != "help" {
			names = append(names, c.Name)
		}
	}
	return names
}
