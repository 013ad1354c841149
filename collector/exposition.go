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

// reportMetrics are the metrics that every check has, and those of the scrape.
func reportMetrics() []*Metric {
	return []*Metric{capabilityUp, checkSuccess, checkDuration, findingInfo, scrapeDuration, scrapeTimeout}
}

// AllMetrics are all metrics that a report can expose, in order of name.
func AllMetrics() []*Metric {
	metrics := append(reportMetrics(), iisMetrics()...)
	for _, c := range Checks() {
		metrics = append(metrics, c.Metrics...)
	}
	slices.SortFunc(metrics, func(a, b *Metric) int { return strings.Compare(a.Name, b.Name) })
	return metrics
}

// Families turns the report into metric families, each made when it is asked
// for and valid until the next one is, so that ten thousand domains' series are
// never in memory at once. No series occurs twice, label values are valid UTF-8
// and bounded, whatever a remote party answered.
func (r *Report) Families() iter.Seq[*dto.MetricFamily] {
	return inFamilies(r.group, r.domainLabels, new(slabs))
}

// Families turns the findings about a Front End into metric families, nil into
// none.
func (r *IISReport) Families() iter.Seq[*dto.MetricFamily] {
	return inFamilies(func() map[*Metric][]located {
		series := make(map[*Metric][]located)
		r.addTo(func(s Sample) { series[s.Metric] = append(series[s.Metric], located{noDomain, s.Labels, s.Value}) })
		return series
	}, func() [][2]*dto.LabelPair { return nil }, new(slabs))
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

// inFamilies makes a family of each metric's samples, in order of name. With
// slabs each takes the place of the one before, without them all can be kept.
func inFamilies(group func() map[*Metric][]located, labels func() [][2]*dto.LabelPair, reused *slabs) iter.Seq[*dto.MetricFamily] {
	return func(yield func(*dto.MetricFamily) bool) {
		series := group()
		metrics := make([]*Metric, 0, len(series))
		for m := range series {
			metrics = append(metrics, m)
		}
		slices.SortFunc(metrics, func(a, b *Metric) int { return strings.Compare(a.Name, b.Name) })
		domains := labels()
		for _, m := range metrics {
			parts := reused
			if parts == nil {
				parts = new(slabs)
			}
			if !yield(parts.family(m, series[m], domains)) {
				return
			}
			delete(series, m)
		}
	}
}

// Gather lets the report be used as a prometheus.Gatherer.
func (r *Report) Gather() ([]*dto.MetricFamily, error) {
	return slices.Collect(inFamilies(r.group, r.domainLabels, nil)), nil
}

// noDomain is the number of a sample that is about no SIP domain.
const noDomain = -1

// located is a metric's sample and the number of its domain in the report.
type located struct {
	domain int
	labels []string
	value  float64
}

// group sorts all samples by metric. It counts them first: lists that grow
// would leave twice their size behind.
func (r *Report) group() map[*Metric][]located {
	counts := make(map[*Metric]int)
	r.samples(func(_ int, m *Metric, _ []string, _ float64) { counts[m]++ })
	series := make(map[*Metric][]located, len(counts))
	for m, n := range counts {
		series[m] = make([]located, 0, n)
	}
	r.samples(func(domain int, m *Metric, labels []string, value float64) {
		series[m] = append(series[m], located{domain, labels, value})
	})
	return series
}

// samples calls add with every sample of the report, those of a domain one
// after the other.
func (r *Report) samples(add func(domain int, m *Metric, labels []string, value float64)) {
	for i, d := range r.Domains {
		for _, c := range Capabilities() {
			if state := d.Capabilities[c]; state == Up || state == Down {
				add(i, capabilityUp, []string{string(c)}, boolValue(state == Up))
			}
		}
		for j := range d.Checks {
			d.Checks[j].samples(func(m *Metric, labels []string, value float64) { add(i, m, labels, value) })
		}
	}
	r.FrontEnd.addTo(func(s Sample) { add(noDomain, s.Metric, s.Labels, s.Value) })
	add(noDomain, scrapeDuration, nil, r.Duration.Seconds())
	add(noDomain, scrapeTimeout, nil, r.Timeout.Seconds())
}

func (c *CheckReport) samples(add func(m *Metric, labels []string, value float64)) {
	add(checkSuccess, []string{c.Name}, boolValue(c.Err == nil))
	add(checkDuration, []string{c.Name}, c.Duration.Seconds())
	for _, f := range c.Findings {
		add(findingInfo, []string{c.Name, f.Subject, f.Reason, string(f.Severity)}, 1)
	}
	for _, s := range c.Samples {
		add(s.Metric, s.Labels, s.Value)
	}
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

// slabs are the parts of which a family is made: half a million series are a
// matter of a few allocations.
type slabs struct {
	metrics []dto.Metric
	gauges  []dto.Gauge
	pairs   []dto.LabelPair
	values  []string
	slots   []*dto.LabelPair
	list    []*dto.Metric
}

// fit makes room for a number of series with so many labels of their own, and
// width labels in all.
func (s *slabs) fit(series, own, width int) {
	s.metrics = empty(s.metrics, series)
	s.gauges = empty(s.gauges, series)
	s.pairs = empty(s.pairs, series*own)
	s.values = empty(s.values, series*own)
	s.slots = empty(s.slots, series*width)
	s.list = empty(s.list, series)[:0]
}

// empty is a list of n zeros, in the place of an earlier one if it fits there.
func empty[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n)
	}
	clear(list[:n])
	return list[:n]
}

// family makes one family.
func (s *slabs) family(m *Metric, series []located, domains [][2]*dto.LabelPair) *dto.MetricFamily {
	own := len(m.Labels)
	width := own
	if !m.Plain {
		width += 2
	}
	order := labelOrder(m)
	s.fit(len(series), own, width)
	kind := dto.MetricType_GAUGE
	first := 0 // series of the same domain
	for i, l := range series {
		if l.domain != series[first].domain {
			first = i
		}
		values := s.values[i*own : (i+1)*own]
		for j, value := range l.labels {
			values[j] = LabelValue(value)
		}
		if occurs(values, s.values[first*own:i*own], i-first) {
			continue
		}
		labels := s.slots[i*width : (i+1)*width : (i+1)*width]
		for j := range values {
			pair := &s.pairs[i*own+j]
			pair.Name, pair.Value = &m.Labels[j], &values[j]
			labels[order[j]] = pair
		}
		switch {
		case m.Plain:
		case l.domain == noDomain:
			labels = slices.DeleteFunc(labels, func(p *dto.LabelPair) bool { return p == nil })
		default:
			labels[order[own]], labels[order[own+1]] = domains[l.domain][0], domains[l.domain][1]
		}
		s.gauges[i].Value = &series[i].value
		s.metrics[i].Label, s.metrics[i].Gauge = labels, &s.gauges[i]
		s.list = append(s.list, &s.metrics[i])
	}
	return &dto.MetricFamily{Name: &m.Name, Help: &m.Help, Type: &kind, Metric: s.list}
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

// occurs says whether label values are among those of n earlier series. They
// are those of one domain, of which there are few.
func occurs(values, earlier []string, n int) bool {
	for i := range n {
		if slices.Equal(values, earlier[i*len(values):(i+1)*len(values)]) {
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
