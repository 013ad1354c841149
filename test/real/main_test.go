// Package real runs the exporter against the servers that stand around a Lync
// estate in real life, as Debian ships them: BIND for DNS, nginx as the reverse
// proxy and for revocation lists, Kamailio as the Access Edge, openssl s_server for old TLS, openssl ocsp
// for revocation, Prometheus as the scraper.
// Certificates are made by the openssl command. They run where LYNC_REAL_SERVERS
// is set, since they need these packages and root: by .ci/run, or alone:
//
//	LYNC_REAL_SERVERS=1 go test -count=1 ./test/real
//
// Every server listens on its own loopback address below 127.77.0.0/16. DNS
// gives these addresses; connect_to moves the well-known ports to free ones, so
// that no privileges are needed. Only the tests of real_ports_test.go use the
// well-known ports themselves, and therefore need root.
package real

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// exporterBinary is built once, for all tests.
var exporterBinary string

func TestMain(m *testing.M) {
	if os.Getenv("LYNC_REAL_SERVERS") == "" {
		fmt.Println("set LYNC_REAL_SERVERS=1 to run the tests with real servers; see main_test.go")
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "lync_exporter")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	exporterBinary = filepath.Join(dir, "lync_exporter")
	build := exec.Command("go", "build", "-o", exporterBinary, "github.com/lync-exporter/lync_exporter/cmd/lync_exporter")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	status := 1
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build of lync_exporter:", err)
	} else {
		status = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(status)
}
