package real

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// replica is an exporter that notes which domains it was asked to probe.
type replica struct {
	address string
	mu      sync.Mutex
	probed  map[string]bool
}

func startReplica(t *testing.T, config string) *replica {
	t.Helper()
	to, err := url.Parse(startExporter(t, config).url)
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{probed: map[string]bool{}}
	forward := httputil.NewSingleHostReverseProxy(to)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if target := request.URL.Query().Get("target"); request.URL.Path == "/probe" {
			r.mu.Lock()
			r.probed[target] = true
			r.mu.Unlock()
		}
		forward.ServeHTTP(w, request)
	}))
	t.Cleanup(server.Close)
	r.address = strings.TrimPrefix(server.URL, "http://")
	return r
}

// startReplicas starts three exporters of the same many SIP domains.
func startReplicas(t *testing.T) ([]*replica, map[string]string) {
	t.Helper()
	at := freePorts(t)
	zones, list := map[string]string{}, ""
	for i := range 24 {
		name := fmt.Sprintf("domain%02d.test", i)
		zones[name] = partnerZone(address())
		list += "  - " + name + "\n"
	}
	config := fmt.Sprintf("connect_to: %s\nviews: {external: {nameservers: [%q]}}\ndomains:\n%s", at.connectTo(), startNameserver(t, freePort(t), zones), list)
	return []*replica{startReplica(t, config), startReplica(t, config), startReplica(t, config)}, zones
}

// expectShared demands that each SIP domain was checked by exactly one exporter,
// and that none was idle.
func expectShared(t *testing.T, replicas []*replica, zones map[string]string) {
	t.Helper()
	checkedBy := map[string]int{}
	for i, r := range replicas {
		r.mu.Lock()
		if len(r.probed) == 0 {
			t.Errorf("exporter %d was asked for no domain", i)
		}
		for domain := range r.probed {
			checkedBy[domain]++
		}
		r.mu.Unlock()
	}
	want := map[string]int{}
	for domain := range zones {
		want[domain] = 1
	}
	if diff := cmp.Diff(want, checkedBy); diff != "" {
		t.Errorf("exporters by domain (-want +got):\n%s", diff)
	}
}

// TestThreeExporters: one Prometheus discovers the SIP domains at one exporter
// and spreads them by hashmod over three; another job scrapes all of them at
// once.
func TestThreeExporters(t *testing.T) {
	t.Parallel()
	replicas, zones := startReplicas(t)
	p := startPrometheus(t, fmt.Sprintf(`
global: {scrape_interval: 2s, scrape_timeout: 2s}
scrape_configs:
  - job_name: lync
    static_configs: [{targets: [%[1]q]}]
  - job_name: lync-probe
    metrics_path: /probe
    http_sd_configs: [{url: "http://%[1]s/sd", refresh_interval: 1s}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__meta_lync_view], target_label: __param_view}
      - {source_labels: [__meta_lync_domain], target_label: instance}
      - {source_labels: [__param_target], modulus: 3, target_label: __tmp_exporter, action: hashmod}
      - {source_labels: [__tmp_exporter], regex: "0", target_label: __address__, replacement: %[1]q}
      - {source_labels: [__tmp_exporter], regex: "1", target_label: __address__, replacement: %[2]q}
      - {source_labels: [__tmp_exporter], regex: "2", target_label: __address__, replacement: %[3]q}
`, replicas[0].address, replicas[1].address, replicas[2].address))
	n := len(zones)
	waitForSum(t, n, `count(up{job="lync-probe"} == 1)`, p)
	waitForSum(t, n, `count(lync_federation_target_valid{job="lync-probe"} == 1)`, p)
	waitForSum(t, 7*n, `count(lync_check_success{job="lync-probe"} == 1)`, p)
	waitForSum(t, n, `count(lync_federation_target_valid{job="lync"} == 1)`, p)
	waitForSum(t, 1, `up{job="lync"}`, p)
	expectShared(t, replicas, zones)
}

// TestThreePrometheusServers runs the shipped example of a sharded Prometheus,
// three times, each with an exporter of its own.
func TestThreePrometheusServers(t *testing.T) {
	t.Parallel()
	replicas, zones := startReplicas(t)
	example := readFile(t, filepath.Join("..", "..", "examples", "prometheus-sharded.yml"))
	var servers []scraper
	for i, r := range replicas {
		servers = append(servers, startPrometheus(t, strings.NewReplacer(
			`regex: "0"`, fmt.Sprintf("regex: %q", fmt.Sprint(i)), "localhost:10077", r.address, "1m", "2s", "15s", "2s",
			"rule_files:", "", "  - rules/lync.rules.yml", "", "  - rules/lync.recording.yml", "",
		).Replace(example)))
	}
	waitForSum(t, len(zones), `count(up{job="lync-probe"} == 1)`, servers...)
	waitForSum(t, 7*len(zones), `count(lync_check_success == 1)`, servers...)
	expectShared(t, replicas, zones)
}

// scraper is a running Prometheus.
type scraper struct{ url string }

func startPrometheus(t *testing.T, config string) scraper {
	t.Helper()
	dir, at := t.TempDir(), freeAddress(t)
	// There is memory enough, and not always CPU.
	startServer(t, []string{at}, "env", "GOGC=400", "prometheus", "--config.file="+writeFile(t, dir, "prometheus.yml", config),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+at)
	return scraper{"http://" + at}
}

// waitForSum waits until the values of a query at all servers add up.
func waitForSum(t *testing.T, want int, query string, servers ...scraper) {
	t.Helper()
	var got []string
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 300 {
		sum := 0
		got = nil
		for _, s := range servers {
			value := s.query(t, query)
			n, _ := strconv.Atoi(value) // "": 0
			sum, got = sum+n, append(got, value)
		}
		if sum == want {
			return
		}
		<-tick.C
	}
	t.Fatalf("%s is %q, want %d in all", query, got, want)
}

// query is the value of a query's only series, "" while there is none.
func (s scraper) query(t *testing.T, query string) string {
	t.Helper()
	response, err := http.Get(s.url + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data struct {
			Result []struct{ Value [2]any }
		}
	}
	if response.StatusCode == http.StatusServiceUnavailable { // still starting
		return ""
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%s: %v: %s", query, err, body)
	}
	if len(answer.Data.Result) == 0 {
		return ""
	}
	return fmt.Sprint(answer.Data.Result[0].Value[1])
}
