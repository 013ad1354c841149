package iis_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
)

// event is one event of a trace, as IIS writes it.
func event(name, data string) string {
	return `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
 <System>
  <Provider Name="WWW Server" Guid="{3A2A4E84-4C21-4981-AE10-3FDA0D9B0F83}"/>
  <EventID>0</EventID>
  <Version>1</Version>
  <Level>3</Level>
  <Opcode>16</Opcode>
  <Keywords>0x400</Keywords>
  <TimeCreated SystemTime="2026-06-01T11:58:02.437Z"/>
  <Correlation ActivityID="{80000043-0002-FA00-B63F-84710C7967BB}"/>
  <Execution ProcessID="8480" ThreadID="9048"/>
  <Computer>FE01</Computer>
 </System>
 <EventData>
  <Data Name="ContextId">{80000043-0002-FA00-B63F-84710C7967BB}</Data>
` + data + ` </EventData>
 <RenderingInfo Culture="en-US">
  <Opcode>` + name + `</Opcode>
 </RenderingInfo>
 <ExtendedTraceInfo xmlns="http://schemas.microsoft.com/win/2004/08/events/trace">
  <EventGuid>{002E91E3-E7AE-44AB-8E07-99230FFA6ADE}</EventGuid>
 </ExtendedTraceInfo>
</Event>
`
}

// traceOf is a trace file with these events.
func traceOf(events ...string) string {
	return strings.ReplaceAll(`<?xml version="1.0" encoding="UTF-8" ?>
<?xml-stylesheet type='text/xsl' href='freb.xsl'?>
<!-- saved from url=(0014)about:internet -->
<failedRequest url="https://meet.contoso.com:4443/"
               siteId="2"
               appPoolId="LyncExtFeature"
               processId="8480"
               verb="GET"
               authenticationType="NOT_AVAILABLE"               activityId="{80000043-0002-FA00-B63F-84710C7967BB}"
               failureReason="STATUS_CODE"
               statusCode="404"
               triggerStatusCode="404"
               timeTaken="15"
               xmlns:freb="http://schemas.microsoft.com/win/2006/06/iis/freb"
               >
`+strings.Join(events, "")+`</failedRequest>`, "\n", "\r\n")
}

var (
	started   = event("GENERAL_REQUEST_START", `  <Data Name="RequestURL">https://meet.contoso.com:4443/</Data>`+"\n")
	evaluated = event("RULE_EVALUATION_START", `  <Data Name="RuleName">meet 17</Data>`+"\n")
	ended     = event("GENERAL_REQUEST_END", `  <Data Name="HttpStatus">404</Data>`+"\n")
	cut       = event("LOG_FILE_MAX_SIZE_TRUNCATE", "")
)

// logDirectory makes the log directory of the site S with these files, and says
// which directory the configuration names.
func logDirectory(t testing.TB, files map[string]string) (configured, directory string) {
	t.Helper()
	configured = t.TempDir()
	directory = filepath.Join(configured, "W3SVC1")
	if err := os.Mkdir(directory, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		overwrite(t, filepath.Join(directory, name), text)
	}
	return configured, directory
}

// logging reads a configuration whose one site logs to a directory.
func logging(t testing.TB, directory string) *iis.Facts {
	t.Helper()
	return read(t, iis.Files{ApplicationHost: write(t, "applicationHost.config",
		strings.Replace(oneSite(""), "/>", `><traceFailedRequestsLogging directory="`+directory+`"/></site>`, 1))})
}

func TestLogs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name             string
		files            map[string]string
		count, truncated int
	}{
		{"none", nil, 0, 0},
		{"whole ones", map[string]string{"fr000001.xml": traceOf(started, ended), "fr000002.xml": traceOf(started, evaluated, ended), "freb.xsl": "<x/>"}, 2, 0},
		{"one was cut", map[string]string{"fr000001.xml": traceOf(started, ended), "FR000002.XML": traceOf(started, evaluated, cut)}, 2, 1},
		{"cut far behind the start", map[string]string{"fr000001.xml": traceOf(started, strings.Repeat(evaluated, 1000), cut)}, 1, 1},
		{"event on one line", map[string]string{"fr000001.xml": "<failedRequest><Event><RenderingInfo><Opcode>LOG_FILE_MAX_SIZE_TRUNCATE</Opcode></RenderingInfo></Event></failedRequest>"}, 1, 1},
		{"event only sent by a client", map[string]string{"fr000001.xml": traceOf(event("GENERAL_REQUEST_START",
			`  <Data Name="RequestURL">https://meet.contoso.com:4443/LOG_FILE_MAX_SIZE_TRUNCATE</Data>`+"\n"+`  <Data Name="RequestVerb">LOG_FILE_MAX_SIZE_TRUNCATE</Data>`+"\n"), ended)}, 1, 0},
		{"other files", map[string]string{"freb.xsl": "", "ex000001.log": "", "fr000001.xml.bak": traceOf(cut)}, 0, 0},
		{"empty and half-written", map[string]string{"fr000001.xml": "", "fr000002.xml": traceOf(started)[:300]}, 2, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			configured, _ := logDirectory(t, test.files)
			logs := new(iis.Reader).Logs(logging(t, configured))["S"]
			if logs.Err != nil || logs.Files != test.count || logs.Truncated != test.truncated {
				t.Errorf("%+v, want %d files, %d truncated", logs, test.count, test.truncated)
			}
		})
	}
}

// Of very many files only the newest are opened.
func TestLogsNewest(t *testing.T) {
	t.Parallel()
	configured, directory := logDirectory(t, nil)
	for i := range 1200 {
		path := filepath.Join(directory, fmt.Sprintf("fr%06d.xml", i))
		overwrite(t, path, "<Opcode>LOG_FILE_MAX_SIZE_TRUNCATE</Opcode>")
		aged(t, path, 2000-i)
	}
	if logs := new(iis.Reader).Logs(logging(t, configured))["S"]; logs.Files != 1200 || logs.Truncated != 1000 {
		t.Errorf("%+v, want 1200 files, 1000 of them read", logs)
	}
}

// A file that did not change is not read again; one that did is.
func TestLogsRereading(t *testing.T) {
	t.Parallel()
	configured, directory := logDirectory(t, nil)
	facts, reader := logging(t, configured), new(iis.Reader)
	path := filepath.Join(directory, "fr000001.xml")
	step := func(what, text string, minutes, truncated int) {
		t.Helper()
		overwrite(t, path, text)
		aged(t, path, minutes)
		if logs := reader.Logs(facts)["S"]; logs.Err != nil || logs.Files != 1 || logs.Truncated != truncated {
			t.Errorf("%s: %+v, want %d truncated", what, logs, truncated)
		}
	}
	when := time.Now().Add(-10 * time.Minute)
	same := func(what, text string, truncated int) {
		t.Helper()
		overwrite(t, path, text)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
		if logs := reader.Logs(facts)["S"]; logs.Truncated != truncated {
			t.Errorf("%s: %+v, want %d truncated", what, logs, truncated)
		}
	}
	whole, cutOff := "<Opcode>LOG_FILE_MAX_SIZE_COMPLETE</Opcode>", "<Opcode>LOG_FILE_MAX_SIZE_TRUNCATE</Opcode>"
	same("first", whole, 0)
	same("as if it had not changed", cutOff, 0)
	step("other time", cutOff, 5, 1)
	step("other size", whole+" ", 5, 0)
}

// Where the directory cannot be read nothing is claimed.
func TestLogsUnreadable(t *testing.T) {
	t.Parallel()
	file := write(t, "file", "")
	for name, test := range map[string]struct{ site, want string }{
		"missing":                {`<site name="S" id="1"><traceFailedRequestsLogging directory="` + filepath.Join(t.TempDir(), "none") + `"/></site>`, "none"},
		"a file":                 {`<site name="S" id="1"><traceFailedRequestsLogging directory="` + file + `"/></site>`, "file"},
		"variable without value": {`<site name="S" id="1"><traceFailedRequestsLogging directory="%NoSuchVariable%\logs"/></site>`, "%NoSuchVariable%"},
		"site without id":        {`<site name="S"/>`, "no id"},
		"site with another id":   {`<site name="S" id="../../etc"/>`, "no id"},
	} {
		facts := read(t, iis.Files{ApplicationHost: write(t, "applicationHost.config", `<configuration><system.applicationHost><sites>`+test.site+`</sites></system.applicationHost></configuration>`)})
		if err := new(iis.Reader).Logs(facts)["S"].Err; err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}

// The directory is by default where IIS has it, with its variables in any case
// and the backslashes of Windows.
func TestLogsDefaultDirectory(t *testing.T) {
	drive := t.TempDir()
	t.Setenv("SystemDrive", drive)
	for name, tracing := range map[string]string{
		"schema":       "",
		"siteDefaults": `<siteDefaults><traceFailedRequestsLogging directory="%systemdrive%\inetpub\logs\FailedReqLogFiles\"/></siteDefaults>`,
	} {
		directory := filepath.Join(drive, "inetpub", "logs", "FailedReqLogFiles", "W3SVC1")
		if err := os.MkdirAll(directory, 0o700); err != nil {
			t.Fatal(err)
		}
		overwrite(t, filepath.Join(directory, "fr000001.xml"), traceOf(cut))
		facts := read(t, iis.Files{ApplicationHost: write(t, "applicationHost.config",
			strings.Replace(oneSite(""), "<sites>", "<sites>"+tracing, 1))})
		if logs := new(iis.Reader).Logs(facts)["S"]; logs.Err != nil || logs.Truncated != 1 {
			t.Errorf("%s: %+v, want the file in %s", name, logs, directory)
		}
	}
}
