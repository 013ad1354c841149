// Package hostile runs the exporter against servers that mean it harm: in DNS,
// HTTP, TLS and SIP, each of a kind of its own, beside healthy SIP domains. Its
// servers are on loopback and need no privileges. It takes about a minute, so it
// runs where LYNC_HOSTILE_SERVERS is set: by .ci/run, or alone:
//
//	LYNC_HOSTILE_SERVERS=1 go test -count=1 ./test/hostile
package hostile

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
	if os.Getenv("LYNC_HOSTILE_SERVERS") == "" {
		fmt.Println("set LYNC_HOSTILE_SERVERS=1 to run the tests with hostile servers; see main_test.go")
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
