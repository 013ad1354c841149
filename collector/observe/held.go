package observe

import (
	"crypto/x509"
	"math"
	"sync"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
)

// Bounds on what is held of all that servers send: certificates, pages, headers
// and SIP answers. A healthy domain needs some tens of KiB. Servers that are no
// domain's own are those of hosters, who may have pages for each of their
// customers: the room for these grows with the domains to be checked. Neither
// takes from the other.
const (
	ownShare     = 128 << 10 // bytes that each SIP domain has while it is checked
	mostOfDomain = 2 << 20
	roomOfAll    = 16 << 20 // that domains borrow from who need more than their own

	nameShare      = 16 << 10 // of each name of a server that is no domain's own
	roomOfOthers   = 16 << 20 // that these borrow from
	othersOfDomain = 64 << 10 // by which that grows
)

// rooms are what a scrape holds of what servers sent.
type rooms struct{ own, others limit.Room }

// held is what a memory holds of what servers sent.
type held struct {
	share *limit.Share // of a SIP domain; nil: each name has its own

	mu    sync.Mutex
	seen  map[*x509.Certificate]bool // crypto/tls has the same one for the same bytes
	names map[string]*limit.Share
}

// share is the one that what a server of this name sends counts for.
func (m *memories) share(of *memory, name string) *limit.Share {
	h := &of.held
	if h.share != nil {
		return h.share
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	share := h.names[name]
	if share == nil {
		if h.names == nil {
			h.names = make(map[string]*limit.Share)
		}
		share = m.rooms.others.NewShare(nameShare, math.MaxInt)
		h.names[name] = share
	}
	return share
}

// holdCertificates takes room for certificates that a server of this name showed,
// each once, and for what it said of them.
func (m *memories) holdCertificates(name string, certs []*x509.Certificate, staple []byte) error {
	of := m.of(name)
	share := m.share(of, name)
	h := &of.held
	h.mu.Lock()
	defer h.mu.Unlock()
	bytes := len(staple)
	for _, c := range certs {
		if !h.seen[c] {
			bytes += sizeOf(c)
		}
	}
	if err := share.Hold(bytes); err != nil {
		return err
	}
	if h.seen == nil {
		h.seen = make(map[*x509.Certificate]bool)
	}
	for _, c := range certs {
		h.seen[c] = true
	}
	return nil
}

// sizeOf is about what a certificate takes: many small names and extensions take
// a multiple of their bytes.
func sizeOf(c *x509.Certificate) int {
	const perName, perExtension = 32, 128
	return len(c.Raw) + perName*(len(c.DNSNames)+len(c.PermittedDNSDomains)+len(c.ExcludedDNSDomains)+len(c.Subject.Names)) + perExtension*len(c.Extensions)
}
