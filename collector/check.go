// Package collector knows what a SIP domain needs and judges whether it is
// there. A scrape is a survey: every check asks for the facts it needs, the
// observe package gets each fact once, pure rules judge them, and one place
// turns the verdicts into metrics.
package collector

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// Check is one row of the table of checks. Run asks for facts and judges them;
// what it could not learn it says by Verdict.Incomplete. Serves are the
// capabilities of which nothing is known while the check has not ended.
type Check struct {
	Name    string
	Serves  []Capability
	Metrics []*Metric
	Run     func(context.Context, *Inquiry) Verdict
}

// Checks is the table of checks.
func Checks() []Check {
	return []Check{
		{"srv", []Capability{SignIn}, srvMetrics(), check(observeSRV, judgeSRV)},
		{"federation", []Capability{Federation}, federationMetrics(), check(observeFederation, judgeFederation)},
		{"lyncdiscover", []Capability{Autodiscover, SignIn}, lyncdiscoverMetrics(), check(observeLyncdiscover, judgeLyncdiscover)},
		{"web_services", []Capability{Autodiscover}, webServicesMetrics(), check(observeWebServices, judgeWebServices)},
		{"simple_urls", []Capability{Meetings}, simpleURLsMetrics(), check(observeSimpleURLs, judgeSimpleURLs)},
		{"tls", Capabilities(), tlsMetrics(), check(observeTLS, judgeTLS)},
		{"sip", []Capability{SignIn, Federation}, sipMetrics(), check(observeSIP, judgeSIP)},
	}
}

// check joins the half that asks to the half that judges.
func check[F any](observe func(context.Context, *Inquiry) F, judge func(Subject, F) Verdict) func(context.Context, *Inquiry) Verdict {
	return func(ctx context.Context, q *Inquiry) Verdict {
		return judge(q.Subject, observe(ctx, q))
	}
}

// Subject is whom a check judges: one SIP domain as seen from one view.
type Subject struct {
	Domain *config.Domain
	View   *config.View
	Now    time.Time
	Estate *Estate // what the other configured domains have in common with it
}

// Inquiry is a subject together with the means to ask about it.
type Inquiry struct {
	Subject
	*observe.Scrape

	// What several checks want to know and what takes more than one question.
	topology    func(context.Context) (config.Topology, error)
	userLink    func(context.Context) (string, error)
	sipTargets  func(context.Context) sipTargets
	discoveries map[string]func(context.Context) *discovery
	nonce       string
}

// newInquiry prepares to ask about a subject.
func newInquiry(subject Subject, scrape *observe.Scrape) *Inquiry {
	q := &Inquiry{Subject: subject, Scrape: scrape, nonce: strings.ToLower(rand.Text()[:12])}
	q.topology, q.userLink, q.sipTargets = once2(q.learnTopology), once2(q.learnUserLink), once(q.learnSIPTargets)
	q.discoveries = make(map[string]func(context.Context) *discovery)
	for _, name := range []string{"lyncdiscover", "lyncdiscoverinternal"} {
		for _, scheme := range []string{"https", "http"} {
			q.discoveries[scheme+"://"+name] = once(func(ctx context.Context) *discovery { return q.discover(ctx, scheme, name) })
		}
	}
	return q
}

// once lets f run once; all callers get its result, or its panic.
func once[T any](f func(context.Context) T) func(context.Context) T {
	var o sync.Once
	var result T
	var panicked any
	return func(ctx context.Context) T {
		o.Do(func() {
			defer func() { panicked = recover() }()
			result = f(ctx)
		})
		if panicked != nil {
			panic(panicked)
		}
		return result
	}
}

// once2 does so for a function that can fail.
func once2[T any](f func(context.Context) (T, error)) func(context.Context) (T, error) {
	var err error
	result := once(func(ctx context.Context) (result T) {
		result, err = f(ctx)
		return result
	})
	return func(ctx context.Context) (T, error) {
		value := result(ctx)
		return value, err
	}
}

// Ask asks the nameservers of the subject's view.
func (q *Inquiry) Ask(ctx context.Context, name string, qtype uint16) observe.Answer {
	return q.Scrape.Ask(ctx, q.View, name, qtype)
}

// AskOthers asks those of the view's nameservers that Ask did not need to.
func (q *Inquiry) AskOthers(ctx context.Context, prefix string) []observe.Answer {
	return q.Scrape.AskOthers(ctx, q.View, prefix+"."+q.Domain.Name, dns.TypeSRV)
}

// Resolve looks up a host in the subject's view.
func (q *Inquiry) Resolve(ctx context.Context, host string) observe.Host {
	return q.Scrape.Resolve(ctx, q.View, host)
}

// Edge asks every address of a SIP server for its certificate and for OPTIONS.
func (q *Inquiry) Edge(ctx context.Context, host string, port uint16) observe.Edge {
	return q.Scrape.Edge(ctx, q.View, host, port)
}

// Get makes one HTTP request. It follows nothing.
func (q *Inquiry) Get(ctx context.Context, url string) *observe.Exchange {
	return q.Scrape.Get(ctx, q.View, url)
}

// Web shakes hands with every address behind an https URL, sparing the one
// that Get used for the same URL.
func (q *Inquiry) Web(ctx context.Context, url string) observe.Edge {
	return q.Scrape.Web(ctx, q.View, url)
}
