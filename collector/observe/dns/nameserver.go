package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

const (
	// ednsSize is the answer size that fits every path (DNS flag day 2020).
	ednsSize = 1232
	// giveUpAfter is how many questions in a row may time out before a
	// nameserver is held to be dead for the rest of the scrape.
	giveUpAfter = 5
)

// nameserver is one nameserver with what the scrape learned of it.
type nameserver struct {
	client  *Client
	address string // host:port

	asked    atomic.Bool  // at least once
	useful   atomic.Bool  // gave an answer that says something of a name
	answered atomic.Bool  // at least once
	down     atomic.Bool  // not reachable when last asked
	silent   atomic.Int32 // questions in a row that timed out
	plain    atomic.Bool  // does not understand EDNS0
	alive    func() bool  // of isAlive, asked once

	mu      sync.Mutex
	sockets []*udpSocket
	dialErr error // the nameserver's own name could not be resolved
	closed  bool
}

// silentError says that a nameserver gave no answer in time.
type silentError struct{ text string }

func (e *silentError) Error() string { return e.text }

// Timeout makes it a timeout for failure.TimedOut, as net.Error has it.
func (e *silentError) Timeout() bool { return true }

// Temporary belongs to net.Error.
func (e *silentError) Temporary() bool { return false }

func isSilent(err error) bool {
	_, ok := errors.AsType[*silentError](err)
	return ok
}

func (n *nameserver) silence(within time.Duration, how string) error {
	return &silentError{fmt.Sprintf("nameserver %s did not answer%s within %v", n.address, how, within)}
}

// unreliable says whether others should be asked first.
func (n *nameserver) unreliable() bool {
	if n.down.Load() {
		return true
	}
	silent := n.silent.Load()
	return silent > 0 && !n.answered.Load() || silent >= giveUpAfter
}

// dead says whether asking would only cost time.
func (n *nameserver) dead() bool {
	return n.silent.Load() >= giveUpAfter && !n.answered.Load() && !n.alive()
}

// isAlive asks for what a nameserver answers by itself, be it by a refusal: a
// nameserver is not dead because those that it passes questions on to are.
func (n *nameserver) isAlive() bool {
	e := exchanges.Get().(*exchange)
	defer e.recycle()
	e.out.RecursionDesired = false
	defer func() { e.out.RecursionDesired = true }()
	if err := e.pack(".", dns.TypeNS, n.plain.Load()); err != nil {
		return false
	}
	err := n.overUDP(e, time.Now().Add(n.client.timeout/2))
	n.learn(err)
	return err == nil
}

func (n *nameserver) dies() error {
	return &silentError{fmt.Sprintf("nameserver %s did not answer any question of this scrape", n.address)}
}

// learn remembers how the nameserver behaved.
func (n *nameserver) learn(err error) {
	switch {
	case err == nil:
		if !n.answered.Load() {
			n.answered.Store(true)
		}
		if n.silent.Load() != 0 {
			n.silent.Store(0)
		}
		if n.down.Load() {
			n.down.Store(false)
		}
	case n.client.ctx.Err() != nil:
	case isSilent(err):
		n.silent.Add(1)
	default:
		n.down.Store(true)
	}
}

// ask puts one question and returns what came of it within operation_timeout.
func (n *nameserver) ask(q question) *reply {
	c := n.client
	if n.dead() {
		return &reply{outcome: Timeout, err: n.dies()}
	}
	leave, err := c.limits.Enter(c.ctx, c.memory(q.name).Domain, &c.limits.Nameservers, n.address)
	if err != nil {
		return &reply{outcome: Timeout, err: failure.Ended(c.ctx)}
	}
	defer leave()
	n.asked.Store(true)
	if n.dead() { // while waiting for the place
		return &reply{outcome: Timeout, err: n.dies()}
	}
	e := exchanges.Get().(*exchange)
	defer e.recycle()
	if err := n.exchange(e, q, time.Now().Add(c.timeout)); err != nil {
		return n.failed(err)
	}
	return n.judge(&e.in)
}

func (n *nameserver) failed(err error) *reply {
	switch {
	case n.client.ctx.Err() != nil:
		return &reply{outcome: Timeout, err: failure.Ended(n.client.ctx)}
	case isSilent(err):
		return &reply{outcome: Timeout, err: err}
	default:
		return &reply{outcome: Failed, err: err}
	}
}

// judge tells an answer from a nameserver that cannot say.
func (n *nameserver) judge(m *dns.Msg) *reply {
	if m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError {
		return &reply{outcome: Failed, err: fmt.Errorf("nameserver %s answered %s", n.address, rcode(m.Rcode))}
	}
	r, err := interpret(m)
	if err != nil {
		return &reply{outcome: Failed, err: fmt.Errorf("nameserver %s sent %w", n.address, err)}
	}
	r.server = n
	n.useful.Store(true)
	return r
}

func rcode(code int) string {
	if text, ok := dns.RcodeToString[code]; ok {
		return text
	}
	return fmt.Sprintf("RCODE %d", code)
}

// exchange leaves the answer in e.in. A nameserver that does not understand
// EDNS0 says FORMERR or NOTIMP (RFC 6891 §7) and is then asked without.
func (n *nameserver) exchange(e *exchange, q question, deadline time.Time) error {
	plain := n.plain.Load()
	err := n.send(e, q, plain, deadline)
	if err != nil || plain || !misunderstood(&e.in) {
		return err
	}
	if err := n.send(e, q, true, deadline); err != nil {
		return err
	}
	if !misunderstood(&e.in) {
		n.plain.Store(true)
	}
	return nil
}

func misunderstood(m *dns.Msg) bool {
	return m.Rcode == dns.RcodeFormatError || m.Rcode == dns.RcodeNotImplemented
}

func (n *nameserver) send(e *exchange, q question, plain bool, deadline time.Time) error {
	if err := e.pack(q.name, q.qtype, plain); err != nil {
		return failure.FromRemote(fmt.Errorf("no question can be made for %q: %w", q.name, err))
	}
	err := n.overUDP(e, deadline)
	n.learn(err)
	if err != nil {
		return err
	}
	if e.truncated {
		n.client.count(result.OK)
		answer, err := n.overTCP(e, deadline)
		if err != nil {
			n.client.count(n.client.queryFailure(err))
			return err
		}
		e.broken = unpack(&e.in, answer)
	}
	if e.broken != nil {
		n.client.count(result.Failed)
		return fmt.Errorf("nameserver %s sent %w", n.address, e.broken)
	}
	n.client.count(queryResult(&e.in))
	return nil
}

func queryResult(m *dns.Msg) string {
	switch {
	case m.Rcode == dns.RcodeNameError:
		return result.NXDomain
	case m.Rcode != dns.RcodeSuccess:
		return result.Servfail
	case len(m.Answer) == 0:
		return result.Empty
	default:
		return result.OK
	}
}

func (c *Client) queryFailure(err error) string {
	switch {
	case c.ctx.Err() != nil:
		return result.Canceled
	case isSilent(err):
		return result.Timeout
	default:
		return result.Failed
	}
}

// overUDP sends the packed question, and once more after a third of the time
// that there is. What was not answered is counted here.
func (n *nameserver) overUDP(e *exchange, deadline time.Time) error {
	c := n.client
	u, err := n.socket(deadline)
	if err == nil {
		err = u.enter(e)
	}
	if err != nil {
		return err // nothing was sent
	}
	for _, wait := range [...]time.Duration{time.Until(deadline) / 3, 0} {
		u.send(e.query)
		if wait == 0 {
			wait = time.Until(deadline)
		}
		e.timer.Reset(wait)
		select {
		case err := <-e.got:
			return n.received(err)
		case <-e.timer.C:
			c.count(result.Timeout)
		case <-c.ctx.Done():
			if u.withdraw(e) {
				c.count(result.Canceled)
				return failure.Ended(c.ctx)
			}
			return n.received(<-e.got)
		}
	}
	if u.withdraw(e) {
		return n.silence(c.timeout, "")
	}
	return n.received(<-e.got)
}

func (n *nameserver) received(err error) error {
	if err == nil {
		return nil
	}
	err = n.unreachable(err)
	n.client.count(n.client.queryFailure(err))
	return err
}

// unreachable says so, by what the system said where it said something short.
func (n *nameserver) unreachable(err error) error {
	if system, ok := errors.AsType[*os.SyscallError](err); ok {
		err = system.Err
	}
	if failure.PortUnreachable(err) {
		return fmt.Errorf("nameserver %s is down: %w", n.address, err)
	}
	return fmt.Errorf("nameserver %s cannot be reached: %w", n.address, err)
}

// overTCP asks again, since the answer was too long for a datagram.
func (n *nameserver) overTCP(e *exchange, deadline time.Time) ([]byte, error) {
	answer, err := n.tcp(e.query, deadline)
	switch {
	case err == nil && !echoes(answer, e.query):
		return nil, fmt.Errorf("nameserver %s answered another question over TCP", n.address)
	case err == nil:
		return answer, nil
	case failure.TimedOut(err):
		return nil, n.silence(n.client.timeout, " over TCP")
	default:
		return nil, fmt.Errorf("nameserver %s truncated its answer and gave none over TCP: %w", n.address, err)
	}
}

// tcp exchanges messages that have their length before them (RFC 1035 §4.2.2).
func (n *nameserver) tcp(query []byte, deadline time.Time) ([]byte, error) {
	dialer := net.Dialer{Deadline: deadline, KeepAlive: -1}
	conn, err := dialer.DialContext(n.client.ctx, "tcp", n.address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(n.client.ctx, func() { conn.Close() })()
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	framed := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(query)), uint16(len(query)))
	if _, err := conn.Write(append(framed, query...)); err != nil {
		return nil, err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err = io.ReadFull(conn, answer)
	return answer, err
}
