package frontend

import (
	"fmt"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// command is a line that changes a setting of Failed Request Tracing, and when
// to run it, as in "To trace again, run".
type command struct{ when, line string }

func (c command) repair() verdict.Repair {
	return verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("%s %s", c.when, c.line)}
}

// asking makes a finding ask for a higher limit while tracing, and for the way
// back. Where there is no limit now there is nothing to raise.
func asking(f verdict.Finding, site iis.Site, logs iis.Logs) verdict.Finding {
	if site.MaxLogFileSize == 0 {
		return f
	}
	var lines []string
	for _, c := range []command{
		{"To trace again on the Front End, run", limit(site, sizeWanted(site, logs))},
		{"After the investigation, put the limit back:", limit(site, site.MaxLogFileSize)},
		turnOff(site),
	} {
		lines = append(lines, c.line)
		f = f.Repair(c.repair())
	}
	return f.Wants("%s", verdict.Lines(strings.Join(lines, "\n")))
}

func limit(site iis.Site, bytes int64) string {
	return appcmd(site, site.Own.MaxLogFileSize, "maxLogFileSizeKB", fmt.Sprint((bytes+1023)>>10))
}

func turnOff(site iis.Site) command {
	return command{"After the investigation, turn tracing off:", appcmd(site, site.Own.TracingEnabled, "enabled", "false")}
}

// appcmd is the line that sets a value in siteDefaults, or at the site where the
// site has one of its own (docs/rules.md#failed-request-tracing).
func appcmd(site iis.Site, own bool, attribute, value string) string {
	if !own {
		return fmt.Sprintf("appcmd set config /section:sites -siteDefaults.traceFailedRequestsLogging.%s:%s /commit:apphost", attribute, value)
	}
	return fmt.Sprintf(`appcmd set config /section:sites "/[name='%s'].traceFailedRequestsLogging.%s:%s" /commit:apphost`, verdict.Printable(site.Name), attribute, value)
}
