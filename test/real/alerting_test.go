package real

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/alerts"
	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/dashboards"
)

// TestAlerting watches the demo's estate with the shipped rules in a real
// Prometheus and a real Alertmanager. It breaks the federation record of a
// healthy domain, sees the page arrive, repairs the record and sees it resolve.
// Before that, every panel of every dashboard has to find data.
func TestAlerting(t *testing.T) {
	t.Parallel()
	simulated, err := lab.Start(lab.Scenarios(), lab.Options{OperationTimeout: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	dir := t.TempDir()
	file, err := simulated.WriteConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e := startExporter(t, strings.Replace(string(config), "ca.pem", filepath.Join(dir, "ca.pem"), 1))
	pager := startPager(t)
	manager := startAlertmanager(t, pager.url)
	p := startPrometheus(t, fmt.Sprintf(`
global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s}
rule_files: [%q, %q]
alerting: {alertmanagers: [{static_configs: [{targets: [%q]}]}]}
scrape_configs:
  - job_name: lync
    static_configs: [{targets: [%q]}]
`, writeFile(t, dir, "lync.rules.yml", hurried(string(alerts.Rules))), writeFile(t, dir, "lync.recording.yml", hurried(string(alerts.Recording))),
		manager, strings.TrimPrefix(e.url, "http://")))

	const healthy = "contoso.example"
	waitForSum(t, 1, fmt.Sprintf(`lync_capability_up{domain=%q,capability="federation"}`, healthy), p)
	t.Run("every panel finds data", func(t *testing.T) { everyPanelFindsData(t, p) })

	record := "_sipfederationtls._tcp." + healthy
	set(t, simulated, record, "sip.elsewhere.example.")
	page := pager.waitFor(t, "firing", "LyncFederationDown", healthy)
	if page.Labels["severity"] != "critical" || page.Labels["view"] != "external" {
		t.Errorf("labels of the page are %v, want severity critical and view external", page.Labels)
	}
	if text := page.Annotations["description"]; !strings.Contains(text, "federation_target_foreign_domain on _sipfederationtls._tcp") {
		t.Errorf("the page does not name the cause: %s", text)
	}
	set(t, simulated, record, "sip."+healthy+".")
	pager.waitFor(t, "resolved", "LyncFederationDown", healthy)
}

// set points a federation record to a target.
func set(t *testing.T, e *lab.Estate, record, target string) {
	t.Helper()
	if err := e.Zone().Set(record, "SRV", record+". 60 IN SRV 0 0 5061 "+target); err != nil {
		t.Fatal(err)
	}
}

// hurried shortens the waiting of rules from minutes to seconds.
func hurried(rules string) string {
	return regexp.MustCompile(`(?m)^(\s+(?:for|keep_firing_for|interval): ).*$`).ReplaceAllString(rules, "${1}1s")
}

// everyPanelFindsData runs the query of every panel.
func everyPanelFindsData(t *testing.T, p scraper) {
	for _, q := range dashboards.Queries() {
		if strings.Contains(q.Expr, "lync_iis_") || saysAllIsWell.MatchString(q.Expr) {
			continue // the demo is no Front End, and not all is well there
		}
		if !p.finds(t, q.Expr) {
			t.Errorf("%s: %s: no data for %s", q.Dashboard, q.Panel, q.Expr)
		}
	}
}

// saysAllIsWell is the form of the queries that show something only while nothing is broken.
var saysAllIsWell = regexp.MustCompile(`unless on \(\) \(count\(`)

// finds says whether a query has data within ten seconds.
func (s scraper) finds(t *testing.T, expr string) bool {
	t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for range 50 {
		if s.query(t, expr) != "" {
			return true
		}
		<-tick.C
	}
	return false
}

// alert is what Alertmanager sends to a webhook.
type alert struct {
	Status      string
	Labels      map[string]string
	Annotations map[string]string
}

// pager is the webhook that pages somebody.
type pager struct {
	url  string
	mu   sync.Mutex
	got  []alert
	news chan struct{}
}

func startPager(t *testing.T) *pager {
	t.Helper()
	p := &pager{news: make(chan struct{}, 1)}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var message struct{ Alerts []alert }
		if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
			t.Errorf("webhook: %v", err)
		}
		p.mu.Lock()
		p.got = append(p.got, message.Alerts...)
		p.mu.Unlock()
		select {
		case p.news <- struct{}{}:
		default:
		}
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// waitFor waits for an alert about a domain.
func (p *pager) waitFor(t *testing.T, status, name, domain string) alert {
	t.Helper()
	deadline := time.After(90 * time.Second)
	for {
		p.mu.Lock()
		for _, a := range p.got {
			if a.Status == status && a.Labels["alertname"] == name && a.Labels["domain"] == domain {
				p.mu.Unlock()
				return a
			}
		}
		p.mu.Unlock()
		select {
		case <-p.news:
		case <-deadline:
			t.Fatalf("no %s alert %s for %s arrived", status, name, domain)
		}
	}
}

// startAlertmanager starts Alertmanager with the shipped inhibition rules and
// a webhook for everything.
func startAlertmanager(t *testing.T, webhook string) string {
	t.Helper()
	example, err := os.ReadFile("../../examples/alertmanager.yml")
	if err != nil {
		t.Fatal(err)
	}
	_, inhibitions, ok := strings.Cut(string(example), "\ninhibit_rules:\n")
	if !ok {
		t.Fatal("examples/alertmanager.yml has no inhibition rules")
	}
	inhibitions, _, _ = strings.Cut(inhibitions, "\nreceivers:")
	dir, at := t.TempDir(), freeAddress(t)
	startServer(t, []string{at}, "prometheus-alertmanager", "--cluster.listen-address=", "--web.listen-address="+at,
		"--storage.path="+filepath.Join(dir, "data"), "--config.file="+writeFile(t, dir, "alertmanager.yml", fmt.Sprintf(`
route: {receiver: pager, group_by: [alertname, domain], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
receivers:
  - name: pager
    webhook_configs: [{url: %q, send_resolved: true}]
inhibit_rules:
%s`, webhook, inhibitions)))
	return at
}
