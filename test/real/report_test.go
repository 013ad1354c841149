package real

import (
	"encoding/json"
	"os/exec"
	"slices"
	"testing"
)

// checkReport is the report for programs.
type checkReport struct {
	Domains  []domainReport
	FrontEnd struct{ Findings []finding } `json:"front_end"`
}

// domainReport is a SIP domain's part of the report for programs.
type domainReport struct {
	Domain, Topology string
	Capabilities     map[string]string
	Findings         []finding
}

type finding struct{ Subject, Reason, Severity, Seen, Want, What, Why, Fix string }

// runCheck runs `lync_exporter check` over domains, all configured ones if none
// is named.
func runCheck(t *testing.T, config string, domains ...string) checkReport {
	t.Helper()
	file := writeFile(t, t.TempDir(), "lync.yml", config)
	out, err := exec.Command(exporterBinary, append([]string{"check", "--format=json", "--config.file=" + file}, domains...)...).Output()
	var report checkReport
	if jsonErr := json.Unmarshal(out, &report); jsonErr != nil {
		t.Fatalf("%v, %v in:\n%s", err, jsonErr, out)
	}
	return report
}

// of is a SIP domain's part.
func (r checkReport) of(t *testing.T, domain string) domainReport {
	t.Helper()
	i := slices.IndexFunc(r.Domains, func(d domainReport) bool { return d.Domain == domain })
	if i < 0 {
		t.Fatalf("there is no report on %s", domain)
	}
	return r.Domains[i]
}
