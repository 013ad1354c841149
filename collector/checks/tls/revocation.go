package tls

import (
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// exposeRevocation exposes whether any of a server's certificates is revoked, and
// nothing where that is not known of all.
func exposeRevocation(v *verdict.Verdict, t *server) {
	var shown []*observe.Address
	for _, a := range t.Judged() {
		if len(a.Certificates) > 0 {
			shown = append(shown, a)
		}
	}
	revoked := slices.ContainsFunc(shown, func(a *observe.Address) bool { return a.Revocation.Revoked })
	unknown := slices.ContainsFunc(shown, func(a *observe.Address) bool { return !a.Revocation.Known })
	if len(shown) > 0 && (revoked || !unknown) {
		v.Flag(certificateRevoked, revoked, string(t.Role), t.Target())
	}
}

// revocationFaults judge what the authorities say of a certificate. Only partners
// insist on an answer; that it cannot be had is said of Edges
// (docs/rules.md#revocation).
func (j judgement) revocationFaults(t *server, c certificate, on finder) []verdict.Finding {
	for _, a := range c.at {
		if r := a.Revocation; r.Revoked {
			return []verdict.Finding{on(isRevoked, "%s, on %s", described(r.Certificate), lync.Day(r.At)).
				Repair(j.reissue(t, c, "Request a certificate with a new key"))}
		}
	}
	if !t.Role.IsEdge() {
		return nil
	}
	for _, a := range c.at {
		if r := a.Revocation; r.Err != nil {
			bearer, missing := t.Host.Name, "publish a current CRL"
			if !r.Certificate.Equal(c.Certificate) {
				bearer = "the authority " + lync.Subject(r.Certificate)
			}
			if len(r.Certificate.CRLDistributionPoints) == 0 {
				missing = "answer by OCSP"
			}
			return []verdict.Finding{on(crlUnreachable, "%s (%s)", r.Err, described(r.Certificate)).
				Repair(verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Ask the authority %s to %s at the address that the certificate of %s names.", lync.Issuer(r.Certificate), missing, bearer)})}
		}
	}
	return nil
}
