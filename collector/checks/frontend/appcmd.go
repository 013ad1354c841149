package frontend

import (
	"fmt"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// command is a line that changes a setting of Failed Request Tracing, and when
// to run it, as in "To trace again, run".
type command struct {
	when, line string
	script     []string // the same for PowerShell, where it is to be run in any case
}

func (c command) repair() verdict.Repair {
	r := verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("%s %s", c.when, c.line)}
	if c.script != nil {
		r.Commands = &verdict.Commands{Script: c.script}
	}
	return r
}

// asking makes a finding ask for a higher limit while tracing, and for the way
// back. Where there is no limit now there is nothing to raise.
func asking(f verdict.Finding, site iis.Site, logs iis.Logs) verdict.Finding {
	if site.MaxLogFileSize == 0 {
		return f
	}
	var lines []string
	for _, c := range []command{
		{when: "To trace again on the Front End, run", line: limit(site, sizeWanted(site, logs)).line()},
		{when: "After the investigation, put the limit back:", line: limit(site, site.MaxLogFileSize).line()},
		turnOff(site),
	} {
		lines = append(lines, c.line)
		f = f.Repair(c.repair())
	}
	return f.Wants("%s", verdict.Lines(strings.Join(lines, "\n")))
}

func limit(site iis.Site, bytes int64) setting {
	return setting{site, site.Own.MaxLogFileSize, "maxLogFileSizeKB", fmt.Sprint((bytes + 1023) >> 10)}
}

func turnOff(site iis.Site) command {
	off := setting{site, site.Own.TracingEnabled, "enabled", "false"}
	return command{"After the investigation, turn tracing off:", off.line(), []string{off.script()}}
}

// setting is a value of Failed Request Tracing in siteDefaults, or at the site
// where the site has one of its own (docs/rules.md#failed-request-tracing).
type setting struct {
	site             iis.Site
	own              bool
	attribute, value string
}

// argument is what appcmd is to set.
func (s setting) argument() string {
	path := "-siteDefaults"
	if s.own {
		path = "/[name='" + verdict.Printable(s.site.Name) + "']"
	}
	return path + ".traceFailedRequestsLogging." + s.attribute + ":" + s.value
}

// line is the command for a command prompt.
func (s setting) line() string {
	argument := s.argument()
	if s.own {
		argument = `"` + argument + `"`
	}
	return "appcmd set config /section:sites " + argument + " /commit:apphost"
}

// script is the command for PowerShell.
func (s setting) script() string {
	return `& "$env:windir\System32\inetsrv\appcmd.exe" set config /section:sites ` + verdict.Quoted(s.argument()) + " /commit:apphost"
}
