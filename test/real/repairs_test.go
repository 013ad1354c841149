package real

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/lab"
)

// dnsFault is a zone that somebody broke, by what its records are instead of the
// healthy ones. Of a name and type without data there is none.
type dnsFault struct{ name, records string }

// DOMAIN stands for the domain, EDGE and WEB for the addresses of its servers.
const healthyZone = `
_sip._tls SRV 0 0 443 sip
_sipfederationtls._tcp SRV 0 0 5061 sip
sip A EDGE
lyncdiscover A WEB
meet A WEB
webext A WEB`

var dnsFaults = []dnsFault{
	{"federation record missing", "_sipfederationtls._tcp SRV"},
	{"federation record misspelt", "_sipfederationtls._tcp SRV\n_sipfederationstls._tcp SRV 0 0 5061 sip"},
	{"federation record with a wrong port", "_sipfederationtls._tcp SRV 0 0 443 sip"},
	{"federation record with its fields swapped", "_sipfederationtls._tcp SRV 5061 0 0 sip"},
	{"federation record names an address", "_sipfederationtls._tcp SRV 0 0 5061 EDGE."},
	{"federation record names nothing", "_sipfederationtls._tcp SRV 0 0 5061 ."},
	{"federation record names the domain", "_sipfederationtls._tcp SRV 0 0 5061 DOMAIN.\n@ A EDGE"},
	{"federation record names a host too deep", "_sipfederationtls._tcp SRV 0 0 5061 sip.edge\nsip.edge A EDGE"},
	{"federation record names another domain", "_sipfederationtls._tcp SRV 0 0 5061 sip.hoster.example."},
	{"federation record without a final dot", "_sipfederationtls._tcp SRV 0 0 5061 sip.DOMAIN"},
	{"another domain in the first of two federation records", "_sipfederationtls._tcp SRV 0 0 5061 sip.hoster.example.\n_sipfederationtls._tcp SRV 10 0 5061 sip"},
	{"another domain in the second of two federation records", "_sipfederationtls._tcp SRV 0 0 5061 sip\n_sipfederationtls._tcp SRV 10 0 5061 sip.hoster.example."},
	{"two federation records of another domain", "_sipfederationtls._tcp SRV 0 0 5061 sip.hoster.example.\n_sipfederationtls._tcp SRV 10 0 5061 sip.edge.hoster.example."},
	{"a name that ends the line and goes on with a command", "_sipfederationtls._tcp SRV 0 0 5061 sip\n" +
		`_sipfederationtls._tcp SRV 10 0 5061 x\010server\032127.0.0.9\010update\032delete\032sip.DOMAIN.\032A\010send\010.hoster.example.`},
	{"client record missing, and sip", "_sip._tls SRV\n_sipfederationtls._tcp SRV\nsip A"},
	{"client record misspelt", "_sip._tls SRV\n_sips._tls SRV 0 0 443 sip"},
	{"client record with a wrong port", "_sip._tls SRV 0 0 5061 sip"},
	{"client record names another domain", "_sip._tls SRV 0 0 443 sip.hoster.example."},
	{"client record without a final dot", "_sip._tls SRV 0 0 443 sip.DOMAIN"},
	{"sip missing", "sip A"},
	{"both records name a host that is missing", "_sip._tls SRV 0 0 443 sip\nsip A\n_sipfederationtls._tcp SRV 0 0 5061 sip"},
	{"both records name an alias", "sip A\nsip CNAME edge\nedge A EDGE"},
	{"lyncdiscover missing", "lyncdiscover A"},
	{"lyncdiscover misspelt", "lyncdiscover A\nlynkdiscover A WEB"},
	{"lyncdiscover is an alias of nothing", "lyncdiscover A\nlyncdiscover CNAME gone"},
	{"meet missing", "meet A"},
	{"web services missing", "webext A"},
	{"internal names visible", "lyncdiscoverinternal A WEB\n_sipinternaltls._tcp SRV 0 0 5061 sip\n_sipinternal._tcp SRV 0 0 5060 sip"},
	{"all records missing but one", "_sip._tls SRV\nsip A\nlyncdiscover A\n_sipfederationtls._tcp SRV 0 0 443 sip\n"},
	{"everything at once", "_sip._tls SRV 0 0 5061 sip.hoster.example.\n_sipfederationtls._tcp SRV 5061 0 0 sip.hoster.example.\nlyncdiscover A\nlyncdiscoverinternal A WEB\nmeet A\nmeet CNAME gone"},
}

// zone is the zone of the fault.
func (f dnsFault) zone(domain, edge, web string) string {
	instead := make(map[string]bool)
	var lines []string
	for line := range strings.Lines(f.records) {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(fields) < 2 {
			continue
		}
		instead[fields[0]+" "+fields[1]] = true
		if len(fields) == 3 {
			lines = append(lines, strings.Join(fields, " "))
		}
	}
	for line := range strings.Lines(healthyZone) {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(fields) == 3 && !instead[fields[0]+" "+fields[1]] {
			lines = append(lines, strings.Join(fields, " "))
		}
	}
	return strings.NewReplacer("DOMAIN", domain, "EDGE", edge, "WEB", web).Replace(strings.Join(lines, "\n") + "\n")
}

// TestRepairedInOneRound breaks zones in BIND, lets nsupdate do what `check
// --format nsupdate` says, and finds every domain healthy after that one round.
func TestRepairedInOneRound(t *testing.T) {
	t.Parallel()
	scenarios := make([]lab.Scenario, len(dnsFaults))
	for i := range scenarios {
		name := fmt.Sprintf("broken%02d.com", i) // where a company could register it
		scenarios[i] = lab.Scenario{Name: name, Meet: "https://meet." + name + "/"}
	}
	simulated, err := lab.Start(scenarios, lab.Options{OperationTimeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	edge, web := addressIn(t, simulated, "sip."+scenarios[0].Name), addressIn(t, simulated, "meet."+scenarios[0].Name)
	zones := map[string]string{
		"hoster.example":  "sip A " + edge + "\nsip.edge A " + edge + "\n",
		"online.lync.com": "sipfed A " + edge + "\nsipdir A " + edge + "\nwebdir A " + web + "\n",
	}
	faults := make(map[string]string)
	for i, fault := range dnsFaults {
		zones[scenarios[i].Name], faults[scenarios[i].Name] = fault.zone(scenarios[i].Name, edge, web), fault.name
	}
	server := startNameserver(t, freePort(t), zones)

	dir := t.TempDir()
	file, err := simulated.WriteConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(readFile(t, file), fmt.Sprintf("nameservers: [%q]", simulated.Nameserver()), fmt.Sprintf("nameservers: [%q]", server))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for domain, seen := range findingsOf(t, file) {
		if len(seen) == 0 {
			t.Errorf("%s: nothing is found", faults[domain])
		}
	}
	zonesTaken(t, file, dir)
	_, script := check(t, "--config.file", file, "--format", "nsupdate")
	script = filledIn(script, edge, web)
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	update := exec.Command("nsupdate")
	update.Stdin = strings.NewReader(fmt.Sprintf("server %s %s\n", host, port) + script)
	if out, err := update.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\nof:\n%s", err, out, script)
	}
	for domain, seen := range findingsOf(t, file) {
		if len(seen) > 0 {
			t.Errorf("%s (%s): after one round there are still %s", faults[domain], domain, strings.Join(seen, ", "))
		}
	}
	if t.Failed() {
		t.Log(script)
	}
}

// filledIn is a script as a person completes it: with the addresses that the
// exporter cannot know.
func filledIn(script, edge, web string) string {
	var lines []string
	for line := range strings.Lines(script) {
		if command := strings.TrimPrefix(line, "; "); strings.HasPrefix(command, "update ") || command == "send\n" {
			line = command
		}
		lines = append(lines, line)
	}
	return strings.NewReplacer("<external address of the Access Edge>", edge, "<external address of the server>", edge,
		"<external address of the reverse proxy>", web).Replace(strings.Join(lines, ""))
}

// addressIn is an address of a host in the estate.
func addressIn(t *testing.T, e *lab.Estate, host string) string {
	t.Helper()
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, e.Nameserver())
	}}
	addresses, err := resolver.LookupHost(t.Context(), host+".")
	if err != nil {
		t.Fatal(err)
	}
	return addresses[0]
}

// findingsOf are the faults of all domains of a configuration, by domain.
func findingsOf(t *testing.T, file string) map[string][]string {
	t.Helper()
	_, text := check(t, "--config.file", file, "--format", "json")
	var report struct {
		Domains []struct {
			Domain   string
			Findings []struct{ Severity, Reason, Subject, Seen string }
		}
	}
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	findings := make(map[string][]string)
	for _, d := range report.Domains {
		findings[d.Domain] = nil
		for _, f := range d.Findings {
			findings[d.Domain] = append(findings[d.Domain], fmt.Sprintf("%s %s %s (%s)", f.Severity, f.Reason, f.Subject, f.Seen))
		}
	}
	return findings
}

// zonesTaken lets BIND read the records that `check --format zone` writes, as a
// part of a zone.
func zonesTaken(t *testing.T, config, dir string) {
	t.Helper()
	_, records := check(t, "--config.file", config, "--format", "zone")
	file := writeFile(t, dir, "records", "$ORIGIN example.\n"+zoneHead+records)
	runTool(t, "named-checkzone", "-i", "none", "example", filepath.Clean(file))
}
