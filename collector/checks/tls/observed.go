package tls

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// sawServer notes what each address showed, a certificate in full only the first
// time. It returns the certificates that have been shown by now.
func sawServer(v *verdict.Verdict, t *server, shown []*x509.Certificate) []*x509.Certificate {
	subject := string(t.Role) + " " + t.Target()
	for _, a := range t.Judged() {
		if !a.Shook() {
			v.Saw(subject, "%s: %s", a.Address, reason(a.Connection))
		} else {
			v.Saw(subject, "%s: %s, %s, connect %s, handshake %s", a.Address, tls.VersionName(a.Version), cipherName(a.Cipher),
				a.ConnectDuration.Round(time.Millisecond), a.TLSDuration.Round(time.Millisecond))
		}
		if len(a.Certificates) == 0 {
			continue
		}
		leaf := a.Certificates[0]
		if slices.ContainsFunc(shown, leaf.Equal) {
			v.Saw(subject, "certificate CN=%s, as above", leaf.Subject.CommonName)
			continue
		}
		shown = append(shown, leaf)
		v.Saw(subject, "certificate CN=%s, issued by %s, %s to %s, names: %s", leaf.Subject.CommonName, leaf.Issuer.CommonName,
			lync.Day(leaf.NotBefore), lync.Day(leaf.NotAfter), lync.SANs(leaf))
		if t.Role.IsEdge() && !t.Hosted && lync.HasUsage(leaf, x509.ExtKeyUsageClientAuth) {
			v.Saw(subject, "client authentication: until %s, when the certificate expires; public authorities no longer issue this usage", lync.Day(leaf.NotAfter))
		}
		if r := a.Revocation; r.Known && !r.Revoked {
			v.Saw(subject, "the authority has not revoked it")
		}
		for _, c := range a.Certificates[1:] {
			v.Saw(subject, "sent with it: %s, to %s", c.Subject.CommonName, lync.Day(c.NotAfter))
		}
	}
	return shown
}
