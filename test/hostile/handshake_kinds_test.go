package hostile

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"time"
)

// record is one of TLS.
func record(kind byte, body []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{kind, 3, 3}, uint16(len(body))), body...)
}

// serverHello is one of TLS 1.2 with an extension that nobody knows.
func serverHello(random []byte, extension int) []byte {
	body := append([]byte{3, 3}, random...)
	body = append(body, 0, 0xc0, 0x2f, 0) // no session, ECDHE-RSA-AES128-GCM-SHA256, no compression
	body = binary.BigEndian.AppendUint16(body, uint16(extension+4))
	body = binary.BigEndian.AppendUint16(append(body, 0xfa, 0xfa), uint16(extension))
	body = append(body, make([]byte, extension)...)
	return append([]byte{2, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
}

// helloRetry is what makes a hello one that asks for another (RFC 8446 §4.1.3).
var helloRetry = []byte{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c}

// sluggish writes a byte at a time, and no more after some.
type sluggish struct {
	net.Conn
	pause time.Duration
	most  int
}

func (s *sluggish) Write(p []byte) (int, error) {
	tick := time.NewTicker(s.pause)
	defer tick.Stop()
	for i := range p {
		if s.most--; s.most < 0 {
			hold(s.Conn)
			return i, io.ErrClosedPipe
		}
		if _, err := s.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
		<-tick.C
	}
	return len(p), nil
}

// shakesHands makes a real handshake on a connection that is no usual one.
func shakesHands(name string, wrap func(net.Conn) net.Conn) kind {
	return kind{name: "TLS " + name, setup: func(s *stage, d *domain) {
		f := func(c net.Conn) {
			conn := tls.Server(wrap(c), &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
				leaf := s.ca.leaf(d, h.ServerName)
				return &leaf, nil
			}})
			if conn.HandshakeContext(context.Background()) == nil {
				hold(conn)
			}
		}
		d.raw["edge"], d.raw["web"] = f, f
	}}
}

func handshakeKinds() []kind {
	random := make([]byte, 32)
	return []kind{
		rawTLS("an extension of 16 KiB", func(c net.Conn) { c.Write(record(0x16, serverHello(random, 16000))); hold(c) }),
		rawTLS("another hello wanted without end", func(c net.Conn) { flood(c, string(record(0x16, serverHello(helloRetry, 0)))) }),
		rawTLS("two hellos", func(c net.Conn) {
			hello := record(0x16, serverHello(random, 0))
			c.Write(append(hello, hello...))
			hold(c)
		}),
		rawTLS("requests to begin anew", func(c net.Conn) { flood(c, "\x16\x03\x03\x00\x04\x00\x00\x00\x00") }),
		rawTLS("changes of the cipher", func(c net.Conn) { flood(c, "\x14\x03\x03\x00\x01\x01") }),
		rawTLS("heartbeats", func(c net.Conn) { flood(c, "\x18\x03\x03\x00\x03\x01\xff\xff") }),
		rawTLS("data before the handshake", func(c net.Conn) { flood(c, "\x17\x03\x03\x00\x05hello") }),
		rawTLS("a hello in records of a byte", func(c net.Conn) {
			for _, b := range serverHello(random, 4000) {
				if _, err := c.Write(record(0x16, []byte{b})); err != nil {
					return
				}
			}
			hold(c)
		}),
		rawTLS("a hello of SSL 2", func(c net.Conn) { io.WriteString(c, "\x80\x2e\x04\x00\x01\x00\x02"); hold(c) }),
		rawTLS("a warning and then silence", func(c net.Conn) { io.WriteString(c, "\x15\x03\x03\x00\x02\x01\x70"); hold(c) }),
		shakesHands("a handshake a byte at a time", func(c net.Conn) net.Conn { return &sluggish{c, 2 * time.Millisecond, 1 << 20} }),
		shakesHands("a handshake that stops in the middle", func(c net.Conn) net.Conn { return &sluggish{c, time.Microsecond, 300} }),
		shakesHands("silence after the handshake", func(c net.Conn) net.Conn { return c }),
	}
}
