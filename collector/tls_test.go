package collector

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// leaf is the certificate of a healthy Edge, changed as told.
func leaf(t *testing.T, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "sip.contoso.com"}, DNSNames: []string{"sip.contoso.com"},
		NotBefore: noon.AddDate(0, -1, 0), NotAfter: noon.AddDate(1, 0, 0),
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		CRLDistributionPoints: []string{"http://crl.example/1.crl"},
	}
	if change != nil {
		change(c)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return c
}

// shown is a connection on which a certificate was seen.
func shown(c *x509.Certificate) observe.Connection {
	return observe.Connection{Address: netip.MustParseAddrPort("192.0.2.1:5061"), Stage: observe.StageDone, Version: tls.VersionTLS13,
		Cipher: tls.TLS_AES_128_GCM_SHA256, ClientCertificateRequested: true, Certificates: []*x509.Certificate{c}}
}

var dead = observe.Connection{Address: netip.MustParseAddrPort("192.0.2.2:5061"), Stage: observe.StageConnect, Err: errors.New("connection refused")}

// TestJudgeTLS is group C of the decision table, on the federation Edge where
// it does not say otherwise.
func TestJudgeTLS(t *testing.T) {
	t.Parallel()
	good := leaf(t, nil)
	trusted := observe.Trust{Trusted: true, ChainExpiry: noon.AddDate(0, 6, 0)}
	with := func(change func(*x509.Certificate)) func(*tlsTarget) {
		return func(target *tlsTarget) { target.Edge.Connections = []observe.Connection{shown(leaf(t, change))} }
	}
	edited := func(change func(*x509.Certificate)) func(*tlsTarget) { // what x509 would not make
		return func(target *tlsTarget) {
			c := *good
			change(&c)
			target.Edge.Connections = []observe.Connection{shown(&c)}
		}
	}
	connection := func(change func(*observe.Connection)) func(*tlsTarget) {
		return func(target *tlsTarget) { change(&target.Edge.Connections[0]) }
	}
	tests := []struct {
		name    string
		change  func(*tlsTarget)
		reasons []string
	}{
		{"healthy", nil, nil},
		{"no connection", func(t *tlsTarget) { t.Edge.Connections = []observe.Connection{dead} }, []string{"critical edge_tcp_unreachable"}},
		{"some addresses dead", func(t *tlsTarget) { t.Edge.Connections = append(t.Edge.Connections, dead) }, []string{"warning edge_ip_partially_down"}},
		{"no handshake", connection(func(c *observe.Connection) {
			*c = observe.Connection{Stage: observe.StageTLS, Err: errors.New("handshake failure")}
		}), []string{"critical tls_handshake_failed"}},
		{"no route from here", func(t *tlsTarget) {
			t.Edge.Connections = append(t.Edge.Connections, observe.Connection{Stage: observe.StageRoute, Err: errors.New("no route")})
		}, nil},
		{"demands a client's certificate", connection(func(c *observe.Connection) {
			c.Stage, c.ClientCertificateRefused, c.Err = observe.StageTLS, true, errors.New("certificate required")
		}), nil},
		{"TLS 1.0", connection(func(c *observe.Connection) { c.Version = tls.VersionTLS10 }), []string{"warning tls_below_1_2"}},
		{"name missing", with(func(c *x509.Certificate) { c.DNSNames = []string{"access.contoso.com"} }),
			[]string{"critical cert_name_missing"}},
		{"name in the subject only", with(func(c *x509.Certificate) { c.DNSNames = nil }), []string{"warning cert_no_san"}},
		{"wildcard", with(func(c *x509.Certificate) { c.DNSNames = []string{"*.contoso.com"} }), []string{"warning cert_wildcard_on_edge"}},
		{"wildcard of another level", with(func(c *x509.Certificate) { c.DNSNames = []string{"*.com"} }),
			[]string{"critical cert_name_missing"}},
		{"expired", with(func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Hour) }), []string{"critical cert_expired"}},
		{"not yet valid", with(func(c *x509.Certificate) { c.NotBefore = noon.Add(time.Hour) }), []string{"critical cert_not_yet_valid"}},
		{"expires soon", with(func(c *x509.Certificate) { c.NotAfter = noon.AddDate(0, 0, 10) }), []string{"warning cert_expires_soon"}},
		{"untrusted", func(t *tlsTarget) { t.Trusts[0] = observe.Trust{Err: x509.UnknownAuthorityError{}} }, []string{"critical cert_untrusted"}},
		{"intermediate missing", func(t *tlsTarget) { t.Trusts[0] = observe.Trust{Incomplete: true, Err: x509.UnknownAuthorityError{}} },
			[]string{"warning cert_chain_incomplete"}},
		{"not for servers", with(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }),
			[]string{"critical cert_no_server_auth_eku"}},
		{"not for clients", with(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }),
			[]string{"info cert_no_client_auth_eku"}},
		{"no revocation list", with(func(c *x509.Certificate) { c.CRLDistributionPoints = nil }), []string{"warning cert_no_cdp"}},
		{"short key", edited(func(c *x509.Certificate) {
			c.PublicKey = &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 3}
		}), []string{"warning cert_weak_key"}},
		{"very short key", edited(func(c *x509.Certificate) {
			c.PublicKey = &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 511), E: 3}
		}), []string{"critical cert_weak_key"}},
		{"SHA-1", edited(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }), []string{"warning cert_sha1"}},
		{"PSS", edited(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA256WithRSAPSS }), []string{"critical cert_rsassa_pss"}},
		{"different certificates", func(target *tlsTarget) {
			target.Edge.Connections = append(target.Edge.Connections, shown(leaf(t, nil)))
		}, []string{"warning cert_differs_between_ips"}},
		{"asks partners for nothing", connection(func(c *observe.Connection) { c.ClientCertificateRequested = false }),
			[]string{"warning edge_5061_no_client_cert_request"}},
		{"asks clients", func(t *tlsTarget) { t.Role, t.Edge.Port = roleAccessEdge, clientPort }, []string{"info edge_443_client_cert_request"}},
		{"alias without a name", func(t *tlsTarget) { t.Aliases = []string{"sipexternal.contoso.com"} }, []string{"warning sip_alias_not_in_cert"}},
		{"a spare that is dead", func(t *tlsTarget) { t.Best, t.Edge.Connections = false, []observe.Connection{dead} },
			[]string{"warning edge_tcp_unreachable"}},
		{"a provider's small faults", func(t *tlsTarget) {
			t.Hosted = true
			t.Edge.Connections[0].Version, t.Edge.Connections[0].ClientCertificateRequested = tls.VersionTLS10, false
		}, nil},
		{"a provider's great fault", func(t *tlsTarget) { t.Hosted, t.Edge.Connections = true, []observe.Connection{dead} },
			[]string{"critical edge_tcp_unreachable"}},
		{"Autodiscover that gets by over HTTP", func(t *tlsTarget) {
			t.Role, t.Rescued, t.Trusts[0] = roleLyncdiscover, true, observe.Trust{Err: x509.UnknownAuthorityError{}}
		}, []string{"warning cert_untrusted"}},
		{"wildcard on a web server", func(target *tlsTarget) {
			with(func(c *x509.Certificate) { c.DNSNames = []string{"*.contoso.com"} })(target)
			target.Role = roleMeet
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target := tlsTarget{sipTarget: sipTarget{Role: roleFederation, Best: true, Edge: observe.Edge{
				Host: observe.Host{Name: "sip.contoso.com", Outcome: observe.Found}, Port: federationPort,
				Connections: []observe.Connection{shown(good)},
			}}, Required: []string{"sip.contoso.com"}, Trusts: []observe.Trust{trusted, trusted}}
			if tt.change != nil {
				tt.change(&target)
			}
			s := subject("contoso.com")
			s.Now = noon
			v := judgeTLS(s, tlsFacts{Targets: []tlsTarget{target}})
			var got []string
			for _, f := range v.Findings {
				if f.Subject != target.Role || f.Breaks != served(target.Role) {
					t.Errorf("%s is about %q and breaks %q", f.Reason, f.Subject, f.Breaks)
				}
				got = append(got, string(severityOf(f))+" "+f.Reason)
			}
			if diff := cmp.Diff(tt.reasons, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// What was not seen has no value, and the worst address counts.
func TestJudgeTLSSamples(t *testing.T) {
	t.Parallel()
	s := subject("contoso.com")
	s.Now = noon
	target := tlsTarget{sipTarget: sipTarget{Role: roleAccessEdge, Best: true, Edge: observe.Edge{
		Host: observe.Host{Name: "sip.contoso.com", Outcome: observe.Found}, Port: clientPort, Connections: []observe.Connection{dead}}},
		Required: []string{"sip.contoso.com"}, Trusts: []observe.Trust{{}}}
	const key = "access_edge sip.contoso.com:443"
	v := judgeTLS(s, tlsFacts{Targets: []tlsTarget{target}})
	for m, want := range map[*Metric]map[string]float64{
		tlsAddresses: {key: 1}, tlsAddressesUp: {key: 0}, tlsHandshakeSuccess: {key: 0},
		tlsCertificateExpiry: {}, tlsChainExpiry: {}, tlsCertificateTrusted: {}, tlsSANCovered: {}, tlsSANCoverageRatio: {}, tlsClientCertificateRequested: {},
	} {
		if diff := cmp.Diff(want, values(v, m)); diff != "" {
			t.Errorf("%s of a dead Edge (-want +got):\n%s", m.Name, diff)
		}
	}

	early := leaf(t, func(c *x509.Certificate) {
		c.NotAfter = noon.AddDate(0, 2, 0)
		c.DNSNames = []string{"other.contoso.com"}
	})
	target.Edge.Connections = []observe.Connection{shown(leaf(t, nil)), shown(early)}
	target.Required = []string{"sip.contoso.com"}
	target.Trusts = []observe.Trust{{Trusted: true, ChainExpiry: noon.AddDate(0, 3, 0)}, {}}
	v = judgeTLS(s, tlsFacts{Targets: []tlsTarget{target}})
	for m, want := range map[*Metric]map[string]float64{
		tlsAddressesUp: {key: 2}, tlsCertificateTrusted: {key: 0}, tlsSANCoverageRatio: {key: 0}, tlsSANCovered: {key + " sip.contoso.com": 0},
		tlsCertificateExpiry: {key: float64(noon.AddDate(0, 2, 0).Unix())}, tlsChainExpiry: {key: float64(noon.AddDate(0, 3, 0).Unix())},
	} {
		if diff := cmp.Diff(want, values(v, m)); diff != "" {
			t.Errorf("%s of two addresses (-want +got):\n%s", m.Name, diff)
		}
	}
}
