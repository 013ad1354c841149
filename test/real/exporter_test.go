package real

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/google/go-cmp/cmp"
)

// exporter is a running lync_exporter.
type exporter struct{ url string }

// startExporter starts the exporter with a configuration file.
func startExporter(t *testing.T, config string) exporter {
	t.Helper()
	at := freeAddress(t)
	startServer(t, []string{at}, exporterBinary, "--config.file="+writeFile(t, t.TempDir(), "lync.yml", config), "--web.listen-address="+at)
	return exporter{"http://" + at}
}

// scrape asks for metrics as Prometheus does, which hangs up after timeout.
func (e exporter) scrape(t *testing.T, path string, timeout time.Duration) metrics {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, e.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", strconv.FormatFloat(timeout.Seconds(), 'f', -1, 64))
	client := http.Client{Timeout: timeout}
	response, err := client.Do(request)
	if err != nil {
		t.Fatalf("scrape not answered within the timeout: %v", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("scrape not answered within the timeout: %v", err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %s", path, response.Status, body)
	}
	return parseMetrics(t, body)
}

// metrics are families by name.
type metrics map[string]*dto.MetricFamily

func parseMetrics(t *testing.T, text []byte) metrics {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return families
}

// series are values by name and labels as Prometheus writes them, labels in
// order. The labels domain and view are left out.
type series map[string]float64

// of are a SIP domain's series of some families.
func (m metrics) of(domain string, families []string) series {
	found := series{}
	for _, name := range families {
		name, check, _ := strings.Cut(name, " ")
		for _, metric := range m[name].GetMetric() {
			labels := map[string]string{}
			for _, l := range metric.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if labels["domain"] != domain || check != "" && labels["check"] != check {
				continue
			}
			delete(labels, "domain")
			delete(labels, "view")
			found[render(name, labels)] = value(metric)
		}
	}
	return found
}

func value(m *dto.Metric) float64 {
	return m.GetGauge().GetValue() + m.GetUntyped().GetValue() + m.GetCounter().GetValue()
}

func render(name string, labels map[string]string) string {
	var pairs []string
	for label, value := range labels {
		pairs = append(pairs, fmt.Sprintf("%s=%q", label, value))
	}
	sort.Strings(pairs)
	if len(pairs) == 0 {
		return name
	}
	return name + "{" + strings.Join(pairs, ",") + "}"
}

// expect compares a SIP domain's series with expected ones. Of each family that
// is named in them, the domain must have exactly these. A line is a series
// without domain and view, or one of
//
//	finding CHECK SUBJECT REASON SEVERITY    the lync_finding_info of that; all findings of CHECK must be named
//	no findings CHECK
//	no FAMILY
func (m metrics) expect(t *testing.T, domain, expected string) {
	t.Helper()
	var families []string
	var text strings.Builder
	for _, line := range strings.Split(expected, "\n") {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case fields[0] == "finding" && len(fields) == 5:
			families = append(families, "lync_finding_info "+fields[1])
			fmt.Fprintf(&text, "lync_finding_info{check=%q,subject=%q,reason=%q,severity=%q} 1\n", fields[1], fields[2], fields[3], fields[4])
		case fields[0] == "no" && fields[1] == "findings":
			families = append(families, "lync_finding_info "+fields[2])
		case fields[0] == "no":
			families = append(families, fields[1])
		default:
			name, _, _ := strings.Cut(fields[0], "{")
			families = append(families, name)
			text.WriteString(strings.TrimSpace(line) + "\n")
		}
	}
	want := series{}
	for name, family := range parseMetrics(t, []byte(text.String())) {
		for _, metric := range family.GetMetric() {
			labels := map[string]string{}
			for _, l := range metric.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			want[render(name, labels)] = value(metric)
		}
	}
	if diff := cmp.Diff(want, m.of(domain, families)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", domain, diff)
	}
}

// check runs `lync_exporter check` and returns its exit status and report.
func check(t *testing.T, args ...string) (int, string) {
	t.Helper()
	out, err := exec.Command(exporterBinary, append([]string{"check"}, args...)...).CombinedOutput()
	var status *exec.ExitError
	switch {
	case errors.As(err, &status):
		return status.ExitCode(), string(out)
	case err != nil:
		t.Fatal(err)
	}
	return 0, string(out)
}
