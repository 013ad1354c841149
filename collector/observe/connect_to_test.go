package observe

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

func TestConnectToFollowsCurl(t *testing.T) {
	t.Parallel()
	rules := []config.ConnectTo{
		{Host: "SIP.contoso.com", Port: "5061", ConnectHost: "10.0.0.1", ConnectPort: "15061"},
		{Host: "sip.contoso.com", Port: "", ConnectHost: "[2001:db8::1]", ConnectPort: ""},
		{Host: "", Port: "443", ConnectHost: "", ConnectPort: "8443"},
		{Host: "[2001:db8::2]", Port: "80", ConnectHost: "proxy.contoso.com", ConnectPort: "8080"},
	}
	for _, tt := range []struct {
		host     string
		port     uint16
		wantHost string
		wantPort uint16
	}{
		{"sip.contoso.com", 5061, "10.0.0.1", 15061},
		{"sip.contoso.com", 443, "2001:db8::1", 443}, // the first match wins
		{"meet.contoso.com", 443, "meet.contoso.com", 8443},
		{"meet.contoso.com", 80, "meet.contoso.com", 80},
		{"2001:db8::2", 80, "proxy.contoso.com", 8080},
	} {
		host, port := connectTo(rules, tt.host, tt.port)
		if host != tt.wantHost || port != tt.wantPort {
			t.Errorf("connectTo(%s, %d) = %s, %d, want %s, %d", tt.host, tt.port, host, port, tt.wantHost, tt.wantPort)
		}
	}
}

func TestHostName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"SIP.Contoso.COM.": "sip.contoso.com", "Bücher.example": "xn--bcher-kva.example",
		"[2001:DB8::1]": "2001:db8::1", "_x.contoso.com": "_x.contoso.com", "": "", ".": "",
	} {
		got, err := hostName(in)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("hostName(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}
