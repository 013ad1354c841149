package observe

import (
	"context"
	"sync"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// limits keep the exporter from flooding anybody: all operations together, the
// questions to one nameserver, the connections to one address and port.
type limits struct {
	all         semaphore
	nameservers keyedLimit
	addresses   keyedLimit
}

func newLimits(c *config.Config) limits {
	return limits{
		all:         make(semaphore, max(1, c.Concurrency)),
		nameservers: keyedLimit{size: max(1, c.ConcurrencyPerNameserver)},
		addresses:   keyedLimit{size: max(1, c.ConcurrencyPerAddress)},
	}
}

type semaphore chan struct{}

// acquire takes a place or says why it could not.
func (s semaphore) acquire(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	default:
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s semaphore) release() { <-s }

// keyedLimit is one semaphore for each key.
type keyedLimit struct {
	size int
	mu   sync.Mutex
	of   map[string]semaphore
}

func (k *keyedLimit) get(key string) semaphore {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.of[key]
	if s == nil {
		if k.of == nil {
			k.of = make(map[string]semaphore)
		}
		s = make(semaphore, k.size)
		k.of[key] = s
	}
	return s
}

// enter takes a place with one peer and then one among all operations, in this
// order so that waiting for a slow peer keeps no place from the others. The
// function it returns gives both back.
func (l *limits) enter(ctx context.Context, peers *keyedLimit, peer string) (leave func(), err error) {
	one := peers.get(peer)
	if err := one.acquire(ctx); err != nil {
		return nil, err
	}
	if err := l.all.acquire(ctx); err != nil {
		one.release()
		return nil, err
	}
	return func() { l.all.release(); one.release() }, nil
}
