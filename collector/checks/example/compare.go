package example

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Compare tells what is not as the file says, a paragraph each.
func (e *Example) Compare(r Result) []string {
	x := e.expected
	var wrong []string
	note := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if diff := diffFindings(x.findings, r); diff != "" {
		note("findings (-want +got):\n%s", diff)
	}
	if x.topology != nil && *x.topology != r.topology() {
		note("the topology is %q, want %q", r.topology(), *x.topology)
	}
	for _, c := range verdict.Capabilities() {
		if want, ok := x.states[c]; ok && want != r.State(c) {
			note("%s is %s, want %s", c, r.State(c), want)
		}
	}
	for _, s := range x.series {
		if diff := s.diff(r); diff != "" {
			note("%s", diff)
		}
	}
	for _, t := range x.texts {
		if diff := t.diff(r, x.findings); diff != "" {
			note("%s", diff)
		}
	}
	for _, want := range x.observed {
		var lines []string
		for _, v := range r.Verdicts {
			for subject, seen := range v.Observed.All() {
				lines = append(lines, subject+": "+seen)
			}
		}
		if !containsText(lines, want) {
			note("observed: %q is in none of:\n%s", want, indented(lines))
		}
	}
	for _, want := range x.incomplete {
		var causes []string
		for _, v := range r.Verdicts {
			causes = append(causes, verdict.Causes(v.Err)...)
		}
		if !containsText(causes, want) {
			note("incomplete: %q is in none of:\n%s", want, indented(causes))
		}
	}
	return wrong
}

// diffFindings compares findings. Where a subject is left out any will do.
func diffFindings(want []wanted, r Result) string {
	var got []wanted
	words := make(map[wanted]string)
	for _, f := range r.Findings() {
		w := wanted{string(f.Severity), f.Rule.Code, f.Subject}
		words[w] = fmt.Sprintf("%s\n    seen: %s", w, f.Seen())
		got = append(got, w)
	}
	var missing []string
	for _, w := range slices.SortedStableFunc(slices.Values(want), func(a, b wanted) int { return strings.Compare(b.subject, a.subject) }) {
		i := slices.IndexFunc(got, func(g wanted) bool {
			return g == w || w.subject == "" && g.severity == w.severity && g.code == w.code
		})
		if i < 0 {
			missing = append(missing, w.String())
			continue
		}
		got = slices.Delete(got, i, i+1)
	}
	if len(missing)+len(got) == 0 {
		return ""
	}
	slices.Sort(missing)
	var lines []string
	for _, m := range missing {
		lines = append(lines, "- "+m)
	}
	for _, g := range got {
		lines = append(lines, "+ "+words[g])
	}
	return strings.Join(lines, "\n")
}

// diff says how the series differs from those of the verdicts, "" if it does
// not.
func (s series) diff(r Result) string {
	if !slices.ContainsFunc(r.Metrics, func(m *verdict.Metric) bool { return m.Name == s.metric }) {
		return fmt.Sprintf("series: no check has the metric %s", s.metric)
	}
	var all []string
	matches, right := 0, true
	for _, v := range r.Verdicts {
		for sample := range v.Samples.All() {
			if sample.Metric.Name != s.metric {
				continue
			}
			all = append(all, seriesText(sample))
			if s.matches(sample) {
				matches++
				right = right && sample.Value == s.value
			}
		}
	}
	switch {
	case s.absent && matches > 0:
		return fmt.Sprintf("no series: %s is there:\n%s", s.text, indented(all))
	case !s.absent && (matches == 0 || !right):
		return fmt.Sprintf("series (-want +got):\n- %s\n+ %s", s.text, cmp.Or(strings.Join(all, "\n+ "), "(none of this metric)"))
	}
	return ""
}

// seriesText is a sample as metrics are exposed.
func seriesText(s verdict.Sample) string {
	labels := make([]string, len(s.Labels))
	for i, value := range s.Labels {
		labels[i] = fmt.Sprintf("%s=%q", s.Metric.Labels[i], value)
	}
	text := s.Metric.Name
	if len(labels) > 0 {
		text += "{" + strings.Join(labels, ",") + "}"
	}
	return text + " " + strconv.FormatFloat(s.Value, 'f', -1, 64)
}

func (s series) matches(sample verdict.Sample) bool {
	for name, value := range s.labels {
		i := slices.Index(sample.Metric.Labels, name)
		if i < 0 || sample.Labels[i] != value {
			return false
		}
	}
	return true
}

// diff says that no finding has the text in its words, "" if one has.
func (t text) diff(r Result, want []wanted) string {
	code, rest, ok := strings.Cut(t.text, ": ")
	if !ok || !slices.ContainsFunc(want, func(w wanted) bool { return w.code == code }) {
		code, rest = "", t.text
	}
	var words []string
	for _, f := range r.Findings() {
		if code == "" || f.Rule.Code == code {
			words = append(words, t.words(f, r.Subject.Domain.Name)...)
		}
	}
	if containsText(words, rest) {
		return ""
	}
	return fmt.Sprintf("%s: %q is in none of:\n%s", t.of, rest, indented(words))
}

func (t text) words(f verdict.Finding, domain string) []string {
	switch t.of {
	case "seen":
		return []string{f.Seen().String(), f.What(domain).String()}
	case "why":
		return []string{f.Why(domain).String()}
	case "fix":
		return []string{f.Fix(domain).String()}
	}
	var list []string
	for _, r := range f.Repairs() {
		list = append(list, repairText(r))
	}
	return list
}

// repairText is a repair in a line.
func repairText(r verdict.Repair) string {
	switch r.Kind {
	case verdict.RepairDNS:
		return strings.TrimSpace(fmt.Sprintf("dns %s %s", r.DNS.Action, r.DNS.Record))
	case verdict.RepairCertificate:
		return fmt.Sprintf("certificate %s: %s", r.Certificate.Server, strings.Join(r.Certificate.Names, ", "))
	}
	return fmt.Sprintf("%s: %s", r.Kind, r.Text)
}

func containsText(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}

func indented(lines []string) string {
	if len(lines) == 0 {
		return "    (nothing)"
	}
	return "    " + strings.ReplaceAll(strings.Join(lines, "\n"), "\n", "\n    ")
}
