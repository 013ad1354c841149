package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

var update = flag.Bool("update", false, "write the golden files of reports")

// rule is one of the rules that domains are judged by.
func rule(code string) *verdict.Rule {
	if r := checks.Rule(code); r != nil {
		return r
	}
	panic("there is no rule " + code)
}

// brokenDomain is a domain with something of every kind to report.
func brokenDomain(name, display string) *survey.DomainReport {
	silence := errors.New("nameserver 192.0.2.53:53 did not answer within 3s")
	var lookups []verdict.Finding
	for _, subject := range []string{"_sip._tls", "_sipfederationtls._tcp", "_sipinternaltls._tcp", "lyncdiscover", "lyncdiscoverinternal", "sip"} {
		lookups = append(lookups, rule("dns_lookup_failed").On(subject).Saw("%v", silence))
	}
	var seen verdict.Verdict
	seen.Saw("http://lyncdiscover."+name+"/?sipuri=lync_exporter%40"+name, "status 200, Server %q, after one redirect to another host of the same domain", "Microsoft-IIS/8.5")
	seen.Saw("_sip._tls", "0 0 443 sip.%s.", name)
	var because verdict.Observed
	because.Add("topology", verdict.Textf("sip.%s leads to servers that are not Microsoft's: 192.0.2.1", name))
	return &survey.DomainReport{
		Domain: &config.Domain{Name: name, Display: display}, View: &config.View{Name: "external"},
		Topology:     &inquiry.Topology{Kind: config.OnPremises, Because: because},
		Capabilities: survey.States{survey.Unknown, survey.Down, survey.Up, survey.NotOffered},
		Checks: []survey.CheckReport{
			{Name: "srv", Err: errors.Join(silence, errors.New("second cause")), Findings: lookups, Duration: 3 * time.Second,
				Observed: seen.Observed},
			{Name: "federation", Findings: []verdict.Finding{rule("federation_target_foreign_domain").On("_sipfederationtls._tcp").
				Saw("0 0 5061 sip.fabrikam.example.").Wants("_sipfederationtls._tcp.%s. SRV 0 0 5061 sip.%s.", name, name).
				Repair(verdict.InDNS(verdict.Replace, verdict.Record{Name: "_sipfederationtls._tcp." + name + ".", Type: "SRV", Data: "0 0 5061 sip." + name + "."}, "0 0 5061 sip.fabrikam.example."),
					verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{
						Names: []string{"sip." + name}, Server: &verdict.Server{Role: "Access Edge", Target: "sip." + name + ":443"},
						Present: &verdict.Certificate{Names: []string{"sip.contoso.example"}, Subject: "sip.contoso.example", Issuer: "Public CA", NotAfter: time.Date(2027, 1, 2, 3, 4, 0, 0, time.UTC)}}},
					verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Start the service.")})}},
			{Name: "lyncdiscover", Err: silence}, {Name: "web_services", Err: silence}, {Name: "simple_urls", Err: silence}, {Name: "tls", Err: silence}, {Name: "sip", Err: silence},
		},
	}
}

func healthyDomain(name string) *survey.DomainReport {
	return &survey.DomainReport{Domain: &config.Domain{Name: name, Display: name}, View: &config.View{Name: "external"}, Topology: &inquiry.Topology{Kind: config.OnPremises, Configured: true},
		Capabilities: survey.States{survey.Up, survey.Up, survey.Up, survey.Up}, Checks: []survey.CheckReport{{Name: "srv"}}}
}

func warnedDomain(name string) *survey.DomainReport {
	d := healthyDomain(name)
	d.Checks[0].Findings = []verdict.Finding{rule("dns_wildcard").On("zone")}
	return d
}

// What people read, word for word: one domain, one with all that was observed,
// and many, of which only those with something to repair follow in full.
func TestReportText(t *testing.T) {
	t.Parallel()
	broken := brokenDomain("xn--bcher-kva.example", "bücher.example")
	for file, tt := range map[string]struct {
		domains []*survey.DomainReport
		options textOptions
	}{
		"testdata/report_one.txt":     {[]*survey.DomainReport{broken}, textOptions{}},
		"testdata/report_verbose.txt": {[]*survey.DomainReport{broken}, textOptions{Verbose: true}},
		"testdata/report_many.txt": {[]*survey.DomainReport{healthyDomain("a.example"), warnedDomain("b.example"), broken, healthyDomain("c.example")},
			textOptions{}},
	} {
		var out bytes.Buffer
		if err := writeReport(&out, &survey.Report{Domains: tt.domains, Duration: 3 * time.Second}, nil, tt.options); err != nil {
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
		if err := writeReport(&out, &survey.Report{Domains: []*survey.DomainReport{d}}, nil, textOptions{Verbose: true}); err != nil {
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
	report := &survey.Report{Domains: []*survey.DomainReport{brokenDomain("contoso.example", "contoso.example"), healthyDomain("fabrikam.example")}}
	for out, color := range map[*bytes.Buffer]bool{&plain: false, &coloured: true} {
		if err := writeReport(out, report, nil, textOptions{Color: color}); err != nil {
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

// What a person is told to do is folded to the page, and what is to be copied is not.
func TestOrdersFitATerminal(t *testing.T) {
	t.Parallel()
	record := "Publish: lyncdiscover.a-domain-with-a-long-name.example. CNAME web.another-domain-with-a-long-name.example."
	fix := verdict.Sentence{
		{Text: "What to change:"},
		{Text: "Configure the reverse proxy to forward all requests for lyncdiscover.contoso.com to the external web site of the Front End.", Line: true},
		{Text: record, Exact: true, Line: true},
	}
	var text strings.Builder
	p := &printer{Writer: bufio.NewWriter(&text)}
	p.sentence("Fix: ", fix)
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	want := `    Fix:  What to change:
          Configure the reverse proxy to forward all requests for
            lyncdiscover.contoso.com to the external web site of the Front End.
          ` + record + "\n"
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Error(diff)
	}
}
