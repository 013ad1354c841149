package failure

import (
	"errors"
	"slices"
	"syscall"
)

// ownLimits are the errors of a system that has run out of files, ports or
// memory, those of Windows by their numbers.
var ownLimits = []syscall.Errno{
	syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL,
	8,     // ERROR_NOT_ENOUGH_MEMORY
	1450,  // ERROR_NO_SYSTEM_RESOURCES
	10024, // WSAEMFILE
	10049, // WSAEADDRNOTAVAIL
	10055, // WSAENOBUFS
}

// Local says whether an operation failed because this machine has run out of
// something, so that it says nothing of the peer.
func Local(err error) bool {
	number, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains(ownLimits, number)
}

// NoAddress says whether the system found no address or port of its own to
// connect from, which is also what a missing route looks like.
func NoAddress(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.Errno(10049))
}

// Passing says whether an operation may have failed by chance, as a packet was
// lost or a connection broke: it took too long or was reset. A refused
// connection is an answer.
func Passing(err error) bool {
	return TimedOut(err) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, wsaConnReset) || errors.Is(err, wsaConnAborted)
}
