package repair

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// WritePowerShell writes changes as commands of the Management Shell and of the
// module DnsServer of Windows. What has no command is a comment. The domains are
// the zones that records are looked for in.
func WritePowerShell(w io.Writer, changes []Change, domains []string) error {
	s := &script{mark: "#"}
	for _, c := range changes {
		switch c.Kind {
		case verdict.RepairDNS:
			s.dnsServer(c, domains)
		case verdict.RepairCertificate:
			s.request(c)
		default:
			s.comment("%s: %s", comment(c), legible(c.Text))
			if c.SimpleURL != nil {
				s.simpleURL(*c.SimpleURL)
			}
			for _, line := range c.Script {
				s.line("%s", line)
			}
		}
	}
	if s.Len() == 0 {
		s.nothing()
	}
	return s.writeTo(w)
}

// dnsServer writes the change of records for the DNS server of Windows.
func (s *script) dnsServer(c Change, domains []string) {
	record, err := plain(c.Record)
	if err != nil && !c.Open() {
		s.comment("%s: cannot be written: %s", comment(c), legible(err.Error()))
		return
	}
	s.comment("%s", comment(c))
	line := s.line
	if c.Open() {
		s.comment("Fill in the address:")
		record = resource{recordType: c.Record.Type, address: c.Record.Data}
		if record.name, err = plainName(c.Record.Name); err != nil {
			return
		}
		line = s.comment
	}
	zone, name := split(record.name, domains)
	where := "-ZoneName " + verdict.Quoted(zone)
	if c.Action != verdict.Publish {
		which := ""
		if c.Action == verdict.Delete && c.Record.Data != "" {
			which = " | Where-Object { " + record.condition() + " }"
		}
		line("%s", fmt.Sprintf("Get-DnsServerResourceRecord %s -Name %s -RRType %s -Node -ErrorAction SilentlyContinue%s | Remove-DnsServerResourceRecord %s -Force",
			where, verdict.Quoted(name), windowsType(record.recordType), which, where))
	}
	if c.Action != verdict.Delete {
		line("%s", fmt.Sprintf("Add-DnsServerResourceRecord %s -Name %s %s -TimeToLive 01:00:00", where, verdict.Quoted(name), record.parameters()))
	}
}

// split finds the zone of a name: the closest of the domains, else what is above
// the name.
func split(name string, domains []string) (zone, label string) {
	name = strings.TrimSuffix(name, ".")
	if zone = zoneOf(name, domains); zone == "" {
		zone = lync.ParentOf(name)
	}
	if strings.EqualFold(name, zone) {
		return zone, "@"
	}
	return zone, name[:len(name)-len(zone)-1]
}

// windowsType is a record type as the module DnsServer spells it.
func windowsType(t string) string {
	switch t {
	case "SRV":
		return "Srv"
	case "CNAME":
		return "CName"
	}
	return t
}

// parameters are the record's for Add-DnsServerResourceRecord.
func (p resource) parameters() string {
	switch p.recordType {
	case "A":
		return "-A -IPv4Address " + verdict.Quoted(p.address)
	case "AAAA":
		return "-AAAA -IPv6Address " + verdict.Quoted(p.address)
	case "CNAME":
		return "-CName -HostNameAlias " + verdict.Quoted(p.target)
	}
	return fmt.Sprintf("-Srv -DomainName %s -Priority %d -Weight %d -Port %d", verdict.Quoted(p.target), p.priority, p.weight, p.port)
}

// condition is true of the record among those of its name and type.
func (p resource) condition() string {
	switch p.recordType {
	case "A":
		return "$_.RecordData.IPv4Address -eq " + verdict.Quoted(p.address)
	case "AAAA":
		return "$_.RecordData.IPv6Address -eq " + verdict.Quoted(p.address)
	case "CNAME":
		return "$_.RecordData.HostNameAlias -eq " + verdict.Quoted(p.target)
	}
	return fmt.Sprintf("$_.RecordData.DomainName -eq %s -and $_.RecordData.Priority -eq %d -and $_.RecordData.Weight -eq %d -and $_.RecordData.Port -eq %d",
		verdict.Quoted(p.target), p.priority, p.weight, p.port)
}

// simpleURL writes the commands that give a domain a simple URL in the place of the
// one that it has.
func (s *script) simpleURL(u verdict.SimpleURL) {
	component, domain, url := verdict.Quoted(u.Component), verdict.Quoted(u.Domain), verdict.Quoted(u.URL)
	s.line("%s", fmt.Sprintf("$old = (Get-CsSimpleUrlConfiguration -Identity Global).SimpleUrl | Where-Object { $_.Component -eq %s -and $_.Domain -eq %s }", component, domain))
	s.line("if ($old) { Set-CsSimpleUrlConfiguration -Identity Global -SimpleUrl @{Remove=$old} }")
	s.line("%s", fmt.Sprintf("$entry = New-CsSimpleUrlEntry -Url %s", url))
	s.line("%s", fmt.Sprintf("$new = New-CsSimpleUrl -Component %s -Domain %s -SimpleUrl $entry -ActiveUrl %s", component, domain, url))
	s.line("Set-CsSimpleUrlConfiguration -Identity Global -SimpleUrl @{Add=$new}")
	s.comment("Then run Enable-CsComputer on the Front Ends and Directors.")
}

// certificateTypes are what Lync uses a certificate for, by the role of its server
// in words. A reverse proxy has other tools.
var certificateTypes = map[string]string{
	lync.AccessEdge.Words(false): "AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication",
	lync.AccessEdge.Words(true):  "Default,WebServicesInternal,WebServicesExternal",
}

// request writes the request of a certificate. At a server that has no Management
// Shell it is told in words.
func (s *script) request(c Change) {
	s.comment("%s: certificate of the %s", comment(c), legible(c.Server.String()))
	if c.Present != nil {
		s.comment("now: subject %s, issued by %s, valid until %s", legible(c.Present.Subject), legible(c.Present.Issuer), lync.Day(c.Present.NotAfter))
	}
	if c.Text != "" {
		s.comment("%s", legible(c.Text))
	}
	types, known := certificateTypes[c.Server.Role]
	if !known || slices.ContainsFunc(c.Names, func(name string) bool { return strings.ContainsAny(name, ", ") }) {
		for _, name := range c.Names {
			s.comment("name: %s", legible(name))
		}
		return
	}
	s.comment("Run on the server, then assign what the authority issues with Import-CsCertificate and Set-CsCertificate.")
	s.line("%s", fmt.Sprintf("Request-CsCertificate -New -Type %s -KeySize 2048 -DomainName %s -Output %s",
		types, verdict.Quoted(strings.Join(c.Names, ",")), verdict.Quoted(`C:\certificate.req`)))
}
