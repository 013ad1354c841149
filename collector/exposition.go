package collector

import (
	"iter"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	dto "github.com/prometheus/client_model/go"
)

var (
	checkSuccess = &Metric{Name: "lync_check_success", Labels: []string{"check"},
		Help: "1 = the check ran to its end, however broken it found the SIP domain; 0 = it could not (deadline, resolver failure), and its other series may be absent."}
	checkDuration = &Metric{Name: "lync_check_duration_seconds", Labels: []string{"check"},
		Help: "Seconds that the check took in this scrape, waiting for others included."}
	findingInfo = &Metric{Name: "lync_finding_info", Labels: []string{"check", "subject", "reason", "severity"},
		Help: "Always 1; one series for each thing found wrong or worth knowing. Absent when nothing was found."}
	scrapeDuration = &Metric{Name: "lync_scrape_duration_seconds", Plain: true,
		Help: "Seconds that this scrape's checks took."}
	scrapeTimeout = &Metric{Name: "lync_scrape_timeout_seconds", Plain: true,
		Help: "Seconds that this scrape's checks were given."}
)

// ReportMetrics are the metrics that every check has, and those of the scrape.
func ReportMetrics() []*Metric {
	return []*Metric{capabilityUp, checkSuccess, checkDuration, findingInfo, scrapeDuration, scrapeTimeout}
}

// AllMetrics are all metrics that a report can expose, in order of name.
func AllMetrics() []*Metric {
	metrics := append(ReportMetrics(), iisMetrics()...)
	for _, c := range Checks() {
		metrics = append(metrics, c.Metrics...)
	}
	slices.SortFunc(metrics, func(a, b *Metric) int { return strings.Compare(a.Name, b.Name) })
	return metrics
}

// Families turns the report into metric families, each made when it is asked
// for, so that ten thousand domains' series are never in memory at once. No
// series occurs twice, label values are valid UTF-8 and bounded, whatever a
// remote party answered.
func (r *Report) Families() iter.Seq[*dto.MetricFamily] {
	return inFamilies(r.group, r.domainLabels)
}

// Families turns the findings about a Front End into metric families, nil into
// none.
func (r *IISReport) Families() iter.Seq[*dto.MetricFamily] {
	return inFamilies(func() map[*Metric][]located {
		series := make(map[*Metric][]located)
		r.addTo(func(s Sample) { series[s.Metric] = append(series[s.Metric], located{noDomain, s}) })
		return series
	}, func() [][2]*dto.LabelPair { return nil })
}

// addTo adds the samples about a Front End.
func (r *IISReport) addTo(add func(Sample)) {
	if r == nil {
		return
	}
	for _, s := range r.Samples {
		add(s)
	}
	for _, f := range r.Findings {
		add(Sample{findingInfo, []string{f.Check, f.Subject, f.Reason, string(f.Severity)}, 1})
	}
}

// inFamilies makes a family of each metric's samples, in order of name.
func inFamilies(group func() map[*Metric][]located, labels func() [][2]*dto.LabelPair) iter.Seq[*dto.MetricFamily] {
	return func(yield func(*dto.MetricFamily) bool) {
		series := group()
		metrics := make([]*Metric, 0, len(series))
		for m := range series {
			metrics = append(metrics, m)
		}
		slices.SortFunc(metrics, func(a, b *Metric) int { return strings.Compare(a.Name, b.Name) })
		domains := labels()
		for _, m := range metrics {
			if !yield(family(m, series[m], domains)) {
				return
			}
		}
	}
}

// Gather lets the report be used as a prometheus.Gatherer.
func (r *Report) Gather() ([]*dto.MetricFamily, error) {
	return slices.Collect(r.Families()), nil
}

// noDomain is the number of a sample that is about no SIP domain.
const noDomain = -1

// located is a sample and the number of its domain in the report.
type located struct {
	domain int
	sample Sample
}

// group sorts all samples by metric.
func (r *Report) group() map[*Metric][]located {
	series := make(map[*Metric][]located)
	add := func(domain int, s Sample) { series[s.Metric] = append(series[s.Metric], located{domain, s}) }
	for i, d := range r.Domains {
		for _, c := range Capabilities() {
			if state := d.Capabilities[c]; state == Up || state == Down {
				add(i, Sample{capabilityUp, []string{string(c)}, boolValue(state == Up)})
			}
		}
		for _, c := range d.Checks {
			add(i, Sample{checkSuccess, []string{c.Name}, boolValue(c.Err == nil)})
			add(i, Sample{checkDuration, []string{c.Name}, c.Duration.Seconds()})
			for _, f := range c.Findings {
				add(i, Sample{findingInfo, []string{c.Name, f.Subject, f.Reason, string(f.Severity)}, 1})
			}
			for _, s := range c.Samples {
				add(i, s)
			}
		}
	}
	r.FrontEnd.addTo(func(s Sample) { add(noDomain, s) })
	add(noDomain, Sample{scrapeDuration, nil, r.Duration.Seconds()})
	add(noDomain, Sample{scrapeTimeout, nil, r.Timeout.Seconds()})
	return series
}

func boolValue(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// domainLabels are the label pairs `domain` and `view` of each domain, which
// all its series share.
func (r *Report) domainLabels() [][2]*dto.LabelPair {
	pairs := make([][2]*dto.LabelPair, len(r.Domains))
	domain, view := "domain", "view"
	for i, d := range r.Domains {
		pairs[i] = [2]*dto.LabelPair{{Name: &domain, Value: &d.Domain.Name}, {Name: &view, Value: &d.View.Name}}
	}
	return pairs
}

// family makes one family. Its parts are allocated in slabs: half a million
// series are a matter of a few allocations.
func family(m *Metric, series []located, domains [][2]*dto.LabelPair) *dto.MetricFamily {
	width := len(m.Labels)
	if !m.Plain {
		width += 2
	}
	order := labelOrder(m)
	metrics := make([]dto.Metric, len(series))
	gauges := make([]dto.Gauge, len(series))
	pairs := make([]dto.LabelPair, len(series)*len(m.Labels))
	values := make([]string, len(pairs))
	slots := make([]*dto.LabelPair, len(series)*width)
	kind := dto.MetricType_GAUGE
	f := &dto.MetricFamily{Name: &m.Name, Help: &m.Help, Type: &kind, Metric: make([]*dto.Metric, 0, len(series))}
	seen := seenSeries{domain: noDomain - 1}
	for i, l := range series {
		if seen.before(l, i, series) {
			continue
		}
		labels := slots[i*width : (i+1)*width : (i+1)*width]
		for j, value := range l.sample.Labels {
			k := i*len(m.Labels) + j
			values[k] = LabelValue(value)
			pairs[k].Name, pairs[k].Value = &m.Labels[j], &values[k]
			labels[order[j]] = &pairs[k]
		}
		switch {
		case m.Plain:
		case l.domain == noDomain:
			labels = slices.DeleteFunc(labels, func(p *dto.LabelPair) bool { return p == nil })
		default:
			labels[order[len(m.Labels)]], labels[order[len(m.Labels)+1]] = domains[l.domain][0], domains[l.domain][1]
		}
		gauges[i].Value = &series[i].sample.Value
		metrics[i].Label, metrics[i].Gauge = labels, &gauges[i]
		f.Metric = append(f.Metric, &metrics[i])
	}
	return f
}

// labelOrder says at which place each label goes, domain and view last in the
// list, so that labels come in order of name.
func labelOrder(m *Metric) []int {
	names := slices.Clone(m.Labels)
	if !m.Plain {
		names = append(names, "domain", "view")
	}
	sorted := slices.Sorted(slices.Values(names))
	order := make([]int, len(names))
	for i, name := range names {
		order[i] = sort.SearchStrings(sorted, name)
	}
	return order
}

// seenSeries finds label values that occurred before for the same domain. A
// domain's samples stand together, and there are few of them.
type seenSeries struct {
	domain, first int
}

func (s *seenSeries) before(l located, i int, series []located) bool {
	if l.domain != s.domain {
		s.domain, s.first = l.domain, i
		return false
	}
	for _, earlier := range series[s.first:i] {
		if slices.EqualFunc(earlier.sample.Labels, l.sample.Labels, func(a, b string) bool { return LabelValue(a) == LabelValue(b) }) {
			return true
		}
	}
	return false
}

// LabelValue makes text safe for a label: valid UTF-8 of bounded length.
func LabelValue(s string) string {
	if len(s) <= maxText && utf8.ValidString(s) {
		return s
	}
	return clip(strings.ToValidUTF8(s, "\uFFFD"))
}
