package survey

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// hosts is a network in which every host has an address, and nothing else is
// ever asked.
type hosts struct{ network }

func (hosts) Ask(_ context.Context, _ *config.View, name string, qtype uint16) dns.Answer {
	return dns.Answer{Name: name, Type: qtype, Outcome: dns.NXDomain}
}

func (hosts) Resolve(_ context.Context, _ *config.View, name string) dns.Host {
	return dns.Host{Name: name, Outcome: dns.Found, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}
}

func (h hosts) LookFor(ctx context.Context, view *config.View, name string) dns.Host {
	return h.Resolve(ctx, view, name)
}

func (hosts) Expect(string)                 {}
func (hosts) Leave(string)                  {}
func (hosts) Yields(string) bool            { return true }
func (hosts) Close()                        {}
func (hosts) Shortage() error               { return nil }
func (hosts) Lag() time.Duration            { return 0 }
func (hosts) Nameservers() []dns.Nameserver { return nil }

// surveyor has a table of checks of its own, for domains that need no DNS.
func surveyor(t *testing.T, logger log.Logger, domains []string, checks ...inquiry.Check) *Surveyor {
	t.Helper()
	c, err := config.Default(domains...)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Domains {
		d.Topology = config.OnPremises
	}
	s := NewSurveyor(c, nil, nil, logger)
	s.begin = func(context.Context) network { return hosts{} }
	s.checks = checks
	return s
}

// Rules of checks that exist only here.
var (
	minor = &verdict.Rule{Code: "minor_fault", Severity: verdict.Warning}
	fatal = &verdict.Rule{Code: "fatal_fault", Severity: verdict.Critical, Breaks: verdict.SignIn}
)

// finds is a check that ends at once with a finding.
func finds(name string) inquiry.Check {
	return inquiry.Check{Name: name, Run: func(context.Context, inquiry.Subject, inquiry.Questions) *verdict.Verdict {
		return &verdict.Verdict{Findings: []verdict.Finding{minor.On("record")}}
	}}
}

// waits is a check that ends only when its scrape does, and then claims that a
// capability is down.
func waits(name string) inquiry.Check {
	return inquiry.Check{Name: name, Serves: []verdict.Capability{verdict.SignIn}, Run: func(ctx context.Context, _ inquiry.Subject, _ inquiry.Questions) *verdict.Verdict {
		<-ctx.Done()
		return &verdict.Verdict{Findings: []verdict.Finding{fatal.On("server")}}
	}}
}

// outcome is a domain's checks as "name: n findings" or "name: error".
func outcome(d *DomainReport) []string {
	var list []string
	for _, c := range d.Checks {
		if c.Err != nil {
			list = append(list, c.Name+": "+c.Err.Error())
		} else {
			list = append(list, fmt.Sprintf("%s: %d findings", c.Name, len(c.Findings)))
		}
	}
	return list
}

// A defect in a check, also in a part of it that runs beside the others, costs
// that check's own result and is logged.
func TestSurveyOutlivesAPanic(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	s := surveyor(t, log.NewLogfmtLogger(log.NewSyncWriter(&lines)), []string{"contoso.com"},
		finds("before"),
		inquiry.Check{Name: "judge", Serves: []verdict.Capability{verdict.SignIn}, Run: func(context.Context, inquiry.Subject, inquiry.Questions) *verdict.Verdict { panic("first defect") }},
		inquiry.Check{Name: "observe", Serves: []verdict.Capability{verdict.Federation}, Run: func(context.Context, inquiry.Subject, inquiry.Questions) *verdict.Verdict {
			inquiry.All(func() { panic("second defect") }, func() {})
			return &verdict.Verdict{}
		}},
		finds("after"))
	survey := s.Start(t.Context(), Targets(s.config.Domains))
	<-survey.Done()
	d := survey.Report().Domains[0]
	want := []string{"before: 1 findings", "judge: defect in the check judge", "observe: defect in the check observe", "after: 1 findings"}
	if diff := cmp.Diff(want, outcome(d)); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	for c, want := range map[verdict.Capability]State{verdict.SignIn: Unknown, verdict.Federation: Unknown, verdict.Autodiscover: Up, verdict.Meetings: Up} {
		if got := d.Capabilities.Of(c); got != want {
			t.Errorf("%s is %s, want %s", c, got, want)
		}
	}
	for _, defect := range []string{"first defect", "second defect"} {
		if !strings.Contains(lines.String(), defect) {
			t.Errorf("the log does not tell of the %s:\n%s", defect, lines.String())
		}
	}
}

// When the deadline comes, ended checks are there in full and the others are
// unfinished; what a check says because its scrape ended is no verdict.
func TestSurveyAtItsDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := surveyor(t, log.NewNopLogger(), []string{"contoso.com"}, finds("quick"), waits("slow"))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		survey := s.Start(ctx, Targets(s.config.Domains))
		<-survey.Done()
		report := survey.Report()
		if report.Timeout != 5*time.Second || report.Duration != 5*time.Second {
			t.Errorf("timeout %s, duration %s, want 5s of both", report.Timeout, report.Duration)
		}
		d := report.Domains[0]
		if diff := cmp.Diff([]string{"quick: 1 findings", "slow: " + errUnfinished.Error()}, outcome(d)); diff != "" {
			t.Errorf("checks (-want +got):\n%s", diff)
		}
		if !d.Cut() || d.Complete() || d.Capabilities.Of(verdict.SignIn) != Unknown {
			t.Errorf("cut %v, complete %v, sign-in %s; want a domain that was cut short and of which sign-in is unknown", d.Cut(), d.Complete(), d.Capabilities.Of(verdict.SignIn))
		}
	})
}

// A report can be had at any time, and what is known later is not in an
// earlier one.
func TestSurveyReportsInBetween(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	release := make(chan struct{})
	s := surveyor(t, log.NewNopLogger(), []string{"contoso.com"}, finds("quick"), inquiry.Check{Name: "slow", Run: func(ctx context.Context, q inquiry.Subject, _ inquiry.Questions) *verdict.Verdict {
		<-release
		return &verdict.Verdict{}
	}})
	survey := s.Start(ctx, Targets(s.config.Domains))
	for survey.Report().Domains[0].Checks[0].Err != nil {
		runtime.Gosched()
	}
	early := survey.Report()
	found := early.Domains[0].Checks[0].Findings
	known := slices.Clone(found)
	close(release)
	<-survey.Done()
	if !reflect.DeepEqual(found, known) {
		t.Errorf("findings of the early report became %+v", found)
	}
	if diff := cmp.Diff([]string{"quick: 1 findings", "slow: " + errUnfinished.Error()}, outcome(early.Domains[0])); diff != "" {
		t.Errorf("early report (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"quick: 1 findings", "slow: 0 findings"}, outcome(survey.Report().Domains[0])); diff != "" {
		t.Errorf("last report (-want +got):\n%s", diff)
	}
	if survey.Ended() != 1 {
		t.Errorf("%d targets have ended, want 1", survey.Ended())
	}
}

// A domain whose servers are silent does not keep the next ones from their
// turn, and one that never got its turn is reported as unfinished.
func TestSurveyGoesOnPastSlowDomains(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := surveyor(t, log.NewNopLogger(), []string{"silent.example", "contoso.com", "fabrikam.com"}, inquiry.Check{Name: "srv", Run: func(ctx context.Context, q inquiry.Subject, _ inquiry.Questions) *verdict.Verdict {
			if q.Domain.Name == "silent.example" {
				<-ctx.Done()
			}
			return &verdict.Verdict{}
		}})
		s.config.Concurrency = 1
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		survey := s.Start(ctx, Targets(s.config.Domains))
		<-survey.Done()
		var complete []string
		for _, d := range survey.Report().Domains {
			if d.Complete() {
				complete = append(complete, d.Domain.Name)
			}
		}
		if diff := cmp.Diff([]string{"contoso.com", "fabrikam.com"}, complete); diff != "" {
			t.Errorf("complete domains (-want +got):\n%s", diff)
		}
	})
}

func TestSurveyThatIsOverBeforeItBegins(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := surveyor(t, log.NewNopLogger(), []string{"contoso.com", "fabrikam.com"}, finds("quick"))
	survey := s.Start(ctx, Targets(s.config.Domains))
	<-survey.Done()
	for _, d := range survey.Report().Domains {
		if !d.Cut() || d.Duration != 0 {
			t.Errorf("%s: cut %v, duration %s", d.Domain.Name, d.Cut(), d.Duration)
		}
	}
}

// Who wants to know of each target as it ends is told of those that ended, and of
// no other.
func TestEnded(t *testing.T) {
	t.Parallel()
	s := surveyor(t, log.NewNopLogger(), []string{"a.example", "b.example"}, finds("quick"))
	told := make(chan *DomainReport, 2)
	s.Ended = func(d *DomainReport) { told <- d }
	run := s.Start(t.Context(), Targets(s.config.Domains))
	<-run.Done()
	if got := []*DomainReport{<-told, <-told}; !slices.Contains(got, run.Report().Domains[0]) || !slices.Contains(got, run.Report().Domains[1]) {
		t.Errorf("told of %v, want the reports of both", got)
	}
	s = surveyor(t, log.NewNopLogger(), []string{"a.example"}, waits("slow"))
	s.Ended = func(d *DomainReport) { t.Errorf("told of %s, which did not end", d.Domain.Name) }
	ctx, cancel := context.WithCancel(t.Context())
	run = s.Start(ctx, Targets(s.config.Domains))
	cancel()
	<-run.Done()
}
