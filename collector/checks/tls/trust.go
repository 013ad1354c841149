package tls

import (
	"crypto/x509"
	"errors"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// trustFaults say why the chain of a certificate does not verify as it was sent,
// the worst of its addresses for all (docs/rules.md#certificate-chain,
// #certificate-trust).
func (j judgement) trustFaults(t *server, c certificate) []verdict.Finding {
	on := func(rule *verdict.Rule, a *observe.Address, format string, args ...any) []verdict.Finding {
		repair := j.sendChain(t, c)
		if rule == untrusted && expiredAuthority(a, j.Now) == nil {
			repair = j.reissue(t, c, "Use a certificate of an authority that clients and partners trust")
		}
		return []verdict.Finding{j.mitigated(t, rule.On(string(t.Role)).At(j.words(t, a.Address.Addr())).Saw(format, args...).Repair(repair))}
	}
	for _, a := range c.at {
		switch {
		case a.Trust.Trusted || lync.IsValidity(a.Trust.Err, c.Certificate):
		case a.Trust.IssuerUnavailable && len(a.Certificates) == 1:
			return on(issuerUnavailable, a, "sent nothing but its own certificate, issued by %s", lync.Issuer(c.Certificate))
		case a.Trust.IssuerUnavailable:
			return on(issuerUnavailable, a, "did not send the certificate of %s, which issued its own", lync.Issuer(c.Certificate))
		default:
			return on(untrusted, a, "%s", distrust(a, j.Now))
		}
	}
	for _, a := range c.at {
		if a.Trust.Incomplete {
			return on(chainIncomplete, a, "%s", described(c.Certificate))
		}
	}
	return nil
}

// distrust says in words why a chain is not trusted.
func distrust(a *observe.Address, now time.Time) string {
	leaf := a.Certificates[0]
	if string(leaf.RawSubject) == string(leaf.RawIssuer) {
		return "issued by nobody but itself (self-signed certificate of " + lync.Subject(leaf) + ")"
	}
	text := "issued by " + lync.Issuer(leaf)
	if c := expiredAuthority(a, now); c != nil {
		return text + ", and the certificate of the authority " + lync.Subject(c) + " expired on " + lync.Day(c.NotAfter)
	}
	if _, unknown := errors.AsType[x509.UnknownAuthorityError](a.Trust.Err); a.Trust.Err == nil || unknown {
		return text + ", which is not trusted"
	}
	return text + ", but its chain is not valid: " + strings.TrimPrefix(a.Trust.Err.Error(), "x509: ")
}

// expiredAuthority is a certificate of an authority that was sent and has
// expired, nil if there is none.
func expiredAuthority(a *observe.Address, now time.Time) *x509.Certificate {
	for _, c := range a.Certificates[1:] {
		if now.After(c.NotAfter) {
			return c
		}
	}
	return nil
}
