package dns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/once"
)

// Client asks the nameservers of one scrape. It ends with Close, after which
// no socket of it is open and no goroutine of it runs.
type Client struct {
	ctx       context.Context // ends all questions
	cancel    context.CancelFunc
	timeout   time.Duration // of one question to one nameserver
	limits    *limit.Limits
	count     func(result string)
	memory    func(name string) *Memory
	work      sync.WaitGroup // goroutines that read from sockets
	resolvers resolvers
	aliases   *atomic.Int64 // how many more hosts were aliases than were not
}

// Memory is what was answered in a scrape. Its zero value knows nothing yet.
type Memory struct {
	Kept    *Kept         // what outlives the scrape; nil: nothing does
	Own     bool          // it is for the names of one SIP domain
	Domain  *limit.Domain // of these
	zones   zones         // of that domain
	answers once.Memo[question, *reply]
	hosts   once.Memo[hostKey, *Host]
}

// Kept are the answers of several scrapes, failures aside.
type Kept struct {
	Lasts   time.Duration
	answers once.Lasting[question, *reply]
	hosts   once.Lasting[hostKey, *Host]
	aliases atomic.Int64 // as in Client
}

type hostKey struct{ view, host string }

// NewClient makes a client whose questions end with ctx, and each of them with
// the timeout. It calls count with the result of each question sent, and
// remembers what it learns of a name in the memory for it.
func NewClient(ctx context.Context, timeout time.Duration, limits *limit.Limits, count func(result string), memory func(name string) *Memory) *Client {
	c := &Client{timeout: timeout, limits: limits, count: count, memory: memory}
	c.ctx, c.cancel = context.WithCancel(ctx)
	if kept := memory("").Kept; kept != nil {
		c.aliases = &kept.aliases
	} else {
		c.aliases = new(atomic.Int64)
	}
	return c
}

// Close ends all questions and waits for what reads from sockets.
func (c *Client) Close() {
	c.cancel()
	c.resolvers.close()
	c.work.Wait()
}

// question is what is asked once in a scrape.
type question struct {
	view, name string // name lower-case, no trailing dot
	qtype      uint16
	nameserver string // the only one to ask; "": all of the view in turn
}

// reply is how a nameserver took a question. Many share it and nobody changes it.
type reply struct {
	outcome    Outcome
	records    []dns.RR
	total      int
	chain      []string
	unfollowed bool        // the chain ends at a name of which nothing was said
	server     *nameserver // whose answer this is; nil: none answered
	err        error
}

// resolvers are the nameservers met in a scrape, with the sockets to them.
type resolvers struct {
	mu        sync.Mutex
	closed    bool
	byAddress map[string]*nameserver
	byView    map[*config.View][]*nameserver
}

// of returns a view's nameservers in the order of the configuration.
func (r *resolvers) of(c *Client, view *config.View) ([]*nameserver, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.byView[view]; ok {
		return known, nil
	}
	addresses := view.Nameservers
	if len(addresses) == 0 {
		var err error
		if addresses, err = systemNameservers(); err != nil {
			return nil, fmt.Errorf("the system's nameservers are not known: %w", err)
		}
	}
	if r.byView == nil {
		r.byView = make(map[*config.View][]*nameserver)
		r.byAddress = make(map[string]*nameserver)
	}
	var list []*nameserver
	for _, address := range addresses {
		n := r.byAddress[address]
		if n == nil {
			n = &nameserver{client: c, address: address}
			n.alive = sync.OnceValue(n.isAlive)
			n.closed = r.closed
			r.byAddress[address] = n
		}
		list = append(list, n)
	}
	r.byView[view] = list
	return list, nil
}

// Nameserver is what a scrape learned of a nameserver.
type Nameserver struct {
	View, Address string
	Up            bool // it answered at least one question by something else than SERVFAIL or REFUSED
}

// Nameservers are those that were asked in this scrape, for each view.
func (c *Client) Nameservers() []Nameserver {
	c.resolvers.mu.Lock()
	defer c.resolvers.mu.Unlock()
	var list []Nameserver
	for view, servers := range c.resolvers.byView {
		for _, n := range servers {
			if n.asked.Load() {
				list = append(list, Nameserver{view.Name, n.address, n.useful.Load()})
			}
		}
	}
	slices.SortFunc(list, func(a, b Nameserver) int {
		return cmp.Or(cmp.Compare(a.View, b.View), cmp.Compare(a.Address, b.Address))
	})
	return slices.Compact(list)
}

// close ends all sockets; none is opened later.
func (r *resolvers) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, n := range r.byAddress {
		n.close()
	}
}

// inTurn asks one nameserver after the other until one answers. One that was
// silent so far comes last.
func (c *Client) inTurn(servers []*nameserver, q question) *reply {
	var failures []*reply
	for _, n := range inOrder(servers) {
		r := n.ask(q)
		if r.server != nil || c.ctx.Err() != nil {
			return r
		}
		failures = append(failures, r)
	}
	return allFailed(failures)
}

func inOrder(servers []*nameserver) []*nameserver {
	if len(servers) < 2 {
		return servers
	}
	order := make([]*nameserver, 0, len(servers))
	var last []*nameserver
	for _, n := range servers {
		if n.unreliable() {
			last = append(last, n)
		} else {
			order = append(order, n)
		}
	}
	return append(order, last...)
}

// allFailed sums up: Timeout if every nameserver was silent, else Failed.
func allFailed(failures []*reply) *reply {
	switch len(failures) {
	case 0:
		return &reply{outcome: Failed, err: errors.New("there is no nameserver to ask")}
	case 1:
		return failures[0]
	}
	all := &reply{outcome: Timeout}
	var errs manyErrors
	for _, f := range failures {
		if f.outcome != Timeout {
			all.outcome = Failed
		}
		errs = append(errs, f.err)
	}
	all.err = errs
	return all
}

// manyErrors are the errors of several nameservers, in one line.
type manyErrors []error

func (m manyErrors) Error() string {
	texts := make([]string, len(m))
	for i, err := range m {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (m manyErrors) Unwrap() []error { return m }
