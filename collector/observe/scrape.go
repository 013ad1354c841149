// Package observe is the only code of the exporter that opens sockets. A
// Scrape asks each thing once: a question by view, name and type, a connection
// by address, port and server name, a request by URL; whoever asks again gets
// the same facts.
package observe

import (
	"context"
	"sync"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// Scrape is the memory of one survey and the limits that it works under. It
// ends with Close, after which no socket of it is open and no goroutine of it
// runs.
type Scrape struct {
	ctx    context.Context // ends all operations
	cancel context.CancelFunc
	config *config.Config
	count  *Counters
	limits limits
	work   sync.WaitGroup // goroutines that serve sockets of this scrape

	memories memories // of memory.go: what was learned so far

	now    time.Time             // that certificates are judged by
	seen   certificates          // of trust.go: certification authorities met so far
	trusts memo[chainKey, Trust] // and what verifying sent chains gave

	resolvers resolvers // of dns_client.go: sockets to nameservers
	idle      idlePool  // of idle.go: connections that can take another request
	readers   sync.Pool // of tcp.go: *bufio.Reader
}

// NewScrape begins a scrape that ends when ctx does.
func NewScrape(ctx context.Context, c *config.Config, count *Counters) *Scrape {
	s := &Scrape{config: c, count: count, limits: newLimits(c), now: time.Now()}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

// Room says whether more operations could be in flight than are now.
func (s *Scrape) Room() bool { return len(s.limits.all) < cap(s.limits.all) }

// Close ends everything that the scrape started and waits for it.
func (s *Scrape) Close() {
	s.cancel()
	s.resolvers.close()
	s.idle.close()
	s.work.Wait()
}
