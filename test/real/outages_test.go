package real

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/alerts"
	"github.com/lync-exporter/lync_exporter/dashboards"
)

// pace is what stands for a minute, in all durations of rules and routes.
type pace time.Duration

// affordable is a pace that this machine keeps with what else it has to do.
func affordable(t *testing.T) pace {
	t.Helper()
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	var load float64
	if _, err := fmt.Sscan(string(text), &load); err != nil {
		t.Fatal(err)
	}
	busy := load / float64(2*runtime.NumCPU())
	return pace(4 * min(4, max(1, busy)) * float64(time.Second))
}

func (p pace) minutes(n int) time.Duration { return time.Duration(n) * time.Duration(p) }

// TestOutages plays every outage at 1, 20 and 500 SIP domains at once, each in a
// job of its own, against real Prometheus servers with the shipped rules and a real
// Alertmanager with the shipped routes, all hurried. Those of 500 SIP domains are
// scraped every two minutes.
//
// It runs alone: a Prometheus that gets no CPU evaluates too late to see what comes and goes.
func TestOutages(t *testing.T) {
	pace := affordable(t)
	mail := startMailbox(t)
	manager := startShippedAlertmanager(t, pace, mail.url)
	var often, flapping, seldom, brief, brief2 cast
	var beside []outage
	for i, o := range outages {
		if o.probed || o.probedOnly {
			often.add(t, 20, o)
			often[len(often)-1].probe = true
		}
		if o.probedOnly {
			continue
		}
		if o.atLeast <= 1 {
			often.add(t, 1, o)
		}
		if o.atLeast <= 20 {
			often.add(t, 20, o)
		}
		switch {
		case o.few:
		case o.beside:
			beside = append(beside, o)
		case o.fine:
			flapping.add(t, 500, o)
		case o.holds > 0:
			seldom.add(t, 500, o)
		case i%2 == 0:
			brief.add(t, 500, o)
		default:
			brief2.add(t, 500, o)
		}
	}
	seldom.add(t, 500, beside...)
	server := startOutagePrometheus(t, pace, manager, 1, often.jobs())
	servers := []scraper{
		server,
		startOutagePrometheus(t, pace, manager, 1, flapping.jobs()),
		startOutagePrometheus(t, pace, manager, 2, seldom.jobs()),
		startOutagePrometheus(t, pace, manager, 1, "  - {job_name: other, static_configs: []}\n"),
	}
	ended := slices.Concat(often.begin(pace), flapping.begin(pace), seldom.begin(pace))
	t.Run("briefly", func(t *testing.T) {
		// Two, so that both cores have work.
		var servers []scraper
		for _, c := range []cast{brief, brief2} {
			servers = append(servers, startOutagePrometheus(t, pace, manager, 2, c.jobs()))
			c.begin(pace)
		}
		<-time.After(pace.minutes(30))
		for _, s := range servers {
			s.logPunctuality(t)
		}
		brief.judge(t, mail)
		brief2.judge(t, mail)
	})
	// Nothing more may come once every play has ended and all has been sent.
	<-time.After(time.Until(slices.MaxFunc(ended, time.Time.Compare).Add(pace.minutes(4))))
	for _, p := range often {
		expectPanels(t, server, p)
	}
	for _, s := range servers {
		s.logPunctuality(t)
	}
	often.judge(t, mail)
	flapping.judge(t, mail)
	seldom.judge(t, mail)
	t.Run("no job of the exporter at all", func(t *testing.T) {
		expectTitles(t, []string{"page Prometheus scrapes no lync_exporter at all."}, mail.of(""))
	})
}

// logPunctuality says how many evaluations a Prometheus missed. One that missed many
// sees what comes and goes wrongly: then the machine has too much to do for the pace,
// and a failure says nothing about the rules.
func (s scraper) logPunctuality(t *testing.T) {
	t.Helper()
	response, err := http.Get(s.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	number := func(metric string) string {
		found := regexp.MustCompile(`(?m)^` + metric + `\{.*\} (.*)$`).FindSubmatch(text)
		if found == nil {
			t.Fatalf("Prometheus has no metric %s", metric)
		}
		return string(found[1])
	}
	t.Logf("the last evaluation took %s s, %s were missed", number("prometheus_rule_group_last_duration_seconds"), number("prometheus_rule_group_iterations_missed_total"))
}

// cast is the plays that one Prometheus watches.
type cast []*play

func (c *cast) add(t *testing.T, size int, outages ...outage) {
	t.Helper()
	*c = append(*c, startPlay(t, size, outages...))
}

// jobs are the scrape jobs.
func (c cast) jobs() string {
	var jobs strings.Builder
	for _, p := range c {
		jobs.WriteString(p.scrapeConfig())
	}
	return jobs.String()
}

// begin begins all plays and says when they end.
func (c cast) begin(pace pace) []time.Time {
	var ends []time.Time
	for _, p := range c {
		ends = append(ends, p.begin(pace))
	}
	return ends
}

func (c cast) judge(t *testing.T, mail *mailbox) {
	for _, p := range c {
		t.Run(p.name(), func(t *testing.T) { p.judge(t, mail.of(p.job)) })
	}
}

// judge compares what was sent with the table.
func (p *play) judge(t *testing.T, sent []message) {
	for i := range sent {
		sent[i].title = p.last(sent[i].title)
	}
	expectTitles(t, p.want(), slices.DeleteFunc(slices.Clone(sent), func(m message) bool {
		return slices.ContainsFunc(p.outages, func(o outage) bool {
			return slices.ContainsFunc(o.may, func(title string) bool { return p.fill(title) == m.title })
		})
	}))
	for _, m := range sent {
		for _, part := range []string{"Why it matters: ", "First: ", "http://localhost:10077/"} {
			if !strings.Contains(m.description, part) {
				t.Errorf("the description of %q lacks %q: %s", m.title, part, m.description)
			}
		}
	}
	for _, o := range p.outages {
		said := func(m message) bool { return strings.Contains(m.description, p.fill(o.says)) }
		if o.says != "" && !slices.ContainsFunc(sent, said) {
			t.Errorf("no description says %q: %v", p.fill(o.says), sent)
		}
		if o.holds == 0 {
			continue
		}
		repaired := p.began.Add(p.pace.minutes(o.minutes() - o.course[len(o.course)-1].minutes))
		for _, m := range sent {
			if held := m.at.Sub(repaired); strings.HasPrefix(m.title, "resolved ") && held < p.pace.minutes(o.holds) {
				t.Errorf("%q comes %.1f minutes after the repair", m.title, float64(held)/float64(p.pace))
			}
		}
	}
}

// expectTitles compares titles. What is sent at the same time about two things comes in any order.
func expectTitles(t *testing.T, want []string, sent []message) {
	t.Helper()
	var titles []string
	for _, m := range sent {
		titles = append(titles, m.title)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(titles))); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// startOutagePrometheus starts one with the shipped rules.
func startOutagePrometheus(t *testing.T, pace pace, manager string, minutes int, jobs string) scraper {
	t.Helper()
	return startPrometheus(t, fmt.Sprintf(`
global: {scrape_interval: %[1]dms, scrape_timeout: %[1]dms, evaluation_interval: %[1]dms}
rule_files: [%[2]q]
alerting: {alertmanagers: [{static_configs: [{targets: [%[3]q]}]}]}
scrape_configs:
%[4]s`, pace.minutes(minutes).Milliseconds(), writeFile(t, t.TempDir(), "lync.rules.yml", pace.hurry(alerts.Rules)), manager, jobs))
}

// panels are what the overview shows at the end of an outage of 20 SIP domains:
// the value of a panel's first query, "" for no data.
var panels = map[string]map[string]string{
	"all is well":            {"Exporters down": "0", "SIP domains": "20", "Not all up": "0", "Not known": "0", "Expiring": "0", "Causes": "", "SIP domains and their capabilities": ""},
	"the reverse proxy dies": {"Exporters down": "0", "SIP domains": "20", "Not all up": "20", "Causes": "20"},
	"the resolver dies":      {"Exporters down": "0", "SIP domains": "20", "Not all up": "", "Not known": "140", "Expiring": "", "Nameservers": "0"},
	"the exporter dies":      {"Exporters down": "1", "SIP domains": "", "Not all up": "", "Not known": "", "Expiring": ""},
}

// expectPanels: empty, unknown and stale never look like well.
func expectPanels(t *testing.T, s scraper, p *play) {
	t.Helper()
	if p.size != 20 || p.probe {
		return
	}
	for panel, want := range panels[p.outages[0].name] {
		found := false
		for _, q := range dashboards.Queries() {
			if q.Dashboard != "lync-overview" || q.Panel != panel || found {
				continue
			}
			found = true
			if got := s.query(t, strings.ReplaceAll(q.Expr, `job=~".+"`, fmt.Sprintf("job=%q", p.job))); got != want {
				t.Errorf("%s: panel %s shows %q, want %q", p.name(), panel, got, want)
			}
		}
		if !found {
			t.Errorf("no panel %s", panel)
		}
	}
}

var duration = regexp.MustCompile(`\b(\d+)(s|m|h|d)\b`)

// hurry makes every duration of a text follow the pace.
func (p pace) hurry(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if regexp.MustCompile(`^\s*(summary|description|runbook_url|dashboard_url|url|Seen|Why|First|Explained):`).MatchString(line) {
			line = regexp.MustCompile(`\[[^\]]*\]`).ReplaceAllStringFunc(line, p.hurryDurations)
		} else {
			line = p.hurryDurations(line)
		}
		out.WriteString(line)
	}
	return out.String()
}

func (p pace) hurryDurations(text string) string {
	return duration.ReplaceAllStringFunc(text, func(d string) string {
		parsed := duration.FindStringSubmatch(d)
		n, _ := strconv.ParseFloat(parsed[1], 64)
		minutes := n * map[string]float64{"s": 1. / 60, "m": 1, "h": 60, "d": 24 * 60}[parsed[2]]
		return fmt.Sprintf("%dms", max(1000, int(minutes*float64(p.minutes(1).Milliseconds()))))
	})
}

// startShippedAlertmanager starts Alertmanager with the shipped example.
func startShippedAlertmanager(t *testing.T, pace pace, webhook string) string {
	t.Helper()
	example, err := os.ReadFile("../../examples/alertmanager.yml")
	if err != nil {
		t.Fatal(err)
	}
	dir, at := t.TempDir(), freeAddress(t)
	config := strings.ReplaceAll(pace.hurry(string(example)), "http://localhost:8080", webhook)
	// What holds back others comes with them. However hurried, these servers need their
	// time for thousands of alerts.
	config = regexp.MustCompile(`group_wait: .*`).ReplaceAllString(config, "group_wait: "+max(5*time.Second, pace.minutes(1)/2).String())
	startServer(t, []string{at}, "prometheus-alertmanager", "--cluster.listen-address=", "--web.listen-address="+at,
		"--storage.path="+filepath.Join(dir, "data"), "--config.file="+writeFile(t, dir, "alertmanager.yml", config))
	return at
}
