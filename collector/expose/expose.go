// Package expose turns reports into metric families.
package expose

import (
	"iter"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
	dto "github.com/prometheus/client_model/go"
)

var (
	capabilityUp = &verdict.Metric{Name: "lync_capability_up", Labels: []string{"capability"}, Essential: true,
		Help: "1 = a user of this SIP domain can use the capability, 0 = a critical finding takes it down. Absent when the domain does not offer it or an observation that matters failed."}
	topologyInfo = &verdict.Metric{Name: "lync_topology_info", Labels: []string{"topology", "source"}, Essential: true,
		Help: "Always 1; the topology by which the SIP domain was judged, and whether it was configured or concluded from its records (auto). Absent while it is unknown."}
	checkSuccess = &verdict.Metric{Name: "lync_check_success", Labels: []string{"check"}, Essential: true,
		Help: "1 = the check ran to its end, however broken it found the SIP domain; 0 = it could not (deadline, resolver failure), and its other series may be absent."}
	checkDuration = &verdict.Metric{Name: "lync_check_duration_seconds", Labels: []string{"check"},
		Help: "Seconds that the check took in this scrape, waiting for others included."}
	findingInfo = &verdict.Metric{Name: "lync_finding_info", Labels: []string{"check", "subject", "reason", "severity"}, Essential: true,
		Help: "Always 1; one series for each thing found wrong or worth knowing. Absent when nothing was found."}
	scrapeDuration = &verdict.Metric{Name: "lync_scrape_duration_seconds", Plain: true,
		Help: "Seconds that this scrape's checks took."}
	scrapeTimeout = &verdict.Metric{Name: "lync_scrape_timeout_seconds", Plain: true,
		Help: "Seconds that this scrape's checks were given."}
	exporterLag = &verdict.Metric{Name: "lync_exporter_lag_seconds", Plain: true,
		Help: "Seconds by which this process ran late in this scrape when it meant to run, the longest. While it is starved, what ran out of time is unknown and not unreachable."}
	nameserverUp = &verdict.Metric{Name: "lync_nameserver_up", Labels: []string{"view", "nameserver"}, Plain: true,
		Help: "1 = the nameserver answered at least one question of this scrape by something else than SERVFAIL or REFUSED, 0 = it was asked and answered none. Absent when it was not asked."}
)

// reportMetrics are the metrics that every check has, and those of the scrape.
func reportMetrics() []*verdict.Metric {
	return []*verdict.Metric{capabilityUp, topologyInfo, checkSuccess, checkDuration, findingInfo, scrapeDuration, scrapeTimeout, exporterLag, nameserverUp}
}

// AllMetrics are all metrics that a report can expose, in order of name.
func AllMetrics() []*verdict.Metric {
	metrics := append(reportMetrics(), frontend.Metrics()...)
	for _, c := range checks.Table() {
		metrics = append(metrics, c.Metrics...)
	}
	slices.SortFunc(metrics, func(a, b *verdict.Metric) int { return strings.Compare(a.Name, b.Name) })
	return metrics
}

// Exposition is what a scrape exposes: a survey's report, and what was found of
// the Front End that the exporter runs on. Either may be nil.
type Exposition struct {
	Report   *survey.Report
	FrontEnd *frontend.Report
}

// Families turns the exposition into metric families, each made when it is asked
// for and valid until the next one is, so that ten thousand domains' series are
// never in memory at once. No series occurs twice, label values are printable
// and bounded, whatever a remote party answered.
func (x Exposition) Families() iter.Seq[*dto.MetricFamily] { return x.families(new(slabs)) }

// Gather lets the exposition be used as a prometheus.Gatherer.
func (x Exposition) Gather() ([]*dto.MetricFamily, error) {
	return slices.Collect(x.families(nil)), nil
}

// families makes a family of each metric's samples in some sections, in order
// of name. The samples are gone through for every metric, those of the sections
// that have it, since sorting them by metric would take as much memory again.
// With slabs each family takes the place of the one before.
func (x Exposition) families(reused *slabs) iter.Seq[*dto.MetricFamily] {
	return func(yield func(*dto.MetricFamily) bool) {
		contents := x.contents()
		metrics := slices.SortedFunc(maps.Keys(contents), func(a, b *verdict.Metric) int { return strings.Compare(a.Name, b.Name) })
		domains := x.domainLabels()
		if reused != nil {
			reused.reserve(contents)
		}
		for _, m := range metrics {
			c, s := contents[m], reused
			if s == nil {
				s = new(slabs)
			}
			s.fit(c.series, c.series*len(m.Labels), c.series*len(labelNames(m)))
			x.samples(c.sections, func(_ section, domain int, of *verdict.Metric, labels []string, value float64) {
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

// section is a part of an exposition: the name of a check, or one of these.
type section string

const (
	aboutScrape   section = "(scrape)"
	aboutFrontEnd section = "(front end)"
	aboutDomain   section = "(domain)"
	aboutChecks   section = "(checks)"
)

// content is how many series of a metric there are, and in which sections.
type content struct {
	series   int
	sections []section
}

func (x Exposition) contents() map[*verdict.Metric]*content {
	contents := make(map[*verdict.Metric]*content)
	x.samples(nil, func(in section, _ int, m *verdict.Metric, _ []string, _ float64) {
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
// of a domain one after the other and as many as its detail asks for.
func (x Exposition) samples(of []section, add func(in section, domain int, m *verdict.Metric, labels []string, value float64)) {
	wanted := func(in section) bool { return of == nil || slices.Contains(of, in) }
	if x.Report != nil {
		for i, d := range x.Report.Domains {
			essential := d.Domain.Detail == config.Essential
			domainSamples(d, wanted, func(in section, m *verdict.Metric, labels []string, value float64) {
				if m.Essential || !essential {
					add(in, i, m, labels, value)
				}
			})
		}
		if wanted(aboutScrape) {
			add(aboutScrape, noDomain, scrapeDuration, nil, x.Report.Duration.Seconds())
			add(aboutScrape, noDomain, scrapeTimeout, nil, x.Report.Timeout.Seconds())
			add(aboutScrape, noDomain, exporterLag, nil, x.Report.Lag.Seconds())
			for _, n := range x.Report.Nameservers {
				add(aboutScrape, noDomain, nameserverUp, []string{n.View, n.Address}, boolValue(n.Up))
			}
		}
	}
	if x.FrontEnd != nil && wanted(aboutFrontEnd) {
		for s := range x.FrontEnd.Samples.All() {
			add(aboutFrontEnd, noDomain, s.Metric, s.Labels, s.Value)
		}
		for _, f := range x.FrontEnd.Findings {
			add(aboutFrontEnd, noDomain, findingInfo, findingLabels(frontend.Check, f), 1)
		}
	}
}

// domainSamples are those of one domain.
func domainSamples(d *survey.DomainReport, wanted func(section) bool, add func(in section, m *verdict.Metric, labels []string, value float64)) {
	if wanted(aboutDomain) {
		for _, c := range verdict.Capabilities() {
			if state := d.Capabilities[c]; state == survey.Up || state == survey.Down {
				add(aboutDomain, capabilityUp, []string{string(c)}, boolValue(state == survey.Up))
			}
		}
		if d.Topology != nil && d.Topology.Kind != "" {
			add(aboutDomain, topologyInfo, []string{string(d.Topology.Kind), d.Topology.Source()}, 1)
		}
	}
	checks := wanted(aboutChecks)
	for j := range d.Checks {
		c := &d.Checks[j]
		if checks {
			add(aboutChecks, checkSuccess, []string{c.Name}, boolValue(c.Err == nil))
			add(aboutChecks, checkDuration, []string{c.Name}, c.Duration.Seconds())
			for _, f := range c.Findings {
				add(aboutChecks, findingInfo, findingLabels(c.Name, f), 1)
			}
		}
		if wanted(section(c.Name)) {
			for s := range c.Samples.All() {
				add(section(c.Name), s.Metric, s.Labels, s.Value)
			}
		}
	}
}

// findingLabels are the label values of a finding's series.
func findingLabels(check string, f verdict.Finding) []string {
	return []string{check, f.Subject, f.Rule.Code, string(f.Severity)}
}

func boolValue(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// domainLabels are the label pairs `domain` and `view` of each domain, which
// all its series share.
func (x Exposition) domainLabels() [][2]*dto.LabelPair {
	if x.Report == nil {
		return nil
	}
	pairs := make([][2]*dto.LabelPair, len(x.Report.Domains))
	domain, view := "domain", "view"
	for i, d := range x.Report.Domains {
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
func (s *slabs) reserve(contents map[*verdict.Metric]*content) {
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
func (s *slabs) family(m *verdict.Metric, domains [][2]*dto.LabelPair) *dto.MetricFamily {
	own, order := len(m.Labels), labelOrder(m)
	width := len(order)
	kind := dto.MetricType_GAUGE
	first := 0                        // series of the same domain
	distinct := make(map[string]bool) // of a metric without a domain, which several domains may have
	for i, l := range s.series {
		if l.domain != s.series[first].domain {
			first = i
		}
		values := s.values[i*own : (i+1)*own]
		for j, value := range l.labels {
			values[j] = verdict.Printable(value)
		}
		if m.Plain && own > 0 {
			key := strings.Join(values, "\x00")
			if distinct[key] {
				continue
			}
			distinct[key] = true
		} else if occurs(values, s.values[first*own:i*own], i-first) {
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
func labelNames(m *verdict.Metric) []string {
	if m.Plain {
		return m.Labels
	}
	return append(slices.Clip(m.Labels), "domain", "view")
}

// labelOrder says at which place each label goes, so that labels come in order
// of name.
func labelOrder(m *verdict.Metric) []int {
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
