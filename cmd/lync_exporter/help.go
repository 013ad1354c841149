package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
)

// usageTemplate is kingpin's with the flags of the default command, which people
// look for in the help of the program as a whole.
func usageTemplate() string {
	const commands = "{{else if .App.Commands -}}\n"
	return strings.Replace(kingpin.DefaultUsageTemplate, commands, commands+
		`{{range .App.FlattenedCommands}}{{if .Default -}}
Flags of {{.FullCommand}}, the command when none is named:
{{.Flags|FlagsToTwoColumns|FormatTwoColumns}}
{{end}}{{end -}}
`, 1)
}

// writeManPage writes the man page of the program. Kingpin's has neither the
// line that apropos reads nor a head that man can make a line of.
func writeManPage(w io.Writer, app *kingpin.Application) error {
	context, err := app.ParseContext(nil)
	if err != nil {
		return err
	}
	page := strings.NewReplacer(
		`.TH {{.App.Name}} 1 {{.App.Version}} "{{.App.Author}}"`, fmt.Sprintf(".TH LYNC_EXPORTER 1 \"\" %q", strings.TrimSpace("lync_exporter "+version.Version)),
		".SH \"NAME\"\n{{.App.Name}}\n", ".SH \"NAME\"\n{{.App.Name}} \\- checks what SIP domains of Lync and Skype for Business need\n",
	).Replace(kingpin.ManPageTemplate) + manStatus
	return app.UsageWriter(w).UsageForContextWithTemplate(context, 2, page)
}

// manStatus is the part of the man page for scripts.
const manStatus = `.SH "EXIT STATUS"
.TP
0
All went well; of
.BR check :
all capabilities are up.
.TP
1
The command failed; of
.BR check :
a capability is down.
.TP
2
The arguments, or the configuration of a check, are not valid.
.TP
3
Of
.BR check :
a check could not be completed.
`

// withoutCommandToComplete leaves out the beginning of a command that a shell
// wants to have completed. Kingpin would take it for an argument of the default
// command, and offer no commands.
func withoutCommandToComplete(args []string) []string {
	if len(args) == 2 && args[0] == "--completion-bash" && !strings.HasPrefix(args[1], "-") {
		return args[:1]
	}
	return args
}
