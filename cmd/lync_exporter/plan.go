package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/alecthomas/kingpin/v2"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lync-exporter/lync_exporter/collector/plan"
	"github.com/lync-exporter/lync_exporter/collector/repair"
)

// planOptions are the plan command's.
type planOptions struct {
	domains     []string
	edge, proxy string
	strategy    plan.Strategy
	simpleURLs  string
	format      string
}

// addPlan declares the command that says what SIP domains should have.
func addPlan(app *kingpin.Application, _ *logFlags) (string, command) {
	cmd := app.Command("plan", "Print what SIP domains should have: DNS records, certificate names and simple URLs, and what each strategy costs in names.")
	var o planOptions
	cmd.Arg("domain", "SIP domains; the servers' own names are in the first.").StringsVar(&o.domains)
	cmd.Flag("edge-address", "External address of the Access Edge.").Default("192.0.2.1").StringVar(&o.edge)
	cmd.Flag("proxy-address", "External address of the reverse proxy.").Default("192.0.2.2").StringVar(&o.proxy)
	cmd.Flag("simple-urls", "1: a host for each purpose and domain; 2: a host for each domain; 3: one host for all.").Default("1").EnumVar(&o.simpleURLs, "1", "2", "3")
	cmd.Flag("plain-discovery", "Leave lyncdiscover out of the certificate; its address answers over HTTP only.").BoolVar(&o.strategy.PlainDiscovery)
	cmd.Flag("format", "Form of the plan: text; or what has to be done, as zone, nsupdate or powershell.").Default("text").EnumVar(&o.format, "text", "zone", "nsupdate", "powershell")
	return cmd.FullCommand(), func(_ context.Context, std streams) error {
		p, err := o.plan()
		if err != nil {
			return exitStatus{exitUsage, err}
		}
		switch o.format {
		case "zone":
			return repair.WriteZone(std.out, p.Changes())
		case "nsupdate":
			return repair.WriteNSUpdate(std.out, p.Changes())
		case "powershell":
			return repair.WritePowerShell(std.out, p.Changes(), p.Domains)
		}
		_, err = fmt.Fprint(std.out, planText(p))
		return err
	}
}

// plan makes a plan of valid arguments.
func (o *planOptions) plan() (plan.Plan, error) {
	p := plan.Plan{Strategy: o.strategy}
	p.Strategy.SimpleURLs = int(o.simpleURLs[0] - '0')
	var err error
	if p.Domains, err = askedFor(o.domains, func(string) bool { return false }); err != nil {
		return p, err
	}
	if len(p.Domains) == 0 {
		return p, errors.New("name the SIP domains, as in lync_exporter plan contoso.com fabrikam.com")
	}
	if p.Edge, err = netip.ParseAddr(o.edge); err != nil {
		return p, fmt.Errorf("--edge-address %q is not an IP address", o.edge)
	}
	if p.Proxy, err = netip.ParseAddr(o.proxy); err != nil {
		return p, fmt.Errorf("--proxy-address %q is not an IP address", o.proxy)
	}
	return p, nil
}

// planText is the plan for people. Zone files are whole, to be copied.
func planText(p plan.Plan) string {
	var b strings.Builder
	b.WriteString("What each strategy costs in certificate names\n\n" + strategyTable(p) + "\n\n")
	fmt.Fprintf(&b, "Planned below: %s\n\n", p.Strategy)
	fmt.Fprintf(&b, "Names in the certificate of the Edge (no wildcard):\n  %s\n\n", strings.Join(p.EdgeNames(), "\n  "))
	fmt.Fprintf(&b, "Names in the certificate of the reverse proxy:\n  %s\n\n", strings.Join(p.ProxyNames(), "\n  "))
	b.WriteString("Simple URLs\n")
	for _, domain := range p.Domains {
		fmt.Fprintf(&b, "  meet    %s\n", p.Meet(domain))
	}
	fmt.Fprintf(&b, "  dialin  %s\n\n", p.Dialin())
	for _, domain := range p.Domains {
		fmt.Fprintf(&b, "; zone %s\n%s\n", domain, p.Zone(domain))
	}
	b.WriteString("Configuration of lync_exporter\n\ndomains:\n")
	for _, domain := range p.Domains {
		b.WriteString(planConfig(p, domain))
	}
	if p.Strategy.PlainDiscovery && len(p.Domains) > 1 {
		fmt.Fprintf(&b, "\nOver HTTP a client asks its user whether to trust %s, unless its policy\n(TrustedDomainList) or the exporter's trusted_domains names it.\n", p.Domains[0])
	}
	return b.String()
}

// planConfig is a domain's entry in the configuration file.
func planConfig(p plan.Plan, domain string) string {
	entry := fmt.Sprintf("  - name: %s\n    topology: on_premises\n    simple_urls: {meet: %q, dialin: %q}\n", domain, p.Meet(domain), p.Dialin())
	if p.Strategy.PlainDiscovery {
		entry += "    lyncdiscover: {schemes: [http]}\n"
	}
	return entry
}

// strategyTable compares the strategies by the names that they need.
func strategyTable(p plan.Plan) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(table.Row{"strategy", "Edge", "proxy", "in all"})
	for _, s := range plan.Strategies() {
		other := p
		other.Strategy = s
		edge, proxy := len(other.EdgeNames()), len(other.ProxyNames())
		t.AppendRow(table.Row{s.String(), edge, proxy, edge + proxy})
	}
	return t.Render()
}
