package observe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

// endpoint is what one set of connection facts is about.
type endpoint struct {
	address    netip.AddrPort // after connect_to
	serverName string         // sent as SNI; "" means no TLS
}

// socket is one open connection. Whoever holds it holds a place in the limits.
type socket struct {
	net.Conn // TLS where the endpoint has it, else TCP
	to       endpoint
	tcp      net.Conn
	unwatch  func() bool // stop closing it at the end of the scrape
	leave    func()      // gives the place back; nil while parked

	timeout                      time.Duration // of one operation
	connectDuration, tlsDuration time.Duration

	// Of http.go:
	received meter
	reader   *bufio.Reader // of received; borrowed
	readers  *sync.Pool    // from here
	used     bool          // has carried a request
	reusable bool          // and can carry another
	parked   time.Time
	lasting  bool // may stay parked beyond its scrape
}

func (w *socket) close() {
	w.unwatch()
	w.Conn.Close()
	if w.reader != nil {
		w.reader.Reset(nil)
		w.readers.Put(w.reader)
		w.reader = nil
	}
	if w.leave != nil {
		w.leave()
		w.leave = nil
	}
}

// borrowReader takes a reader from those of connections that are closed.
func (w *socket) borrowReader(readers *sync.Pool) {
	w.readers = readers
	if reader, ok := readers.Get().(*bufio.Reader); ok {
		w.reader = reader
		w.reader.Reset(&w.received)
		return
	}
	w.reader = bufio.NewReaderSize(&w.received, 4<<10)
}

// allow gives everything that follows on the socket the time of one operation in
// all, however slowly bytes trickle in.
func (w *socket) allow() {
	w.tcp.SetDeadline(time.Now().Add(w.timeout)) // fails only on a closed connection, as what follows does
}

// open gives a connection to an endpoint, with the facts of the first one that
// the scrape made there, which nobody changes. Where that one failed nothing is
// tried again and the socket is nil. With reuse a parked connection will do.
func (s *Scrape) open(to endpoint, reuse bool) (*Connection, *socket) {
	var first *socket
	memory := s.memories.of(to.serverName)
	facts, ok := memory.connections.Do(s.ctx, to, func() *Connection {
		return memory.kept.connection(s.ctx, to, func() (c *Connection) {
			c, first = s.dial(to, false)
			return c
		})
	})
	if !ok {
		return s.unconnected(to), nil
	}
	if first != nil || facts.Stage != StageDone {
		return facts, first
	}
	if reuse {
		if w := s.idle.await(s.ctx, to, 2*(facts.ConnectDuration+facts.TLSDuration)); w != nil {
			return facts, w
		}
	}
	again, w := s.dial(to, reuse)
	if w == nil {
		facts = facts.failed(again.Stage, again.Err)
	}
	return facts, w
}

// failed is a later connection to the same endpoint that did not come about.
func (c *Connection) failed(stage Stage, err error) *Connection {
	later := *c
	later.Stage, later.Err = stage, err
	return &later
}

// facts returns what the first connection to an endpoint showed.
func (s *Scrape) facts(to endpoint) *Connection {
	memory := s.memories.of(to.serverName)
	c, ok := memory.connections.Do(s.ctx, to, func() *Connection {
		return memory.kept.connection(s.ctx, to, func() *Connection {
			c, w := s.dial(to, false)
			if w != nil {
				w.close()
			}
			return c
		})
	})
	if !ok {
		return s.unconnected(to)
	}
	return c
}

// unconnected is a connection that the end of the scrape came before.
func (s *Scrape) unconnected(to endpoint) *Connection {
	return &Connection{Address: to.address, ServerName: to.serverName, Stage: StageConnect, Err: failure.Ended(s.ctx)}
}

// dial waits for a place at the address, then connects and shakes hands, or
// with reuse takes a connection that is parked there.
func (s *Scrape) dial(to endpoint, reuse bool) (*Connection, *socket) {
	leave, err := s.enter(to)
	if err == nil && s.ctx.Err() != nil { // a free place is given out even then
		leave()
		err = s.ctx.Err()
	}
	if err != nil {
		return s.unconnected(to), nil
	}
	if reuse {
		if w := s.takeParked(to); w != nil {
			w.leave = leave
			return nil, w
		}
	}
	c, w := s.connect(to)
	if w == nil {
		leave()
		return c, nil
	}
	w.leave = leave
	return c, w
}

// enter waits for a place to ask an endpoint.
func (s *Scrape) enter(to endpoint) (leave func(), err error) {
	return s.limits.Enter(s.ctx, s.memories.of(to.serverName).dns.Domain, &s.limits.Addresses, to.address.String())
}

// tryAgain makes a connection for a second try at what went wrong on one.
func (s *Scrape) tryAgain(to endpoint) (*Connection, *socket) {
	leave, err := s.enter(to)
	if err != nil {
		return s.unconnected(to), nil
	}
	c, w := s.try(to, s.secondTimeout())
	if w == nil {
		leave()
		return c, nil
	}
	w.leave = leave
	return c, w
}

// connect makes a new connection. What may have failed by chance is tried once
// more before it counts. Its caller holds the place for it.
func (s *Scrape) connect(to endpoint) (*Connection, *socket) {
	s.idle.makeRoom(to.address, s.limits.Addresses.Size/2)
	c, w := s.try(to, s.config.OperationTimeout)
	if w != nil || !s.doubtful(to, c.Err) || c.Stage == StageTLS && !failure.TimedOut(c.Err) { // try has repeated those
		return c, w
	}
	again, w := s.try(to, s.secondTimeout())
	switch {
	case w != nil:
		w.timeout = s.config.OperationTimeout
	case failure.IsEnded(again.Err) || again.Stage <= c.Stage && !IsStarved(c.Err):
		s.silent.Store(to.address, true)
		return c, nil
	}
	return again, w
}

// secondTimeout is how long a second try may take. It is shorter so that two
// addresses that are dead fit into a scrape.
func (s *Scrape) secondTimeout() time.Duration { return s.config.OperationTimeout / 2 }

// doubtful says whether something may have failed by chance and is worth a
// second try. One is enough for an address that was silent twice.
func (s *Scrape) doubtful(to endpoint, err error) bool {
	if !failure.Passing(err) || s.ctx.Err() != nil {
		return false
	}
	_, silent := s.silent.Load(to.address)
	return !silent
}

// try connects and shakes hands.
func (s *Scrape) try(to endpoint, timeout time.Duration) (*Connection, *socket) {
	c, w := s.connectTCP(to, timeout)
	if w == nil || to.serverName == "" {
		return c, w
	}
	if s.shakeHands(w, c, preferredCurves) {
		return c, w
	}
	w.close()
	if !worthOtherCurves(c) || s.ctx.Err() != nil {
		return c, nil
	}
	other, w := s.connectTCP(to, timeout)
	if w == nil {
		return c, nil
	}
	if s.shakeHands(w, other, nil) {
		return other, w
	}
	w.close()
	return other, nil
}

func (s *Scrape) connectTCP(to endpoint, timeout time.Duration) (*Connection, *socket) {
	c := &Connection{Address: to.address, ServerName: to.serverName, Stage: StageDone}
	dialer := net.Dialer{Timeout: timeout, KeepAlive: -1}
	watch := s.startWatch()
	conn, err := dialer.DialTCP(s.ctx, "tcp", netip.AddrPort{}, to.address)
	c.ConnectDuration = time.Since(watch.began)
	if err != nil {
		s.noteUnconnected(c, err, watch)
		return c, nil
	}
	s.count.connection(result.OK)
	unwatch := context.AfterFunc(s.ctx, func() { conn.Close() })
	return c, &socket{Conn: conn, to: to, tcp: conn, unwatch: unwatch, timeout: timeout, connectDuration: c.ConnectDuration}
}

// noteUnconnected notes why a TCP connection did not come about.
func (s *Scrape) noteUnconnected(c *Connection, err error, watch stopwatch) {
	c.Stage = connectStage(c.Address, err)
	s.count.connection(s.connectResult(c.Stage, err))
	if c.Stage == StageLocal {
		s.noteShortage(err)
	}
	c.Err = s.failure("no TCP connection", err, watch)
}

func (s *Scrape) connectResult(stage Stage, err error) string {
	switch {
	case failure.Refused(err):
		return result.Refused
	case stage == StageLocal:
		return result.Local
	}
	return result.Of(s.ctx, err)
}

// connectStage tells a server that cannot be reached from a machine that
// cannot reach out, as one without IPv6 or with no file left to open.
func connectStage(to netip.AddrPort, err error) Stage {
	switch {
	case failure.Refused(err) || failure.TimedOut(err):
		return StageConnect
	case failure.Local(err) && !failure.NoAddress(err):
		return StageLocal
	case !hasRoute(to):
		return StageRoute
	case failure.Local(err):
		return StageLocal // all its ports are taken
	}
	return StageConnect
}

// hasRoute asks the operating system for a route by connecting a UDP socket,
// which sends nothing. The error of the TCP connection does not tell whether
// it was this machine or a router far away that found the host unreachable.
func hasRoute(to netip.AddrPort) bool {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// noTargets is why there is nothing to connect to.
func noTargets(h dns.Host) error {
	if h.Err != nil {
		return fmt.Errorf("%s could not be resolved: %w", h.Name, h.Err)
	}
	return fmt.Errorf("%s has no address", h.Name)
}

// failure is err with what was tried, or the end of the scrape if that is why,
// or that this process had no time to run.
func (s *Scrape) failure(what string, err error, watch stopwatch) error {
	if s.ctx.Err() != nil {
		return failure.Ended(s.ctx)
	}
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		what += ": the server closed the connection"
	case failure.TimedOut(err):
		if lost := s.starved(watch); lost > 0 {
			return &starvedError{lost, failure.FromRemote(failure.Operation(what, err))}
		}
		what += ": it was not done within " + s.config.OperationTimeout.String()
	}
	return failure.FromRemote(failure.Operation(what, err))
}
