package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/plan"
	"github.com/lync-exporter/lync_exporter/collector/repair"
)

// planOptions are the plan command's.
type planOptions struct {
	domains                       []string
	topology, cloud               string
	edge, proxy, discovery, front []string
	pool                          string
	strategy                      plan.Strategy
	simpleURLs                    string
	internal                      bool
	zones                         []string
	format                        string
}

// clouds are Microsoft's, by the Edge that federation goes to.
var clouds = map[string]string{
	"worldwide": "sipfed.online.lync.com",
	"gcc_high":  "sipfed.online.gov.skypeforbusiness.us",
	"dod":       "sipfed.online.dod.skypeforbusiness.us",
}

// addPlan declares the command that says what SIP domains should have.
func addPlan(app *kingpin.Application, _ *logFlags) (string, command) {
	cmd := app.Command("plan", "Print what SIP domains should have: DNS records, certificate names and simple URLs, and what each strategy costs in names and at sign-in.")
	var o planOptions
	cmd.Arg("domain", "SIP domains; the servers' own names are in the first.").StringsVar(&o.domains)
	cmd.Flag("topology", "Where the users are: on_premises; hybrid, also in the cloud; online, in Teams only.").
		Default(string(config.OnPremises)).EnumVar(&o.topology, string(config.OnPremises), string(config.Hybrid), string(config.Online))
	cmd.Flag("cloud", "Microsoft's cloud that the users of an online domain are in: worldwide, gcc_high or dod.").Default("worldwide").EnumVar(&o.cloud, "worldwide", "gcc_high", "dod")
	cmd.Flag("simple-urls", "1: a host for each purpose and domain; 2: a host for each domain; 3: one host for all.").Default("1").EnumVar(&o.simpleURLs, "1", "2", "3")
	cmd.Flag("plain-discovery", "Leave lyncdiscover out of the certificate; its address answers over HTTP only.").BoolVar(&o.strategy.PlainDiscovery)
	cmd.Flag("wildcard", "Let the certificate of the reverse proxy have a wildcard for each domain. That of the Edge may have none.").BoolVar(&o.strategy.Wildcard)
	cmd.Flag("edge-address", "External address of the Access Edge. Repeatable.").Default("192.0.2.1").StringsVar(&o.edge)
	cmd.Flag("proxy-address", "External address of the reverse proxy. Repeatable.").Default("192.0.2.2").StringsVar(&o.proxy)
	cmd.Flag("discovery-address", "External address that answers on port 80 and refuses port 443, for --plain-discovery. Repeatable.").Default("192.0.2.3").StringsVar(&o.discovery)
	cmd.Flag("internal", "Plan the inside: the zones that clients in the company's network see, and the certificate of the Front End pool.").BoolVar(&o.internal)
	cmd.Flag("pool", "Name of the Front End pool. Default: pool01 in the first domain.").StringVar(&o.pool)
	cmd.Flag("pool-address", "Internal address of the Front End pool. Repeatable.").Default("192.0.2.10").StringsVar(&o.front)
	cmd.Flag("zone", "Print nothing but the records in this DNS zone. Repeatable.").StringsVar(&o.zones)
	cmd.Flag("format", "Form of the plan: text; or what has to be done, as zone, nsupdate or powershell. With --zone, zone is the default.").EnumVar(&o.format, "text", "zone", "nsupdate", "powershell")
	return cmd.FullCommand(), func(_ context.Context, std streams) error {
		p, err := o.plan()
		if err != nil {
			return exitStatus{exitUsage, err}
		}
		return o.write(std.out, p)
	}
}

// plan makes a plan of valid arguments.
func (o *planOptions) plan() (plan.Plan, error) {
	p := plan.Plan{Strategy: o.strategy, Topology: config.Topology(o.topology), Cloud: clouds[o.cloud], Inside: o.internal}
	p.Strategy.SimpleURLs = int(o.simpleURLs[0] - '0')
	var err error
	if p.Domains, err = askedFor(o.domains, func(string) bool { return true }); err != nil {
		return p, err
	}
	if len(p.Domains) == 0 {
		return p, errors.New("name the SIP domains, as in lync_exporter plan contoso.com fabrikam.com")
	}
	for _, list := range []struct {
		flag  string
		given []string
		to    *[]netip.Addr
	}{
		{"--edge-address", o.edge, &p.Edge}, {"--proxy-address", o.proxy, &p.Proxy},
		{"--discovery-address", o.discovery, &p.Discovery}, {"--pool-address", o.front, &p.Pool},
	} {
		for _, given := range list.given {
			a, err := netip.ParseAddr(given)
			if err != nil || a.Zone() != "" {
				return p, fmt.Errorf("%s %q is not an IP address", list.flag, given)
			}
			*list.to = append(*list.to, a.Unmap())
		}
	}
	if o.pool != "" {
		if p.PoolName, err = config.NormalizeDomain(o.pool); err != nil {
			return p, fmt.Errorf("--pool: %w", err)
		}
	}
	for i, zone := range o.zones {
		if o.zones[i], err = config.NormalizeDomain(zone); err != nil {
			return p, fmt.Errorf("--zone: %w", err)
		}
	}
	return p, nil
}

// write writes a plan in the form that is wanted.
func (o *planOptions) write(w io.Writer, p plan.Plan) error {
	changes := p.Changes()
	format := o.format
	if len(o.zones) > 0 {
		var err error
		if changes, err = repair.InZones(changes, o.zones); err != nil {
			return exitStatus{exitUsage, fmt.Errorf("--zone: %w", err)}
		}
		if format == "" || format == "text" {
			format = "zone"
		}
	}
	if examples := exampleAddresses(changes); len(examples) > 0 && format != "" && format != "text" {
		mark := map[string]string{"powershell": "#"}[format]
		if _, err := fmt.Fprintf(w, "%s %s %s\n", cmp.Or(mark, ";"), strings.Join(examples, ", "), standIn); err != nil {
			return err
		}
	}
	switch format {
	case "zone":
		return repair.WriteZone(w, changes)
	case "nsupdate":
		return repair.WriteNSUpdate(w, changes)
	case "powershell":
		return repair.WritePowerShell(w, changes, append(o.zones, p.Domains...))
	}
	_, err := io.WriteString(w, planText(p))
	return err
}

// standIn says what addresses are that nobody has given.
const standIn = "stand for the addresses of your servers: name these by --edge-address, --proxy-address, --discovery-address or --pool-address."

// exampleAddresses are those of the records that belong to no server (RFC 5737).
func exampleAddresses(changes []repair.Change) []string {
	documentation := netip.MustParsePrefix("192.0.2.0/24")
	var list []string
	for _, c := range changes {
		if a, err := netip.ParseAddr(c.Record.Data); err == nil && documentation.Contains(a) && !slices.Contains(list, c.Record.Data) {
			list = append(list, c.Record.Data)
		}
	}
	return list
}
