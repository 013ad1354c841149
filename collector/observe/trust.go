package observe

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/parallel"
)

// chainKey identifies what a verification had to go by.
type chainKey struct {
	view   string            // whose nameservers lead to the authorities
	sum    [sha256.Size]byte // of the chain as sent
	others [sha256.Size]byte // of what the server's other addresses sent besides
}

// Trust verifies a chain as a server sent it, names and key usages aside. What
// the same server's other addresses sent may help, as may what authorities
// publish and what was proved in earlier scrapes: never what another server
// of this scrape sent, so that a verdict depends on no company.
func (s *Scrape) Trust(view *config.View, certs []*x509.Certificate, others ...*x509.Certificate) Trust {
	if len(certs) == 0 {
		return Trust{}
	}
	key := chainKey{view.Name, chainSum(certs), chainSum(others)}
	trust, ok := s.trusts.Do(s.ctx, key, func() Trust {
		remembered := verifiedKey{s.config.TLS.Roots, key}
		trust, ok := s.memory.isVerified(remembered, s.now)
		if !ok {
			if trust = s.trust(view, certs, others); trust.Trusted {
				s.memory.verify(remembered, certs[0], trust, s.now)
			}
		}
		trust.said = new(said)
		return trust
	})
	if !ok {
		return Trust{Err: failure.Ended(s.ctx)}
	}
	return trust
}

// verifyAll notes the trust of all addresses of a server, and what authorities
// say of their certificates. A chain that is only
// sent in part at one of them may be completed by what another one sends.
func (s *Scrape) verifyAll(view *config.View, addresses []*Address) {
	others := authoritiesOf(addresses)
	parallel.Do(len(addresses), func(i int) {
		addresses[i].Trust = s.Trust(view, addresses[i].Certificates, others...)
		addresses[i].Revocation = s.revocationOf(view, addresses[i])
	})
}

// authoritiesOf are the certificates that any of a server's addresses sent
// besides its own, each once.
func authoritiesOf(addresses []*Address) []*x509.Certificate {
	var list []*x509.Certificate
	for _, a := range addresses {
		for i, cert := range a.Certificates {
			if i > 0 && !slices.ContainsFunc(list, cert.Equal) {
				list = append(list, cert)
			}
		}
	}
	return list
}

// trust verifies with what was sent, then with what is known, then with what
// can be fetched.
func (s *Scrape) trust(view *config.View, certs, others []*x509.Certificate) Trust {
	if s.ctx.Err() != nil {
		return Trust{Err: failure.Ended(s.ctx)}
	}
	sent := affordable(certs[1:])
	trust, missing := s.verify(certs, pool(sent))
	if !missing {
		return trust
	}
	useless := func(c *x509.Certificate) bool { return s.now.After(c.NotAfter) }
	known := slices.DeleteFunc(affordable(slices.Concat(sent, others)), useless)
	helped := make(map[fetchKey][]*x509.Certificate)
	for level := 0; s.ctx.Err() == nil; level++ {
		intermediates := s.proved().Clone()
		for _, cert := range known {
			intermediates.AddCert(cert)
		}
		completed, _ := s.verify(certs, intermediates)
		if completed.Trusted {
			for key, issuers := range helped {
				s.memory.helped(key, issuers)
			}
			completed.Incomplete = true
			return completed
		}
		if level == maxLevels || !s.config.TLS.FetchIntermediates {
			break
		}
		top := topOf(certs[0], known)
		if selfIssued(top) {
			break
		}
		issuers, from := s.issuers(view, top)
		if len(issuers.certs) == 0 {
			trust.Refused = issuers.refused
			break
		}
		known = affordable(append(known, slices.DeleteFunc(slices.Clone(issuers.certs), useless)...))
		helped[from] = issuers.certs
	}
	if s.ctx.Err() != nil {
		return Trust{Err: failure.Ended(s.ctx)}
	}
	_, unknown := errors.AsType[x509.UnknownAuthorityError](trust.Err)
	trust.IssuerUnavailable = unknown && !selfIssued(certs[0]) && topOf(certs[0], known) == certs[0]
	return trust
}

// verify says whether a chain verifies with these intermediates, or else
// whether it fails for want of an issuer that is valid. x509 bounds the work: it gives up
// after 100 signatures, whatever chains could be made of what was sent.
func (s *Scrape) verify(certs []*x509.Certificate, intermediates *x509.CertPool) (trust Trust, missing bool) {
	chains, err := certs[0].Verify(x509.VerifyOptions{
		Roots:         s.config.TLS.Roots,
		Intermediates: intermediates,
		CurrentTime:   s.now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
		invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
		missing := unknown || ok && invalid.Reason == x509.Expired && invalid.Cert != certs[0]
		return Trust{Err: failure.FromRemote(err)}, missing
	}
	s.memory.proved(chains)
	return Trust{Trusted: true, ChainExpiry: lastingLongest(chains), proof: proofOf(chains)}, false
}

// Bounds on the certificates that chains are built of.
const (
	maxVariants = 4       // of one authority, as cross-signed ones have
	maxRSA      = 8192    // bits of a key
	maxExponent = 1 << 17 // 65537 is usual
)

// affordable leaves out of what was sent what would make verifying expensive:
// keys that nobody uses, and crowds of certificates of one authority, of which
// a chain needs but one.
func affordable(certs []*x509.Certificate) []*x509.Certificate {
	variants := make(map[string]int, len(certs))
	return slices.DeleteFunc(slices.Clone(certs), func(c *x509.Certificate) bool {
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && (key.N.BitLen() > maxRSA || key.E > maxExponent) {
			return true
		}
		authority := string(c.RawSubject) + string(c.RawSubjectPublicKeyInfo)
		variants[authority]++
		return variants[authority] > maxVariants
	})
}

func pool(certs []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, cert := range certs {
		p.AddCert(cert)
	}
	return p
}

// topOf goes up from a certificate, by names and key identifiers, to the one
// whose issuer is not there, or which is its own.
func topOf(cert *x509.Certificate, known []*x509.Certificate) *x509.Certificate {
	for range len(known) {
		if selfIssued(cert) {
			return cert
		}
		i := slices.IndexFunc(known, func(c *x509.Certificate) bool {
			return bytes.Equal(c.RawSubject, cert.RawIssuer) &&
				(len(cert.AuthorityKeyId) == 0 || len(c.SubjectKeyId) == 0 || bytes.Equal(c.SubjectKeyId, cert.AuthorityKeyId))
		})
		if i < 0 {
			return cert
		}
		cert = known[i]
	}
	return cert
}

func selfIssued(cert *x509.Certificate) bool { return bytes.Equal(cert.RawSubject, cert.RawIssuer) }

// lastingLongest is when the last of the chains ceases to verify.
func lastingLongest(chains [][]*x509.Certificate) time.Time {
	var longest time.Time
	for _, chain := range chains {
		expiry := chain[0].NotAfter
		for _, cert := range chain[1:] {
			if cert.NotAfter.Before(expiry) {
				expiry = cert.NotAfter
			}
		}
		if expiry.After(longest) {
			longest = expiry
		}
	}
	return longest
}

func chainSum(certs []*x509.Certificate) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, cert := range certs {
		one := sha256.Sum256(cert.Raw)
		h.Write(one[:])
	}
	h.Sum(sum[:0])
	return sum
}
