// Package observe is the only code of the exporter that opens sockets. A
// Scrape asks each thing once: a question by view, name and type, a connection
// by address, port and server name, a request by URL; whoever asks again gets
// the same facts.
package observe

import (
	"context"
	"crypto/x509"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/once"
)

// Scrape is the memory of one survey and the limits that it works under. It
// ends with Close, after which no goroutine of it runs and no socket of it is
// open but those that are kept for the next one.
type Scrape struct {
	ctx    context.Context // ends all operations
	cancel context.CancelFunc
	config *config.Config
	count  *Counters
	limits *limit.Limits
	work   sync.WaitGroup // goroutines of this scrape itself

	starvation starvation            // of starvation.go
	shortage   atomic.Pointer[error] // of this machine, the first

	memories memories // of memory.go: what was learned so far

	now        time.Time                          // that certificates are judged by
	memory     *Memory                            // that outlives the scrape
	proved     func() *x509.CertPool              // authorities that it knew when the scrape began
	trusts     once.Memo[chainKey, Trust]         // of trust.go: what verifying sent chains gave
	fetches    once.Memo[fetchKey, fetched]       // of intermediates.go
	statements once.Memo[statementKey, statement] // of revocation.go

	dns     *dns.Client
	silent  sync.Map                        // of tcp.go: netip.AddrPort that did not answer twice
	only13  once.Memo[netip.AddrPort, bool] // of tls.go: addresses that refuse TLS 1.2
	idle    idlePool                        // of idle.go: connections that can take another request
	readers sync.Pool                       // of tcp.go: *bufio.Reader
}

// NewScrape begins a scrape that ends when ctx does. What the memory knows by
// now is all that earlier scrapes have a say in; nil is a memory of its own.
func NewScrape(ctx context.Context, c *config.Config, count *Counters, memory *Memory) *Scrape {
	if memory == nil {
		memory = NewMemory()
	}
	s := &Scrape{config: c, count: count, now: time.Now(), memory: memory,
		limits: limit.New(c.Concurrency, c.ConcurrencyPerNameserver, c.ConcurrencyPerAddress)}
	s.memories.rooms.own.Grow(roomOfAll)
	s.memories.rooms.others.Grow(roomOfOthers)
	s.ctx, s.cancel = context.WithCancel(ctx)
	if kept := memory.keptFor(c); kept != nil {
		s.memories.common.kept, s.memories.common.dns.Kept = kept, &kept.dns
	}
	s.dns = dns.NewClient(s.ctx, c.OperationTimeout, s.limits, count.dnsQuery, func(name string) *dns.Memory { return &s.memories.of(name).dns })
	s.starvation.due = time.Now().Add(heartbeat)
	s.work.Go(func() { s.starvation.watch(s.ctx.Done()) })
	authorities := memory.authoritiesAt(s.now)
	s.proved = sync.OnceValue(func() *x509.CertPool { return pool(authorities) })
	return s
}

// Nameservers are those that were asked in this scrape.
func (s *Scrape) Nameservers() []dns.Nameserver { return s.dns.Nameservers() }

// Yields says whether a SIP domain that is being checked makes room for another: it
// waits for slow servers, or more operations could be in flight than are.
func (s *Scrape) Yields(domain string) bool {
	return s.limits.Room() || s.memories.of(domain).dns.Domain.IsSlow()
}

// Ask asks a view's nameservers for the records of one type that a name has,
// as dns.Client.Ask does.
func (s *Scrape) Ask(ctx context.Context, view *config.View, name string, qtype uint16) dns.Answer {
	a := s.dns.Ask(ctx, view, name, qtype)
	s.noteDNS(a.Err)
	return a
}

// AskOthers asks the nameservers of a view that Ask did not need to, as
// dns.Client.AskOthers does.
func (s *Scrape) AskOthers(ctx context.Context, view *config.View, name string, qtype uint16) []dns.Answer {
	return s.dns.AskOthers(ctx, view, name, qtype)
}

// Resolve looks up the addresses of a host name, as dns.Client.Resolve does.
func (s *Scrape) Resolve(ctx context.Context, view *config.View, host string) dns.Host {
	h := s.dns.Resolve(ctx, view, host)
	s.noteDNS(h.Err)
	return h
}

// LookFor looks for a host that is hardly ever there, as dns.Client.LookFor does.
func (s *Scrape) LookFor(ctx context.Context, view *config.View, host string) dns.Host {
	h := s.dns.LookFor(ctx, view, host)
	s.noteDNS(h.Err)
	return h
}

// Shortage says what this machine has run out of, if it has: files, ports or
// memory. Nothing is known of the servers for which that was in the way. It is
// worth one line in the log.
func (s *Scrape) Shortage() error {
	if err := s.shortage.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *Scrape) noteShortage(err error) { s.shortage.CompareAndSwap(nil, &err) }

// noteDNS does so of an error of a nameserver's socket. That it has no address
// to ask from is as a rule a missing route.
func (s *Scrape) noteDNS(err error) {
	if err != nil && failure.Local(err) && !failure.NoAddress(err) {
		s.noteShortage(err)
	}
}

// Close ends everything that the scrape started and waits for it.
func (s *Scrape) Close() {
	s.keepParked()
	s.cancel()
	s.idle.close()
	s.dns.Close()
	s.work.Wait()
}
