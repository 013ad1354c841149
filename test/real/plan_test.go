package real

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// planned is the output of the command plan.
func planned(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(exporterBinary, append([]string{"plan"}, args...)...).Output()
	if err != nil {
		t.Fatalf("plan %v: %v", args, err)
	}
	return string(out)
}

// plans are arguments of plans for two SIP domains.
var plans = map[string][]string{
	"a host each":       {},
	"HTTP only":         {"--simple-urls=3", "--plain-discovery", "--edge-address=2001:db8::1"},
	"wildcards":         {"--wildcard", "--proxy-address=192.0.2.2", "--proxy-address=2001:db8::2"},
	"hybrid":            {"--topology=hybrid"},
	"inside":            {"--internal"},
	"in the cloud":      {"--topology=online", "--cloud=gcc_high"},
	"internationalised": {"bücher.test"},
}

// TestPlannedZones: BIND takes the records of a plan in its zones as they are
// printed, and nsupdate the changes, with the same result.
func TestPlannedZones(t *testing.T) {
	t.Parallel()
	domains := []string{"contoso.test", "fabrikam.test"}
	for name, args := range plans {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startNameserver(t, freePort(t), map[string]string{"contoso.test": "", "fabrikam.test": "", "xn--bcher-kva.test": ""})
			host, port, err := net.SplitHostPort(server)
			if err != nil {
				t.Fatal(err)
			}
			args := append(domains, args...)
			update := exec.Command("nsupdate")
			update.Stdin = strings.NewReader(fmt.Sprintf("server %s %s\n", host, port) + planned(t, append(args, "--format=nsupdate")...))
			if out, err := update.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			for _, zone := range domains {
				records := planned(t, append(args, "--zone="+zone)...)
				runTool(t, "named-checkzone", zone, writeFile(t, t.TempDir(), "zone", zoneHead+records))
				parser := dns.NewZoneParser(strings.NewReader(records), "", "")
				count := 0
				for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
					count++
					served(t, server, rr)
				}
				if parser.Err() != nil || count == 0 {
					t.Errorf("%d records, %v in:\n%s", count, parser.Err(), records)
				}
			}
		})
	}
}

// served demands that a nameserver has a record.
func served(t *testing.T, server string, want dns.RR) {
	t.Helper()
	question := new(dns.Msg).SetQuestion(want.Header().Name, want.Header().Rrtype)
	answer, err := dns.Exchange(question, server)
	if err != nil {
		t.Fatal(err)
	}
	for _, rr := range answer.Answer {
		if dns.IsDuplicate(rr, want) {
			return
		}
	}
	t.Errorf("%s is not there, but %v", want, answer.Answer)
}
