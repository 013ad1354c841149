package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/config"
)

var update = flag.Bool("update", false, "write the golden files of reports")

// brokenDomain is a domain with something of every kind to report.
func brokenDomain(name, display string) *collector.DomainReport {
	silence := errors.New("nameserver 192.0.2.53:53 did not answer within 3s")
	lookup := collector.Explained{Check: "srv", Reason: "dns_lookup_failed", Severity: collector.Warning, Seen: silence.Error(),
		What: "The nameserver gave no usable answer: nameserver 192.0.2.53:53 did not answer within 3s.",
		Why:  "Whether the record is right is unknown.", Fix: "Check the nameservers."}
	var lookups []collector.Explained
	for _, subject := range []string{"_sip._tls", "_sipfederationtls._tcp", "_sipinternaltls._tcp", "lyncdiscover", "lyncdiscoverinternal", "sip"} {
		lookup.Subject = subject
		lookups = append(lookups, lookup)
	}
	return &collector.DomainReport{
		Domain: &config.Domain{Name: name, Display: display}, View: &config.View{Name: "external"}, Topology: config.OnPremises,
		Capabilities: map[collector.Capability]collector.State{collector.SignIn: collector.Unknown, collector.Federation: collector.Down,
			collector.Autodiscover: collector.Up, collector.Meetings: collector.NotOffered},
		Checks: []collector.CheckReport{
			{Name: "srv", Err: errors.Join(silence, errors.New("second cause")), Findings: lookups, Duration: 3 * time.Second,
				Observed: []collector.Observation{
					{Subject: "http://lyncdiscover." + name + "/?sipuri=lync_exporter%40" + name, Seen: "status 200, Server \"Microsoft-IIS/8.5\", after one redirect to another host of the same domain"},
					{Subject: "_sip._tls", Seen: "0 0 443 sip." + name + "."}}},
			{Name: "federation", Findings: []collector.Explained{{Check: "federation", Subject: "_sipfederationtls._tcp", Reason: "federation_target_foreign_domain",
				Severity: collector.Critical, Breaks: collector.Federation, Seen: "0 0 5061 sip.fabrikam.example.",
				Want: "_sipfederationtls._tcp." + name + ". SRV 0 0 5061 sip." + name + ".",
				What: "The federation target is in another domain than " + name + ": 0 0 5061 sip.fabrikam.example.",
				Why:  "Edge Servers of partners refuse it; only partners that entered this server by hand reach users of " + name + ".",
				Fix:  "Publish _sipfederationtls._tcp." + name + ". SRV 0 0 5061 sip." + name + "., give that name an A record and include it in the Edge's certificate."}}},
			{Name: "lyncdiscover", Err: silence}, {Name: "web_services", Err: silence}, {Name: "simple_urls", Err: silence}, {Name: "tls", Err: silence}, {Name: "sip", Err: silence},
		},
	}
}

func healthyDomain(name string) *collector.DomainReport {
	d := &collector.DomainReport{Domain: &config.Domain{Name: name, Display: name}, View: &config.View{Name: "external"}, Topology: config.OnPremises,
		Capabilities: map[collector.Capability]collector.State{}, Checks: []collector.CheckReport{{Name: "srv"}}}
	for _, c := range collector.Capabilities() {
		d.Capabilities[c] = collector.Up
	}
	return d
}

// What people read, word for word: one domain, one with all that was observed,
// and many, of which only those with something to repair follow in full.
func TestReportText(t *testing.T) {
	t.Parallel()
	broken := brokenDomain("xn--bcher-kva.example", "bücher.example")
	for file, tt := range map[string]struct {
		domains []*collector.DomainReport
		options textOptions
	}{
		"testdata/report_one.txt":     {[]*collector.DomainReport{broken}, textOptions{}},
		"testdata/report_verbose.txt": {[]*collector.DomainReport{broken}, textOptions{Verbose: true}},
		"testdata/report_many.txt": {[]*collector.DomainReport{healthyDomain("a.example"), healthyDomain("b.example"), broken, healthyDomain("c.example")},
			textOptions{}},
	} {
		var out bytes.Buffer
		if err := writeReport(&out, &collector.Report{Domains: tt.domains, Duration: 3 * time.Second}, tt.options); err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s (-want +got; run with -update to accept):\n%s", file, diff)
		}
	}
}

// A line is longer than a terminal only where one word, or a record that is to
// be copied, is.
func TestReportFitsATerminal(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"contoso.example", strings.Repeat("long-", 9) + "name.of-a-subsidiary.contoso.example"} {
		d := brokenDomain(name, name)
		var out bytes.Buffer
		if err := writeReport(&out, &collector.Report{Domains: []*collector.DomainReport{d}}, textOptions{Verbose: true}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimRight(line, "\n")
			if text.StringWidthWithoutEscSequences(line) <= pageWidth || strings.Contains(line, " SRV 0 0 ") {
				continue
			}
			if words := strings.Fields(line); len(words) > 1 && len(words[len(words)-1]) < pageWidth/2 {
				t.Errorf("%d columns: %s", text.StringWidthWithoutEscSequences(line), line)
			}
			if indent := len(line) - len(strings.TrimLeft(line, " ")); indent > pageWidth/4 {
				t.Errorf("indented by %d: %s", indent, strings.TrimSpace(line))
			}
		}
	}
}

// Colour is what the option adds, and nothing else.
func TestReportColour(t *testing.T) {
	text.EnableColors()
	var plain, coloured bytes.Buffer
	report := &collector.Report{Domains: []*collector.DomainReport{brokenDomain("contoso.example", "contoso.example"), healthyDomain("fabrikam.example")}}
	for out, color := range map[*bytes.Buffer]bool{&plain: false, &coloured: true} {
		if err := writeReport(out, report, textOptions{Color: color}); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(plain.String(), "\x1b") {
		t.Errorf("escape sequences without colour:\n%q", plain.String())
	}
	if !strings.Contains(coloured.String(), "\x1b[") {
		t.Error("no colour although it is wanted")
	}
	if diff := cmp.Diff(plain.String(), text.StripEscape(coloured.String())); diff != "" {
		t.Errorf("apart from colour (-plain +coloured):\n%s", diff)
	}
}
