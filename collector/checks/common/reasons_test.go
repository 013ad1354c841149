package common

import (
	"errors"
	"net"
	"strings"
	"testing"
)

// The reason why a connection failed is one for people: the finding names the
// address already.
func TestReasonOfRefusedConnection(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	_, err = net.Dial("tcp", address)
	if err == nil {
		t.Fatal("somebody else listens there now")
	}
	got := Reason(err)
	for _, never := range []string{"dial", "tcp", address, "connect: "} {
		if got == "" || strings.Contains(got, never) {
			t.Errorf("%q has %q", got, never)
		}
	}
	if got := Reason(errors.New("no TCP connection: it was not done within 3s: i/o timeout")); got != "no answer within 3 s" {
		t.Errorf("got %q", got)
	}
}
