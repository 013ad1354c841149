package repair_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/checks/example"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// judged is what all checks say of the domain of an example.
func judged(t *testing.T, file string) (*survey.DomainReport, error) {
	e, err := example.Load(file)
	if err != nil {
		return nil, err
	}
	r := e.Judge(t.Context(), checks.Table()...)
	d := &survey.DomainReport{Domain: r.Subject.Domain, View: r.Subject.View}
	for _, v := range r.Verdicts {
		d.Checks = append(d.Checks, survey.CheckReport{Findings: v.Findings})
	}
	return d, nil
}

// TestOneRound does in the zone of every example of every check what its repairs
// say, and finds nothing more to change there. What Autodiscover told only after
// it was repaired is the exception: nothing showed that name before.
func TestOneRound(t *testing.T) {
	t.Parallel()
	var files []string
	for _, glob := range []string{"../checks/*/testdata/*.zone", "../checks/testdata/*.zone"} {
		found, err := filepath.Glob(glob)
		if err != nil || len(found) == 0 {
			t.Fatalf("no file matches %s: %v", glob, err)
		}
		files = append(files, found...)
	}
	rounds := 0
	for _, file := range files {
		if strings.Contains(file, "/example/") {
			continue
		}
		before, err := judged(t, file)
		if err != nil {
			t.Fatal(err)
		}
		changes := inDNS(repair.Merge([]*survey.DomainReport{before})[before])
		consistent(t, file, changes)
		if len(changes) == 0 {
			continue
		}
		after, err := judged(t, changed(t, file, before.Domain.Name, changes))
		if err != nil {
			continue // a server in the file is one that no name leads to any more
		}
		rounds++
		for _, c := range inDNS(repair.Merge([]*survey.DomainReport{after})[after]) {
			if !slices.Equal(c.For, []string{"user_link_failed"}) {
				t.Errorf("%s: after\n  %s\nthere is still to do: %s", file, strings.Join(lines(changes), "\n  "), lines([]repair.Change{c})[0])
			}
		}
	}
	if rounds < 100 {
		t.Errorf("only %d examples were repaired: the test has gone blind", rounds)
	}
}

func inDNS(changes []repair.Change) []repair.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c repair.Change) bool { return c.Kind != verdict.RepairDNS })
}

// consistent demands that no change in DNS takes away what another one brings.
func consistent(t *testing.T, file string, changes []repair.Change) {
	t.Helper()
	for i, a := range changes {
		for j, b := range changes {
			same := strings.EqualFold(a.Record.Name, b.Record.Name) && a.Record.Type == b.Record.Type
			if i != j && same && (a.Action == verdict.Replace || a.Action == verdict.Delete && (a.Record.Data == "" || a.Record.Data == b.Record.Data)) {
				t.Errorf("%s: %s", file, strings.Join(lines([]repair.Change{a, b}), " contradicts "))
			}
		}
	}
}

// changed is the example with changes made in its zone. Addresses that a person
// has to fill in are those of a healthy server.
func changed(t *testing.T, file, domain string, changes []repair.Change) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	zone, captures, _ := strings.Cut(string(text), "\n-- ")
	parser := dns.NewZoneParser(strings.NewReader(zone+"\n"), domain+".", "")
	parser.SetDefaultTTL(repair.TTL)
	var records []dns.RR
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		records = append(records, rr)
	}
	for _, c := range changes {
		if c.Open() {
			c.Record.Data = map[string]string{"A": "192.0.2.77", "AAAA": "2001:db8::77"}[c.Record.Type]
		}
		own, err := dns.NewRR(c.Record.String())
		if err != nil {
			t.Fatal(err)
		}
		records = slices.DeleteFunc(records, func(rr dns.RR) bool {
			same := strings.EqualFold(rr.Header().Name, c.Record.Name) && dns.TypeToString[rr.Header().Rrtype] == c.Record.Type
			return same && (c.Action == verdict.Replace || c.Action == verdict.Delete && (c.Record.Data == "" || dns.IsDuplicate(rr, own)))
		})
		if c.Action != verdict.Delete {
			records = append(records, own)
		}
	}
	var b strings.Builder
	for line := range strings.Lines(zone) {
		if strings.HasPrefix(line, ";") {
			b.WriteString(line) // it may say how the domain is configured
		}
	}
	for _, rr := range records {
		b.WriteString(rr.String() + "\n")
	}
	if captures != "" {
		b.WriteString("-- " + captures)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
