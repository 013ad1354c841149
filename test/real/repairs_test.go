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
type dnsFault struct {
	name, records string
	online        bool // the users are in the cloud, and what is instead is of microsoftZone
}

// DOMAIN stands for the domain, EDGE and WEB for the addresses of its servers.
const healthyZone = `
_sip._tls SRV 0 0 443 sip
_sipfederationtls._tcp SRV 0 0 5061 sip
sip A EDGE
lyncdiscover A WEB
meet A WEB
webext A WEB`

// microsoftZone is that of a company in Teams that still has its old records.
const microsoftZone = `
_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.
sip CNAME sipdir.online.lync.com.
lyncdiscover CNAME webdir.online.lync.com.`

var dnsFaults = []dnsFault{
	{name: "cloud: federation record names the host for clients", records: "_sipfederationtls._tcp SRV 100 1 5061 sipdir.online.lync.com.", online: true},
	{name: "cloud: federation record without a final dot", records: "_sipfederationtls._tcp SRV 1 100 5061 sipfed.online.lync.com", online: true},
	{name: "cloud: federation record missing", records: "_sipfederationtls._tcp SRV", online: true},
	{name: "cloud: federation record misspelt", records: "_sipfederationtls._tcp SRV\n_sipfederationtls.__tcp SRV 100 1 5061 sipfed.online.lync.com.", online: true},
	{name: "cloud: federation record with a wrong port", records: "_sipfederationtls._tcp SRV 100 1 443 sipfed.online.lync.com.", online: true},
	{name: "cloud: client record names a host that does not exist", records: "_sip._tls SRV 100 1 443 sipdir.online.microsoft.com.", online: true},
	{name: "standby records without address", records: "_sip._tls SRV 0 0 443 sip\n_sip._tls SRV 10 0 443 sip2\n_sipfederationtls._tcp SRV 0 0 5061 sip\n_sipfederationtls._tcp SRV 10 0 5061 sip2"},
	{name: "federation record with a wrong port and another domain", records: "_sipfederationtls._tcp SRV 0 0 443 sip.hoster.example."},
	{name: "protocol of the federation record misspelt", records: "_sipfederationtls._tcp SRV\n_sipfederationtls.__tcp SRV 0 0 5061 sip"},
	{name: "protocol of the client record misspelt", records: "_sip._tls SRV\n_sip_tls SRV 0 0 443 sip"},
	{name: "web hosts with private addresses", records: "lyncdiscover A 10.0.0.1\nmeet A 10.0.0.1"},
	{name: "client record names another domain, and sip is right", records: "_sip._tls SRV 0 0 443 sip.hoster.example.\n_sip._tls SRV 10 0 443 sip"},
	{name: "federation record missing", records: "_sipfederationtls._tcp SRV"},
	{name: "federation record misspelt", records: "_sipfederationtls._tcp SRV\n_sipfederationstls._tcp SRV 0 0 5061 sip"},
	{name: "federation record with a wrong port", records: "_sipfederationtls._tcp SRV 0 0 443 sip"},
	{name: "federation record with its fields swapped", records: "_sipfederationtls._tcp SRV 5061 0 0 sip"},
	{name: "federation record names an address", records: "_sipfederationtls._tcp SRV 0 0 5061 EDGE."},
	{name: "federation record names nothing", records: "_sipfederationtls._tcp SRV 0 0 5061 ."},
	{name: "federation record names the domain", records: "_sipfederationtls._tcp SRV 0 0 5061 DOMAIN.\n@ A EDGE"},
	{name: "federation record names a host too deep", records: "_sipfederationtls._tcp SRV 0 0 5061 sip.edge\nsip.edge A EDGE"},
	{name: "federation record names another domain", records: "_sipfederationtls._tcp SRV 0 0 5061 sip.hoster.example."},
	{name: "federation record without a final dot", records: "_sipfederationtls._tcp SRV 0 0 5061 sip.DOMAIN"},
	{name: "another domain in the first of two federation records", records: "_sipfederationtls._tcp SRV 0 0 5061 sip.hoster.example.\n_sipfederationtls._tcp SRV 10 0 5061 sip"},
	{name: "another domain in the second of two federation records", records: "_sipfederationtls._tcp SRV 0 0 5061 sip\n_sipfederationtls._tcp SRV 10 0 5061 sip.hoster.example."},
	{name: "two federation records of another domain", records: "_sipfederationtls._tcp SRV 0 0 5061 sip.hoster.example.\n_sipfederationtls._tcp SRV 10 0 5061 sip.edge.hoster.example."},
	{name: "a name that ends the line and goes on with a command", records: "_sipfederationtls._tcp SRV 0 0 5061 sip\n" +
		`_sipfederationtls._tcp SRV 10 0 5061 x\010server\032127.0.0.9\010update\032delete\032sip.DOMAIN.\032A\010send\010.hoster.example.`},
	{name: "client record missing, and sip", records: "_sip._tls SRV\n_sipfederationtls._tcp SRV\nsip A"},
	{name: "client record misspelt", records: "_sip._tls SRV\n_sips._tls SRV 0 0 443 sip"},
	{name: "client record with a wrong port", records: "_sip._tls SRV 0 0 5061 sip"},
	{name: "client record names another domain", records: "_sip._tls SRV 0 0 443 sip.hoster.example."},
	{name: "client record without a final dot", records: "_sip._tls SRV 0 0 443 sip.DOMAIN"},
	{name: "sip missing", records: "sip A"},
	{name: "both records name a host that is missing", records: "_sip._tls SRV 0 0 443 sip\nsip A\n_sipfederationtls._tcp SRV 0 0 5061 sip"},
	{name: "both records name an alias", records: "sip A\nsip CNAME edge\nedge A EDGE"},
	{name: "lyncdiscover missing", records: "lyncdiscover A"},
	{name: "lyncdiscover misspelt", records: "lyncdiscover A\nlynkdiscover A WEB"},
	{name: "lyncdiscover is an alias of nothing", records: "lyncdiscover A\nlyncdiscover CNAME gone"},
	{name: "meet missing", records: "meet A"},
	{name: "web services missing", records: "webext A"},
	{name: "internal names visible", records: "lyncdiscoverinternal A WEB\n_sipinternaltls._tcp SRV 0 0 5061 sip\n_sipinternal._tcp SRV 0 0 5060 sip"},
	{name: "all records missing but one", records: "_sip._tls SRV\nsip A\nlyncdiscover A\n_sipfederationtls._tcp SRV 0 0 443 sip\n"},
	{name: "everything at once", records: "_sip._tls SRV 0 0 5061 sip.hoster.example.\n_sipfederationtls._tcp SRV 5061 0 0 sip.hoster.example.\nlyncdiscover A\nlyncdiscoverinternal A WEB\nmeet A\nmeet CNAME gone"},
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
	base := healthyZone
	if f.online {
		base = microsoftZone
	}
	for line := range strings.Lines(base) {
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
		scenarios[i] = lab.Scenario{Name: name, Meet: "https://meet." + name + "/", EdgeNames: []string{"sip2." + name}}
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
		"<external address of the reverse proxy>", web, "<public address of the server>", web).Replace(strings.Join(lines, ""))
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

// findingsOf are the faults of all domains of a configuration, by domain. What is
// only worth knowing is none.
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
			if f.Severity == "info" {
				continue
			}
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
