package common

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"time"
)

// Reason is why a connection or an answer failed, without what its finding says
// already.
func Reason(err error) string {
	if err == nil {
		return "no reason known"
	}
	text := err.Error()
	for _, known := range []string{"no TCP connection: ", "the TLS handshake failed: ", "no answer to SIP OPTIONS: ", "connect: ", "remote error: ", "tls: "} {
		text = strings.TrimPrefix(text, known)
	}
	within, late := strings.CutPrefix(text, "it was not done within ")
	dial, ok := errors.AsType[*net.OpError](err)
	switch {
	case !late && ok && dial.Op == "dial":
		text = dial.Err.Error() // without the address, which the finding names
		return strings.TrimPrefix(strings.TrimPrefix(text, "connect: "), "connectex: ")
	case !late:
		return text
	}
	limit, _, _ := strings.Cut(within, ":")
	if d, err := time.ParseDuration(limit); err == nil {
		limit = strconv.FormatFloat(d.Seconds(), 'g', -1, 64) + " s"
	}
	return "no answer within " + limit
}
