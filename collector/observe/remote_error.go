package observe

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

// maxErrorText bounds the bytes of a message that quotes a server.
const maxErrorText = 256

// remoteError is an error whose text a server may have had a hand in.
type remoteError struct {
	text string
	err  error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.err }

// fromRemote makes the text of an error short, one line and printable:
// messages of net/http quote what the server sent, however long.
func fromRemote(err error) error {
	text := err.Error()
	plain := strings.IndexFunc(text, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) < 0
	if plain && len(text) <= maxErrorText {
		return err
	}
	short := text[:min(len(text), maxErrorText)]
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

func refused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaConnRefused)
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// remoteAlert says whether the peer sent a TLS alert; crypto/tls hides its kind.
func remoteAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// closedByPeer says whether the connection ended because the peer wanted so.
func closedByPeer(err error) bool {
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, wsaConnReset, wsaConnAborted} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return remoteAlert(err)
}

// result is the value of the label `result` for an operation that ended so.
func (s *Scrape) result(err error) string {
	switch {
	case err == nil:
		return resultOK
	case s.ctx.Err() != nil:
		return resultCanceled
	case timedOut(err):
		return resultTimeout
	default:
		return resultFailed
	}
}

// failure is err with what was tried, or the end of the scrape if that is why.
func (s *Scrape) failure(what string, err error) error {
	if s.ctx.Err() != nil {
		return ended(s.ctx)
	}
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		what += ": the server closed the connection"
	case timedOut(err):
		what += ": it was not done within " + s.config.OperationTimeout.String()
	}
	return fromRemote(&operationError{what, err})
}

type operationError struct {
	what string
	err  error
}

func (e *operationError) Error() string { return e.what + ": " + e.err.Error() }
func (e *operationError) Unwrap() error { return e.err }

// ended is the error of an operation that the end of its scrape cut off.
func ended(ctx context.Context) error {
	return &operationError{"the scrape ended first", context.Cause(ctx)}
}
