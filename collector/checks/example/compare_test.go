package example

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

const healthyToy = "\n_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A 192.0.2.1\n"

// What a file says is demanded: each directive is met by what it describes and
// not met by anything else.
func TestCompare(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		wrong      string // in what is told; "": nothing is wrong
	}{
		{"nothing to find", "; want: none" + healthyToy, ""},
		{"nothing wanted, something found", "; want: none\nsip A 192.0.2.1", "+ critical toy_record_missing _sipfederationtls._tcp\n    seen: no such record"},
		{"found", "; want: critical toy_record_missing _sipfederationtls._tcp\nsip A 192.0.2.1", ""},
		{"found, any subject", "; want: critical toy_record_missing\nsip A 192.0.2.1", ""},
		{"another subject", "; want: critical toy_record_missing sip\nsip A 192.0.2.1", "- critical toy_record_missing sip"},
		{"another severity", "; want: warning toy_record_missing\nsip A 192.0.2.1", "- warning toy_record_missing"},
		{"wanted, not found", "; want: critical toy_record_missing" + healthyToy, "- critical toy_record_missing"},
		{"wanted twice, found once", "; want: critical toy_record_missing\n; want: critical toy_record_missing\nsip A 192.0.2.1", "- critical toy_record_missing"},
		{"two findings", "; want: warning toy_host_missing\n; want: critical toy_record_missing", ""},
		{"one of two", "; want: warning toy_host_missing", "+ critical toy_record_missing"},

		{"up", "; want: none\n; up: federation" + healthyToy, ""},
		{"not up", "; want: critical toy_record_missing\n; up: federation\nsip A 192.0.2.1", "federation is down, want up"},
		{"down", "; want: critical toy_record_missing\n; down: federation\nsip A 192.0.2.1", ""},
		{"not down", "; want: none\n; down: federation" + healthyToy, "federation is up, want down"},
		{"unknown", "; want: none\n; unknown: federation\n; silent: _tcp.contoso.com" + healthyToy, ""},
		{"not unknown", "; want: none\n; unknown: federation" + healthyToy, "federation is up, want unknown"},
		{"absent", "; want: none\n; absent: federation, meetings\n; config: {capabilities: [sign_in]}" + healthyToy, ""},
		{"not absent", "; want: none\n; absent: federation" + healthyToy, "federation is up, want absent"},

		{"series", "; want: none\n; series: lync_toy_host 1" + healthyToy, ""},
		{"another value", "; want: none\n; series: lync_toy_host 0" + healthyToy, "- lync_toy_host 0\n+ lync_toy_host 1"},
		{"series with labels", "; want: none\n; series: lync_toy_target_info{port=\"5061\",target=\"sip.contoso.com\"} 1" + healthyToy, ""},
		{"series with some labels", "; want: none\n; series: lync_toy_target_info{port=\"5061\"} 1" + healthyToy, ""},
		{"another label", "; want: none\n; series: lync_toy_target_info{port=\"443\"} 1" + healthyToy, `+ lync_toy_target_info{target="sip.contoso.com",port="5061"} 1`},
		{"a label that it has not", "; want: none\n; series: lync_toy_target_info{ports=\"5061\"} 1" + healthyToy, "- lync_toy_target_info"},
		{"no series", "; want: critical toy_record_missing\n; no series: lync_toy_target_info\nsip A 192.0.2.1", ""},
		{"no series but one", "; want: none\n; no series: lync_toy_target_info{port=\"5061\"}" + healthyToy, "is there"},
		{"no such metric", "; want: none\n; no series: lync_toy_targets_info" + healthyToy, "no check has the metric"},

		{"topology", "; want: none\n; topology: on_premises" + healthyToy, ""},
		{"another topology", "; want: none\n; topology: online" + healthyToy, `the topology is "on_premises", want "online"`},
		{"no records", "; want: warning toy_host_missing\n; want: critical toy_record_missing\n; topology: no_records\nwww A 192.0.2.1", ""},
		{"no domain", "; want: warning toy_host_missing\n; want: critical toy_record_missing\n; topology: no_domain", ""},
		{"topology unknown", "; want: none\n; topology: unknown\n; silent: _tcp.contoso.com" + healthyToy, ""},

		{"seen", "; want: critical toy_record_missing\n; seen: no such record\nsip A 192.0.2.1", ""},
		{"seen, in the sentence", "; want: critical toy_record_missing\n; seen: There is no record: no such\nsip A 192.0.2.1", ""},
		{"not seen", "; want: critical toy_record_missing\n; seen: no address\nsip A 192.0.2.1", `seen: "no address" is in none of`},
		{"seen by another finding", "; want: critical toy_record_missing\n; want: warning toy_host_missing\n; seen: toy_record_missing: no address", `seen: "no address" is in none of`},
		{"seen by this finding", "; want: critical toy_record_missing\n; want: warning toy_host_missing\n; seen: toy_host_missing: no address", ""},
		{"why", "; want: critical toy_record_missing\n; why: Partners of contoso.com\nsip A 192.0.2.1", ""},
		{"fix", "; want: critical toy_record_missing\n; fix: SRV 0 0 5061 sip.contoso.com.\nsip A 192.0.2.1", ""},
		{"another fix", "; want: critical toy_record_missing\n; fix: SRV 0 0 443\nsip A 192.0.2.1", `fix: "SRV 0 0 443" is in none of`},
		{"repair", "; want: critical toy_record_missing\n; repair: dns publish _sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip\nsip A 192.0.2.1", ""},
		{"another repair", "; want: critical toy_record_missing\n; repair: dns delete\nsip A 192.0.2.1", `repair: "dns delete" is in none of`},
		{"observed", "; want: none\n; observed: sip: 192.0.2.1" + healthyToy, ""},
		{"not observed", "; want: none\n; observed: sip: 192.0.2.2" + healthyToy, `observed: "sip: 192.0.2.2" is in none of`},
		{"incomplete", "; want: none\n; incomplete: did not answer\n; silent: _tcp.contoso.com" + healthyToy, ""},
		{"not incomplete", "; want: none\n; incomplete: did not answer" + healthyToy, "(nothing)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, err := Parse("test.zone", []byte("; A test.\n"+tt.text))
			if err != nil {
				t.Fatal(err)
			}
			wrong := e.Compare(e.Judge(t.Context(), toy()))
			switch text := strings.Join(wrong, "\n"); {
			case tt.wrong == "" && text != "":
				t.Errorf("it is found wrong:\n%s", text)
			case tt.wrong != "" && (!strings.Contains(text, tt.wrong) || len(wrong) != 1):
				t.Errorf("%d things are found wrong:\n%s\nwant one, with:\n%s", len(wrong), text, tt.wrong)
			}
		})
	}
}

// A time is told from now on.
func TestSeriesOfTimes(t *testing.T) {
	t.Parallel()
	expiry := &verdict.Metric{Name: "lync_toy_expiry"}
	r := Result{Metrics: []*verdict.Metric{expiry}, Verdicts: []*verdict.Verdict{{Samples: verdict.Pack([]verdict.Sample{{Metric: expiry, Value: float64(defaultNow.AddDate(0, 0, 20).Unix())}}...)}}}
	for value, is := range map[string]bool{"now+20d": true, "now+21d": false, "now": false} {
		s, err := readSeries("lync_toy_expiry "+value, false, defaultNow)
		if err != nil {
			t.Fatal(err)
		}
		if diff := s.diff(r); (diff == "") != is {
			t.Errorf("%s: %s", value, diff)
		}
	}
}

// A check that serves nothing of what the domain is to offer does not run.
func TestCheckThatServesNothing(t *testing.T) {
	t.Parallel()
	e := parse(t, "; config: {capabilities: [sign_in]}")
	if f := e.Judge(t.Context(), toy()).Findings(); len(f) != 0 {
		t.Errorf("it ran, and found %v", f)
	}
}

func TestUncovered(t *testing.T) {
	t.Parallel()
	got := uncovered(book.Rules(), []wanted{{"warning", "toy_host_missing", "sip"}})
	if diff := cmp.Diff([]string{"toy_record_missing"}, got); diff != "" {
		t.Errorf("uncovered rules (-want +got):\n%s", diff)
	}
}

// What no check may say is told for every file.
func TestDefects(t *testing.T) {
	t.Parallel()
	record := verdict.Record{Name: "sip.contoso.com.", Type: "A", Data: "192.0.2.1"}
	dns := func(action verdict.Action, r verdict.Record) verdict.Repair {
		return verdict.InDNS(action, r)
	}
	with := func(change func(*verdict.Record)) verdict.Record {
		r := record
		change(&r)
		return r
	}
	info := &verdict.Rule{Code: "toy_info", Severity: verdict.Info, What: "It is so."}
	served := &verdict.Rule{Code: "toy_served", Severity: verdict.Critical, Breaks: verdict.Served, What: "It is so."}
	gap := &verdict.Rule{Code: "toy_gap", Severity: verdict.Info, What: "It is {seen} at {server}."}
	odd := &verdict.Rule{Code: "toy_odd", Severity: verdict.Info, What: "It is {seen}."}
	for _, tt := range []struct {
		name     string
		findings []verdict.Finding
		samples  []verdict.Sample
		want     string
	}{
		{"none", []verdict.Finding{info.On("sip").Repair(dns(verdict.Publish, record)), info.On("web").Repair(dns(verdict.Delete, with(func(r *verdict.Record) { r.Data = "192.0.2.2" })))}, []verdict.Sample{{Metric: toyHost, Value: 1}}, ""},
		{"a placeholder in a repair", []verdict.Finding{info.On("sip").Repair(dns(verdict.Publish, with(func(r *verdict.Record) { r.Data = "<address>" })))}, nil, ""},
		{"no subject", []verdict.Finding{info.On("")}, nil, "has no subject"},
		{"worse than the rule", []verdict.Finding{{Rule: info, Subject: "sip", Severity: verdict.Warning}}, nil, "worse than its rule"},
		{"breaks nothing", []verdict.Finding{served.On("sip")}, nil, "takes nothing down"},
		{"bad format", []verdict.Finding{odd.On("sip").Saw("%d", "x")}, nil, "have a gap"},
		{"no server", []verdict.Finding{gap.On("sip").Saw("x")}, nil, "have a gap"},
		{"no final dot", []verdict.Finding{info.On("sip").Repair(dns(verdict.Publish, with(func(r *verdict.Record) { r.Name = "sip.contoso.com" })))}, nil, "no final dot"},
		{"no record", []verdict.Finding{info.On("sip").Repair(dns(verdict.Publish, with(func(r *verdict.Record) { r.Data = "sip" })))}, nil, "is no record"},
		{"no names", []verdict.Finding{info.On("sip").Repair(verdict.Repair{Kind: verdict.RepairCertificate, Certificate: &verdict.CertificateOrder{}})}, nil, "neither a name nor a sentence"},
		{"no sentence", []verdict.Finding{info.On("sip").Repair(verdict.Repair{Kind: verdict.RepairProxy})}, nil, "no sentence"},
		{"delete what is published", []verdict.Finding{info.On("a").Repair(dns(verdict.Delete, record)), odd.On("b").Repair(dns(verdict.Publish, record))}, nil, "contradict each other"},
		{"delete all", []verdict.Finding{info.On("a").Repair(dns(verdict.Delete, with(func(r *verdict.Record) { r.Data = "" }))), odd.On("b").Repair(dns(verdict.Replace, record))}, nil, "contradict each other"},
		{"replace twice", []verdict.Finding{info.On("a").Repair(dns(verdict.Replace, record)), odd.On("b").Repair(dns(verdict.Replace, with(func(r *verdict.Record) { r.Data = "192.0.2.2" })))}, nil, "contradict each other"},
		{"a series twice", nil, []verdict.Sample{{Metric: toyHost}, {Metric: toyHost, Value: 1}}, "there twice"},
		{"a metric of nobody", nil, []verdict.Sample{{Metric: &verdict.Metric{Name: "lync_other"}}}, "no check has the metric"},
	} {
		check := inquiry.Check{Metrics: []*verdict.Metric{toyTarget, toyHost}, Run: func(context.Context, inquiry.Subject, inquiry.Questions) *verdict.Verdict {
			return &verdict.Verdict{Findings: tt.findings, Samples: verdict.Pack(tt.samples...)}
		}}
		got := strings.Join(Defects(parse(t, "sip A 192.0.2.1").Judge(t.Context(), check)), "\n")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
