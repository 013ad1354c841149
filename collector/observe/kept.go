package observe

import (
	"context"
	"net/netip"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/once"
)

// kept is what was learned of servers that several SIP domains share, while it is
// not older than the configuration allows, and the connections to them that can
// take another request. It lasts as long as the configuration by which it was
// learned. By /probe a domain on shared servers takes 13 handshakes and 14 ms of
// CPU time without it, 3 and 7 with it.
type kept struct {
	config      *config.Config
	dns         dns.Kept
	servers     once.Lasting[serverKey, Server]
	connections once.Lasting[endpoint, *Connection]
	exchanges   once.Lasting[exchangeKey, *Exchange]
	namings     once.Lasting[netip.AddrPort, *naming]
	idle        idlePool
}

// keptFor is what was learned under a configuration, nil if it wants nothing
// kept.
func (m *Memory) keptFor(c *config.Config) *kept {
	if c.Memory == 0 {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil || m.kept.config != c {
		m.kept = &kept{config: c}
		m.kept.dns.Lasts = c.Memory
	}
	return m.kept
}

// keep makes a piece of work of a scrape one whose good result is kept, if there
// is where to.
func keep[K comparable, V any](ctx context.Context, k *kept, results func(*kept) *once.Lasting[K, V], key K, good func(V) bool, work func() V) V {
	if k == nil {
		return work()
	}
	return results(k).Do(ctx, key, k.config.Memory, good, work)
}

// server does so with one that SIP OPTIONS were sent to.
func (k *kept) server(ctx context.Context, key serverKey, work func() Server) Server {
	return keep(ctx, k, func(k *kept) *once.Lasting[serverKey, Server] { return &k.servers }, key, Server.allWell, work)
}

// connection does so with what a connection showed.
func (k *kept) connection(ctx context.Context, key endpoint, work func() *Connection) *Connection {
	well := func(c *Connection) bool { return c.Stage == StageDone }
	return keep(ctx, k, func(k *kept) *once.Lasting[endpoint, *Connection] { return &k.connections }, key, well, work)
}

// naming does so with what came of asking a SIP server for other names.
func (k *kept) naming(ctx context.Context, at netip.AddrPort) *naming {
	always := func(*naming) bool { return true }
	return keep(ctx, k, func(k *kept) *once.Lasting[netip.AddrPort, *naming] { return &k.namings }, at, always, newNaming)
}

// exchange does so with a page of moderate size.
func (k *kept) exchange(ctx context.Context, key exchangeKey, work func() *Exchange) *Exchange {
	const most = 16 << 10 // bytes
	well := func(e *Exchange) bool {
		return e.Stage == StageDone && e.BodyErr == nil && e.Status < 400 && len(e.Body) <= most && (e.URL.Scheme == "http" || e.Trust.Trusted)
	}
	return keep(ctx, k, func(k *kept) *once.Lasting[exchangeKey, *Exchange] { return &k.exchanges }, key, well, work)
}

// allWell says whether nothing is wrong with any address of the server, be it a
// certificate.
func (s Server) allWell() bool {
	for _, a := range s.Addresses {
		if a.Stage != StageDone || a.Answer.Err != nil || !a.Trust.Trusted || a.Revocation.Revoked || a.Revocation.Err != nil {
			return false
		}
	}
	return len(s.Addresses) > 0
}

// park takes over connections of a scrape that has ended. They are closed when
// nobody has wanted them for as long as a scrape would keep them.
func (k *kept) park(sockets []*socket) {
	for _, w := range sockets {
		k.idle.keep(w)
	}
	time.AfterFunc(maxIdle, func() { k.idle.closeOld(time.Now()) })
}
