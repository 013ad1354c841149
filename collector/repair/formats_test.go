package repair_test

import (
	"bytes"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// written is what a format makes of changes.
func written(t *testing.T, write func(io.Writer, []repair.Change) error, changes []repair.Change) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out, changes); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func powerShell(w io.Writer, changes []repair.Change) error {
	return repair.WritePowerShell(w, changes, []string{"contoso.com", "sales.contoso.com"})
}

func changesOf(d *survey.DomainReport) []repair.Change {
	return repair.Merge([]*survey.DomainReport{d})[d]
}

func everyKind(t *testing.T) []repair.Change {
	edge := &verdict.Server{Role: "Access Edge", Target: "sip.contoso.com:443", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}
	proxy := &verdict.Server{Role: "reverse proxy", Target: "meet.contoso.com:443"}
	present := &verdict.Certificate{Names: []string{"sip.contoso.com"}, Subject: "sip.contoso.com", Issuer: "Public CA", NotAfter: time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC)}
	return changesOf(domain("contoso.com",
		found(t, "federation_target_foreign_domain", record(verdict.Replace, "_sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.contoso.com.", "0 0 5061 sip.hoster.example.")),
		found(t, "sip_host_missing", record(verdict.Publish, "sip.contoso.com. A 192.0.2.1"), record(verdict.Publish, "sip.contoso.com. AAAA 2001:db8::1")),
		found(t, "srv_target_cname", record(verdict.Delete, "edge.sales.contoso.com. CNAME sip.contoso.com."), record(verdict.Publish, "edge.sales.contoso.com. A 192.0.2.1")),
		found(t, "lyncdiscover_missing", record(verdict.Publish, "lyncdiscover.contoso.com. A <external address of the reverse proxy>")),
		found(t, "xmpp_srv_obsolete", record(verdict.Delete, "_xmpp-server._tcp.contoso.com. SRV 0 0 5269 sip.contoso.com.")),
		found(t, "cert_name_missing", verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{Server: edge, Present: present, Names: []string{"webcon.contoso.com"}}},
			verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{Server: proxy, Names: []string{"meet.contoso.com"}}}),
		found(t, "edge_tcp_unreachable", verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Start the service.")}),
		found(t, "meet_not_unique", verdict.Repair{Kind: verdict.RepairTopology, Text: verdict.Textf("Give contoso.com a Meet URL."),
			Commands: &verdict.Commands{SimpleURL: &verdict.SimpleURL{Component: "Meet", Domain: "contoso.com", URL: "https://meet.contoso.com/"}}})))
}

func TestZone(t *testing.T) {
	t.Parallel()
	want := `; srv_target_cname (contoso.com): delete
; was edge.sales.contoso.com. CNAME sip.contoso.com.
; lyncdiscover_missing (contoso.com): fill in the address
; lyncdiscover.contoso.com. 3600 IN A <external address of the reverse proxy>
; sip_host_missing (contoso.com): publish
sip.contoso.com. 3600 IN A 192.0.2.1
; sip_host_missing (contoso.com): publish
sip.contoso.com. 3600 IN AAAA 2001:db8::1
; srv_target_cname (contoso.com): publish
edge.sales.contoso.com. 3600 IN A 192.0.2.1
; federation_target_foreign_domain (contoso.com): replace
_sipfederationtls._tcp.contoso.com. 3600 IN SRV 0 0 5061 sip.contoso.com.
; was _sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.hoster.example.
; xmpp_srv_obsolete (contoso.com): delete
; was _xmpp-server._tcp.contoso.com. SRV 0 0 5269 sip.contoso.com.
`
	if diff := cmp.Diff(want, written(t, repair.WriteZone, everyKind(t))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNSUpdate(t *testing.T) {
	t.Parallel()
	want := `; srv_target_cname (contoso.com)
update delete edge.sales.contoso.com. IN CNAME sip.contoso.com.
; srv_target_cname (contoso.com)
update add edge.sales.contoso.com. 3600 IN A 192.0.2.1
send
; lyncdiscover_missing (contoso.com): fill in the address
; update add lyncdiscover.contoso.com. 3600 IN A <external address of the reverse proxy>
; send
; sip_host_missing (contoso.com)
update add sip.contoso.com. 3600 IN A 192.0.2.1
; sip_host_missing (contoso.com)
update add sip.contoso.com. 3600 IN AAAA 2001:db8::1
send
; federation_target_foreign_domain (contoso.com)
update delete _sipfederationtls._tcp.contoso.com. SRV
update add _sipfederationtls._tcp.contoso.com. 3600 IN SRV 0 0 5061 sip.contoso.com.
send
; xmpp_srv_obsolete (contoso.com)
update delete _xmpp-server._tcp.contoso.com. IN SRV 0 0 5269 sip.contoso.com.
send
`
	if diff := cmp.Diff(want, written(t, repair.WriteNSUpdate, everyKind(t))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPowerShell(t *testing.T) {
	t.Parallel()
	want := `# meet_not_unique (contoso.com): Give contoso.com a Meet URL.
$old = (Get-CsSimpleUrlConfiguration -Identity Global).SimpleUrl | Where-Object { $_.Component -eq 'Meet' -and $_.Domain -eq 'contoso.com' }
if ($old) { Set-CsSimpleUrlConfiguration -Identity Global -SimpleUrl @{Remove=$old} }
$entry = New-CsSimpleUrlEntry -Url 'https://meet.contoso.com/'
$new = New-CsSimpleUrl -Component 'Meet' -Domain 'contoso.com' -SimpleUrl $entry -ActiveUrl 'https://meet.contoso.com/'
Set-CsSimpleUrlConfiguration -Identity Global -SimpleUrl @{Add=$new}
# Then run Enable-CsComputer on the Front Ends and Directors.
# edge_tcp_unreachable (contoso.com): Start the service.
# cert_name_missing (contoso.com): certificate of the Access Edge sip.contoso.com:443 (192.0.2.1)
# now: subject sip.contoso.com, issued by Public CA, valid until 2027-01-02 00:00 UTC
# Run on the server, then assign what the authority issues with Import-CsCertificate and Set-CsCertificate.
Request-CsCertificate -New -Type AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication -KeySize 2048 -DomainName 'sip.contoso.com,webcon.contoso.com' -Output 'C:\certificate.req'
# cert_name_missing (contoso.com): certificate of the reverse proxy meet.contoso.com:443
# name: meet.contoso.com
# srv_target_cname (contoso.com)
Get-DnsServerResourceRecord -ZoneName 'sales.contoso.com' -Name 'edge' -RRType CName -Node -ErrorAction SilentlyContinue | Where-Object { $_.RecordData.HostNameAlias -eq 'sip.contoso.com.' } | Remove-DnsServerResourceRecord -ZoneName 'sales.contoso.com' -Force
# lyncdiscover_missing (contoso.com)
# Fill in the address:
# Add-DnsServerResourceRecord -ZoneName 'contoso.com' -Name 'lyncdiscover' -A -IPv4Address '<external address of the reverse proxy>' -TimeToLive 01:00:00
# sip_host_missing (contoso.com)
Add-DnsServerResourceRecord -ZoneName 'contoso.com' -Name 'sip' -A -IPv4Address '192.0.2.1' -TimeToLive 01:00:00
# sip_host_missing (contoso.com)
Add-DnsServerResourceRecord -ZoneName 'contoso.com' -Name 'sip' -AAAA -IPv6Address '2001:db8::1' -TimeToLive 01:00:00
# srv_target_cname (contoso.com)
Add-DnsServerResourceRecord -ZoneName 'sales.contoso.com' -Name 'edge' -A -IPv4Address '192.0.2.1' -TimeToLive 01:00:00
# federation_target_foreign_domain (contoso.com)
Get-DnsServerResourceRecord -ZoneName 'contoso.com' -Name '_sipfederationtls._tcp' -RRType Srv -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'contoso.com' -Force
Add-DnsServerResourceRecord -ZoneName 'contoso.com' -Name '_sipfederationtls._tcp' -Srv -DomainName 'sip.contoso.com.' -Priority 0 -Weight 0 -Port 5061 -TimeToLive 01:00:00
# xmpp_srv_obsolete (contoso.com)
Get-DnsServerResourceRecord -ZoneName 'contoso.com' -Name '_xmpp-server._tcp' -RRType Srv -Node -ErrorAction SilentlyContinue | Where-Object { $_.RecordData.DomainName -eq 'sip.contoso.com.' -and $_.RecordData.Priority -eq 0 -and $_.RecordData.Weight -eq 0 -and $_.RecordData.Port -eq 5269 } | Remove-DnsServerResourceRecord -ZoneName 'contoso.com' -Force
`
	if diff := cmp.Diff(want, written(t, powerShell, everyKind(t))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNothingToChange(t *testing.T) {
	t.Parallel()
	for mark, write := range map[string]func(io.Writer, []repair.Change) error{";": repair.WriteNSUpdate, "#": powerShell} {
		if got, want := written(t, write, nil), mark+" Nothing is to be changed.\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What somebody else publishes in a record or writes into a certificate becomes no
// command of whoever applies the repairs.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"x\nserver 203.0.113.66\nupdate delete contoso.com. A\nsend\n.contoso.com",
		"x\r\nstop-computer\r\n.contoso.com",
		"'; Stop-Computer #.contoso.com", "’; Stop-Computer ‘.contoso.com", "$(Stop-Computer).contoso.com", "`Stop-Computer`.contoso.com",
		"$(calc)'\";`.contoso.com", "x\x00\x07\x1b[2J`n; Stop-Computer.contoso.com", "@(Stop-Computer).contoso.com", "|Stop-Computer&calc.contoso.com",
		"x 0 0 1 y.\" ) ( ; evil.contoso.com", "$INCLUDE /etc/passwd.contoso.com", "x\u2028Stop-Computer.contoso.com", "<x>.contoso.com",
	} {
		labels := strings.SplitN(target, ".contoso", 2)
		wire := append([]byte{byte(len(labels[0]))}, labels[0]...)
		wire = append(wire, 7)
		wire = append(wire, "contoso\x03com\x00"...)
		name, _, err := dns.UnpackDomainName(wire, 0)
		if err != nil {
			t.Fatalf("%q: %v", target, err)
		}
		srv := "_sipfederationtls._tcp.contoso.com. SRV "
		lacks := verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{Names: []string{"sip.contoso.com"},
			Server:  &verdict.Server{Role: "Access Edge", Target: target + ":443"},
			Present: &verdict.Certificate{Names: []string{target}, Subject: target, Issuer: target}}}
		changes := changesOf(domain("contoso.com",
			found(t, "federation_target_foreign_domain", record(verdict.Replace, srv+"0 0 5061 "+name, "0 0 5061 "+name)),
			found(t, "federation_srv_extra_non_matching", record(verdict.Delete, "_sip._tls.contoso.com. SRV 0 0 5061 "+name)),
			found(t, "srv_target_unresolvable", record(verdict.Publish, strings.ReplaceAll(name, " ", `\032`)+" A <address>")),
			found(t, "cert_name_missing", lacks), found(t, "edge_tcp_unreachable", verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Start %s.", target)})))

		zone := written(t, repair.WriteZone, changes)
		records := 0
		parser := dns.NewZoneParser(strings.NewReader(zone), "", "")
		for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
			records++
			if got := rr.(*dns.SRV).Target; wireOf(t, got) != string(wire) {
				t.Errorf("the target %q has become %q", name, got)
			}
		}
		if parser.Err() != nil || records != 1 {
			t.Errorf("%d records, %v in:\n%s", records, parser.Err(), zone)
		}
		for line := range strings.Lines(written(t, repair.WriteNSUpdate, changes)) {
			if !strings.HasPrefix(line, ";") && line != "send\n" && !strings.HasPrefix(line, "update add _sipfederationtls._tcp.contoso.com. 3600 IN SRV 0 0 5061 ") &&
				line != "update delete _sipfederationtls._tcp.contoso.com. SRV\n" && !strings.HasPrefix(line, "update delete _sip._tls.contoso.com. IN SRV 0 0 5061 ") ||
				!strings.HasPrefix(line, ";") && strings.ContainsAny(line, "\"';()$`") {
				t.Errorf("nsupdate is to do %q", line)
			}
		}
		for line := range strings.Lines(written(t, powerShell, changes)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			if strings.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
				t.Errorf("PowerShell may take a character for a quotation mark in %q", line)
			}
			outside, quotes := "", strings.Split(strings.ReplaceAll(line, "''", ""), "'")
			for i := 0; i < len(quotes); i += 2 {
				outside += quotes[i]
			}
			if len(quotes)%2 == 0 || strings.Contains(strings.ToLower(outside), "stop-computer") || strings.Contains(outside, "calc") || strings.ContainsAny(outside, "`;#") {
				t.Errorf("PowerShell is to do %q", line)
			}
		}
	}
}

// wireOf is a name as it goes over the wire.
func wireOf(t *testing.T, name string) string {
	t.Helper()
	wire := make([]byte, 256)
	end, err := dns.PackDomainName(name, wire, 0, nil, false)
	if err != nil {
		t.Fatalf("%q: %v", name, err)
	}
	return string(wire[:end])
}
