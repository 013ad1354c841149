package observe

import (
	"net/netip"
	"strings"
	"sync"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/once"
)

// memory is what a scrape has learned, each thing once.
type memory struct {
	kept        *kept // what outlives the scrape, nil: nothing does
	dns         dns.Memory
	connections once.Memo[endpoint, *Connection]
	servers     once.Memo[serverKey, Server]
	exchanges   once.Memo[exchangeKey, *Exchange]
	webs        once.Memo[exchangeKey, Server]
	calls       once.Memo[endpoint, *Address]
	namings     once.Memo[netip.AddrPort, *naming]

	held held // of held.go: room for all that servers sent
}

type serverKey struct {
	view, host string
	port       uint16
}

type exchangeKey struct {
	view, url string
	given     bool // by a server
}

// allows says to which addresses the URL may lead from outside.
func (k exchangeKey) allows() func(netip.Addr) bool {
	if k.given {
		return Public
	}
	return Harmless
}

// memories are one memory for what is nobody's own, as the servers of a hoster,
// and one for the names of each SIP domain that is to be checked. A domain's
// memory is dropped as soon as it is done: their answers, pages and certificates
// would otherwise all be there together at the end. Of 1,000 domains with shared
// servers that is a peak of 148 MB instead of 104, with servers of their own 178
// instead of 114, for the same CPU time.
// Who asks for a name of it later, as the other domains of a company do for
// those of its first one, asks once more and for all that follow.
type memories struct {
	common memory
	rooms  rooms

	mu  sync.RWMutex
	own map[string]*ownMemory
}

// ownMemory is that of a SIP domain, which begins when somebody wants to know
// something of it: ten thousand that wait for their turn would take as much as
// those that have it.
type ownMemory struct {
	left   int // how often Leave is still to be called
	begin  sync.Once
	memory *memory
}

// begun is the memory itself.
func (o *ownMemory) begun(rooms *rooms) *memory {
	o.begin.Do(func() {
		o.memory = new(memory)
		o.memory.dns.Own, o.memory.dns.Domain = true, limit.NewDomain()
		o.memory.held.share = rooms.own.NewShare(ownShare, mostOfDomain)
	})
	return o.memory
}

// Expect announces that a SIP domain will be checked. What is learned of its
// names is remembered until Leave was called as often as Expect.
func (s *Scrape) Expect(domain string) {
	m := &s.memories
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.own == nil {
		m.own = make(map[string]*ownMemory)
	}
	if m.own[domain] == nil {
		m.own[domain] = new(ownMemory)
		m.rooms.others.Grow(othersOfDomain)
	}
	m.own[domain].left++
}

// Leave says that a SIP domain that was announced has been checked.
func (s *Scrape) Leave(domain string) {
	m := &s.memories
	m.mu.Lock()
	defer m.mu.Unlock()
	own := m.own[domain]
	if own == nil {
		return
	}
	if own.left--; own.left == 0 {
		if own.memory != nil {
			own.memory.held.share.Free()
		}
		delete(m.own, domain)
	}
}

// of is the memory for what concerns a host or another name in the DNS.
func (m *memories) of(name string) *memory {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if own := m.ownOf(name); own != nil {
		return own
	}
	return &m.common
}

// ofURL is the memory for what a URL answers. It is that of the SIP domain
// which the URL names first, be it in a path or a parameter of a hoster's URL.
func (m *memories) ofURL(url string) *memory {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for name := range strings.FieldsFuncSeq(strings.ToLower(url), endsName) {
		if own := m.ownOf(name); own != nil {
			return own
		}
	}
	return &m.common
}

// endsName says whether a character is in no host name. Letters beyond ASCII
// are in none: what goes into a URL is the Punycode form.
func endsName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_'
}

// ownOf finds the closest SIP domain that a name belongs to, or nil. Its caller
// holds the lock.
func (m *memories) ownOf(name string) *memory {
	for more := true; more; _, name, more = strings.Cut(name, ".") {
		if own := m.own[name]; own != nil {
			return own.begun(&m.rooms)
		}
	}
	return nil
}
