//go:build linux

package observe

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

// A process that may open no more files knows nothing of a healthy server. The
// limit holds for a process, so the test runs in one of its own.
func TestOutOfFiles(t *testing.T) {
	if os.Getenv("OUT_OF_FILES") == "" {
		child := exec.Command(os.Args[0], "-test.run=^TestOutOfFiles$", "-test.v")
		child.Env = append(os.Environ(), "OUT_OF_FILES=1")
		if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestOutOfFiles") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	ca := newRoot(t)
	edge := serveTLS(t, ca.configFor(t, "sip.contoso.com"), say(optionsAnswer))
	s := newScrape(t, ca, connectingTo(edge.address))
	s.count = NewCounters(prometheus.NewRegistry())
	if err := s.Shortage(); err != nil {
		t.Errorf("at first: %v", err)
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 1, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	a := s.SIP(t.Context(), external, "sip.contoso.com", 5061).Addresses[0]
	e := s.Get(t.Context(), external, "http://meet.contoso.com/")
	syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before)
	if a.Stage != StageLocal || !a.Unknown() || !a.Answer.Unknown() || e.Stage != StageLocal || !e.Unknown() {
		t.Errorf("address %+v, exchange %+v", a, e)
	}
	if err := s.Shortage(); err == nil || !strings.Contains(err.Error(), "too many open files") {
		t.Errorf("shortage: %v", err)
	}
	if n := testutil.ToFloat64(s.count.Connections.WithLabelValues(result.Local)); n != 2 {
		t.Errorf("%v counted", n)
	}
}
