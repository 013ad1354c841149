package lab

import (
	"net"
	"sync/atomic"
)

// Counts are what Edges and web servers of an estate have seen of clients.
type Counts struct {
	Connections int64 // TCP connections taken
	Handshakes  int64 // TLS handshakes that the server completed
	Requests    int64 // over SIP and HTTP
}

type counters struct{ connections, handshakes, requests atomic.Int64 }

// Counts are those since the start. Questions to the nameserver are the zone's.
func (e *Estate) Counts() Counts {
	return Counts{e.counts.connections.Load(), e.counts.handshakes.Load(), e.counts.requests.Load()}
}

// counting is a listener that counts what it takes.
type counting struct {
	net.Listener
	counts *counters
}

func (c counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.counts.connections.Add(1)
	}
	return conn, err
}
