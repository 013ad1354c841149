package hostile

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// process is a running exporter.
type process struct {
	url    string
	pid    int
	log    *lockedBuffer
	client http.Client

	scrapes atomic.Int64 // that were asked for
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// configuration is that of an exporter which checks domains of the stage.
func (s *stage) configuration(t testing.TB, names []string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), []byte(s.ca.pem()), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "lync.yml")
	text := fmt.Sprintf("timeout: 20s\noperation_timeout: 1s\nfollow_private: false\ntls: {ca_file: ca.pem}\nviews: {external: {nameservers: [%q]}}\nconnect_to: [\":443::%d\", \":80::%d\", \":5061::%d\"]\ndomains:\n",
		s.resolver, s.ports[443], s.ports[80], s.ports[5061])
	for _, name := range names {
		text += fmt.Sprintf("  - {name: %s, topology: on_premises}\n", name)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// freeAddress is one that nobody listens on yet.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func startExporter(t testing.TB, address, config string, limits ...string) *process {
	t.Helper()
	p := &process{url: "http://" + address, log: new(lockedBuffer), client: http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
	command := exec.Command("sh", append([]string{"-c", strings.Join(append(limits, `exec "$0" "$@"`), "; "), exporterBinary}, "--config.file="+config, "--web.listen-address="+address)...)
	command.Stdout, command.Stderr = p.log, p.log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p.pid = command.Process.Pid
	ended := make(chan struct{})
	go func() { defer close(ended); _ = command.Wait() }()
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		if r, err := p.client.Get(p.url + "/-/ready"); err == nil {
			r.Body.Close()
			return p
		}
		select {
		case <-ended:
			t.Fatalf("the exporter ended:\n%s", p.log)
		case <-tick.C:
		}
	}
	t.Fatalf("the exporter does not answer:\n%s", p.log)
	return nil
}

// get asks as Prometheus does, with a timeout.
func (p *process) get(t testing.TB, path string, timeout time.Duration) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", strconv.FormatFloat(timeout.Seconds(), 'f', -1, 64))
	p.scrapes.Add(1)
	began := time.Now()
	answer, err := p.client.Do(r)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if took := time.Since(began); err != nil || answer.StatusCode != http.StatusOK || took > timeout {
		t.Errorf("%s: %s after %v: %v\n%.300s", path, answer.Status, took, err, body)
	}
	return string(body)
}

// families reads an exposition, which has to be valid.
func families(t testing.TB, text string) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	found, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Errorf("the exposition is not valid: %v", err)
	}
	return found
}

// value is a metric without labels.
func value(t testing.TB, text, name string) float64 {
	t.Helper()
	f := families(t, text)[name]
	if f == nil {
		t.Errorf("no %s", name)
		return 0
	}
	m := f.GetMetric()[0]
	return m.GetGauge().GetValue() + m.GetCounter().GetValue() + m.GetUntyped().GetValue()
}

func labelsOf(m *dto.Metric) map[string]string {
	labels := make(map[string]string)
	for _, l := range m.GetLabel() {
		labels[l.GetName()] = l.GetValue()
	}
	return labels
}

// accused says what is found wrong with a healthy domain. What is unknown is not.
func accused(t testing.TB, text, domain string) (faults []string) {
	t.Helper()
	found := families(t, text)
	for _, m := range found["lync_capability_up"].GetMetric() {
		if l := labelsOf(m); l["domain"] == domain && m.GetGauge().GetValue() != 1 {
			faults = append(faults, l["capability"]+" is down")
		}
	}
	for _, m := range found["lync_finding_info"].GetMetric() {
		if l := labelsOf(m); l["domain"] == domain && l["severity"] == "critical" {
			faults = append(faults, l["reason"]+" of "+l["subject"])
		}
	}
	return faults
}

// complete says that, and what is unknown of it.
func complete(t testing.TB, text, domain string) []string {
	t.Helper()
	faults := accused(t, text, domain)
	found := families(t, text)
	known := 0
	for _, m := range found["lync_capability_up"].GetMetric() {
		if labelsOf(m)["domain"] == domain {
			known++
		}
	}
	if known != 4 {
		faults = append(faults, fmt.Sprintf("%d capabilities are known", known))
	}
	for _, m := range found["lync_check_success"].GetMetric() {
		if l := labelsOf(m); l["domain"] == domain && m.GetGauge().GetValue() != 1 {
			faults = append(faults, l["check"]+" did not end")
		}
	}
	return faults
}

// reasons are those of a domain's findings.
func reasons(t testing.TB, text, domain string) string {
	t.Helper()
	var list []string
	for _, m := range families(t, text)["lync_finding_info"].GetMetric() {
		if l := labelsOf(m); l["domain"] == domain {
			list = append(list, l["reason"])
		}
	}
	return strings.Join(list, " ")
}

// usage is what a process has used: the most memory at once, and CPU time.
func (p *process) usage(t testing.TB) (mebibytes, seconds float64) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		var kib float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kib); err == nil {
			mebibytes = kib / 1024
		}
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+2:]))
	for _, f := range fields[11:13] { // user and system time in hundredths
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			t.Fatal(err)
		}
		seconds += n / 100
	}
	return mebibytes, seconds
}
