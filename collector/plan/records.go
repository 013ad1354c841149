package plan

import (
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// PlannedRecord is a DNS record with why it is there.
type PlannedRecord struct {
	verdict.Record
	Why string
}

// records are in the making.
type records []PlannedRecord

// service adds a service record of a domain.
func (r *records) service(prefix, domain string, data dns.SRV, why string) {
	*r = append(*r, PlannedRecord{lync.ServiceRecord(prefix, domain, data), why})
}

// host adds the addresses of a host, unless it is there already.
func (r *records) host(name string, addresses []netip.Addr, why string) {
	name += "."
	if slices.ContainsFunc(*r, func(p PlannedRecord) bool { return p.Name == name }) {
		return
	}
	for _, a := range addresses {
		recordType := "A"
		if a.Is6() {
			recordType = "AAAA"
		}
		*r = append(*r, PlannedRecord{verdict.Record{Name: name, Type: recordType, Data: a.String()}, why})
	}
}

// Records are the DNS records of a domain.
func (p Plan) Records(domain string) []PlannedRecord {
	var r records
	switch {
	case p.online() && p.Inside:
		// nobody looks for servers inside
	case p.online():
		r.service(lync.FederationRecord, domain, dns.SRV{Priority: 100, Weight: 1, Port: lync.FederationPort, Target: p.Cloud}, "federation; clients of Teams need no record")
	case p.Inside:
		p.inside(&r, domain)
	default:
		p.outside(&r, domain)
	}
	return r
}

func (p Plan) outside(r *records, domain string) {
	sip := "sip." + domain
	r.service(lync.ClientRecord, domain, dns.SRV{Port: lync.ClientPort, Target: sip}, "sign-in without Autodiscover, desk phones")
	r.service(lync.FederationRecord, domain, dns.SRV{Port: lync.FederationPort, Target: sip}, "federation: exactly one label below the SIP domain")
	r.host(sip, p.Edge, "Access Edge")
	if p.Strategy.PlainDiscovery {
		r.host(discover(domain), p.Discovery, "Autodiscover, at an address that answers on port 80 and refuses port 443")
	} else {
		r.host(discover(domain), p.Proxy, "Autodiscover")
	}
	if domain == p.home() {
		r.host(conferenceLabel+"."+domain, p.Edge, "web conferencing Edge, one for all domains")
	}
	p.web(r, domain, p.Proxy, "web services through the reverse proxy")
}

func (p Plan) inside(r *records, domain string) {
	sip := "sip." + domain
	r.service(lync.InternalRecord, domain, dns.SRV{Port: lync.InternalPort, Target: sip}, "sign-in without Autodiscover, desk phones")
	r.host(sip, p.Pool, "Front End pool")
	r.host(discoverInside(domain), p.Pool, "Autodiscover inside")
	if lync.Within(p.FrontEnd(), domain) {
		r.host(p.FrontEnd(), p.Pool, "Front End pool")
	}
	p.web(r, domain, p.Pool, "web services of the Front End pool")
}

// web adds the hosts of web services and simple URLs that are in a domain.
func (p Plan) web(r *records, domain string, addresses []netip.Addr, why string) {
	hosts := []string{lync.HostOf(p.Meet(domain))}
	if domain == p.home() {
		hosts = append(hosts, p.WebServices(), lync.HostOf(p.Dialin()))
	}
	if p.Inside {
		hosts = slices.DeleteFunc(hosts, func(host string) bool { return host == p.WebServices() })
	}
	for _, host := range hosts {
		if lync.Within(host, domain) {
			r.host(host, addresses, why)
		}
	}
}
