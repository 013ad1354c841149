package plan

import (
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Changes are what has to be done so that there is what is planned, where nothing
// is there yet.
func (p Plan) Changes() []repair.Change {
	var changes []repair.Change
	if !p.online() {
		for _, domain := range p.Domains {
			changes = append(changes, simpleURL("Meet", domain, domain, p.Meet(domain)))
		}
		changes = append(changes, simpleURL("Dialin", "*", p.home(), p.Dialin()))
	}
	if p.Topology == config.Hybrid && !p.Inside {
		changes = append(changes, p.sharedAddressSpace())
	}
	for _, c := range p.Certificates() {
		changes = append(changes, repair.Change{Kind: verdict.RepairCertificate, For: []string{"names"}, Domains: p.Domains, Names: c.Names, Server: c.Server, Text: c.Remark})
	}
	for _, domain := range p.Domains {
		for _, r := range p.Records(domain) {
			changes = append(changes, repair.Change{Kind: verdict.RepairDNS, Action: verdict.Publish, Record: r.Record, For: []string{r.Why}, Domains: []string{domain}})
		}
	}
	return changes
}

func simpleURL(component, of, domain, url string) repair.Change {
	return repair.Change{Kind: verdict.RepairTopology, For: []string{"simple URL"}, Domains: []string{domain},
		Commands: verdict.Commands{SimpleURL: &verdict.SimpleURL{Component: component, Domain: of, URL: url}}, Text: component + " URL " + url}
}

// sharedAddressSpace lets the own servers find users in the cloud
// (docs/rules.md#hybrid).
func (p Plan) sharedAddressSpace() repair.Change {
	return repair.Change{Kind: verdict.RepairTopology, For: []string{"hybrid"}, Domains: p.Domains,
		Text: "Let the Edge federate and look for users of these SIP domains in the cloud.",
		Commands: verdict.Commands{Script: []string{
			"Set-CsAccessEdgeConfiguration -AllowOutsideUsers $true -AllowFederatedUsers $true -EnablePartnerDiscovery $true -UseDnsSrvRouting",
			"Get-CsHostingProvider | Where-Object { $_.ProxyFqdn -eq '" + lync.OnlineFederation + "' } | Remove-CsHostingProvider",
			"New-CsHostingProvider -Identity 'Office365' -ProxyFqdn '" + lync.OnlineFederation + "' -Enabled $true -EnabledSharedAddressSpace $true -HostsOCSUsers $true " +
				"-VerificationLevel UseSourceVerification -IsLocal $false -AutodiscoverUrl 'https://webdir.online.lync.com/Autodiscover/AutodiscoverService.svc/root'",
		}}}
}
