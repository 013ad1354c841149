package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var listeningOn = regexp.MustCompile(`msg="Listening on" address=(\S+)`)

// addresses is a log that hands out the addresses that are listened on.
type addresses chan string

func (a addresses) Write(line []byte) (int, error) {
	for _, found := range listeningOn.FindAllSubmatch(line, -1) {
		a <- string(found[1])
	}
	return len(line), nil
}

// serveForTest runs the command on a free port until the test ends, and gives
// the URL at which it answers.
func serveForTest(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	listening := make(addresses, 8)
	var ended sync.WaitGroup
	status := exitOK
	ended.Go(func() {
		status = run(ctx, append([]string{"serve", "--web.listen-address=127.0.0.1:0"}, args...), streams{io.Discard, listening})
	})
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		ended.Wait()
		if status != exitOK {
			t.Errorf("serve ended with status %d", status)
		}
	})
	select {
	case address := <-listening:
		return "http://" + address
	case <-time.After(20 * time.Second):
		t.Fatal("the exporter does not listen")
		return ""
	}
}

// Several addresses answer; one that cannot be opened ends the start with a line
// that names it, and the others with it.
func TestListenAddresses(t *testing.T) {
	t.Parallel()
	file := estateFile(t, contoso)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, address := range []string{taken.Addr().String(), "vsock://no-port", "127.0.0.1:notaport"} {
		status, _, stderr := runCommand(t, "serve", "--config.file", file, "--web.listen-address=127.0.0.1:0", "--web.listen-address", address)
		if status != exitError || !strings.Contains(stderr, "--web.listen-address "+address) {
			t.Errorf("%s: status %d: %s", address, status, stderr)
		}
	}
	url := serveForTest(t, "--config.file", file, "--web.listen-address=127.0.0.1:0")
	if status, _, _ := get(t, url+"/-/ready"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}
