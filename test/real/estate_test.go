package real

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// ports are where the servers of a test listen in place of the well-known
// ports, the same at every address.
type ports struct{ HTTPS, HTTP, SIP, PlainSIP int }

// wellKnown are the ports of real life.
var wellKnown = ports{HTTPS: 443, HTTP: 80, SIP: 5061, PlainSIP: 5060}

// lastPort is the last unprivileged port handed out. They are below those that
// Linux gives to clients, which therefore never take one before its server does.
var lastPort atomic.Int32

// freePort is a port that is free at every address, for TCP and UDP.
func freePort(t *testing.T) int {
	t.Helper()
	for range 1000 {
		port := 20000 + int(lastPort.Add(1))
		stream, err := net.Listen("tcp", hostPort("", port))
		if err != nil {
			continue
		}
		packet, err := net.ListenPacket("udp", hostPort("", port))
		stream.Close()
		if err == nil {
			packet.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

func freePorts(t *testing.T) ports {
	t.Helper()
	return ports{HTTPS: freePort(t), HTTP: freePort(t), SIP: freePort(t), PlainSIP: freePort(t)}
}

// connectTo is the setting that leads the exporter to the ports.
func (p ports) connectTo() string {
	if p == wellKnown {
		return "[]"
	}
	return fmt.Sprintf(`[":443::%d", ":80::%d", ":5061::%d"]`, p.HTTPS, p.HTTP, p.SIP)
}

// lastAddress is the last loopback address handed out.
var lastAddress atomic.Uint32

// address is a loopback address that no other server of this run has.
func address() string {
	n := lastAddress.Add(1)
	return netip.AddrFrom4([4]byte{127, 77, byte(n / 250), byte(n%250 + 1)}).String()
}

func hostPort(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// freeAddress is a host and port that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	return hostPort("127.0.0.1", freePort(t))
}

// startNameserver starts BIND at a port of 127.0.0.1 with zones
// in the form of zone files, by name, and returns its address. A zone of text `broken` cannot be loaded: BIND
// answers SERVFAIL for it. One of text `refused` may be asked by nobody.
func startNameserver(t *testing.T, port int, zones map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	// BIND listens only on addresses that an interface bears.
	server := hostPort("127.0.0.1", port)
	var conf strings.Builder
	fmt.Fprintf(&conf, `
options {
	directory "%[1]s";
	pid-file "%[1]s/named.pid";
	session-keyfile "%[1]s/session.key";
	listen-on port %[2]d { 127.0.0.1; };
	listen-on-v6 { none; };
	recursion no;
	dnssec-validation no;
	notify no;
	check-names primary ignore;
};
controls { };
`, dir, port)
	for zone, text := range zones {
		access := "any"
		switch text {
		case broken:
			text = "@ SOA this is no zone file\n"
		case refused:
			access, text = "none", zoneHead
		default:
			text = zoneHead + text
		}
		writeFile(t, dir, zone+".zone", text)
		fmt.Fprintf(&conf, "zone %q { type primary; file \"%s.zone\"; allow-query { %s; }; allow-update { any; }; };\n", zone, zone, access)
	}
	startServer(t, []string{server}, "named", "-g", "-c", writeFile(t, dir, "named.conf", conf.String()))
	for zone, text := range zones {
		if text != broken && text != refused {
			waitForZone(t, server, zone)
		}
	}
	return server
}

// waitForZone waits until BIND has loaded a zone, which it does after it
// begins to listen.
func waitForZone(t *testing.T, server, zone string) {
	t.Helper()
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server)
	}}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		if _, err := resolver.LookupNS(t.Context(), zone+"."); err == nil {
			return
		}
		<-tick.C
	}
	t.Fatalf("BIND does not serve %s", zone)
}

// startBalancer starts a nameserver that shows three of an answer's addresses at a
// time, each time others, as load balancers do; it has them from another one. It
// returns its address.
func startBalancer(t *testing.T, of string) string {
	t.Helper()
	var turn atomic.Uint32
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, question *dns.Msg) {
		answer, err := dns.Exchange(question, of)
		if err != nil {
			answer = new(dns.Msg).SetRcode(question, dns.RcodeServerFailure)
		}
		if n := len(answer.Answer); n > 3 {
			slices.SortFunc(answer.Answer, func(a, b dns.RR) int { return strings.Compare(a.String(), b.String()) })
			first := int(turn.Add(1)) % n
			answer.Answer = slices.Concat(answer.Answer[first:], answer.Answer[:first])[:3]
		}
		_ = w.WriteMsg(answer)
	})
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: conn, Handler: handler}
	ended := make(chan error, 1)
	go func() { ended <- server.ActivateAndServe() }()
	t.Cleanup(func() {
		conn.Close()
		<-ended
	})
	return conn.LocalAddr().String()
}

// private is an address of a private network.
const private = "10.1.1.1"

// privateAddress makes the private address one that servers can listen at, where
// the tests have a network of their own, as .ci/run gives them. Else it is "".
func privateAddress(t *testing.T) string {
	t.Helper()
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	if len(interfaces) > 1 || os.Geteuid() != 0 {
		return ""
	}
	runTool(t, "ip", "address", "replace", private+"/32", "dev", "lo")
	return private
}

// Zones that BIND gives no answers from.
const (
	broken  = "broken"
	refused = "refused"
)

const zoneHead = `$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
`
