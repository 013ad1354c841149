package observe

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

// maxChain is how many certificates of a sent chain are looked at.
const maxChain = 16

// maxHandshake is how many bytes a server may send before the handshake is done. A
// chain of ten certificates with a hundred names each has a tenth of that.
const maxHandshake = 128 << 10

// bounded is a connection from which only so much is read.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongHandshake
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

var errLongHandshake = fmt.Errorf("the server sent more than %d KiB, which the exporter does not read", maxHandshake>>10)

// preferredCurves are what Windows servers of every age agree to, and the
// cheapest for both sides. The hybrids with post-quantum algorithms cost a
// multiple and prove nothing about an Edge.
var preferredCurves = []tls.CurveID{tls.CurveP256, tls.CurveP384, tls.CurveP521}

// everySuite offers everything: the exporter reports what old servers speak
// instead of refusing to look at them (docs/rules.md#edge-tls-version).
var everySuite = suiteNumbers(append(tls.CipherSuites(), tls.InsecureCipherSuites()...))

func suiteNumbers(suites []*tls.CipherSuite) []uint16 {
	numbers := make([]uint16, len(suites))
	for i, s := range suites {
		numbers[i] = s.ID
	}
	return numbers
}

// shakeHands makes a TLS connection of a TCP connection and takes down what
// the server shows; without curves all are offered. Nothing is verified here, so
// that the facts outlive every fault of a certificate: verifying is what Trust and
// the checks are for, and no secret ever travels over these connections.
func (s *Scrape) shakeHands(w *socket, c *Connection, curves []tls.CurveID) bool {
	read := &bounded{w.tcp, maxHandshake}
	conn := tls.Client(read, &tls.Config{
		ServerName:             w.to.serverName,
		InsecureSkipVerify:     true,
		MinVersion:             tls.VersionTLS10,
		CipherSuites:           everySuite,
		CurvePreferences:       curves,
		SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			// Here and not after the handshake: a server that wants a client
			// certificate shows its own before it refuses.
			certs := state.PeerCertificates[:min(len(state.PeerCertificates), maxChain)]
			if err := s.memories.holdCertificates(w.to.serverName, certs, state.OCSPResponse); err != nil {
				return err
			}
			c.Certificates = slices.Clone(certs)
			c.Staple = state.OCSPResponse
			return nil
		},
		GetClientCertificate: func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			c.ClientCertificateRequested = true
			return s.clientCertificate(request), nil
		},
	})
	w.allow()
	watch := s.startWatch()
	err := conn.Handshake()
	read.left = math.MaxInt // what comes then is bounded where it is read
	c.TLSDuration = time.Since(watch.began)
	s.count.handshake(result.Of(s.ctx, err))
	w.Conn, w.tlsDuration = conn, c.TLSDuration
	state := conn.ConnectionState()
	c.Version, c.Cipher = state.Version, state.CipherSuite
	if err == nil {
		return true
	}
	c.Stage = StageTLS
	c.Err = s.failure("the TLS handshake failed", errNoTLS(err), watch)
	switch {
	case errors.Is(err, limit.ErrRoom):
		c.Stage = StageLocal
		s.noteShortage(err)
	case unreadableCertificate(err) || errors.Is(err, limit.ErrShare):
		c.BadCertificate = failure.FromRemote(err)
	}
	c.ClientCertificateRefused = c.ClientCertificateRequested && failure.ClosedByPeer(err)
	return false
}

// clientCertificate is the configured one, where the server can make use of
// it, else the empty one which says that there is none. The authorities that
// the server names do not matter: who configures a certificate wants it shown.
func (s *Scrape) clientCertificate(request *tls.CertificateRequestInfo) *tls.Certificate {
	if s.config.TLS.Certificate == nil {
		return &tls.Certificate{}
	}
	anyAuthority := *request
	anyAuthority.AcceptableCAs = nil
	if anyAuthority.SupportsCertificate(s.config.TLS.Certificate) != nil {
		return &tls.Certificate{}
	}
	return s.config.TLS.Certificate
}

// unreadableCertificate says whether a handshake failed because crypto/tls can
// make nothing of a certificate; it has no typed errors for that.
func unreadableCertificate(err error) bool {
	for _, text := range []string{
		"tls: failed to parse certificate from server",
		"tls: server's certificate contains an unsupported type of public key",
		"tls: server sent certificate containing RSA key larger",
	} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// worthOtherCurves says whether a handshake may have failed for want of a
// common curve: the server broke off before it showed a certificate.
func worthOtherCurves(c *Connection) bool {
	return c.Stage == StageTLS && len(c.Certificates) == 0 && c.BadCertificate == nil && failure.ClosedByPeer(c.Err)
}

// without12 says whether a SIP server that speaks TLS 1.3 refuses TLS 1.2, which
// Lync and Skype for Business speak. The address is asked once, by the first
// name. Its first word shows it; nothing is computed by either side for what would
// follow.
func (s *Scrape) without12(to endpoint) bool {
	refuses, ok := s.only13.Do(s.ctx, to.address, func() bool {
		leave, err := s.enter(to)
		if err != nil {
			return false
		}
		defer leave()
		_, w := s.connectTCP(to, s.config.OperationTimeout)
		if w == nil {
			return false
		}
		defer w.close()
		w.allow()
		err = tls.Client(&helloOnly{w.tcp}, &tls.Config{ServerName: to.serverName, InsecureSkipVerify: true,
			CipherSuites: everySuite, CurvePreferences: preferredCurves, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS12}).Handshake()
		return failure.RemoteAlert(err) || errors.Is(err, io.EOF)
	})
	return ok && refuses
}

// helloOnly is a connection that ends when the server has accepted a handshake.
type helloOnly struct{ net.Conn }

var errAccepted = errors.New("the server has sent its hello")

// Read implements net.Conn.
func (h *helloOnly) Read(p []byte) (int, error) {
	const handshakeRecord = 22 // RFC 5246 §6.2.1
	n, err := h.Conn.Read(p)
	if n > 0 && p[0] == handshakeRecord {
		return 0, errAccepted
	}
	return n, err
}

// errNoTLS explains the most common mistake in words.
func errNoTLS(err error) error {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return fmt.Errorf("the server does not speak TLS on this port: %w", err)
	}
	return err
}
