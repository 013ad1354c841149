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

// deadline is what a scrape gets; the answer has to be there before.
const deadline = 12 * time.Second

// catalogue puts healthy domains and one of each kind on a stage.
func catalogue(t testing.TB, list []kind) (s *stage, healthy, hostile []string) {
	s = newStage(t)
	s.exporter = freeAddress(t)
	for i := range healthyDomains {
		healthy = append(healthy, fmt.Sprintf("healthy-%d.test", i+1))
		d := s.add(healthy[i])
		d.records["canary A"] = []string{"127.0.0.1"}
	}
	for _, k := range list {
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
	if len(list) < 150 {
		t.Errorf("there are only %d kinds", len(list))
	}
	s, healthy, hostile := catalogue(t, list)
	p := startExporter(t, s.exporter, s.configuration(t, append(healthy, hostile...)))
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
		whole := make(map[string]bool)
		for range 3 {
			text := p.get(t, "/metrics", deadline)
			checkText(t, "all at once", text)
			for _, name := range healthy {
				if faults := accused(t, text, name); faults != nil {
					t.Errorf("%s has %q", name, faults)
				}
				whole[name] = whole[name] || complete(t, text, name) == nil
			}
		}
		for _, name := range healthy {
			if !whole[name] {
				t.Errorf("%s was complete in no scrape", name)
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
		for range 40 {
			p.get(t, probe(healthy[0]), deadline)
		}
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for tries := 0; ; tries++ {
			after := p.get(t, "/metrics/self", deadline)
			var more []string
			for _, name := range []string{"go_goroutines", "process_open_fds"} {
				if was, is := value(t, before, name), value(t, after, name); is > was+5 {
					more = append(more, fmt.Sprintf("%s was %v and is %v", name, was, is))
				}
			}
			if more == nil {
				return
			}
			if tries == 50 {
				t.Fatal(more)
			}
			<-tick.C
		}
	})
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
// what healthy domains cost.
func TestCosts(t *testing.T) {
	const mostMebibytes, mostSeconds, copies = 120, 6, 3
	var heavy []kind
	for _, k := range kinds() {
		for i := range copies {
			if k.heavy {
				heavy = append(heavy, kind{name: fmt.Sprint(i, " ", k.name), setup: k.setup})
			}
		}
	}
	measure := func(list []kind) (float64, float64) {
		s, healthy, hostile := catalogue(t, list)
		p := startExporter(t, s.exporter, s.configuration(t, append(healthy, hostile...)))
		_, before := p.usage(t)
		p.get(t, "/metrics", deadline)
		memory, cpu := p.usage(t)
		return memory, cpu - before
	}
	var well []kind
	for i := range heavy {
		well = append(well, kind{name: fmt.Sprint("well ", i), setup: func(*stage, *domain) {}})
	}
	healthyMemory, healthyCPU := measure(well)
	memory, cpu := measure(heavy)
	t.Logf("%d domains: healthy %.0f MiB, %.1f s of CPU; hostile %.0f MiB, %.1f s", len(heavy), healthyMemory, healthyCPU, memory, cpu)
	if memory-healthyMemory > mostMebibytes || cpu-healthyCPU > mostSeconds {
		t.Errorf("hostile domains cost %.0f MiB and %.1f s of CPU more", memory-healthyMemory, cpu-healthyCPU)
	}
}

// An exporter that has run out of files says nothing false of healthy domains,
// and says so once.
func TestOutOfFiles(t *testing.T) {
	s, healthy, _ := catalogue(t, nil)
	for i := range 30 {
		healthy = append(healthy, fmt.Sprintf("more-%d.test", i))
		s.add(healthy[len(healthy)-1])
	}
	p := startExporter(t, s.exporter, s.configuration(t, healthy), "ulimit -n 64")
	const scrapes = 3
	for range scrapes {
		text := p.get(t, "/metrics", deadline)
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
