package collector

import (
	"iter"
	"maps"
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
	return r.families(new(slabs))
}

// Gather lets the report be used as a prometheus.Gatherer.
func (r *Report) Gather() ([]*dto.MetricFamily, error) {
	return slices.Collect(r.families(nil)), nil
}

// Families turns the findings about a Front End into metric families, nil into
// none.
func (r *IISReport) Families() iter.Seq[*dto.MetricFamily] {
	return (&Report{FrontEnd: r}).families(new(slabs), aboutFrontEnd)
}

// families makes a family of each metric's samples in some sections, in order
// of name. The samples are gone through for every metric, those of the sections
// that have it, since sorting them by metric would take as much memory again.
// With slabs each family takes the place of the one before.
func (r *Report) families(reused *slabs, of ...section) iter.Seq[*dto.MetricFamily] {
	return func(yield func(*dto.MetricFamily) bool) {
		contents := r.contents(of)
		metrics := slices.SortedFunc(maps.Keys(contents), func(a, b *Metric) int { return strings.Compare(a.Name, b.Name) })
		domains := r.domainLabels()
		if reused != nil {
			reused.reserve(contents)
		}
		for _, m := range metrics {
			c, s := contents[m], reused
			if s == nil {
				s = new(slabs)
			}
			s.fit(c.series, c.series*len(m.Labels), c.series*len(labelNames(m)))
			r.samples(c.sections, func(_ section, domain int, of *Metric, labels []string, value float64) {
				if of == m {
					s.series = append(s.series, located{domain, labels, value})
				}
			})
			if !yield(s.family(m, domains)) {
				return
			}
		}
	}
}

// section is a part of a report: the number of a check, or one of these.
type section int

const (
	aboutScrape section = -1 - iota
	aboutFrontEnd
	aboutDomain
	aboutChecks
)

// content is how many series of a metric there are, and in which sections.
type content struct {
	series   int
	sections []section
}

func (r *Report) contents(of []section) map[*Metric]*content {
	contents := make(map[*Metric]*content)
	r.samples(of, func(in section, _ int, m *Metric, _ []string, _ float64) {
		c := contents[m]
		if c == nil {
			c = new(content)
			contents[m] = c
		}
		c.series++
		if !slices.Contains(c.sections, in) {
			c.sections = append(c.sections, in)
		}
	})
	return contents
}

// noDomain is the number of a sample that is about no SIP domain.
const noDomain = -1

// located is a metric's sample and the number of its domain in the report.
type located struct {
	domain int
	labels []string
	value  float64
}

// samples calls add with the samples of some sections, all without any, those
// of a domain one after the other.
func (r *Report) samples(of []section, add func(in section, domain int, m *Metric, labels []string, value float64)) {
	wanted := func(in section) bool { return of == nil || slices.Contains(of, in) }
	domain, checks := wanted(aboutDomain), wanted(aboutChecks)
	for i, d := range r.Domains {
		if domain {
			for _, c := range Capabilities() {
				if state := d.Capabilities[c]; state == Up || state == Down {
					add(aboutDomain, i, capabilityUp, []string{string(c)}, boolValue(state == Up))
				}
			}
		}
		for j := range d.Checks {
			c := &d.Checks[j]
			if checks {
				add(aboutChecks, i, checkSuccess, []string{c.Name}, boolValue(c.Err == nil))
				add(aboutChecks, i, checkDuration, []string{c.Name}, c.Duration.Seconds())
				for _, f := range c.Findings {
					add(aboutChecks, i, findingInfo, f.labels(), 1)
				}
			}
			if wanted(section(j)) {
				for s := range c.Samples.All() {
					add(section(j), i, s.Metric, s.Labels, s.Value)
				}
			}
		}
	}
	if wanted(aboutScrape) {
		add(aboutScrape, noDomain, scrapeDuration, nil, r.Duration.Seconds())
		add(aboutScrape, noDomain, scrapeTimeout, nil, r.Timeout.Seconds())
	}
	if r.FrontEnd != nil && wanted(aboutFrontEnd) {
		for _, s := range r.FrontEnd.Samples {
			add(aboutFrontEnd, noDomain, s.Metric, s.Labels, s.Value)
		}
		for _, f := range r.FrontEnd.Findings {
			add(aboutFrontEnd, noDomain, findingInfo, f.labels(), 1)
		}
	}
}

// labels are the label values of a finding's series.
func (f Explained) labels() []string {
	return []string{f.Check, f.Subject, f.Reason, string(f.Severity)}
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
	series  []located
	metrics []dto.Metric
	gauges  []dto.Gauge
	pairs   []dto.LabelPair
	values  []string
	slots   []*dto.LabelPair
	list    []*dto.Metric
}

// reserve makes room for each of these metrics, so that the slabs never grow.
func (s *slabs) reserve(contents map[*Metric]*content) {
	var series, own, all int
	for m, c := range contents {
		series, own, all = max(series, c.series), max(own, c.series*len(m.Labels)), max(all, c.series*len(labelNames(m)))
	}
	s.fit(series, own, all)
}

// fit makes room for a number of series with so many labels of their own, and so
// many with domain and view.
func (s *slabs) fit(series, own, all int) {
	s.series = empty(s.series, series)[:0]
	s.metrics = empty(s.metrics, series)
	s.gauges = empty(s.gauges, series)
	s.pairs = empty(s.pairs, own)
	s.values = empty(s.values, own)
	s.slots = empty(s.slots, all)
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

// family makes one family of the series.
func (s *slabs) family(m *Metric, domains [][2]*dto.LabelPair) *dto.MetricFamily {
	own, order := len(m.Labels), labelOrder(m)
	width := len(order)
	kind := dto.MetricType_GAUGE
	first := 0 // series of the same domain
	for i, l := range s.series {
		if l.domain != s.series[first].domain {
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
		s.gauges[i].Value = &s.series[i].value
		s.metrics[i].Label, s.metrics[i].Gauge = labels, &s.gauges[i]
		s.list = append(s.list, &s.metrics[i])
	}
	return &dto.MetricFamily{Name: &m.Name, Help: &m.Help, Type: &kind, Metric: s.list}
}

// labelNames are the labels of a metric, its own first.
func labelNames(m *Metric) []string {
	if m.Plain {
		return m.Labels
	}
	return append(slices.Clip(m.Labels), "domain", "view")
}

// labelOrder says at which place each label goes, so that labels come in order
// of name.
func labelOrder(m *Metric) []int {
	names := labelNames(m)
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
