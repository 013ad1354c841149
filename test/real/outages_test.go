package real

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/alerts"
	"github.com/lync-exporter/lync_exporter/dashboards"
)

// An outage is a row of the table: what breaks and is repaired, and who is
// notified of it how often with which title. Its exporter is a simulated one,
// which exposes what lync_exporter exposes of so many SIP domains.
type outage struct {
	name  string
	sizes []int // numbers of SIP domains; none: 1 and 20
	// course is the state of the estate in each turn; the last one stays.
	course []turn
	// want is all that is sent, in order: "page", "ticket" or "resolved", and a title.
	// N stands for "1 SIP domain", "20 SIP domains", ...
	want []string
}

// turn is so many scrape intervals of a state.
type turn struct {
	scrapes int
	state   state
}

// state is what is broken.
type state struct {
	edge, edgePort, proxy, otherEdge bool // do not answer
	expired                          bool // certificate of the Edge
	record                           int  // number of the SIP domain whose federation record is wrong; 0: none
	gone                             int  // number of the SIP domain of which nothing works
	resolver                         bool // answers nothing
	unknown                          int  // number of the SIP domain whose nameservers do not answer
	exporter                         bool // does not answer
}

const (
	scrapeEvery = 2 * time.Second // stands for a minute, in all durations of rules and routes
	edgeTitle   = "Edge sip.d001.example and other names (192.0.2.1) does not answer: N."
)

var (
	well     = state{}
	edgeDown = state{edge: true}
)

var outages = []outage{
	{
		name:   "all is well",
		course: []turn{{30, well}},
	},
	{
		name:   "the Edge dies and comes back",
		sizes:  []int{1, 20, 500},
		course: []turn{{3, well}, {12, edgeDown}, {20, well}},
		want:   []string{"page " + edgeTitle, "resolved " + edgeTitle},
	},
	{
		name:   "one port of the Edge dies, then the whole Edge",
		sizes:  []int{20},
		course: []turn{{3, well}, {9, state{edgePort: true}}, {15, edgeDown}, {20, well}},
		want: []string{
			"page Edge sip.d001.example and other names does not answer at 192.0.2.1:5061: N.",
			"page " + edgeTitle,
			"resolved Edge sip.d001.example and other names does not answer at 192.0.2.1:5061: N.",
			"resolved " + edgeTitle,
		},
	},
	{
		name:   "one SIP domain is broken for days, then the Edge of the others dies",
		sizes:  []int{20, 500},
		course: []turn{{12, state{record: 2}}, {25, state{record: 2, edge: true}}},
		want:   []string{"page Federation with d002.example is down.", "page " + edgeTitle},
	},
	{
		name:   "an Edge is down for days, then another dies",
		sizes:  []int{20},
		course: []turn{{12, state{otherEdge: true}}, {25, state{otherEdge: true, edge: true}}},
		want:   []string{"page Edge other.d001.example and other names (198.51.100.1) does not answer: 10 SIP domains.", "page Edge sip.d002.example and other names (192.0.2.1) does not answer: 10 SIP domains."},
	},
	{
		name:   "the reverse proxy dies",
		course: []turn{{3, well}, {25, state{proxy: true}}},
		want:   []string{"page Reverse proxy lyncdiscover.d001.example and other names (192.0.2.2:443) does not answer: N."},
	},
	{
		name:   "the certificate of the Edge expires",
		course: []turn{{3, well}, {25, state{expired: true}}},
		want:   []string{"page The certificate of sip.d001.example and other names is refused: N."},
	},
	{
		name:   "a record of one SIP domain is wrong, then that of a second",
		sizes:  []int{20},
		course: []turn{{3, well}, {12, state{record: 2}}, {25, state{record: 3}}},
		want: []string{
			"page Federation with d002.example is down.",
			"page Federation with d003.example is down.",
			"resolved Federation with d002.example is down.",
		},
	},
	{
		name:   "the zone of one SIP domain is lost",
		sizes:  []int{1, 20},
		course: []turn{{3, well}, {25, state{gone: 1}}},
		want:   []string{"page Nothing of d001.example works."},
	},
	{
		name:   "the resolver dies",
		sizes:  []int{1, 20, 500},
		course: []turn{{3, well}, {25, state{resolver: true}}},
		want:   []string{"page No nameserver of the view external answers the exporter."},
	},
	{
		name:   "the resolver dies while the Edge is down",
		sizes:  []int{20},
		course: []turn{{12, edgeDown}, {30, state{resolver: true}}},
		want:   []string{"page " + edgeTitle, "page No nameserver of the view external answers the exporter."},
	},
	{
		name:   "the nameservers of one SIP domain die",
		sizes:  []int{20},
		course: []turn{{3, well}, {25, state{unknown: 2}}},
		want:   []string{"ticket Checks of d002.example do not complete."},
	},
	{
		name:   "the exporter dies",
		sizes:  []int{1, 20, 500},
		course: []turn{{3, well}, {25, state{exporter: true}}},
		want:   []string{"page lync_exporter is down (JOB)."},
	},
	{
		name:   "the exporter dies while the Edge is down",
		sizes:  []int{20},
		course: []turn{{12, edgeDown}, {30, state{exporter: true}}},
		want:   []string{"page " + edgeTitle, "page lync_exporter is down (JOB)."},
	},
	{
		name:   "the Edge comes and goes",
		sizes:  []int{1, 20},
		course: []turn{{4, well}, {2, edgeDown}, {2, well}, {2, edgeDown}, {2, well}, {2, edgeDown}, {2, well}, {2, edgeDown}, {14, well}},
		want:   []string{"page Server sip.d001.example and other names (192.0.2.1) comes and goes."},
	},
	{
		name:   "one scrape is lost while the Edge is down",
		sizes:  []int{20},
		course: []turn{{3, well}, {12, edgeDown}, {1, state{exporter: true}}, {15, edgeDown}},
		want:   []string{"page " + edgeTitle},
	},
}

// TestOutages plays every outage at once, each in a job of its own, against a real
// Prometheus with the shipped rules and a real Alertmanager with the shipped
// routes, both hurried.
//
// It runs alone: a Prometheus that gets no CPU evaluates too late to see what comes and goes.
func TestOutages(t *testing.T) {
	mail := startMailbox(t)
	manager := startShippedAlertmanager(t, mail.url)
	var plays []*play
	var few, many strings.Builder // scrape jobs
	longest := 0
	for i, o := range outages {
		sizes := o.sizes
		if len(sizes) == 0 {
			sizes = []int{1, 20}
		}
		scrapesOfRow := 0
		for _, turn := range o.course {
			scrapesOfRow += turn.scrapes
		}
		longest = max(longest, scrapesOfRow)
		for _, n := range sizes {
			p := startPlay(t, o, fmt.Sprintf("lync-%02d-%d", i, n), n)
			plays = append(plays, p)
			jobs := &few
			if n > 20 {
				jobs = &many
			}
			fmt.Fprintf(jobs, "  - {job_name: %q, static_configs: [{targets: [%q]}]}\n", p.job, p.address)
		}
	}
	server := startOutagePrometheus(t, manager, few.String())
	startOutagePrometheus(t, manager, many.String())
	for _, p := range plays {
		p.begin()
	}
	// Nothing more may come once every play has ended and all has been sent.
	<-time.After(time.Duration(longest+8) * scrapeEvery)
	t.Logf("the last evaluation of the rules took %s", server.evaluation(t))
	for _, p := range plays {
		expectPanels(t, server, p)
	}
	for _, p := range plays {
		t.Run(fmt.Sprintf("%s, %d", p.outage.name, p.size), func(t *testing.T) {
			// What is sent at the same time about two things comes in any order.
			if diff := cmp.Diff(slices.Sorted(slices.Values(p.want())), slices.Sorted(slices.Values(mail.of(p.job)))); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

// startOutagePrometheus starts one with the shipped rules.
func startOutagePrometheus(t *testing.T, manager, jobs string) scraper {
	t.Helper()
	return startPrometheus(t, fmt.Sprintf(`
global: {scrape_interval: %[1]s, scrape_timeout: %[1]s, evaluation_interval: %[1]s}
rule_files: [%[2]q]
alerting: {alertmanagers: [{static_configs: [{targets: [%[3]q]}]}]}
scrape_configs:
%[4]s`, scrapeEvery, writeFile(t, t.TempDir(), "lync.rules.yml", scaled(alerts.Rules)), manager, jobs))
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
	if p.size != 20 {
		return
	}
	for panel, want := range panels[p.outage.name] {
		found := false
		for _, q := range dashboards.Queries() {
			if q.Dashboard != "lync-overview" || q.Panel != panel || found {
				continue
			}
			found = true
			if got := s.query(t, strings.ReplaceAll(q.Expr, `job=~".+"`, fmt.Sprintf("job=%q", p.job))); got != want {
				t.Errorf("%s: panel %s shows %q, want %q", p.outage.name, panel, got, want)
			}
		}
		if !found {
			t.Errorf("no panel %s", panel)
		}
	}
}

var duration = regexp.MustCompile(`\b(\d+)(s|m|h|d)\b`)

// scaled makes of every duration one in which a minute takes one scrape.
func scaled(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if regexp.MustCompile(`^\s*(summary|description|runbook_url|dashboard_url|url|Seen|Why|First|Explained):`).MatchString(line) {
			line = regexp.MustCompile(`\[[^\]]*\]`).ReplaceAllStringFunc(line, scaledDurations)
		} else {
			line = scaledDurations(line)
		}
		out.WriteString(line)
	}
	return out.String()
}

func scaledDurations(text string) string {
	return duration.ReplaceAllStringFunc(text, func(d string) string {
		parsed := duration.FindStringSubmatch(d)
		n, _ := strconv.ParseFloat(parsed[1], 64)
		minutes := n * map[string]float64{"s": 1. / 60, "m": 1, "h": 60, "d": 24 * 60}[parsed[2]]
		return fmt.Sprintf("%dms", max(1000, int(minutes*float64(scrapeEvery.Milliseconds()))))
	})
}

// startShippedAlertmanager starts Alertmanager with the shipped example.
func startShippedAlertmanager(t *testing.T, webhook string) string {
	t.Helper()
	example, err := os.ReadFile("../../examples/alertmanager.yml")
	if err != nil {
		t.Fatal(err)
	}
	dir, at := t.TempDir(), freeAddress(t)
	config := strings.ReplaceAll(scaled(string(example)), "http://localhost:8080", webhook)
	startServer(t, []string{at}, "prometheus-alertmanager", "--cluster.listen-address=", "--web.listen-address="+at,
		"--storage.path="+filepath.Join(dir, "data"), "--config.file="+writeFile(t, dir, "alertmanager.yml", config))
	return at
}

// mailbox keeps what Alertmanager sends, by job.
type mailbox struct {
	url  string
	mu   sync.Mutex
	sent map[string][]string
}

func startMailbox(t *testing.T) *mailbox {
	t.Helper()
	m := &mailbox{sent: map[string][]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var message struct {
			Status            string
			Receiver          string
			CommonLabels      map[string]string
			CommonAnnotations map[string]string
		}
		if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
			t.Errorf("webhook: %v", err)
		}
		kind := strings.TrimSuffix(message.Receiver, "s")
		if message.Status == "resolved" {
			kind = "resolved"
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		job := message.CommonLabels["job"]
		m.sent[job] = append(m.sent[job], kind+" "+message.CommonAnnotations["summary"])
	}))
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

func (m *mailbox) of(job string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sent[job])
}

// play is an outage at a number of SIP domains.
type play struct {
	outage  outage
	job     string
	size    int
	address string
	mu      sync.Mutex
	began   time.Time
}

func startPlay(t *testing.T, o outage, job string, size int) *play {
	t.Helper()
	p := &play{outage: o, job: job, size: size}
	server := httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(server.Close)
	p.address = strings.TrimPrefix(server.URL, "http://")
	return p
}

func (p *play) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began = time.Now()
}

// want are the notifications, with the number of SIP domains in the titles.
func (p *play) want() []string {
	domains := fmt.Sprintf("%d SIP domains", p.size)
	others := " and other names"
	if p.size == 1 {
		domains, others = "1 SIP domain", ""
	}
	var want []string
	for _, w := range p.outage.want {
		w = strings.NewReplacer(": N.", ": "+domains+".", " and other names", others, "JOB", p.job).Replace(w)
		want = append(want, w)
	}
	return want
}

func (p *play) now() state {
	p.mu.Lock()
	defer p.mu.Unlock()
	course := p.outage.course
	if p.began.IsZero() {
		return course[0].state
	}
	turn := int(time.Since(p.began) / scrapeEvery)
	for _, c := range course {
		if turn < c.scrapes {
			return c.state
		}
		turn -= c.scrapes
	}
	return course[len(course)-1].state
}

func (p *play) serve(w http.ResponseWriter, _ *http.Request) {
	s := p.now()
	if s.exporter {
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	expose(w, p.size, s)
}

// evaluation is how long the rules took, and the slowest of them.
func (s scraper) evaluation(t *testing.T) string {
	t.Helper()
	response, err := http.Get(s.url + "/api/v1/rules")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Data struct {
			Groups []struct {
				EvaluationTime float64
				Rules          []struct {
					Name           string
					EvaluationTime float64
				}
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, g := range answer.Data.Groups {
		fmt.Fprintf(&text, "%.2f s", g.EvaluationTime)
		slices.SortFunc(g.Rules, func(a, b struct {
			Name           string
			EvaluationTime float64
		}) int {
			return int(1e6 * (b.EvaluationTime - a.EvaluationTime))
		})
		for _, r := range g.Rules[:min(12, len(g.Rules))] {
			fmt.Fprintf(&text, ", %s %.3f s", r.Name, r.EvaluationTime)
		}
	}
	return text.String()
}
