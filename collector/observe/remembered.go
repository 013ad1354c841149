package observe

import (
	"crypto/sha256"
	"crypto/x509"
	"maps"
	"slices"
	"sync"
	"time"
)

// Memory is what outlives a scrape: certificates of certification
// authorities, and what these say of revoked ones. One serves all scrapes of an exporter.
//
// Nobody can push out what another needs: a certificate is kept for long only
// if a chain up to a trusted root was verified with it, which takes a trusted
// authority to make. When there is no room left, nothing new is kept.
type Memory struct {
	mu          sync.Mutex
	authorities map[[sha256.Size]byte]*x509.Certificate // part of a chain that verified
	fetched     map[fetchKey]fetch
	verified    map[verifiedKey]verified
	bytes       int // of the certificates in both, as sent

	kept       *kept      // of kept.go
	statements statements // of statements.go
	reading    reading    // likewise
}

// Bounds of a Memory.
const (
	maxAuthorities = 2048
	maxFetched     = 2048
	maxVerified    = 16384    // of which each takes a quarter of a KiB
	maxMemory      = 16 << 20 // bytes of certificates
)

// brieflyKept is how long it is remembered that an address gave nothing of use.
const brieflyKept = 5 * time.Minute

// fetchKey is a URL as it is reached from a view.
type fetchKey struct{ view, url string }

// fetch is what a URL of an authority gave.
type fetch struct {
	certs  []*x509.Certificate // none: it could not be fetched
	until  time.Time
	useful bool // a chain was verified with it
}

// NewMemory makes a Memory that knows nothing yet.
func NewMemory() *Memory {
	return &Memory{
		authorities: make(map[[sha256.Size]byte]*x509.Certificate),
		fetched:     make(map[fetchKey]fetch),
		verified:    make(map[verifiedKey]verified),
	}
}

// authoritiesAt are the authorities known that are valid then. It forgets the
// others.
func (m *Memory) authoritiesAt(now time.Time) []*x509.Certificate {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]*x509.Certificate, 0, len(m.authorities))
	for sum, cert := range m.authorities {
		if now.After(cert.NotAfter) {
			delete(m.authorities, sum)
			m.bytes -= len(cert.Raw)
			continue
		}
		list = append(list, cert)
	}
	return list
}

// proved remembers the authorities of chains that verified, roots aside.
func (m *Memory) proved(chains [][]*x509.Certificate) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, chain := range chains {
		if len(chain) < 3 {
			continue
		}
		for _, cert := range chain[1 : len(chain)-1] {
			sum := sha256.Sum256(cert.Raw)
			if m.authorities[sum] == nil && len(m.authorities) < maxAuthorities && m.bytes+len(cert.Raw) <= maxMemory {
				m.authorities[sum] = cert
				m.bytes += len(cert.Raw)
			}
		}
	}
}

// verifiedKey is a chain as sent and the roots by which it was verified.
type verifiedKey struct {
	roots *x509.CertPool
	chain chainKey
}

// verified is that a chain is trusted.
type verified struct {
	trust Trust
	until time.Time // when the first certificate of any of its chains ends
}

// isVerified is the trust in a chain that was verified before, and whether it
// was.
func (m *Memory) isVerified(key verifiedKey, now time.Time) (Trust, bool) {
	m.mu.Lock()
	v, ok := m.verified[key]
	m.mu.Unlock()
	if !ok || now.After(v.until) {
		return Trust{}, false
	}
	return v.trust, true
}

// verify remembers that a chain is trusted, of which each scrape would otherwise
// check the signatures anew: a third of a handshake with ECDSA. Its first
// certificate is leaf.
func (m *Memory) verify(key verifiedKey, leaf *x509.Certificate, trust Trust, now time.Time) {
	v := verified{trust: trust, until: leaf.NotAfter}
	v.trust.proof = new(proof)
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, chain := range trust.proof.above {
		above := slices.Clone(chain)
		for i, cert := range above {
			if known := m.authorities[sha256.Sum256(cert.Raw)]; known != nil {
				above[i] = known // so that each is in memory once
			}
			if cert.NotAfter.Before(v.until) {
				v.until = cert.NotAfter
			}
		}
		v.trust.proof.above = append(v.trust.proof.above, above)
	}
	if len(m.verified) >= maxVerified {
		maps.DeleteFunc(m.verified, func(_ verifiedKey, old verified) bool { return now.After(old.until) })
	}
	if len(m.verified) < maxVerified {
		m.verified[key] = v
	}
}

// recall is what a URL gave not too long ago.
func (m *Memory) recall(key fetchKey, now time.Time) ([]*x509.Certificate, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.fetched[key]
	return f.certs, ok && now.Before(f.until)
}

// keep remembers what a URL gave, for a short while.
func (m *Memory) keep(key fetchKey, certs []*x509.Certificate, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	size := bytesOf(certs)
	if len(m.fetched) >= maxFetched || m.bytes+size > maxMemory {
		for old, f := range m.fetched {
			if !now.Before(f.until) {
				m.forget(old)
			}
		}
	}
	m.forget(key)
	if len(m.fetched) < maxFetched && m.bytes+size <= maxMemory {
		m.fetched[key] = fetch{certs: certs, until: now.Add(brieflyKept)}
		m.bytes += size
	}
}

// helped keeps what a URL gave, as a chain was verified with it, until the first
// of its certificates ends. It takes the room of what has helped nobody yet.
func (m *Memory) helped(key fetchKey, certs []*x509.Certificate) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(key)
	size := bytesOf(certs)
	fits := func() bool { return len(m.fetched) < maxFetched && m.bytes+size <= maxMemory }
	for old, f := range m.fetched {
		if fits() {
			break
		}
		if !f.useful {
			m.forget(old)
		}
	}
	if len(certs) == 0 || !fits() {
		return
	}
	f := fetch{certs: certs, until: certs[0].NotAfter, useful: true}
	for _, cert := range certs {
		if cert.NotAfter.Before(f.until) {
			f.until = cert.NotAfter
		}
	}
	m.fetched[key] = f
	m.bytes += size
}

// forget is called with the lock held.
func (m *Memory) forget(key fetchKey) {
	m.bytes -= bytesOf(m.fetched[key].certs)
	delete(m.fetched, key)
}

func bytesOf(certs []*x509.Certificate) (n int) {
	for _, cert := range certs {
		n += len(cert.Raw)
	}
	return n
}
