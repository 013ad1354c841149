package main

import (
	"strings"
	"testing"
)

func TestPlan(t *testing.T) {
	status, out, _ := runCommand(t, "plan", "contoso.example", "fabrikam.example")
	for _, want := range []string{"simple URLs option 3, lyncdiscover over HTTP only", "_sipfederationtls._tcp.fabrikam.example. 3600 IN SRV 0 0 5061 sip.fabrikam.example."} {
		if status != exitOK || !strings.Contains(out, want) {
			t.Errorf("status %d; %q is not in:\n%s", status, want, out)
		}
	}
	for format, wants := range map[string][]string{
		"zone":       {"\nsip.fabrikam.example. 3600 IN A 192.0.2.1\n"},
		"nsupdate":   {"\nupdate add sip.fabrikam.example. 3600 IN A 192.0.2.1\nsend\n"},
		"powershell": {"\nAdd-DnsServerResourceRecord -ZoneName 'fabrikam.example' -Name 'sip' -A -IPv4Address '192.0.2.1'", "-DomainName 'sip.contoso.example,webcon.contoso.example,sip.fabrikam.example'", "-ActiveUrl 'https://meet.fabrikam.example/'"},
	} {
		status, out, _ := runCommand(t, "plan", "--format", format, "contoso.example", "fabrikam.example")
		for _, want := range wants {
			if status != exitOK || !strings.Contains(out, want) {
				t.Errorf("%s: status %d; %q is not in:\n%s", format, status, want, out)
			}
		}
	}
	if status, _, stderr := runCommand(t, "plan", "--edge-address", "here", "contoso.example"); status != exitUsage || !strings.Contains(stderr, "--edge-address") {
		t.Errorf("a bad address gives status %d and %q", status, stderr)
	}
}

// What people read of a plan, by what they ask for.
func TestPlanText(t *testing.T) {
	t.Parallel()
	for args, wants := range map[string][]string{
		"contoso.example Contoso.Example.":                                    {"in the zone contoso.example\n", "192.0.2.1, 192.0.2.2 stand for the addresses of your servers", " 2      4       6  nothing\n", "add --internal"},
		"contoso.example b\u00fccher.example":                                 {"sip.xn--bcher-kva.example (sip.b\u00fccher.example)\n", "- name: b\u00fccher.example\n"},
		"--plain-discovery a.example b.example":                               {"\nlyncdiscover.b.example. 3600 IN A 192.0.2.3 ;", "once whether to trust it", "refused connection longer", "lyncdiscover: {schemes: [http]}"},
		"--wildcard a.example b.example":                                      {"\n  webext.a.example\n  *.a.example\n  *.b.example\n", "Desk phones"},
		"--topology=hybrid a.example":                                         {"New-CsHostingProvider ", "topology: hybrid\n", "SRV 0 0 5061 sip.a.example."},
		"--topology=online a.example":                                         {"SRV 100 1 5061 sipfed.online.lync.com.", "topology: online\n"},
		"--topology=online --cloud=dod a.example":                             {"5061 sipfed.online.dod.skypeforbusiness.us."},
		"--internal --pool=fe.corp.example --pool-address=10.1.2.3 a.example": {"certificate of the Front End\n  fe.corp.example\n", "\nlyncdiscoverinternal.a.example. 3600 IN A 10.1.2.3 ;", "_sipinternaltls._tcp.a.example. 3600 IN SRV 0 0 5061 sip.a.example."},
		"--edge-address=198.51.100.1 --edge-address=2001:db8::1 a.example":    {"\nsip.a.example. 3600 IN A 198.51.100.1 ;", "\nsip.a.example. 3600 IN AAAA 2001:db8::1 ;"},
		"--zone=b.example --zone=a.example a.example b.example c.b.example":   {"\nsip.b.example. 3600 IN A 192.0.2.1\n", "\nsip.c.b.example. 3600 IN A 192.0.2.1\n", "\nsip.a.example. 3600 IN A 192.0.2.1\n"},
	} {
		status, out, stderr := runCommand(t, append([]string{"plan"}, strings.Fields(args)...)...)
		if status != exitOK || stderr != "" {
			t.Errorf("plan %s: status %d, %s", args, status, stderr)
		}
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("plan %s: %q is not in:\n%s", args, want, out)
			}
		}
		for line := range strings.Lines(out) {
			if strings.HasPrefix(args, "--topology=online") && (strings.Contains(line, "sip.a.example") || strings.Contains(line, "certificate")) {
				t.Errorf("plan %s: nobody in Teams needs %q", args, line)
			}
		}
		for _, never := range []string{"SOA", " NS ", "*.a.example. "} {
			if strings.Contains(strings.ReplaceAll(out, "DNS ", ""), never) {
				t.Errorf("plan %s has %q:\n%s", args, never, out)
			}
		}
	}
	if _, out, _ := runCommand(t, "plan", "contoso.example", "CONTOSO.example."); strings.Count(out, "  - name: ") != 1 {
		t.Errorf("a domain that is given twice counts twice:\n%s", out)
	}
	for args, want := range map[string]string{
		"--zone=c.example a.example": "no record belongs in the zone c.example", "--zone=https://a.example/ a.example": "--zone: ", "--pool=x a.example": "--pool: ",
		"--pool-address=fe80::1%eth0 a.example": "--pool-address",
	} {
		if status, _, stderr := runCommand(t, append([]string{"plan"}, strings.Fields(args)...)...); status != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("plan %s: status %d, %q, want %q", args, status, stderr, want)
		}
	}
}
