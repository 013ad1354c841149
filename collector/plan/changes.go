package plan

import (
	"net/netip"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Changes are what has to be done so that there is what is planned, where nothing
// is there yet.
func (p Plan) Changes() []repair.Change {
	home := p.home()
	var changes []repair.Change
	for _, domain := range p.Domains {
		changes = append(changes, simpleURL("Meet", domain, domain, p.Meet(domain)))
	}
	changes = append(changes, simpleURL("Dialin", "*", home, p.Dialin()),
		repair.Change{Kind: verdict.RepairCertificate, For: []string{"names"}, Domains: p.Domains, Names: p.EdgeNames(),
			Server: verdict.Server{Role: lync.AccessEdge.Words(false), Target: "sip." + home + ":443", Addresses: []netip.Addr{p.Edge}}},
		repair.Change{Kind: verdict.RepairCertificate, For: []string{"names"}, Domains: p.Domains, Names: p.ProxyNames(),
			Server: verdict.Server{Role: lync.WebServices.Words(false), Target: p.WebServices() + ":443", Addresses: []netip.Addr{p.Proxy}}})
	for _, domain := range p.Domains {
		for _, r := range p.Records(domain) {
			record := verdict.Record{Name: r.Owner + ".", Type: addressType(r), Data: r.Data}
			changes = append(changes, repair.Change{Kind: verdict.RepairDNS, Action: verdict.Publish, Record: record, For: []string{r.Why}, Domains: []string{domain}})
		}
	}
	return changes
}

func simpleURL(component, of, domain, url string) repair.Change {
	return repair.Change{Kind: verdict.RepairTopology, For: []string{"simple URL"}, Domains: []string{domain},
		SimpleURL: &verdict.SimpleURL{Component: component, Domain: of, URL: url}, Text: component + " URL " + url}
}
