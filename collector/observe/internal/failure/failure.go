// Package failure makes errors of network operations, and tells their kinds
// apart on every system.
package failure

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"unicode"
)

// MaxText bounds the bytes of a message that quotes a server.
const MaxText = 256

// remoteError is an error whose text a server may have had a hand in.
type remoteError struct {
	text string
	err  error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.err }

// FromRemote makes the text of an error short, one line and printable:
// messages of net/http quote what the server sent, however long.
func FromRemote(err error) error {
	text := err.Error()
	plain := strings.IndexFunc(text, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) < 0
	if plain && len(text) <= MaxText {
		return err
	}
	short := text[:min(len(text), MaxText)]
	short = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, short)
	if len(short) < len(text) {
		short += "…"
	}
	return &remoteError{strings.ToValidUTF8(short, "\ufffd"), err}
}

// Numbers of Windows Sockets errors, which package syscall names differently
// on each system.
const (
	wsaConnAborted = syscall.Errno(10053)
	wsaConnReset   = syscall.Errno(10054)
	wsaConnRefused = syscall.Errno(10061)
)

// Refused says whether the peer's system refused a connection.
func Refused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaConnRefused)
}

// PortUnreachable says whether nothing listens at the peer's UDP port.
func PortUnreachable(err error) bool { return Refused(err) || errors.Is(err, wsaConnReset) }

// TimedOut says whether an operation took longer than it may.
func TimedOut(err error) bool {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// RemoteAlert says whether the peer sent a TLS alert; crypto/tls hides its kind.
func RemoteAlert(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error"
}

// ClosedByPeer says whether the connection ended because the peer wanted so.
func ClosedByPeer(err error) bool {
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, wsaConnReset, wsaConnAborted} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return RemoteAlert(err)
}

// Operation is an error with what was tried.
func Operation(what string, err error) error { return &operationError{what, err} }

type operationError struct {
	what string
	err  error
}

func (e *operationError) Error() string { return e.what + ": " + e.err.Error() }
func (e *operationError) Unwrap() error { return e.err }

// endedError is the error of an operation that the end of its scrape cut off.
type endedError struct{ err error }

func (e *endedError) Error() string { return "the scrape ended first: " + e.err.Error() }
func (e *endedError) Unwrap() error { return e.err }

// Ended is the error of an operation that the end of its scrape cut off.
func Ended(ctx context.Context) error { return &endedError{context.Cause(ctx)} }

// IsEnded says whether an operation was cut off so.
func IsEnded(err error) bool {
	_, ended := errors.AsType[*endedError](err)
	return ended
}
