package example

import (
	"context"
	"strings"
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// parse reads an example of which only the scene matters.
func parse(t *testing.T, text string) *Example {
	t.Helper()
	e, err := Parse("test.zone", []byte("; A test.\n; want: none\n"+strings.TrimLeft(text, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var (
	book     verdict.Rulebook
	noRecord = book.Add(verdict.Rule{Code: "toy_record_missing", Severity: verdict.Critical, Breaks: verdict.Federation,
		What: "There is no record: {seen}.", Why: "Partners of {domain} do not find it.", Fix: "Publish this record:\n{want}"})
	noAddress = book.Add(verdict.Rule{Code: "toy_host_missing", Severity: verdict.Warning, What: "The host has no address: {seen}."})
	toyTarget = &verdict.Metric{Name: "lync_toy_target_info", Labels: []string{"target", "port"}}
	toyHost   = &verdict.Metric{Name: "lync_toy_host"}
)

// toy is a check that is small enough to see what it does.
func toy() inquiry.Check {
	return inquiry.Check{Name: "toy", Serves: []verdict.Capability{verdict.Federation}, Metrics: []*verdict.Metric{toyTarget, toyHost}, Rules: book.Rules(),
		Run: func(ctx context.Context, s inquiry.Subject, q inquiry.Questions) *verdict.Verdict {
			v := new(verdict.Verdict)
			answer := q.SRV(ctx, lync.FederationRecord)
			switch {
			case answer.Err != nil:
				v.Incomplete(answer.Err, verdict.Federation)
			case answer.Outcome.Missing():
				want := verdict.Record{Name: "_sipfederationtls._tcp.contoso.com.", Type: "SRV", Data: "0 0 5061 sip.contoso.com."}
				v.Report(noRecord.On(lync.FederationRecord).Saw("no such record").Wants("%s", want).
					Repair(verdict.InDNS(verdict.Publish, want)))
			}
			for _, srv := range answer.SRVs() {
				v.Flag(toyTarget, true, srv.Target, "5061")
			}
			host := q.Resolve(ctx, s.Host("sip"))
			v.Saw("sip", "%s", lync.Describe(host))
			v.Flag(toyHost, host.Outcome == dns.Found)
			if host.Outcome.Missing() {
				v.Report(noAddress.On("sip").Saw("no address"))
			}
			return v
		}}
}
