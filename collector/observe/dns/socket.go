package dns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

const (
	// maxSockets bounds the UDP sockets kept to one nameserver. A further one is
	// opened when each has comfortably many questions in flight, so that a burst
	// of answers does not overflow the receive buffer of one.
	maxSockets  = 8
	comfortably = 64
	// maxInFlight leaves enough message IDs free to find one by chance.
	maxInFlight = 1 << 15
	// maxDatagram is more than asked for; some nameservers send more.
	maxDatagram = 4096
)

// exchange is what one question needs; it is used again for the next.
type exchange struct {
	out   dns.Msg
	opt   dns.OPT
	extra [1]dns.RR
	query []byte // as sent
	space [512]byte
	timer *time.Timer
	got   chan error // nil: the answer is there; else: none will come. Has room for one
	answer
}

// answer is what a nameserver sent.
type answer struct {
	in        dns.Msg
	truncated bool  // in is not there, as all of it did not fit into a datagram
	broken    error // in is not there, as this is wrong with it
}

var exchanges = sync.Pool{New: func() any { return newExchange() }}

func newExchange() *exchange {
	e := &exchange{got: make(chan error, 1), timer: time.NewTimer(time.Hour)}
	e.timer.Stop()
	e.out.RecursionDesired = true
	e.out.Question = make([]dns.Question, 1)
	e.opt.Hdr = dns.RR_Header{Name: ".", Rrtype: dns.TypeOPT}
	e.opt.SetUDPSize(ednsSize)
	e.extra[0] = &e.opt
	return e
}

func (e *exchange) recycle() {
	e.timer.Stop()
	e.answer = answer{}
	exchanges.Put(e)
}

// pack writes the question into e.query, still without an ID.
func (e *exchange) pack(name string, qtype uint16, plain bool) (err error) {
	e.out.Question[0] = dns.Question{Name: dns.Fqdn(name), Qtype: qtype, Qclass: dns.ClassINET}
	e.out.Extra = nil
	if !plain {
		e.out.Extra = e.extra[:]
	}
	e.query, err = e.out.PackBuffer(e.space[:])
	return err
}

// receive reads the answer. That is done by who reads from the socket, as the library
// takes more of a stack for a name than all that waits for it. What the library cannot
// cope with costs this answer alone.
func (e *exchange) receive(datagram []byte) {
	defer func() {
		if p := recover(); p != nil {
			e.broken = fmt.Errorf("%w: %v", errBroken, p)
		}
	}()
	if e.truncated = truncated(datagram); !e.truncated {
		e.broken = unpack(&e.in, datagram)
	}
}

// udpSocket is connected to a nameserver and has many questions in flight.
type udpSocket struct {
	conn net.Conn

	mu      sync.Mutex
	waiting map[uint16]*exchange // by message ID
	broken  error                // nothing can be asked here any more
}

// socket returns one of the kept sockets, or a new one.
func (n *nameserver) socket(deadline time.Time) (*udpSocket, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, net.ErrClosed
	}
	if n.dialErr != nil {
		return nil, n.dialErr
	}
	var best *udpSocket
	least := maxInFlight
	for _, u := range n.sockets {
		load := u.inFlight()
		if load < comfortably {
			return u, nil
		}
		if load < least {
			best, least = u, load
		}
	}
	if len(n.sockets) < maxSockets {
		return n.openSocket(deadline)
	}
	if best == nil {
		return nil, fmt.Errorf("nameserver %s has too many questions in flight", n.address)
	}
	return best, nil
}

// openSocket opens a socket and starts to read from it. Its caller holds n.mu.
func (n *nameserver) openSocket(deadline time.Time) (*udpSocket, error) {
	dialer := net.Dialer{Deadline: deadline}
	conn, err := dialer.DialContext(n.client.ctx, "udp", n.address)
	if err != nil {
		err = n.unreachable(err)
		if _, unresolved := errors.AsType[*net.DNSError](err); unresolved {
			n.dialErr = err
		}
		return nil, err
	}
	u := &udpSocket{conn: conn, waiting: make(map[uint16]*exchange, comfortably)}
	n.sockets = append(n.sockets, u)
	n.client.work.Go(func() { n.read(u) })
	return u, nil
}

func (n *nameserver) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	for _, u := range n.sockets {
		u.conn.Close()
	}
}

// read hands out the answers that arrive until the socket is closed. "Port
// unreachable" concerns every question in flight; after any other error the
// socket is replaced.
func (n *nameserver) read(u *udpSocket) {
	space := make([]byte, maxDatagram)
	for {
		length, err := u.conn.Read(space)
		switch {
		case err == nil:
			if e := u.claim(space[:length]); e != nil {
				e.receive(space[:length])
				e.got <- nil
			}
		case failure.PortUnreachable(err):
			u.fail(err)
		default:
			n.discard(u, err)
			return
		}
	}
}

func (n *nameserver) discard(u *udpSocket, err error) {
	n.mu.Lock()
	n.sockets = slices.DeleteFunc(n.sockets, func(other *udpSocket) bool { return other == u })
	n.mu.Unlock()
	u.mu.Lock()
	u.broken = err
	u.mu.Unlock()
	u.conn.Close()
	u.fail(err)
}

func (u *udpSocket) inFlight() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.waiting)
}

// enter gives the question an ID that no other in flight has and that nobody
// can guess (RFC 5452 §9.2): math/rand/v2 draws from ChaCha8 with a seed of
// the operating system.
func (u *udpSocket) enter(e *exchange) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.broken != nil {
		return u.broken
	}
	for {
		id := uint16(rand.Uint32())
		if _, taken := u.waiting[id]; !taken {
			binary.BigEndian.PutUint16(e.query, id)
			u.waiting[id] = e
			return nil
		}
	}
}

// send reports a failure to all that wait, as the error may be due to any
// earlier datagram.
func (u *udpSocket) send(query []byte) {
	if _, err := u.conn.Write(query); err != nil {
		u.fail(err)
	}
}

// withdraw ends the wait for an answer. After false one is in e.got, or will
// be at once.
func (u *udpSocket) withdraw(e *exchange) bool {
	id := binary.BigEndian.Uint16(e.query)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.waiting[id] != e {
		return false
	}
	delete(u.waiting, id)
	return true
}

// claim returns who waits for this answer, nil if nobody does.
func (u *udpSocket) claim(answer []byte) *exchange {
	if len(answer) < headerSize {
		return nil
	}
	id := binary.BigEndian.Uint16(answer)
	u.mu.Lock()
	defer u.mu.Unlock()
	e := u.waiting[id]
	if e == nil || !echoes(answer, e.query) {
		return nil
	}
	delete(u.waiting, id)
	return e
}

// fail ends the wait of all.
func (u *udpSocket) fail(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, e := range u.waiting {
		delete(u.waiting, id)
		e.got <- err
	}
}
