package real

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// play is outages at a number of SIP domains. Its exporter is a simulated one,
// which exposes what lync_exporter exposes of so many SIP domains.
type play struct {
	outages []outage
	job     string
	size    int
	address string
	replica string // a second exporter
	probe   bool   // each SIP domain is a target of its own
	mu      sync.Mutex
	pace    pace
	began   time.Time
}

func startPlay(t *testing.T, size int, outages ...outage) *play {
	t.Helper()
	p := &play{outages: outages, size: size}
	listen := func(replica bool) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, replica) }))
		t.Cleanup(server.Close)
		return strings.TrimPrefix(server.URL, "http://")
	}
	p.address = listen(false)
	if outages[0].replicas {
		p.replica = listen(true)
	}
	_, port, _ := strings.Cut(p.address, ":")
	p.job = fmt.Sprintf("lync-%d-%s", size, port)
	return p
}

func (p *play) name() string {
	if len(p.outages) > 1 {
		return fmt.Sprintf("%d outages beside each other, %d", len(p.outages), p.size)
	}
	if p.probe {
		return fmt.Sprintf("%s, %d, through /probe", p.outages[0].name, p.size)
	}
	return fmt.Sprintf("%s, %d", p.outages[0].name, p.size)
}

// begin begins the play and says when it ends.
func (p *play) begin(pace pace) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pace, p.began = pace, time.Now()
	end := p.began
	for _, o := range p.outages {
		if e := p.began.Add(pace.minutes(o.minutes())); e.After(end) {
			end = e
		}
	}
	return end
}

// want are the notifications, with the number of SIP domains in the titles.
func (p *play) want() []string {
	var want []string
	for _, o := range p.outages {
		titles := o.want
		if p.size == 1 && o.wantOfOne != nil {
			titles = o.wantOfOne
		}
		for _, title := range titles {
			want = append(want, p.fill(title))
		}
	}
	return want
}

// last names all SIP domains in what is said of a recovery: where each is a target of
// its own, the last ones that were seen down are only some.
func (p *play) last(title string) string {
	if !p.probe || !strings.HasPrefix(title, "resolved ") {
		return title
	}
	title = regexp.MustCompile(`d\d+\.example and other names`).ReplaceAllString(title, "d001.example and other names")
	return regexp.MustCompile(`: \d+ SIP domains?\.`).ReplaceAllString(title, p.fill(": N."))
}

func (p *play) fill(text string) string {
	domains, others := fmt.Sprintf("%d SIP domains", p.size), " and other names"
	if p.size == 1 {
		domains, others = "1 SIP domain", ""
	}
	instance := p.address
	if p.probe {
		instance = "d001.example, d002.example and others"
	}
	return strings.NewReplacer(": N.", ": "+domains+".", "; N", "; "+domains, " and other names", others,
		"HALF", fmt.Sprint(p.size/2), "FEW", fmt.Sprint(p.size*2/5), "COUNT", fmt.Sprint(p.size),
		"JOB", p.job, "INSTANCE", instance, "REPLICA", p.replica).Replace(text)
}

// at is the state of an outage so many minutes after its beginning.
func (o outage) at(since float64) state {
	for _, c := range o.course {
		if since -= float64(c.minutes); since < 0 {
			return c.state
		}
	}
	return o.course[len(o.course)-1].state
}

// needsAll says whether each SIP domain has to offer everything: the reverse proxy,
// one port of the Edge or both of a SIP domain break, or nothing else of it would be left.
func (o outage) needsAll() bool {
	return slices.ContainsFunc(o.course, func(c turn) bool {
		s := c.state
		return s.proxy || s.proxyForHalf || s.proxyExpired || s.edgePort || s.edgeForHalf || s.record > 0
	})
}

func (o outage) minutes() int {
	total := 0
	for _, c := range o.course {
		total += c.minutes
	}
	return total
}

func (p *play) serve(w http.ResponseWriter, r *http.Request, replica bool) {
	p.mu.Lock()
	since := 0.0
	if !p.began.IsZero() {
		since = float64(time.Since(p.began)) / float64(p.pace)
	}
	p.mu.Unlock()
	var now []state
	for _, o := range p.outages {
		now = append(now, o.at(since))
	}
	if slices.ContainsFunc(now, func(s state) bool { return s.exporter }) {
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	for i := range now {
		if replica && now[i].replica {
			http.Error(w, "down", http.StatusInternalServerError)
			return
		}
		now[i].edge = now[i].edge || replica && now[i].replicaEdge
	}
	only := 0
	if name := r.URL.Query().Get("target"); name != "" {
		if _, err := fmt.Sscanf(name, "d%03d.example", &only); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	if only%2 == 1 && slices.ContainsFunc(now, func(s state) bool { return s.exporterForHalf }) {
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	exposition{w, p.size, now, slices.ContainsFunc(p.outages, outage.needsAll), only}.expose()
}

// scrapeConfig is how Prometheus scrapes the play.
func (p *play) scrapeConfig() string {
	if !p.probe {
		targets := fmt.Sprintf("%q", p.address)
		if p.replica != "" {
			targets += fmt.Sprintf(", %q", p.replica)
		}
		return fmt.Sprintf("  - {job_name: %q, static_configs: [{targets: [%s]}]}\n", p.job, targets)
	}
	var targets []string
	for i := range p.size {
		targets = append(targets, fmt.Sprintf("d%03d.example", i+1))
	}
	return fmt.Sprintf(`  - job_name: %q
    metrics_path: /probe
    static_configs: [{targets: [%s]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__address__], target_label: instance}
      - {target_label: __address__, replacement: %q}
`, p.job, strings.Join(targets, ", "), p.address)
}

// message is a notification.
type message struct {
	title, description string // the title begins with what kind of notification it is
	at                 time.Time
}

// mailbox keeps what Alertmanager sends, by job.
type mailbox struct {
	url  string
	mu   sync.Mutex
	sent map[string][]message
}

// remaining is the time that a certificate has left, which is never the same twice.
var remaining = regexp.MustCompile(`expires in [^.]*\.`)

func startMailbox(t *testing.T) *mailbox {
	t.Helper()
	m := &mailbox{sent: map[string][]message{}}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var got struct {
			Status            string
			Receiver          string
			CommonLabels      map[string]string
			CommonAnnotations map[string]string
		}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Errorf("webhook: %v", err)
		}
		kind := strings.TrimSuffix(got.Receiver, "s")
		if got.Status == "resolved" {
			kind = "resolved"
		}
		title := remaining.ReplaceAllString(got.CommonAnnotations["summary"], "expires in a time.")
		m.mu.Lock()
		defer m.mu.Unlock()
		job := got.CommonLabels["job"]
		m.sent[job] = append(m.sent[job], message{kind + " " + title, got.CommonAnnotations["description"], time.Now()})
	}))
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

func (m *mailbox) of(job string) []message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sent[job])
}
