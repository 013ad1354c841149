package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/plan"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// planText is the plan for people. Records are those of Lync alone, to be copied
// into the zones that there are.
func planText(p plan.Plan) string {
	var b strings.Builder
	t := &printer{Writer: bufio.NewWriter(&b)}
	if p.Topology == config.Online {
		fmt.Fprint(t, "Users in Teams only need one record for each SIP domain: federation. Delete all other\nrecords of Lync: those that lead to servers of one's own keep the tenant from Teams Only mode.\n\n")
	} else {
		t.strategies(p)
	}
	for _, c := range p.Certificates() {
		fmt.Fprintf(t, "Names in the certificate of the %s\n", c.Server.Role)
		for _, name := range c.Names {
			fmt.Fprintf(t, "  %s\n", spelled(name))
		}
		t.fold(" ", "  ", c.Remark)
		fmt.Fprintln(t)
	}
	if p.Topology != config.Online {
		fmt.Fprintln(t, "Simple URLs")
		for _, domain := range p.Domains {
			fmt.Fprintf(t, "  meet    %s\n", p.Meet(domain))
		}
		fmt.Fprintf(t, "  dialin  %s\n\n", p.Dialin())
	}
	for _, c := range p.Changes() {
		if c.Kind == verdict.RepairTopology && len(c.Script) > 0 {
			t.fold("", "", "In the Management Shell: "+c.Text)
			fmt.Fprintf(t, "\n    %s\n\n", strings.Join(c.Script, "\n    "))
		}
	}
	if examples := exampleAddresses(p.Changes()); len(examples) > 0 {
		t.fold(";", "; ", strings.Join(examples, ", ")+" "+standIn)
		fmt.Fprintln(t)
	}
	for _, domain := range p.Domains {
		t.zone(p, domain)
	}
	fmt.Fprint(t, "Configuration of lync_exporter\n\ndomains:\n")
	for _, domain := range p.Domains {
		fmt.Fprint(t, planConfig(p, domain))
	}
	if !p.Inside && p.Topology != config.Online {
		fmt.Fprint(t, "\nThe zones inside and the certificate of the Front End pool: add --internal.\n")
	}
	t.Flush()
	return b.String()
}

// strategies compares them, and says what users notice of the one that is
// planned.
func (t *printer) strategies(p plan.Plan) {
	fmt.Fprintf(t, "What each strategy costs in certificate names, and at sign-in and in meetings\n\n%s\n\n", strategyTable(p))
	fmt.Fprintf(t, "Planned below: %s\n", p.Strategy)
	for _, c := range p.Costs() {
		t.fold("  -", "    ", c.Full)
	}
	fmt.Fprintln(t)
}

// zone writes the records of a domain as its zone file has them. What does not
// belong to Lync, such as its SOA record, is not among them.
func (t *printer) zone(p plan.Plan, domain string) {
	seen := ""
	if p.Inside {
		seen = " inside"
	}
	fmt.Fprintf(t, "; records in the zone %s%s\n", spelled(domain), seen)
	for _, r := range p.Records(domain) {
		fmt.Fprintf(t, "%s %d IN %s %s ; %s\n", r.Name, repair.TTL, r.Type, r.Data, r.Why)
	}
	fmt.Fprintln(t)
}

// spelled is a domain as DNS has it, and as people write it where that differs.
func spelled(domain string) string {
	if display := config.DisplayName(domain); display != domain {
		return domain + " (" + display + ")"
	}
	return domain
}

// planConfig is a domain's entry in the configuration file.
func planConfig(p plan.Plan, domain string) string {
	entry := fmt.Sprintf("  - name: %s\n    topology: %s\n", config.DisplayName(domain), p.Topology)
	if p.Topology == config.Online {
		return entry
	}
	entry += fmt.Sprintf("    simple_urls: {meet: %q, dialin: %q}\n", p.Meet(domain), p.Dialin())
	if p.Strategy.PlainDiscovery && !p.Inside {
		entry += "    lyncdiscover: {schemes: [http]}\n"
	}
	return entry
}

// strategyTable compares the strategies by the names that they need and by what
// users notice.
func strategyTable(p plan.Plan) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(table.Row{"strategy", "Edge", "proxy", "in all", "users notice"})
	for _, s := range plan.Strategies() {
		other := p
		other.Strategy = s
		edge, proxy := len(other.EdgeNames()), len(other.ProxyNames())
		var notice []string
		for _, c := range other.Costs() {
			notice = append(notice, c.Short)
		}
		if len(notice) == 0 {
			notice = []string{"nothing"}
		}
		t.AppendRow(table.Row{s.String(), edge, proxy, edge + proxy, strings.Join(notice, ", ")})
	}
	var lines []string
	for line := range strings.Lines(t.Render()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Join(lines, "\n")
}
