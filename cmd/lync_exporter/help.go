package main

import (
	"strings"

	"github.com/alecthomas/kingpin/v2"
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
