package example

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"syscall"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// partnersPort is where an Edge asks for a client certificate.
const partnersPort = 5061

// readTCP reads how connecting fails.
func readTCP(text string) (string, error) {
	switch how := strings.TrimSpace(text); how {
	case "refused", "timeout", "unknown":
		return how, nil
	default:
		return "", fmt.Errorf("%q is none of refused, timeout and unknown", how)
	}
}

// connect makes a TCP connection as far as it comes.
func (n *Network) connect(name string, at netip.AddrPort) observe.Connection {
	c := observe.Connection{Address: at, ServerName: name, Stage: observe.StageDone, ConnectDuration: connectTook}
	how, _, captured := find(n.captures.tcp, name, at)
	if !captured && behaviourOf(at.Addr()) == dead && !n.names(name, at) {
		how = "refused"
	}
	switch how {
	case "refused":
		c.Stage, c.Err = observe.StageConnect, fmt.Errorf("no TCP connection: connect: %w", syscall.ECONNREFUSED)
	case "timeout":
		c.Stage, c.Err = observe.StageConnect, fmt.Errorf("no TCP connection: it was not done within 3s: %w", os.ErrDeadlineExceeded)
	case "unknown":
		c.Stage, c.Err = observe.StageRoute, fmt.Errorf("no TCP connection: connect: %w", syscall.ENETUNREACH)
	}
	return c
}

// names says whether a capture is for this address alone.
func (n *Network) names(name string, at netip.AddrPort) bool {
	_, byTLS, _ := find(n.captures.tls, name, at)
	_, bySIP, _ := find(n.captures.sip, name, at)
	return byTLS || bySIP
}

// shakeHands connects to an address and makes a TLS connection for a name.
func (n *Network) shakeHands(name string, at netip.AddrPort) *observe.Address {
	a := &observe.Address{Connection: n.connect(name, at)}
	c := &a.Connection
	if c.Stage != observe.StageDone {
		return a
	}
	c.TLSDuration = tlsTook
	h, _, captured := find(n.captures.tls, name, at)
	if !captured {
		h = newHandshake(n.now)
	}
	if !h.named {
		h.certificate.names = usualNames(name, at.Addr())
	}
	switch {
	case h.fails != "":
		c.Stage, c.Err = observe.StageTLS, errors.New("the TLS handshake failed: "+h.fails)
		return a
	case h.unreadable != "":
		c.BadCertificate = errors.New("tls: failed to parse certificate from server: " + h.unreadable)
		c.Stage, c.Err = observe.StageTLS, fmt.Errorf("the TLS handshake failed: %w", c.BadCertificate)
		return a
	}
	c.Without12 = h.without12
	c.Version, c.Cipher = h.version, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
	if h.version == tls.VersionTLS13 {
		c.Cipher = tls.TLS_AES_128_GCM_SHA256
	}
	if h.version < tls.VersionTLS12 {
		c.Cipher = tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
	}
	c.ClientCertificateRequested = at.Port() == partnersPort && behaviourOf(at.Addr()) != foreign
	if h.asks != nil {
		c.ClientCertificateRequested = *h.asks
	}
	if h.refused {
		c.ClientCertificateRequested, c.ClientCertificateRefused = true, true
		c.Stage, c.Err = observe.StageTLS, errors.New("the TLS handshake failed: remote error: tls: certificate required")
	}
	c.Certificates, a.Trust = h.certificate.issue(n.now)
	a.Revocation = h.revocation(a, n.now)
	return a
}

// usualNames are those that a server of a network has in its certificate.
func usualNames(name string, a netip.Addr) []string {
	switch behaviourOf(a) {
	case foreign:
		return []string{"www.other.example"}
	case ofMicrosoft:
		names := []string{"*.online.lync.com", "sipfed.online.lync.com", "sipdir.online.lync.com", "webdir.online.lync.com", "webdir1e.online.lync.com"}
		if lync.IsMicrosoftHost(name) {
			names = append([]string{name}, names...)
		}
		return names
	}
	return []string{name}
}
