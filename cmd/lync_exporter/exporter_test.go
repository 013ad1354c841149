package main

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lab"
)

// TestMain lets the test binary be the program, for tests of what only a process
// shows.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	goleak.VerifyTestMain(m)
}

// startExporter is the exporter against a simulated estate, behind an HTTP
// server.
func startExporter(t *testing.T, change func(*options), scenarios ...lab.Scenario) (*exporter, string) {
	t.Helper()
	simulated, err := lab.Start(scenarios, lab.Options{OperationTimeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	o := options{load: simulated.Config, telemetryPath: "/metrics"}
	if change != nil {
		change(&o)
	}
	e, err := newExporter(o, log.NewNopLogger())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(protect(e.handler()))
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return e, server.URL
}

var (
	contoso  = lab.Scenario{Name: "contoso.example"}
	umlaut   = lab.Scenario{Name: "xn--bcher-kva.example"}
	fabrikam = lab.Scenario{Name: "fabrikam.example"}
)

func get(t *testing.T, url string, headers ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}

// domains are the values of the label domain of a family.
func domains(t *testing.T, text, family string) map[string]bool {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	found := map[string]bool{}
	for _, m := range families[family].GetMetric() {
		for _, l := range m.GetLabel() {
			if l.GetName() == "domain" {
				found[l.GetValue()] = true
			}
		}
	}
	return found
}

func TestMetrics(t *testing.T) {
	_, url := startExporter(t, nil, contoso, umlaut, fabrikam)
	status, _, all := get(t, url+"/metrics")
	if status != http.StatusOK || len(domains(t, all, "lync_capability_up")) != 3 || !strings.Contains(all, "lync_exporter_domains 3\n") {
		t.Errorf("/metrics: status %d, want three domains and the exporter's own metrics in:\n%s", status, all)
	}
	problems, err := promlint.New(strings.NewReader(all)).Lint()
	for _, p := range problems {
		if !strings.HasPrefix(p.Metric, "go_") && !strings.HasPrefix(p.Metric, "process_") {
			t.Errorf("promlint: %s: %s", p.Metric, p.Text)
		}
	}
	if err != nil {
		t.Errorf("promlint: %v", err)
	}
	_, _, some := get(t, url+"/metrics?domain=B%C3%9CCHER.example.&domain=contoso.example&domain=contoso.example")
	if got := domains(t, some, "lync_capability_up"); len(got) != 2 || !got["xn--bcher-kva.example"] || strings.Contains(some, "lync_exporter_domains") {
		t.Errorf("/metrics?domain= has domains %v and is:\n%s", got, some)
	}
	if status, _, body := get(t, url+"/metrics?domain=nobody.example"); status != http.StatusNotFound || !strings.Contains(body, "nobody.example") {
		t.Errorf("an unknown domain gives status %d and %q", status, body)
	}
	if _, _, self := get(t, url+"/metrics/self"); strings.Contains(self, "lync_check_success") || !strings.Contains(self, "lync_exporter_build_info") {
		t.Errorf("/metrics/self is:\n%s", self)
	}
}

// What authorities said is remembered over scrapes, reloads and probes with a
// log, so that all of them judge by the same.
func TestMemoryIsOne(t *testing.T) {
	e, url := startExporter(t, nil, contoso)
	requests := func() float64 {
		t.Helper()
		families, err := e.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, f := range families {
			if f.GetName() == "lync_exporter_http_requests_total" {
				for _, m := range f.GetMetric() {
					sum += m.GetCounter().GetValue()
				}
			}
		}
		return sum
	}
	cost := func(ask func()) float64 {
		before := requests()
		ask()
		return requests() - before
	}
	scrape := func() { get(t, url+"/metrics") }
	first, second := cost(scrape), cost(scrape)
	if first <= second {
		t.Fatalf("the first scrape made %v requests and the second %v; want fewer, as the authority's list is known", first, second)
	}
	if err := e.reload(); err != nil {
		t.Fatal(err)
	}
	if again := cost(scrape); again != second {
		t.Errorf("after a reload a scrape made %v requests, want %v", again, second)
	}
	if again := cost(func() { get(t, url+"/probe?target=contoso.example&debug=true") }); again != second {
		t.Errorf("a probe with its log made %v requests, want %v", again, second)
	}
}

func TestMetricsEncodings(t *testing.T) {
	_, url := startExporter(t, nil, contoso)
	_, header, body := get(t, url+"/metrics", "Accept-Encoding", "gzip")
	if header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("not compressed: %v", header)
	}
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || !strings.Contains(string(text), "lync_capability_up{") {
		t.Errorf("%v: %s", err, text)
	}
	if _, header, _ := get(t, url+"/metrics", "Accept-Encoding", "gzip;q=0"); header.Get("Content-Encoding") != "" {
		t.Errorf("compressed although refused: %v", header)
	}
	_, header, body = get(t, url+"/metrics", "Accept-Encoding", "identity", "Accept", "application/openmetrics-text;version=1.0.0")
	if !strings.HasPrefix(header.Get("Content-Type"), "application/openmetrics-text") || !strings.HasSuffix(body, "# EOF\n") {
		t.Errorf("OpenMetrics asked for, got %v ending in %q", header, body[max(0, len(body)-40):])
	}
}

func TestProbe(t *testing.T) {
	_, url := startExporter(t, nil, contoso)
	tests := []struct {
		query  string
		status int
		body   string
	}{
		{"target=CONTOSO.example.", http.StatusOK, `lync_capability_up{capability="federation",domain="contoso.example",view="external"} 1`},
		{"target=contoso.example&view=external", http.StatusOK, "lync_check_success"},
		{"target=contoso.example&view=nowhere", http.StatusNotFound, "no view"},
		{"target=nobody.example", http.StatusNotFound, "--probe.allow-unconfigured"},
		{"target=https://contoso.example/", http.StatusBadRequest, "URL"},
		{"", http.StatusBadRequest, "target is missing"},
		{"target=contoso.example&debug=true", http.StatusOK, "# Report"},
	}
	for _, tt := range tests {
		if status, _, body := get(t, url+"/probe?"+tt.query); status != tt.status || !strings.Contains(body, tt.body) {
			t.Errorf("/probe?%s: status %d, want %d and %q in:\n%s", tt.query, status, tt.status, tt.body, body)
		}
	}
	_, open := startExporter(t, func(o *options) { o.allowUnconfigured = true }, contoso)
	if status, _, body := get(t, open+"/probe?target=nobody.example"); status != http.StatusOK || !domains(t, body, "lync_check_success")["nobody.example"] {
		t.Errorf("allowed domain: status %d and:\n%s", status, body)
	}
}

func TestDiscovery(t *testing.T) {
	_, url := startExporter(t, nil, contoso)
	_, header, body := get(t, url+"/sd")
	want := `[{"targets":["contoso.example"],"labels":{"__meta_lync_domain":"contoso.example","__meta_lync_profile":"","__meta_lync_topology":"auto","__meta_lync_view":"external"}}]`
	if strings.TrimSpace(body) != want || header.Get("Content-Type") != "application/json" {
		t.Errorf("/sd is %s of type %s, want %s", body, header.Get("Content-Type"), want)
	}
}

// What is wrong with a new configuration costs nothing but the new one.
func TestReload(t *testing.T) {
	var broken atomic.Bool
	_, url := startExporter(t, func(o *options) {
		load := o.load
		o.load = func() (*config.Config, error) {
			if broken.Load() {
				return nil, errors.New("lync.yml:3: no such key")
			}
			return load()
		}
	}, contoso)
	reload := func(method string) int {
		r, err := http.NewRequest(method, url+"/-/reload", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	if got := reload(http.MethodPost); got != http.StatusOK {
		t.Errorf("POST gives %d", got)
	}
	if got := reload(http.MethodGet); got != http.StatusMethodNotAllowed {
		t.Errorf("GET gives %d", got)
	}
	broken.Store(true)
	if got := reload(http.MethodPut); got != http.StatusInternalServerError {
		t.Errorf("a broken configuration gives %d", got)
	}
	_, _, body := get(t, url+"/metrics")
	if !strings.Contains(body, "lync_exporter_config_last_reload_successful 0\n") || !domains(t, body, "lync_capability_up")["contoso.example"] {
		t.Errorf("after a refused reload:\n%s", body)
	}
	broken.Store(false)
	reload(http.MethodPut)
	if _, _, body := get(t, url+"/metrics/self"); !strings.Contains(body, "lync_exporter_config_last_reload_successful 1\n") {
		t.Errorf("after a good reload:\n%s", body)
	}
}

func TestHealth(t *testing.T) {
	_, url := startExporter(t, nil, contoso)
	for _, path := range []string{"/-/healthy", "/-/ready"} {
		if status, _, _ := get(t, url+path); status != http.StatusOK {
			t.Errorf("%s gives %d", path, status)
		}
	}
}

func TestScrapeTimeout(t *testing.T) {
	const configured, offset = 10 * time.Second, 500 * time.Millisecond
	tests := []struct {
		header string
		want   time.Duration
	}{
		{"", configured}, {"5", 4500 * time.Millisecond}, {"120", configured}, {"1e300", configured},
		{"0.5", 250 * time.Millisecond}, {"0.2", 100 * time.Millisecond}, {"0.8", 400 * time.Millisecond},
		{"0", configured}, {"-3", configured}, {"NaN", configured}, {"+Inf", configured}, {"soon", configured},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Header.Set(timeoutHeader, tt.header)
		if got := scrapeTimeout(r, offset, configured); got != tt.want {
			t.Errorf("header %q gives %s, want %s", tt.header, got, tt.want)
		}
	}
}
