package observe

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// endpoint is what one set of connection facts is about.
type endpoint struct {
	address    netip.AddrPort // after connect_to
	serverName string         // sent as SNI; "" means no TLS
}

// wire is one open connection. Whoever holds it holds a place in the limits.
type wire struct {
	net.Conn // TLS where the endpoint has it, else TCP
	to       endpoint
	tcp      net.Conn
	unwatch  func() bool // stop closing it at the end of the scrape
	leave    func()      // gives the place back; nil while parked

	connectDuration, tlsDuration time.Duration

	// Of http.go:
	received meter
	reader   *bufio.Reader // of received; borrowed
	readers  *sync.Pool    // from here
	used     bool          // has carried a request
	reusable bool          // and can carry another
	parked   time.Time
}

func (w *wire) close() {
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
func (w *wire) borrowReader(readers *sync.Pool) {
	w.readers = readers
	if reader, ok := readers.Get().(*bufio.Reader); ok {
		w.reader = reader
		w.reader.Reset(&w.received)
		return
	}
	w.reader = bufio.NewReaderSize(&w.received, 4<<10)
}

// allow gives everything that follows on the wire one operation_timeout in
// all, however slowly bytes trickle in.
func (s *Scrape) allow(w *wire) {
	w.tcp.SetDeadline(time.Now().Add(s.config.OperationTimeout)) // fails only on a closed connection, as what follows does
}

// open gives a connection to an endpoint, with the facts of the first one that
// the scrape made there. Where that one failed nothing is tried again and the
// wire is nil. With reuse a parked connection will do.
func (s *Scrape) open(to endpoint, reuse bool) (Connection, *wire) {
	var first *wire
	facts, ok := s.memories.of(to.serverName).connections.do(s.ctx, to, func() (c Connection) {
		c, first = s.dial(to, false)
		return c
	})
	if !ok {
		return Connection{Address: to.address, ServerName: to.serverName, Stage: StageConnect, Err: ended(s.ctx)}, nil
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
		facts.Stage, facts.Err = again.Stage, again.Err
	}
	return facts, w
}

// facts returns what the first connection to an endpoint showed.
func (s *Scrape) facts(to endpoint) Connection {
	c, ok := s.memories.of(to.serverName).connections.do(s.ctx, to, func() Connection {
		c, w := s.dial(to, false)
		if w != nil {
			w.close()
		}
		return c
	})
	if !ok {
		return Connection{Address: to.address, ServerName: to.serverName, Stage: StageConnect, Err: ended(s.ctx)}
	}
	return c
}

// dial waits for a place at the address, then connects and shakes hands, or
// with reuse takes a connection that is parked there.
func (s *Scrape) dial(to endpoint, reuse bool) (Connection, *wire) {
	leave, err := s.limits.enter(s.ctx, &s.limits.addresses, to.address.String())
	if err == nil && s.ctx.Err() != nil { // a free place is given out even then
		leave()
		err = s.ctx.Err()
	}
	if err != nil {
		return Connection{Address: to.address, ServerName: to.serverName, Stage: StageConnect, Err: ended(s.ctx)}, nil
	}
	if reuse {
		if w := s.idle.take(to); w != nil {
			w.leave = leave
			return Connection{}, w
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

// connect makes a new connection. Its caller holds the place for it.
func (s *Scrape) connect(to endpoint) (Connection, *wire) {
	s.idle.makeRoom(to.address, s.limits.addresses.size/2)
	c, w := s.connectTCP(to)
	if w == nil || to.serverName == "" {
		return c, w
	}
	if s.shakeHands(w, &c, preferredCurves) {
		return c, w
	}
	w.close()
	if !worthOtherCurves(c) || s.ctx.Err() != nil {
		return c, nil
	}
	other, w := s.connectTCP(to)
	if w == nil {
		return c, nil
	}
	if s.shakeHands(w, &other, nil) {
		return other, w
	}
	w.close()
	return other, nil
}

func (s *Scrape) connectTCP(to endpoint) (Connection, *wire) {
	c := Connection{Address: to.address, ServerName: to.serverName, Stage: StageDone}
	dialer := net.Dialer{Timeout: s.config.OperationTimeout, KeepAlive: -1}
	start := time.Now()
	conn, err := dialer.DialContext(s.ctx, "tcp", to.address.String())
	c.ConnectDuration = time.Since(start)
	s.count.connection(s.connectResult(err))
	if err != nil {
		c.Stage = connectStage(to.address, err)
		c.Err = s.failure("no TCP connection", err)
		return c, nil
	}
	unwatch := context.AfterFunc(s.ctx, func() { conn.Close() })
	return c, &wire{Conn: conn, to: to, tcp: conn, unwatch: unwatch, connectDuration: c.ConnectDuration}
}

func (s *Scrape) connectResult(err error) string {
	if refused(err) {
		return resultRefused
	}
	return s.result(err)
}

// connectStage tells a server that cannot be reached from a machine that
// cannot reach out, as one without IPv6.
func connectStage(to netip.AddrPort, err error) Stage {
	if refused(err) || timedOut(err) || hasRoute(to) {
		return StageConnect
	}
	return StageRoute
}

// hasRoute asks the operating system for a route by connecting a UDP socket,
// which sends nothing. The error of the TCP connection does not tell whether
// it was this machine or a router far away that found the host unreachable. A
// machine that has run out of sockets has no route either.
func hasRoute(to netip.AddrPort) bool {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// sideBySide runs f for 0 to n-1 and returns when all have ended.
func sideBySide(n int, f func(int)) {
	if n == 0 {
		return
	}
	var wg sync.WaitGroup
	for i := 1; i < n; i++ {
		wg.Go(func() { f(i) })
	}
	f(0)
	wg.Wait()
}

// noTargets is why there is nothing to connect to.
func noTargets(h Host) error {
	if h.Err != nil {
		return fmt.Errorf("%s could not be resolved: %w", h.Name, h.Err)
	}
	return fmt.Errorf("%s has no address", h.Name)
}
