package collector

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// today is when certificates are judged in tests.
var today = time.Now().Truncate(time.Second)

// issuer makes certificates for tests.
type issuer struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	up   *issuer // nil: a root
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func authority(name string, from, to time.Time) *x509.Certificate {
	return &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
}

func newRoot(t *testing.T) *issuer {
	t.Helper()
	key := newKey(t)
	template := authority("Test Root", today.AddDate(-1, 0, 0), today.AddDate(10, 0, 0))
	return &issuer{t: t, key: key, cert: create(t, template, template, key.Public(), key)}
}

// below is an authority that this one vouches for until a time.
func (a *issuer) below(to time.Time) *issuer {
	key := newKey(a.t)
	return &issuer{t: a.t, key: key, up: a, cert: create(a.t, authority("Test Issuing CA", today.AddDate(-1, 0, 0), to), a.cert, key.Public(), a.key)}
}

func create(t *testing.T, template, parent *x509.Certificate, public, signer any) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// chain is what a server with a healthy certificate for names would send, but
// for the changes.
func (a *issuer) chain(names []string, change ...func(*x509.Certificate)) []*x509.Certificate {
	a.t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(0xc0ffee), Subject: pkix.Name{CommonName: "sip.contoso.com"}, DNSNames: names,
		NotBefore: today.AddDate(0, -1, 0), NotAfter: today.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		CRLDistributionPoints: []string{"http://crl.example/root.crl"}}
	for _, f := range change {
		f(template)
	}
	var public any = newKey(a.t).Public()
	if template.PublicKey != nil {
		public, template.PublicKey = template.PublicKey, nil
	}
	sent := []*x509.Certificate{create(a.t, template, a.cert, public, a.key)}
	for up := a; up.up != nil; up = up.up {
		sent = append(sent, up.cert)
	}
	return sent
}

// signed is a certificate as chain makes it, signed with an algorithm that
// ECDSA keys cannot.
func signed(t *testing.T, algorithm x509.SignatureAlgorithm, names ...string) []*x509.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ca := authority("RSA Root", today.AddDate(-1, 0, 0), today.AddDate(1, 0, 0))
	leaf := newRoot(t).chain(names)[0]
	leaf.SignatureAlgorithm, leaf.PublicKeyAlgorithm = algorithm, x509.UnknownPublicKeyAlgorithm
	return []*x509.Certificate{create(t, leaf, ca, key.Public(), key)}
}

func rsaKey(t *testing.T, bits int) func(*x509.Certificate) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *x509.Certificate) { c.PublicKey = key.Public() }
}

// shown is a completed handshake in which a server sent certificates.
func handshake(sent []*x509.Certificate, change ...func(*observe.Connection)) observe.Connection {
	c := observe.Connection{Address: netip.MustParseAddrPort("192.0.2.1:5061"), Stage: observe.StageDone, Version: tls.VersionTLS12,
		Cipher: tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, Certificates: sent, ClientCertificateRequested: true}
	for _, f := range change {
		f(&c)
	}
	return c
}

func failed(stage observe.Stage, text string) observe.Connection {
	return observe.Connection{Address: netip.MustParseAddrPort("192.0.2.2:5061"), Stage: stage, Err: errors.New(text)}
}

func unasked(c *observe.Connection) { c.ClientCertificateRequested = false }

func version(v uint16) func(*observe.Connection) {
	return func(c *observe.Connection) { c.Version = v }
}

// server is a target in a role, verified against a root.
func server(role, host string, root *issuer, connections ...observe.Connection) tlsTarget {
	t := tlsTarget{sipTarget: sipTarget{Role: role, Best: true, Edge: observe.Edge{Host: observe.Host{Name: host, Outcome: observe.Found}, Port: 443,
		Connections: connections}}, Required: []string{host}}
	if role == roleFederation {
		t.Edge.Port = 5061
	}
	c, err := config.Default("contoso.com")
	if err != nil {
		root.t.Fatal(err)
	}
	c.TLS.Roots = x509.NewCertPool()
	c.TLS.Roots.AddCert(root.cert)
	scrape := observe.NewScrape(context.Background(), c, nil)
	defer scrape.Close()
	for _, connection := range handshakes(t.Edge) {
		trust := observe.Trust{}
		if len(connection.Certificates) > 0 {
			trust = scrape.Trust(connection.Certificates)
		}
		t.Trusts = append(t.Trusts, trust)
	}
	return t
}

// TestJudgeTLSChains is group C of the decision table with chains that are
// really verified, several addresses, and all roles.
func TestJudgeTLSChains(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	const sip, access = "sip.contoso.com", "access.contoso.com"
	good := root.chain([]string{sip})
	partners := func(sent []*x509.Certificate, change ...func(*tlsTarget)) tlsTarget {
		target := server(roleFederation, sip, root, handshake(sent))
		for _, f := range change {
			f(&target)
		}
		return target
	}
	needs := func(names ...string) func(*tlsTarget) { return func(s *tlsTarget) { s.Required = names } }
	standby := func(s *tlsTarget) { s.Best = false }
	hosted := func(s *tlsTarget) { s.Hosted = true }
	rescued := func(s *tlsTarget) { s.Rescued = true }
	aliases := func(names ...string) func(*tlsTarget) { return func(s *tlsTarget) { s.Aliases = names } }
	at := func(s tlsTarget, change ...func(*tlsTarget)) tlsTarget {
		for _, f := range change {
			f(&s)
		}
		return s
	}
	ends := func(to time.Time) func(*x509.Certificate) { return func(c *x509.Certificate) { c.NotAfter = to } }
	expired := root.chain([]string{sip}, ends(today.Add(-time.Hour)))

	for _, tt := range []struct {
		name    string
		target  tlsTarget
		reasons []string
	}{
		{"refused to clients", server(roleAccessEdge, sip, root, failed(observe.StageConnect, "connection refused")),
			[]string{"critical edge_tcp_unreachable access_edge"}},
		{"an address without a route proves nothing", server(roleFederation, sip, root, failed(observe.StageRoute, "network is unreachable"), handshake(good)), nil},
		{"the address that got furthest says why", server(roleFederation, sip, root, failed(observe.StageConnect, "refused"), failed(observe.StageTLS, "EOF")),
			[]string{"critical tls_handshake_failed federation"}},
		{"a certificate that cannot be read, on both addresses", server(roleFederation, sip, root,
			observe.Connection{Stage: observe.StageTLS, Err: errors.New("bad"), BadCertificate: errors.New("bad")},
			observe.Connection{Stage: observe.StageTLS, Err: errors.New("bad"), BadCertificate: errors.New("bad")}),
			[]string{"critical tls_handshake_failed federation"}},
		{"old TLS on one address", server(roleFederation, sip, root, handshake(good), handshake(good, version(tls.VersionTLS11))),
			[]string{"warning tls_below_1_2 federation"}},

		{"target not in the SAN, though the CN is right", partners(root.chain([]string{"other.contoso.com"})),
			[]string{"critical cert_name_missing federation"}},
		{"another target not in the SAN", server(roleFederation, access, root, handshake(good)),
			[]string{"critical cert_name_missing federation"}},
		{"no SAN at all, the CN does not match", server(roleFederation, access, root, handshake(root.chain(nil))),
			[]string{"critical cert_name_missing federation"}},
		{"a wildcard covers one label", server(roleFederation, "sip.emea.contoso.com", root, handshake(root.chain([]string{"*.contoso.com"}))),
			[]string{"critical cert_name_missing federation"}},
		{"sip.contoso.com in use and missing", at(server(roleFederation, access, root, handshake(root.chain([]string{access}))), needs(access, sip)),
			[]string{"critical cert_sip_san_missing federation"}},
		{"sip.contoso.com in use and there, in capitals", at(server(roleFederation, access, root, handshake(root.chain([]string{access, "SIP.Contoso.COM"}))), needs(access, sip)), nil},
		{"the Edge of another domain is wrong by itself", at(server(roleFederation, "sip.fabrikam.com", root, handshake(root.chain([]string{"sip.fabrikam.com"}))),
			needs("sip.fabrikam.com", sip)), nil},
		{"sipexternal exists and is there", partners(root.chain([]string{sip, "sipexternal.contoso.com"}), aliases("sipexternal.contoso.com")), nil},

		{"expires later", partners(root.chain([]string{sip}, ends(today.AddDate(0, 0, 31)))), nil},
		{"unknown root", partners(newRoot(t).chain([]string{sip})), []string{"critical cert_untrusted federation"}},
		{"intermediate not sent", partners(root.below(today.AddDate(1, 0, 0)).chain([]string{sip})[:1]), []string{"critical cert_untrusted federation"}},
		{"intermediate not sent, but known from another server", at(partners(root.below(today.AddDate(1, 0, 0)).chain([]string{sip})[:1]),
			func(s *tlsTarget) { s.Trusts[0].Incomplete = true }), []string{"warning cert_chain_incomplete federation"}},
		{"the authority above it has expired", partners(root.below(today.Add(-time.Hour)).chain([]string{sip})),
			[]string{"critical cert_untrusted federation"}},
		{"expired on one address, unknown root on the other", server(roleFederation, sip, root, handshake(newRoot(t).chain([]string{sip})), handshake(expired)),
			[]string{"critical cert_expired federation", "critical cert_untrusted federation", "warning cert_differs_between_ips federation"}},
		{"for anything", partners(root.chain([]string{sip}, func(c *x509.Certificate) { c.ExtKeyUsage = nil })), nil},
		{"RSA 2048", partners(root.chain([]string{sip}, rsaKey(t, 2048))), nil},
		{"a name missing on one address", server(roleFederation, access, root, handshake(root.chain([]string{access})), handshake(good)),
			[]string{"critical cert_name_missing federation", "warning cert_differs_between_ips federation"}},

		{"clients are not asked for a certificate", server(roleAccessEdge, sip, root, handshake(good, unasked)), nil},

		{"standing by", partners(expired, standby), []string{"warning cert_expired federation"}},
		{"standing by and dead", at(server(roleFederation, sip, root, failed(observe.StageConnect, "refused")), standby),
			[]string{"warning edge_tcp_unreachable federation"}},
		{"a provider's, with what is a warning elsewhere", partners(root.chain([]string{sip}, ends(today.AddDate(0, 0, 1)), func(c *x509.Certificate) { c.CRLDistributionPoints = nil }), hosted), nil},
		{"a provider's, broken", partners(expired, hosted), []string{"critical cert_expired federation"}},

		{"web services by wildcard", server(roleWebServices, "webext.contoso.com", root, handshake(root.chain([]string{"*.contoso.com"}), unasked)), nil},
		{"a web server needs no CRL and no client's usage", server(roleWebServices, "webext.contoso.com", root, handshake(root.chain([]string{"webext.contoso.com"}, func(c *x509.Certificate) {
			c.CRLDistributionPoints, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), unasked)), nil},
		{"RSASSA-PSS for browsers", at(server(roleWebServices, "webext.contoso.com", root, handshake(signed(t, x509.SHA256WithRSAPSS, "webext.contoso.com"), unasked)),
			func(s *tlsTarget) { s.Trusts[0] = observe.Trust{Trusted: true} }), []string{"warning cert_rsassa_pss web_services"}},
		{"lyncdiscover expired", server(roleLyncdiscover, "lyncdiscover.contoso.com", root, handshake(expired, unasked)), []string{"critical cert_expired lyncdiscover"}},
		{"lyncdiscover expired, but HTTP works", at(server(roleLyncdiscover, "lyncdiscover.contoso.com", root, handshake(expired, unasked)), rescued),
			[]string{"warning cert_expired lyncdiscover"}},
		{"the dial-in page takes nothing down", server(roleDialin, "dialin.contoso.com", root, handshake(expired, unasked)), []string{"warning cert_expired dialin"}},
		{"the meeting page is dead", server(roleMeet, "meet.contoso.com", root, failed(observe.StageConnect, "refused")),
			[]string{"critical edge_tcp_unreachable meet"}},
		{"web services dead: said by their own check", server(roleWebServices, "webext.contoso.com", root, failed(observe.StageConnect, "refused")), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com")
			s.Now = today
			v := judgeTLS(s, tlsFacts{Targets: []tlsTarget{tt.target}})
			if v.Incomplete != nil {
				t.Errorf("incomplete: %v", v.Incomplete)
			}
			if diff := cmp.Diff(tt.reasons, reasons(v), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for _, f := range v.Findings {
				if severityOf(f) == Critical && f.Breaks != served(tt.target.Role) {
					t.Errorf("%s breaks %q, want %q", f.Reason, f.Breaks, served(tt.target.Role))
				}
			}
		})
	}
}

// Coverage says by name what is to be added, and counts a wildcard for web
// servers only.
func TestJudgeTLSCoverage(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	for _, tt := range []struct {
		name, role string
		sans       []string
		required   []string
		covered    map[string]float64
		ratio      float64
	}{
		{"Edge, both there", roleFederation, []string{"access.contoso.com", "sip.contoso.com"}, []string{"access.contoso.com", "sip.contoso.com"},
			map[string]float64{"access.contoso.com": 1, "sip.contoso.com": 1}, 1},
		{"Edge, one to add", roleAccessEdge, []string{"access.contoso.com"}, []string{"access.contoso.com", "sip.contoso.com"},
			map[string]float64{"access.contoso.com": 1, "sip.contoso.com": 0}, 0.5},
		{"Edge, wildcard", roleFederation, []string{"*.contoso.com"}, []string{"sip.contoso.com"}, map[string]float64{"sip.contoso.com": 0}, 0},
		{"Edge, only the CN", roleFederation, nil, []string{"sip.contoso.com"}, map[string]float64{"sip.contoso.com": 0}, 0},
		{"web server, wildcard", roleMeet, []string{"*.contoso.com"}, []string{"meet.contoso.com"}, map[string]float64{"meet.contoso.com": 1}, 1},
		{"web server, wildcard of another zone", roleMeet, []string{"*.fabrikam.com"}, []string{"meet.contoso.com"}, map[string]float64{"meet.contoso.com": 0}, 0},
		{"web server, wildcard two labels above", roleMeet, []string{"*.contoso.com"}, []string{"meet.emea.contoso.com"}, map[string]float64{"meet.emea.contoso.com": 0}, 0},
		{"web server, wildcard for the zone itself", roleMeet, []string{"*.contoso.com"}, []string{"contoso.com"}, map[string]float64{"contoso.com": 0}, 0},
		{"web server, only the CN", roleWebServices, nil, []string{"sip.contoso.com"}, map[string]float64{"sip.contoso.com": 0}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			target := server(tt.role, tt.required[0], root, handshake(root.chain(tt.sans)))
			target.Required = tt.required
			s := subject("contoso.com")
			s.Now = today
			v := judgeTLS(s, tlsFacts{Targets: []tlsTarget{target}})
			covered := make(map[string]float64)
			for labels, value := range values(v, tlsSANCovered) {
				covered[labels[strings.LastIndexByte(labels, ' ')+1:]] = value
			}
			if diff := cmp.Diff(tt.covered, covered); diff != "" {
				t.Errorf("lync_tls_san_covered (-want +got):\n%s", diff)
			}
			if got := values(v, tlsSANCoverageRatio)[tt.role+" "+target.name()]; got != tt.ratio {
				t.Errorf("lync_tls_san_coverage_ratio is %v, want %v", got, tt.ratio)
			}
		})
	}
}

// Unknown is absent: what was not seen has no series, and none has a value
// that stands for "unknown".
func TestJudgeTLSUnknownIsAbsent(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	always := []*Metric{tlsAddresses, tlsAddressesUp, tlsHandshakeSuccess}
	certified := append([]*Metric{tlsCertificateExpiry, tlsCertificateTrusted, tlsSANCovered, tlsSANCoverageRatio, tlsCertificateInfo,
		tlsVersionInfo, tlsClientCertificateRequested}, always...)
	unresolved := server(roleFederation, "sip.silent.example", root)
	unresolved.Edge.Host.Outcome, unresolved.Edge.Host.Err = observe.Timeout, errSilent
	missing := server(roleFederation, "sip.contoso.com", root)
	missing.Edge.Host.Outcome = observe.NXDomain
	for _, tt := range []struct {
		name       string
		facts      tlsFacts
		want       []*Metric
		incomplete bool
	}{
		{"lookup failed", tlsFacts{Targets: []tlsTarget{unresolved}}, nil, true},
		{"record unknown", tlsFacts{Unknown: []unknownRole{{roleFederation, errSilent}}}, nil, true},
		{"no route to it", tlsFacts{Targets: []tlsTarget{server(roleFederation, "sip.contoso.com", root, failed(observe.StageRoute, "network is unreachable"))}}, nil, true},
		{"no address", tlsFacts{Targets: []tlsTarget{missing}}, always, false},
		{"no handshake", tlsFacts{Targets: []tlsTarget{server(roleFederation, "sip.contoso.com", root, failed(observe.StageConnect, "refused"))}}, always, false},
		{"untrusted", tlsFacts{Targets: []tlsTarget{server(roleFederation, "sip.contoso.com", root, handshake(newRoot(t).chain([]string{"sip.contoso.com"})))}}, certified, false},
		{"trusted", tlsFacts{Targets: []tlsTarget{server(roleFederation, "sip.contoso.com", root, handshake(root.chain([]string{"sip.contoso.com"})))}},
			append([]*Metric{tlsChainExpiry}, certified...), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := subject("contoso.com")
			s.Now = today
			v := judgeTLS(s, tt.facts)
			want, got := make(map[string]bool), make(map[string]bool)
			for _, m := range tt.want {
				want[m.Name] = true
			}
			for _, sample := range v.Samples {
				got[sample.Metric.Name] = true
				if sample.Value < 0 {
					t.Errorf("%s %v is %v", sample.Metric.Name, sample.Labels, sample.Value)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("metrics (-want +got):\n%s", diff)
			}
			if (v.Incomplete != nil) != tt.incomplete {
				t.Errorf("incomplete is %v", v.Incomplete)
			}
			if tt.incomplete {
				if diff := cmp.Diff([]Capability{Federation}, v.Unknown); diff != "" {
					t.Errorf("capabilities unknown (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestJudgeTLSSamplesOfChains(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	issuing := root.below(today.AddDate(0, 6, 0))
	late, early := issuing.chain([]string{"sip.contoso.com", "webcon.contoso.com"}), root.chain([]string{"sip.contoso.com"}, func(c *x509.Certificate) { c.NotAfter = today.AddDate(0, 3, 0) })
	s := subject("contoso.com")
	s.Now = today
	v := judgeTLS(s, tlsFacts{Targets: []tlsTarget{server(roleFederation, "sip.contoso.com", root,
		handshake(late, version(tls.VersionTLS13)), handshake(early), failed(observe.StageConnect, "refused"))}})
	key := "federation " + net.JoinHostPort("sip.contoso.com", "5061")
	for metric, want := range map[*Metric]float64{
		tlsAddresses: 3, tlsAddressesUp: 2, tlsHandshakeSuccess: 1, tlsCertificateTrusted: 1, tlsClientCertificateRequested: 1,
		tlsCertificateExpiry: float64(today.AddDate(0, 3, 0).Unix()), tlsChainExpiry: float64(today.AddDate(0, 3, 0).Unix()),
	} {
		if diff := cmp.Diff(map[string]float64{key: want}, values(v, metric)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", metric.Name, diff)
		}
	}
	want := map[string]float64{
		key + " sip.contoso.com Test Issuing CA c0ffee " + fingerprint(late[0]) + " ECDSA P-256 ECDSA-SHA256 2": 1,
		key + " sip.contoso.com Test Root c0ffee " + fingerprint(early[0]) + " ECDSA P-256 ECDSA-SHA256 1":      1,
	}
	if diff := cmp.Diff(want, values(v, tlsCertificateInfo)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", tlsCertificateInfo.Name, diff)
	}
	want = map[string]float64{key + " TLS 1.3 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": 1, key + " TLS 1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": 1}
	if diff := cmp.Diff(want, values(v, tlsVersionInfo)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", tlsVersionInfo.Name, diff)
	}
}
