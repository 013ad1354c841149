package tls

import (
	"crypto/rsa"
	"crypto/x509"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// certificate is one that some addresses of a server show.
type certificate struct {
	*x509.Certificate
	at []*observe.Address
}

// certificatesOf are the distinct certificates that addresses show.
func certificatesOf(addresses []*observe.Address) []certificate {
	var list []certificate
	for _, a := range addresses {
		if len(a.Certificates) == 0 {
			continue
		}
		leaf := a.Certificates[0]
		i := slices.IndexFunc(list, func(c certificate) bool { return c.Equal(leaf) })
		if i < 0 {
			i = len(list)
			list = append(list, certificate{Certificate: leaf})
		}
		list[i].at = append(list[i].at, a)
	}
	return list
}

func (c certificate) addresses() []netip.Addr {
	list := make([]netip.Addr, len(c.at))
	for i, a := range c.at {
		list[i] = a.Address.Addr()
	}
	return list
}

// described names a certificate for people.
func described(c *x509.Certificate) string {
	return "subject " + lync.Subject(c) + ", issued by " + lync.Issuer(c)
}

// fingerprints are those of certificates that were asked for, as making one takes
// time.
type fingerprints map[*x509.Certificate]string

func (f fingerprints) of(c *x509.Certificate) string {
	if f[c] == "" {
		f[c] = lync.Fingerprint(c)
	}
	return f[c]
}

// exposeCertificates exposes what the worst of the certificates comes to.
func (j judgement) exposeCertificates(v *verdict.Verdict, t *server) {
	if len(t.Certificates) == 0 {
		return
	}
	first, trusted := t.Certificates[0], true
	var chain time.Time
	for _, c := range t.Certificates {
		if c.NotAfter.Before(first.NotAfter) {
			first = c
		}
		for _, a := range c.at {
			trusted = trusted && a.Trust.Trusted
			if a.Trust.Trusted && (chain.IsZero() || a.Trust.ChainExpiry.Before(chain)) {
				chain = a.Trust.ChainExpiry
			}
		}
		j.exposeInfo(v, t, c.Certificate)
	}
	v.Gauge(certificateExpiry, float64(first.NotAfter.Unix()), string(t.Role), t.Target())
	v.Gauge(certificateNotBefore, float64(first.NotBefore.Unix()), string(t.Role), t.Target())
	v.Flag(certificateTrusted, trusted, string(t.Role), t.Target())
	if !chain.IsZero() {
		v.Gauge(chainExpiry, float64(chain.Unix()), string(t.Role), t.Target())
	}
}

func (j judgement) exposeInfo(v *verdict.Verdict, t *server, c *x509.Certificate) {
	serial := ""
	if c.SerialNumber != nil {
		serial = c.SerialNumber.Text(16)
	}
	v.Flag(certificateInfo, true, string(t.Role), t.Target(), c.Subject.CommonName, c.Issuer.CommonName, serial, j.of(c),
		lync.KeyName(c), c.SignatureAlgorithm.String(), strconv.Itoa(len(c.DNSNames)+len(c.IPAddresses)))
}

// exposeSeen exposes each certificate once, whatever shows it.
func (j judgement) exposeSeen(v *verdict.Verdict) {
	var seen []*x509.Certificate
	for _, t := range j.Servers {
		for _, c := range t.Certificates {
			if slices.ContainsFunc(seen, c.Equal) {
				continue
			}
			seen = append(seen, c.Certificate)
			v.Gauge(seenExpiry, float64(c.NotAfter.Unix()), j.of(c.Certificate), c.Subject.CommonName, c.Issuer.CommonName)
			v.Gauge(seenNotBefore, float64(c.NotBefore.Unix()), j.of(c.Certificate), c.Subject.CommonName, c.Issuer.CommonName)
		}
	}
}

// certificateFaults are what is wrong with a certificate that a server shows,
// names aside.
func (j judgement) certificateFaults(t *server, c certificate) []verdict.Finding {
	on := func(rule *verdict.Rule, format string, args ...any) verdict.Finding {
		return j.mitigated(t, rule.On(string(t.Role)).At(j.words(t, c.addresses()...)).Saw(format, args...))
	}
	return slices.Concat(j.validityFaults(t, c, on), j.usageFaults(t, c, on), j.strengthFaults(t, c, on), j.trustFaults(t, c), j.revocationFaults(t, c, on), j.differenceFaults(t, c))
}

// finder makes a finding on the server that shows a certificate.
type finder func(rule *verdict.Rule, format string, args ...any) verdict.Finding

// validityFaults judge the dates (docs/rules.md#certificate-validity,
// #certificate-lifetime).
func (j judgement) validityFaults(t *server, c certificate, on finder) []verdict.Finding {
	switch {
	case j.Now.Before(c.NotBefore):
		return []verdict.Finding{on(notYetValid, "%s (%s)", lync.Day(c.NotBefore), described(c.Certificate)).
			Repair(j.reissue(t, c, "Assign a certificate that is valid now"))}
	case j.Now.After(c.NotAfter):
		return []verdict.Finding{on(expired, "%s (%s)", lync.Day(c.NotAfter), described(c.Certificate)).
			Repair(j.reissue(t, c, "Renew the certificate"))}
	case lync.ExpiresSoon(c.Certificate, j.Now):
		return []verdict.Finding{on(expiresSoon, "%s (%s)", lync.Day(c.NotAfter), described(c.Certificate)).
			Repair(j.reissue(t, c, "Renew the certificate before "+lync.Day(c.NotAfter)))}
	}
	return nil
}

// usageFaults judge what a certificate may be used for, and how it can be revoked
// (docs/rules.md#certificate-usage, #client-authentication, #revocation).
func (j judgement) usageFaults(t *server, c certificate, on finder) []verdict.Finding {
	var faults []verdict.Finding
	if !lync.HasUsage(c.Certificate, x509.ExtKeyUsageServerAuth) {
		faults = append(faults, on(noServerUsage, "%s", described(c.Certificate)).
			Repair(j.reissue(t, c, "Request a certificate with server authentication in its extended key usage")))
	}
	if !t.Role.IsEdge() {
		return faults
	}
	if !lync.HasUsage(c.Certificate, x509.ExtKeyUsageClientAuth) {
		faults = append(faults, on(noClientUsage, "%s, valid until %s%s", described(c.Certificate), lync.Day(c.NotAfter), j.clientUsageElsewhere(c)))
	}
	if len(c.CRLDistributionPoints) == 0 {
		f := on(noCDP, "%s", described(c.Certificate)).
			Repair(j.reissue(t, c, "At the next renewal, request a certificate with a CRL distribution point over HTTP"))
		if lync.IsShortLived(c.Certificate) {
			f = f.Harmless(verdict.SoonExpired)
		}
		faults = append(faults, f)
	}
	return faults
}

// clientUsageElsewhere says which other Edges of the domain have a certificate
// that a client can use, and until when.
func (j judgement) clientUsageElsewhere(c certificate) string {
	var texts []string
	for _, t := range j.Servers {
		if !t.Role.IsEdge() || t.Hosted {
			continue
		}
		for _, other := range t.Certificates {
			text := "; that of " + t.Target() + " has it until " + lync.Day(other.NotAfter)
			if !other.Equal(c.Certificate) && lync.HasUsage(other.Certificate, x509.ExtKeyUsageClientAuth) && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return strings.Join(texts, "")
}

// strengthFaults judge key and signatures (docs/rules.md#certificate-key,
// #certificate-signature).
func (j judgement) strengthFaults(t *server, c certificate, on finder) []verdict.Finding {
	var faults []verdict.Finding
	if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < 2048 {
		f := on(weakKey, "%s (%s)", lync.KeyName(c.Certificate), described(c.Certificate)).
			Repair(j.reissue(t, c, "Request a certificate for an RSA key of at least 2048 bits"))
		if key.N.BitLen() >= 1024 {
			f = f.Milder(verdict.StillAccepted)
		}
		faults = append(faults, f)
	}
	if old := lync.FirstSHA1(c.at[0].Certificates); old != nil {
		faults = append(faults, on(sha1, "%s", described(old)).
			Repair(j.reissue(t, c, "Request a certificate with a SHA-256 signature, with current intermediate certificates")))
	}
	if lync.IsPSS(c.SignatureAlgorithm) {
		f := on(pss, "%s (%s)", c.SignatureAlgorithm, described(c.Certificate)).
			Repair(j.reissue(t, c, "Request a certificate with the signature sha256RSA"))
		if !t.Role.IsEdge() {
			f = f.Milder(verdict.WebClientsCope)
		}
		faults = append(faults, f)
	}
	return faults
}

// differenceFaults say, once for a server, that its addresses show different
// certificates (docs/rules.md#same-certificate).
func (j judgement) differenceFaults(t *server, c certificate) []verdict.Finding {
	all := t.Certificates
	if len(all) == 1 || !c.Equal(all[0].Certificate) {
		return nil
	}
	return []verdict.Finding{differs.On(string(t.Role)).At(j.words(t)).Saw("%d", len(all)).
		Repair(verdict.Repair{Kind: j.kind(t), Text: verdict.Textf("Assign the same certificate, with its private key, to all servers behind %s.", t.Host.Name)})}
}
