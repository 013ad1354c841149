package main

import (
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lab"
)

// mute is an address whose servers take connections and say nothing.
const mute = "127.255.255.254"

// ruin breaks what breaks in a large estate on a bad day, and says by the number of
// a domain whether it is one of those: of ten domains one has servers that say
// nothing, of twenty one has nameservers that say nothing or fail, and a tenth of
// all are at an Edge that is dead.
func ruin(t *testing.T, e *lab.Estate, number int, domain string) bool {
	t.Helper()
	set := func(label, recordType, data string) {
		name := label + "." + domain + "."
		if err := e.Zone().Set(name, recordType, name+" "+recordType+" "+data); err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case number%10 == 3:
		for _, label := range []string{"lyncdiscover", "webext", "meet"} {
			set(label, "A", mute)
		}
	case number%40 == 5:
		e.Zone().Silence(domain)
	case number%40 == 25:
		e.Zone().Fail(domain)
	case number%10 == 7:
		set("_sip._tls", "SRV", "0 0 443 dead.hoster.example.")
		set("_sipfederationtls._tcp", "SRV", "0 0 5061 dead.hoster.example.")
	default:
		return false
	}
	return true
}

// badDay is an estate with much of it broken, and the names of the healthy
// domains.
func badDay(t *testing.T, domains int) (*lab.Estate, map[string]bool) {
	t.Helper()
	estate, err := lab.Start(lab.Many(domains, true), lab.Options{Delay: 20 * time.Millisecond, OperationTimeout: 3 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(estate.Close)
	for _, rule := range estate.ConnectTo() {
		listener, err := net.Listen("tcp", mute+rule[strings.LastIndex(rule, ":"):])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { listener.Close() })
	}
	if err := estate.Zone().Add("dead.hoster.example. A " + mute); err != nil {
		t.Fatal(err)
	}
	c, err := estate.Config()
	if err != nil {
		t.Fatal(err)
	}
	healthy := make(map[string]bool)
	for i, d := range c.Domains {
		if !ruin(t, estate, i, d.Name) {
			healthy[d.Name] = true
		}
	}
	return estate, healthy
}

// On a bad day every healthy domain is complete within the deadline. Two
// Prometheus servers that scrape at once cost one run, and a reload in the middle of
// it loses nothing. LYNC_BAD_DAY makes the day as large as one wants.
func TestBadDay(t *testing.T) {
	domains, timeout := 120, 30*time.Second
	if n, err := strconv.Atoi(os.Getenv("LYNC_BAD_DAY")); err == nil {
		domains, timeout = n, time.Duration(n)*20*time.Millisecond
	}
	estate, healthy := badDay(t, domains)
	load := func() (*config.Config, error) {
		c, err := estate.Config()
		if err == nil {
			c.Timeout = timeout
		}
		return c, err
	}
	e, err := newExporter(options{load: load, telemetryPath: "/metrics"}, log.NewNopLogger())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e.handler())
	t.Cleanup(server.Close)
	answers := make(chan string, 2)
	ctx, cancel := context.WithTimeout(t.Context(), timeout+30*time.Second)
	defer cancel()
	for range cap(answers) {
		go func() {
			_, _, text := get(t, server.URL+"/metrics", "X-Prometheus-Scrape-Timeout-Seconds", fmt.Sprint(timeout.Seconds()))
			answers <- text
		}()
	}
	for asked(estate) == 0 { // until the run is under way
		runtime.Gosched()
	}
	began := time.Now()
	if err := e.reload(); err != nil {
		t.Fatal(err)
	}
	for range cap(answers) {
		select {
		case text := <-answers:
			missing := len(healthy)
			done, all := complete(t, text)
			for _, name := range done {
				if healthy[name] {
					missing--
				}
			}
			if missing > 0 || all != domains {
				t.Errorf("%d of %d healthy domains are not complete, there are %d domains of %d", missing, len(healthy), all, domains)
			}
			for line := range strings.Lines(text) {
				if name := labelOf(line, "domain"); healthy[name] && strings.HasPrefix(line, "lync_capability_up") && strings.HasSuffix(line, " 0\n") {
					t.Errorf("a healthy domain is accused: %s", line)
				}
			}
		case <-ctx.Done():
			t.Fatal("no answer")
		}
	}
	t.Logf("%d domains, %d of them healthy: %s", domains, len(healthy), time.Since(began).Round(100*time.Millisecond))
	for q, n := range estate.Zone().Questions() {
		if name, ok := strings.CutPrefix(q.Name, "lyncdiscover."); ok && healthy[strings.TrimSuffix(name, ".")] && q.Qtype == dns.TypeA && n != 1 {
			t.Errorf("%s was asked %d times by two scrapes at once", q.Name, n)
		}
	}
}

// asked is how many different questions a nameserver was asked.
func asked(e *lab.Estate) int { return len(e.Zone().Questions()) }

// labelOf is the value of a label of a series.
func labelOf(line, label string) string {
	_, rest, _ := strings.Cut(line, label+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
