package example

import (
	"fmt"
	"slices"
	"strings"

	mdns "github.com/miekg/dns"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Defects tell what no check may say, whatever the file is about: words with
// gaps, repairs that cannot be made, series that clash.
func Defects(r Result) []string {
	var wrong []string
	note := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, f := range r.Findings() {
		where := f.Rule.Code + " " + f.Subject
		switch {
		case f.Subject == "":
			note("%s has no subject", where)
		case f.Severity.Rank() < f.Rule.Severity.Rank():
			note("%s is %s, worse than its rule", where, f.Severity)
		case f.Severity == verdict.Critical && (f.Breaks == "" || f.Breaks == verdict.Served):
			note("%s is critical and takes nothing down", where)
		}
		if gap := gapOf(f, r.Subject.Domain.Name); gap != "" {
			note("the words of %s have a gap: %q", where, gap)
		}
		for _, repair := range f.Repairs() {
			if problem := defectOf(repair); problem != "" {
				note("a repair of %s: %s: %s", where, repairText(repair), problem)
			}
		}
	}
	return slices.Concat(wrong, contradictions(r), clashes(r))
}

// gapOf is a sentence in which a word is missing: a placeholder that nothing
// fills, an argument that a format has not.
func gapOf(f verdict.Finding, domain string) string {
	own := f.Seen().String() + f.Want().String()
	for _, words := range []string{f.What(domain).String(), f.Why(domain).String(), f.Fix(domain).String()} {
		for _, sign := range []string{"%!", "  ", " .", " ,", " :", "()"} {
			if strings.Contains(words, sign) && (sign == "%!" || !strings.Contains(own, sign)) {
				return words
			}
		}
	}
	return ""
}

// defectOf is why a repair cannot be made.
func defectOf(r verdict.Repair) string {
	switch {
	case r.Kind == verdict.RepairCertificate:
		if len(r.Certificate.Names) == 0 && r.Text.IsZero() {
			return "there is neither a name nor a sentence"
		}
		return ""
	case r.Kind != verdict.RepairDNS:
		if r.Text.IsZero() {
			return "there is no sentence"
		}
		return ""
	case r.Does(verdict.Delete) && r.DNS.Record.Data == "":
		return ""
	}
	for _, data := range append([]string{r.DNS.Record.Data}, r.DNS.Was...) {
		record := r.DNS.Record
		record.Data = data
		if strings.Contains(data, "<") {
			continue // a placeholder
		}
		if !mdns.IsFqdn(record.Name) {
			return "the name has no final dot"
		}
		if rr, err := mdns.NewRR(record.String()); err != nil || rr == nil {
			return fmt.Sprintf("%q is no record: %v", record, err)
		}
	}
	return ""
}

// contradictions are repairs of which one undoes the other.
func contradictions(r Result) []string {
	var wrong []string
	for _, f := range r.Findings() {
		for _, g := range r.Findings() {
			for _, a := range f.Repairs() {
				for _, b := range g.Repairs() {
					if undoes(a, b) {
						wrong = append(wrong, fmt.Sprintf("repairs contradict each other:\n    %s: %s\n    %s: %s", f.Rule.Code, repairText(a), g.Rule.Code, repairText(b)))
					}
				}
			}
		}
	}
	return wrong
}

// undoes says whether a repair takes away what another one publishes.
func undoes(a, b verdict.Repair) bool {
	if a.DNS == nil || b.DNS == nil || b.Does(verdict.Delete) {
		return false
	}
	gone, there := a.DNS.Record, b.DNS.Record
	if gone.Name != there.Name || gone.Type != there.Type {
		return false
	}
	switch a.DNS.Action {
	case verdict.Delete:
		return gone.Data == "" || gone.Data == there.Data
	case verdict.Replace:
		return gone.Data != there.Data
	}
	return false
}

// clashes are series that are there twice, or of metrics that no check has.
func clashes(r Result) []string {
	var wrong []string
	seen := make(map[string]bool)
	for _, v := range r.Verdicts {
		for s := range v.Samples.All() {
			key := fmt.Sprintf("%s%q", s.Metric.Name, s.Labels)
			if seen[key] {
				wrong = append(wrong, "the series is there twice: "+key)
			}
			seen[key] = true
			if !slices.Contains(r.Metrics, s.Metric) {
				wrong = append(wrong, "no check has the metric "+s.Metric.Name)
			}
		}
	}
	return wrong
}
