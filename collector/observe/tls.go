package observe

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxChain is how many certificates of a sent chain are looked at.
const maxChain = 16

// preferredCurves are what Windows servers of every age agree to, and the
// cheapest for both sides. The hybrids with post-quantum algorithms cost a
// multiple and prove nothing about an Edge.
var preferredCurves = []tls.CurveID{tls.CurveP256, tls.CurveP384, tls.CurveP521}

// everySuite offers everything: the exporter reports what old servers speak
// instead of refusing to look at them (lync-rules.md §6.5).
var everySuite = suiteNumbers(append(tls.CipherSuites(), tls.InsecureCipherSuites()...))

func suiteNumbers(suites []*tls.CipherSuite) []uint16 {
	numbers := make([]uint16, len(suites))
	for i, s := range suites {
		numbers[i] = s.ID
	}
	return numbers
}

// shakeHands makes a TLS connection of a TCP connection and takes down what
// the server shows. Nothing is verified here, so that the facts outlive every
// fault of a certificate: verifying is what Trust and the checks are for, and
// no secret ever travels over these connections.
func (s *Scrape) shakeHands(w *wire, c *Connection, curves []tls.CurveID) bool {
	conn := tls.Client(w.tcp, &tls.Config{
		ServerName:             w.to.serverName,
		InsecureSkipVerify:     true,
		MinVersion:             tls.VersionTLS10,
		CipherSuites:           everySuite,
		CurvePreferences:       curves,
		SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			// Here and not after the handshake: a server that wants a client
			// certificate shows its own before it refuses.
			c.Certificates = slices.Clone(state.PeerCertificates[:min(len(state.PeerCertificates), maxChain)])
			s.seen.add(c.Certificates)
			return nil
		},
		GetClientCertificate: func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			c.ClientCertificateRequested = true
			return s.clientCertificate(request), nil
		},
	})
	s.allow(w)
	start := time.Now()
	err := conn.Handshake()
	c.TLSDuration = time.Since(start)
	s.count.handshake(s.result(err))
	w.Conn, w.tlsDuration = conn, c.TLSDuration
	state := conn.ConnectionState()
	c.Version, c.Cipher = state.Version, state.CipherSuite
	if err == nil {
		return true
	}
	c.Stage = StageTLS
	c.Err = s.failure("the TLS handshake failed", errNoTLS(err))
	if unreadableCertificate(err) {
		c.BadCertificate = fromRemote(err)
	}
	c.ClientCertificateRefused = c.ClientCertificateRequested && closedByPeer(err)
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
func worthOtherCurves(c Connection) bool {
	return c.Stage == StageTLS && len(c.Certificates) == 0 && c.BadCertificate == nil && closedByPeer(c.Err)
}

// errNoTLS explains the most common mistake in words.
func errNoTLS(err error) error {
	var record tls.RecordHeaderError
	if errors.As(err, &record) {
		return fmt.Errorf("the server does not speak TLS on this port: %w", err)
	}
	return err
}
