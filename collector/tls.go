package collector

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

var (
	tlsAddresses = &Metric{Name: "lync_tls_addresses", Labels: []string{"role", "target"},
		Help: "Number of addresses that the target resolves to and that this machine has a route to, at most 16. Absent when the lookup failed."}
	tlsAddressesUp = &Metric{Name: "lync_tls_addresses_up", Labels: []string{"role", "target"},
		Help: "Number of these addresses that completed a TLS handshake."}
	tlsHandshakeSuccess = &Metric{Name: "lync_tls_handshake_success", Labels: []string{"role", "target"},
		Help: "1 = at least one address completed a TLS handshake, 0 = none did. Absent when the lookup failed."}
	tlsCertificateExpiry = &Metric{Name: "lync_tls_certificate_expiry_timestamp_seconds", Labels: []string{"role", "target"},
		Help: "Unix time in seconds at which the server's own certificate ends (NotAfter); the earliest where addresses differ. Also of expired and untrusted certificates. Absent when none was seen."}
	tlsChainExpiry = &Metric{Name: "lync_tls_chain_expiry_timestamp_seconds", Labels: []string{"role", "target"},
		Help: "Unix time in seconds at which the verified chain that lasts longest ends. Absent when no chain verifies."}
	tlsCertificateTrusted = &Metric{Name: "lync_tls_certificate_trusted", Labels: []string{"role", "target"},
		Help: "1 = a chain to a trusted root verifies today, names left aside, on every address; 0 = it does not. Absent when no certificate was seen."}
	tlsSANCovered = &Metric{Name: "lync_tls_san_covered", Labels: []string{"role", "target", "name"},
		Help: "1 = the required name is in the certificate's SAN in a form that the role accepts, on every address; 0 = it has to be added. A wildcard counts for web roles only, the CN never. Absent when no certificate was seen."}
	tlsSANCoverageRatio = &Metric{Name: "lync_tls_san_coverage_ratio", Labels: []string{"role", "target"},
		Help: "Required names that are covered, by all required names, 0 to 1. Absent when no certificate was seen."}
	tlsCertificateInfo = &Metric{Name: "lync_tls_certificate_info",
		Labels: []string{"role", "target", "subject_cn", "issuer_cn", "serial_number", "fingerprint_sha256", "key", "signature_algorithm", "sans"},
		Help:   "Always 1; one series for each distinct certificate that the target's addresses show. The label sans is the number of names in it."}
	tlsVersionInfo = &Metric{Name: "lync_tls_version_info", Labels: []string{"role", "target", "version", "cipher"},
		Help: "Always 1; one series for each TLS version and cipher suite that was negotiated with the target's addresses."}
	tlsClientCertificateRequested = &Metric{Name: "lync_tls_client_certificate_requested", Labels: []string{"role", "target"},
		Help: "1 = the server asked for a client's certificate, 0 = it did not. Absent when no handshake got that far."}
)

func tlsMetrics() []*Metric {
	return []*Metric{tlsAddresses, tlsAddressesUp, tlsHandshakeSuccess, tlsCertificateExpiry, tlsChainExpiry, tlsCertificateTrusted,
		tlsSANCovered, tlsSANCoverageRatio, tlsCertificateInfo, tlsVersionInfo, tlsClientCertificateRequested}
}

// tlsFacts are all servers of a domain that speak TLS.
type tlsFacts struct {
	Targets []tlsTarget
	Unknown []unknownRole
}

// tlsTarget is one server in one role, with the names that it must bear.
type tlsTarget struct {
	sipTarget
	Required []string
	Aliases  []string // sipinternal and sipexternal of the domain, where they exist
	Trusts   []observe.Trust
	Rescued  bool // clients get by without it: lyncdiscover answers over HTTP
}

func observeTLS(ctx context.Context, q *Inquiry) tlsFacts {
	var f tlsFacts
	var edges, webs []tlsTarget
	var noEdges, noWebs []unknownRole
	all(
		func() { edges, noEdges = q.edgeTLS(ctx) },
		func() { webs, noWebs = q.webTLS(ctx) },
	)
	f.Targets, f.Unknown = append(edges, webs...), append(noEdges, noWebs...)
	for i, t := range f.Targets {
		for _, c := range handshakes(t.Edge) {
			trust := observe.Trust{}
			if len(c.Certificates) > 0 {
				trust = q.Trust(c.Certificates)
			}
			f.Targets[i].Trusts = append(f.Targets[i].Trusts, trust)
		}
	}
	return f
}

// edgeTLS are the SIP servers. Beside its own name, an Edge of the domain's
// own bears sip.<domain> where that name is in use (lync-rules.md §4.1).
func (q *Inquiry) edgeTLS(ctx context.Context) ([]tlsTarget, []unknownRole) {
	targets := q.SIPTargets(ctx)
	sip := q.Resolve(ctx, "sip."+q.Domain.Name)
	aliases := make([]observe.Host, 2)
	each([]string{"sipinternal.", "sipexternal."}, func(i int, label string) { aliases[i] = q.Resolve(ctx, label+q.Domain.Name) })
	wildcard := q.Wildcard(ctx)
	exists := func(h observe.Host) bool { return h.Outcome == observe.Found && !sameAnswer(h, wildcard) }
	var list []tlsTarget
	for _, t := range targets.List {
		edge := tlsTarget{sipTarget: t, Required: []string{t.Edge.Host.Name}}
		if !t.Hosted && exists(sip) && sip.Name != t.Edge.Host.Name {
			edge.Required = append(edge.Required, sip.Name)
		}
		for _, alias := range aliases {
			if !t.Hosted && exists(alias) {
				edge.Aliases = append(edge.Aliases, alias.Name)
			}
		}
		list = append(list, edge)
	}
	return list, targets.Unknown
}

// webTLS are the web servers: those of the URLs that the other checks ask.
func (q *Inquiry) webTLS(ctx context.Context) ([]tlsTarget, []unknownRole) {
	urls, unknown := q.webURLs(ctx)
	list := make([]tlsTarget, len(urls))
	each(urls, func(i int, w webURL) {
		t := tlsTarget{sipTarget: sipTarget{Role: w.Role, Best: true, Edge: q.Web(ctx, w.URL)}, Rescued: w.Rescued}
		t.Hosted = isProvider(t.Edge.Host.Name, q.Domain)
		t.Required = []string{t.Edge.Host.Name}
		list[i] = t
	})
	// A name that does not exist is the business of the check that needs it.
	return slices.DeleteFunc(list, func(t tlsTarget) bool { return t.Edge.Host.Outcome.Missing() }), unknown
}

// webURL is an https URL that a role's server answers for.
type webURL struct {
	Role, URL string
	Rescued   bool
}

// webURLs are the https URLs of the domain in this view.
func (q *Inquiry) webURLs(ctx context.Context) ([]webURL, []unknownRole) {
	var urls []webURL
	var unknown []unknownRole
	for _, link := range q.simpleURLs() {
		if link.url.Scheme == "https" && link.role != "" {
			urls = append(urls, webURL{Role: link.role, URL: link.url.String()})
		}
	}
	topology, err := q.Topology(ctx)
	if err != nil {
		return nil, []unknownRole{{roleLyncdiscover, err}}
	}
	if !needsServers(topology) {
		return nil, nil
	}
	if name := q.discoverName(); q.hasScheme("https") {
		urls = append(urls, webURL{Role: name, URL: q.discoverURL("https", name), Rescued: q.Discover(ctx, "http", name).usable()})
	}
	link, err := q.UserLink(ctx)
	if err != nil {
		unknown = append(unknown, unknownRole{roleWebServices, err})
	}
	if u, err := url.Parse(link); err == nil && u.Scheme == "https" {
		urls = append(urls, webURL{Role: roleWebServices, URL: link})
	}
	return urls, unknown
}

// judgeTLS applies group C of the decision table.
func judgeTLS(s Subject, f tlsFacts) Verdict {
	var v Verdict
	for _, u := range f.Unknown {
		v.incomplete(u.Err, served(u.Role))
	}
	var shown []*x509.Certificate
	for _, t := range f.Targets {
		if t.Edge.Host.Err != nil {
			v.incomplete(t.Edge.Host.Err, served(t.Role))
			continue
		}
		if err := noRoute(t.Edge); err != nil {
			v.incomplete(err, served(t.Role))
			continue
		}
		from := len(v.Findings)
		shown = v.seeConnections(t, shown)
		v.judgeAddresses(t)
		v.judgeCertificates(s, t)
		v.judgeNames(s, t)
		v.judgeProtocol(t)
		v.settle(t, from)
	}
	return v
}

// settle gives the findings of a server their subject and what they break. One
// that stands by breaks nothing, nor does one that clients get by without. A
// provider's server is not the domain's to repair, so only what breaks
// something is said of it.
func (v *Verdict) settle(t tlsTarget, from int) {
	kept := v.Findings[:from]
	for _, f := range v.Findings[from:] {
		f.Subject, f.Breaks = t.Role, served(t.Role)
		if severityOf(f) == Critical && (!t.Best || t.Rescued || f.Breaks == "") {
			f.Severity = Warning
		}
		if t.Hosted && severityOf(f) != Critical {
			continue
		}
		kept = append(kept, f)
	}
	v.Findings = kept
}

// judgeAddresses says how many of the addresses answer. That a web server is
// not reachable is said by the check that asks it for something.
func (v *Verdict) judgeAddresses(t tlsTarget) {
	connections := handshakes(t.Edge)
	up := 0
	var down []string
	var worst observe.Connection
	for _, c := range connections {
		if shook(c) {
			up++
			continue
		}
		down = append(down, c.Address.String()+": "+errorText(c.Err))
		if worst.Err == nil || c.Stage > worst.Stage {
			worst = c
		}
	}
	v.gauge(tlsAddresses, float64(len(connections)), t.Role, t.name())
	v.gauge(tlsAddressesUp, float64(up), t.Role, t.name())
	v.flag(tlsHandshakeSuccess, up > 0, t.Role, t.name())
	seen := t.name() + ": " + strings.Join(down, "; ")
	switch {
	case len(down) == 0:
	case up > 0:
		v.find(Finding{Reason: "edge_ip_partially_down", Seen: seen})
	case !isEdge(t.Role) && t.Role != roleMeet:
	case worst.Stage == observe.StageTLS:
		v.find(Finding{Reason: "tls_handshake_failed", Seen: seen})
	default:
		v.find(Finding{Reason: "edge_tcp_unreachable", Seen: seen})
	}
}

func errorText(err error) string {
	if err == nil {
		return "no reason known"
	}
	return err.Error()
}

// seeConnections notes what each address showed, a certificate in full only the
// first time. It returns the certificates that have been shown by now.
func (v *Verdict) seeConnections(t tlsTarget, shown []*x509.Certificate) []*x509.Certificate {
	subject := t.Role + " " + t.name()
	for _, c := range handshakes(t.Edge) {
		if !shook(c) {
			v.see(subject, "%s: %s", c.Address, errorText(c.Err))
		} else {
			v.see(subject, "%s: %s, %s, connect %s, handshake %s", c.Address, tls.VersionName(c.Version), cipherName(c.Cipher),
				c.ConnectDuration.Round(time.Millisecond), c.TLSDuration.Round(time.Millisecond))
		}
		if len(c.Certificates) == 0 {
			continue
		}
		leaf := c.Certificates[0]
		if slices.ContainsFunc(shown, leaf.Equal) {
			v.see(subject, "certificate CN=%s, as above", leaf.Subject.CommonName)
			continue
		}
		shown = append(shown, leaf)
		v.see(subject, "certificate CN=%s, issued by %s, %s to %s, names: %s", leaf.Subject.CommonName, leaf.Issuer.CommonName,
			day(leaf.NotBefore), day(leaf.NotAfter), sanNames(leaf))
		for _, cert := range c.Certificates[1:] {
			v.see(subject, "sent with it: %s, to %s", cert.Subject.CommonName, day(cert.NotAfter))
		}
	}
	return shown
}

// judgeCertificates judges the certificates that the addresses show, the worst
// of them for all.
func (v *Verdict) judgeCertificates(s Subject, t tlsTarget) {
	var expiry, chainExpiry time.Time
	trusted, incomplete := true, false
	var reason error
	var seen []string // fingerprints
	for i, c := range handshakes(t.Edge) {
		if c.BadCertificate != nil {
			v.findOnce([]Finding{{Reason: "tls_handshake_failed", Seen: "its certificate cannot be read: " + c.BadCertificate.Error()}})
		}
		if len(c.Certificates) == 0 {
			continue
		}
		leaf, trust := c.Certificates[0], t.Trusts[i]
		if expiry.IsZero() || leaf.NotAfter.Before(expiry) {
			expiry = leaf.NotAfter
		}
		if trust.Trusted && (chainExpiry.IsZero() || trust.ChainExpiry.Before(chainExpiry)) {
			chainExpiry = trust.ChainExpiry
		}
		trusted, incomplete = trusted && trust.Trusted, incomplete || trust.Incomplete
		if !trust.Trusted && !isValidity(trust.Err, leaf) {
			reason = trust.Err
		}
		if print := fingerprint(leaf); !slices.Contains(seen, print) {
			seen = append(seen, print)
			v.infoCertificate(t, leaf, print)
			v.findOnce(certificateFindings(c.Certificates, isEdge(t.Role), s.Now))
		}
	}
	if len(seen) == 0 {
		return
	}
	v.gauge(tlsCertificateExpiry, float64(expiry.Unix()), t.Role, t.name())
	v.flag(tlsCertificateTrusted, trusted, t.Role, t.name())
	if !chainExpiry.IsZero() {
		v.gauge(tlsChainExpiry, float64(chainExpiry.Unix()), t.Role, t.name())
	}
	if len(seen) > 1 {
		v.find(Finding{Reason: "cert_differs_between_ips", Seen: strconv.Itoa(len(seen)) + " different certificates"})
	}
	switch {
	case incomplete:
		v.find(Finding{Reason: "cert_chain_incomplete"})
	case reason != nil:
		v.find(Finding{Reason: "cert_untrusted", Seen: errorText(reason)})
	}
}

// isValidity says whether a chain does not verify for nothing but a date of the
// server's own certificate, which is a finding of its own. Dates of the
// authorities above it are not.
func isValidity(err error, leaf *x509.Certificate) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired && leaf.Equal(invalid.Cert)
}

// findOnce adds findings whose reason the same server does not have yet.
func (v *Verdict) findOnce(found []Finding) {
	for _, f := range found {
		known := slices.ContainsFunc(v.Findings, func(g Finding) bool { return g.Reason == f.Reason && g.Subject == "" })
		if !known {
			v.find(f)
		}
	}
}

func (v *Verdict) infoCertificate(t tlsTarget, c *x509.Certificate, print string) {
	v.flag(tlsCertificateInfo, true, t.Role, t.name(), c.Subject.CommonName, c.Issuer.CommonName, serialNumber(c), print,
		keyName(c), c.SignatureAlgorithm.String(), strconv.Itoa(len(c.DNSNames)+len(c.IPAddresses)))
}

func serialNumber(c *x509.Certificate) string {
	if c.SerialNumber == nil {
		return ""
	}
	return c.SerialNumber.Text(16)
}

// judgeNames says which required names the certificate lacks. That a web
// server's lacks its name is said by the check that asks the server.
func (v *Verdict) judgeNames(s Subject, t tlsTarget) {
	covered, certificates := 0, t.leaves()
	if len(certificates) == 0 {
		return
	}
	for _, name := range t.Required {
		how := worstCoverage(certificates, name)
		accepted := how == exact || how == wildcard && !isEdge(t.Role)
		if accepted {
			covered++
		}
		v.flag(tlsSANCovered, accepted, t.Role, t.name(), name)
		if isEdge(t.Role) {
			v.judgeEdgeName(s, t, name, how)
		}
	}
	v.gauge(tlsSANCoverageRatio, float64(covered)/float64(len(t.Required)), t.Role, t.name())
	if !isEdge(t.Role) {
		return
	}
	for _, alias := range t.Aliases {
		if how := worstCoverage(certificates, alias); how == notCovered || how == commonName {
			v.findOnce([]Finding{{Reason: "sip_alias_not_in_cert", Seen: sanNames(certificates[0]), Want: alias}})
		}
	}
}

func (v *Verdict) judgeEdgeName(s Subject, t tlsTarget, name string, how coverage) {
	finding := Finding{Seen: sanNames(t.leaves()[0]), Want: name}
	switch how {
	case exact:
		return
	case wildcard:
		finding.Reason = "cert_wildcard_on_edge"
	case commonName:
		finding.Reason = "cert_no_san"
	case notCovered:
		foreign := t.Role == roleFederation && !within(t.Edge.Host.Name, s.Domain.Name)
		switch {
		case name == t.Edge.Host.Name: // also where that is sip.<domain>: one fault, one finding
			finding.Reason = "cert_name_missing"
		case foreign: // wrong as a federation target, whatever it shows
			return
		default:
			finding.Reason, finding.Severity = "cert_sip_san_missing", Critical
		}
	}
	v.findOnce([]Finding{finding})
}

// leaves are the servers' own certificates.
func (t tlsTarget) leaves() []*x509.Certificate {
	var list []*x509.Certificate
	for _, c := range handshakes(t.Edge) {
		if len(c.Certificates) > 0 {
			list = append(list, c.Certificates[0])
		}
	}
	return list
}

func worstCoverage(certificates []*x509.Certificate, name string) coverage {
	worst := exact
	for _, c := range certificates {
		worst = min(worst, covers(c, name))
	}
	return worst
}

// cipherNames are the names of the cipher suites by number. crypto/tls makes a
// list of them all for each that it is asked for.
var cipherNames = func() map[uint16]string {
	names := make(map[uint16]string)
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		names[suite.ID] = suite.Name
	}
	return names
}()

func cipherName(number uint16) string {
	if name, ok := cipherNames[number]; ok {
		return name
	}
	return tls.CipherSuiteName(number)
}

// judgeProtocol judges version and request for a client's certificate
// (lync-rules.md §6.1, §6.5).
func (v *Verdict) judgeProtocol(t tlsTarget) {
	var versions []string
	requested, known, old := false, false, ""
	for _, c := range handshakes(t.Edge) {
		if c.Version == 0 {
			continue
		}
		known, requested = true, requested || c.ClientCertificateRequested
		version, cipher := tls.VersionName(c.Version), cipherName(c.Cipher)
		if !slices.Contains(versions, version+cipher) {
			versions = append(versions, version+cipher)
			v.flag(tlsVersionInfo, true, t.Role, t.name(), version, cipher)
		}
		if c.Version < tls.VersionTLS12 {
			old = version
		}
	}
	if !known {
		return
	}
	v.flag(tlsClientCertificateRequested, requested, t.Role, t.name())
	if old != "" {
		v.find(Finding{Reason: "tls_below_1_2", Seen: old})
	}
	switch {
	case t.Role == roleFederation && t.Edge.Port == federationPort && !requested:
		v.find(Finding{Reason: "edge_5061_no_client_cert_request"})
	case t.Role == roleAccessEdge && t.Edge.Port == clientPort && requested:
		v.find(Finding{Reason: "edge_443_client_cert_request"})
	}
}
