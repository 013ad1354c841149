package hostile

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

const healthyDomains = 3

// What a scrape gets of one domain, and of all; the answer has to be there before.
const (
	deadline      = 12 * time.Second
	deadlineOfAll = 22 * time.Second
)

// catalogue puts healthy domains and one of each kind on a stage.
func catalogue(t testing.TB, well int, list []kind) (s *stage, healthy, hostile []string) {
	s = newStage(t)
	s.exporter = freeAddress(t)
	for i := range well {
		healthy = append(healthy, fmt.Sprintf("healthy-%d.test", i+1))
		d := s.add(healthy[i])
		d.records["canary A"] = []string{"127.0.0.1"}
	}
	for _, k := range list {
		if s.domains[domainName("h", k)] != nil {
			t.Fatalf("two kinds are called %s", k.label())
		}
		d := s.add(domainName("h", k))
		k.setup(s, d)
		hostile = append(hostile, d.name)
	}
	return s, healthy, hostile
}

func probe(name string) string { return "/probe?target=" + url.QueryEscape(name) }

// Each kind alone and all of them at once cost only themselves: the exporter
// answers in time and with what can be read, goes nowhere that it should not, and
// sees healthy neighbours as they are.
func TestCatalogue(t *testing.T) {
	list := kinds()
	t.Logf("%d kinds", len(list))
	s, healthy, hostile := catalogue(t, healthyDomains, list)
	p := startExporter(t, s.exporter, s.configuration(t, append(hostile, healthy...)))
	p.get(t, probe(healthy[0]), deadline)
	before := p.get(t, "/metrics/self", deadline)

	t.Run("singly", func(t *testing.T) {
		var wg sync.WaitGroup
		places := make(chan struct{}, 8)
		for i, k := range list {
			places <- struct{}{}
			wg.Go(func() {
				defer func() { <-places }()
				text := p.get(t, probe(hostile[i]), deadline)
				checkText(t, k.name, text)
				families(t, text)
				if found := reasons(t, text, hostile[i]); !strings.Contains(found, k.want) {
					t.Errorf("%s: findings are %q, want %s", k.name, found, k.want)
				}
				neighbour := healthy[i%healthyDomains]
				if faults := complete(t, p.get(t, probe(neighbour), deadline), neighbour); faults != nil {
					t.Errorf("beside %s, %s has %q", k.name, neighbour, faults)
				}
			})
		}
		wg.Wait()
		s.canary.check(t)
	})
	t.Run("all at once", func(t *testing.T) {
		for i := range 3 {
			text := p.get(t, "/metrics", deadlineOfAll)
			checkText(t, "all at once", text)
			for _, name := range healthy {
				if faults := complete(t, text, name); faults != nil {
					t.Errorf("%s has %q in scrape %d", name, faults, i+1)
				}
			}
		}
		s.canary.check(t)
	})
	t.Run("what people read", func(t *testing.T) {
		checkText(t, "the log", p.log.String())
		for _, path := range []string{"/", "/sd"} {
			checkText(t, path, p.get(t, path, deadline))
		}
		var nasty []string
		for i, k := range list {
			if strings.Contains(k.name, "control") || strings.Contains(k.name, "script") || strings.Contains(k.name, "quotes") {
				nasty = append(nasty, hostile[i])
				checkText(t, "the page of "+k.name, p.get(t, "/domains/"+hostile[i], deadline))
			}
		}
		checkReports(t, s, nasty)
	})
	t.Run("afterwards", func(t *testing.T) {
		inParallel(8, manyScrapes-int(p.scrapes.Load()), func(i int) { p.get(t, probe(healthy[i%healthyDomains]), deadline) })
		p.comesToRest(t, before)
	})
}

// manyScrapes are those after which nothing may be left behind.
const manyScrapes = 1000

// inParallel calls a function n times, several at once.
func inParallel(places, n int, f func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range places {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// comesToRest waits until an exporter has as many goroutines and files as it had
// before, and does nothing any more.
func (p *process) comesToRest(t *testing.T, before string) {
	t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	_, worked := p.usage(t)
	for tries := 0; ; tries++ {
		<-tick.C
		_, works := p.usage(t)
		after := p.get(t, "/metrics/self", deadline)
		var more []string
		for _, name := range []string{"go_goroutines", "process_open_fds"} {
			if was, is := value(t, before, name), value(t, after, name); is > was+5 {
				more = append(more, fmt.Sprintf("%s was %v and is %v", name, was, is))
			}
		}
		if busy := works - worked; busy > 0.05 {
			more = append(more, fmt.Sprintf("it worked for %.2f of 0.2 s", busy))
		}
		if _, worked = p.usage(t); more == nil {
			return
		}
		if tries == 25 {
			t.Fatal(more)
		}
	}
}

// checkText says whether a text has characters that nobody should see.
func checkText(t testing.TB, what, text string) {
	t.Helper()
	if i := strings.IndexFunc(text, unwanted); i >= 0 {
		t.Errorf("%s has %q", what, text[max(0, i-80):min(len(text), i+40)])
	}
	if strings.HasPrefix(what, "the page") && strings.Contains(text, "<script>") {
		t.Errorf("%s has a script", what)
	}
}

// checkReports runs the command on the hostile domains and reads each of its
// formats.
func checkReports(t *testing.T, s *stage, hostile []string) {
	t.Helper()
	config := s.configuration(t, hostile)
	var wg sync.WaitGroup
	for _, format := range []string{"text", "json", "html", "csv", "zone", "nsupdate", "powershell"} {
		wg.Go(func() {
			out, err := exec.CommandContext(t.Context(), exporterBinary, "check", "--config.file="+config, "--format="+format).Output()
			var exit *exec.ExitError
			if usage := errors.As(err, &exit) && exit.ExitCode() == 2; len(out) == 0 || usage {
				t.Errorf("check --format %s: %v", format, err)
			}
			checkText(t, "the report as "+format, string(out))
			if format == "json" {
				var report any
				if err := json.Unmarshal(out, &report); err != nil {
					t.Errorf("JSON: %v", err)
				}
				eachString(report, func(text string) { checkText(t, "a string in JSON", text) })
			}
		})
	}
	wg.Wait()
}

func eachString(v any, f func(string)) {
	switch v := v.(type) {
	case string:
		f(v)
	case []any:
		for _, e := range v {
			eachString(e, f)
		}
	case map[string]any:
		for key, e := range v {
			f(key)
			eachString(e, f)
		}
	}
}

// What is sent without end, or takes long to verify, costs no more than this above
// what healthy domains cost, be it of one family many times or of all at once.
// Nothing goes on when the scrape has ended.
func TestCosts(t *testing.T) {
	const mostMebibytes, mostSeconds, copies, scrapes = 120, 6, 3, 2
	var heavy []kind
	for _, k := range kinds() {
		for i := range copies {
			if k.heavy {
				heavy = append(heavy, kind{name: fmt.Sprint(i, " ", k.name), setup: k.setup})
			}
		}
	}
	measure := func(t *testing.T, list []kind) (float64, float64) {
		s, healthy, hostile := catalogue(t, healthyDomains, list)
		p := startExporter(t, s.exporter, s.configuration(t, append(hostile, healthy...)))
		self := p.get(t, "/metrics/self", deadline)
		_, before := p.usage(t)
		for range scrapes {
			p.get(t, "/metrics", deadlineOfAll)
		}
		memory, cpu := p.usage(t)
		p.comesToRest(t, self)
		return memory, (cpu - before) / scrapes
	}
	for name, list := range map[string][]kind{"the heaviest three times": heavy, "all at once": kinds()} {
		t.Run(name, func(t *testing.T) {
			well := make([]kind, len(list))
			for i := range well {
				well[i] = kind{name: fmt.Sprint("well ", i), setup: func(*stage, *domain) {}}
			}
			healthyMemory, healthyCPU := measure(t, well)
			memory, cpu := measure(t, list)
			t.Logf("%d domains: healthy %.0f MiB, %.1f s of CPU a scrape; hostile %.0f MiB, %.1f s", len(list), healthyMemory, healthyCPU, memory, cpu)
			if memory-healthyMemory > mostMebibytes || cpu-healthyCPU > mostSeconds {
				t.Errorf("hostile domains cost %.0f MiB and %.1f s of CPU more", memory-healthyMemory, cpu-healthyCPU)
			}
		})
	}
}

// Where nine of ten domains are dead, each in a way that takes as long as it may, the
// others are complete in every scrape.
func TestMostAreDead(t *testing.T) {
	const each, well = 30, 20
	var list []kind
	for _, k := range kinds() {
		switch k.name {
		case "DNS silent", "DNS over TCP silent", "TLS silent", "TLS a handshake a byte at a time", "SIP silent", "HTTP silent":
			for i := range each {
				list = append(list, kind{name: fmt.Sprint(i, " ", k.name), setup: k.setup})
			}
		}
	}
	if len(list) != 6*each {
		t.Fatalf("%d domains are dead", len(list))
	}
	s, healthy, dead := catalogue(t, well, list)
	p := startExporter(t, s.exporter, s.configuration(t, append(dead, healthy...)))
	for i := range 3 {
		text := p.get(t, "/metrics", deadlineOfAll)
		for _, name := range healthy {
			if faults := complete(t, text, name); faults != nil {
				t.Errorf("%s has %q in scrape %d", name, faults, i+1)
			}
		}
	}
}

// An exporter that has run out of files says nothing false of healthy domains,
// and says so once.
func TestOutOfFiles(t *testing.T) {
	s, healthy, _ := catalogue(t, healthyDomains, nil)
	for i := range 30 {
		healthy = append(healthy, fmt.Sprintf("more-%d.test", i))
		s.add(healthy[len(healthy)-1])
	}
	p := startExporter(t, s.exporter, s.configuration(t, healthy), "ulimit -n 64")
	const scrapes = 3
	for range scrapes {
		text := p.get(t, "/metrics", deadlineOfAll)
		for _, name := range healthy {
			if faults := accused(t, text, name); faults != nil {
				t.Errorf("%s has %q", name, faults)
			}
		}
	}
	if n := strings.Count(p.log.String(), "this machine ran short"); n > scrapes {
		t.Errorf("it is said %d times:\n%s", n, p.log)
	}
}
