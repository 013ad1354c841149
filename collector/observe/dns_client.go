package observe

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// question is what is asked once in a scrape.
type question struct {
	view, name string // name lower-case, no trailing dot
	qtype      uint16
	nameserver string // the only one to ask; "": all of the view in turn
}

// reply is how a nameserver took a question.
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
func (r *resolvers) of(s *Scrape, view *config.View) ([]*nameserver, error) {
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
			n = &nameserver{scrape: s, address: address}
			n.closed = r.closed
			r.byAddress[address] = n
		}
		list = append(list, n)
	}
	r.byView[view] = list
	return list, nil
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
func (s *Scrape) inTurn(servers []*nameserver, q question) reply {
	var failures []reply
	for _, n := range inOrder(servers) {
		r := n.ask(q)
		if r.server != nil || s.ctx.Err() != nil {
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
func allFailed(failures []reply) reply {
	switch len(failures) {
	case 0:
		return reply{outcome: Failed, err: errors.New("there is no nameserver to ask")}
	case 1:
		return failures[0]
	}
	all := reply{outcome: Timeout}
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
