package observe

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"sync"
	"time"
)

// chainKey identifies what a verification had to go by.
type chainKey struct {
	sum  [sha256.Size]byte // of the chain as sent
	seen int               // how many other authorities were known; 0: only those sent
}

// maxSeen bounds the authorities remembered in one scrape.
const maxSeen = 1024

// certificates are those of the certification authorities that servers sent in
// this scrape, without repetition.
type certificates struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]bool
	list  []*x509.Certificate
}

// add remembers what a server sent besides its own certificate.
func (c *certificates) add(chain []*x509.Certificate) {
	for i, cert := range chain {
		if i == 0 || !cert.IsCA {
			continue
		}
		sum := sha256.Sum256(cert.Raw)
		c.mu.Lock()
		if !c.known[sum] && len(c.list) < maxSeen {
			if c.known == nil {
				c.known = make(map[[sha256.Size]byte]bool)
			}
			c.known[sum] = true
			c.list = append(c.list, cert)
		}
		c.mu.Unlock()
	}
}

// snapshot returns those known now. The slice only ever grows.
func (c *certificates) snapshot() []*x509.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.list[:len(c.list):len(c.list)]
}

// Trust verifies a chain as a server sent it, names and key usages aside.
// Incomplete depends on what other servers of this scrape have sent so far.
func (s *Scrape) Trust(certs []*x509.Certificate) Trust {
	if len(certs) == 0 {
		return Trust{Err: errors.New("the server sent no certificate")}
	}
	key := chainKey{sum: chainSum(certs)}
	trust, ok := s.trusts.do(s.ctx, key, func() Trust { return s.verify(certs, certs[1:]) })
	if !ok {
		return Trust{Err: ended(s.ctx)}
	}
	var unknown x509.UnknownAuthorityError
	others := s.seen.snapshot()
	if trust.Trusted || len(others) == 0 || !errors.As(trust.Err, &unknown) {
		return trust
	}
	key.seen = len(others)
	helped, ok := s.trusts.do(s.ctx, key, func() Trust { return s.verify(certs, certs[1:], others) })
	trust.Incomplete = ok && helped.Trusted
	return trust
}

func (s *Scrape) verify(certs []*x509.Certificate, intermediates ...[]*x509.Certificate) Trust {
	pool := x509.NewCertPool()
	for _, list := range intermediates {
		for _, cert := range list {
			pool.AddCert(cert)
		}
	}
	chains, err := certs[0].Verify(x509.VerifyOptions{
		Roots:         s.config.TLS.Roots,
		Intermediates: pool,
		CurrentTime:   s.now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return Trust{Err: fromRemote(err)}
	}
	return Trust{Trusted: true, ChainExpiry: lastingLongest(chains)}
}

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
