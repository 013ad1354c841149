// Package expose turns reports into metric families.
package expose

import (
	"iter"
	"maps"
	"slices"
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
	domainName = &verdict.Metric{Name: "lync_domain_name_info", Labels: []string{"unicode"}, Essential: true,
		Help: "Always 1; the name of the SIP domain as people write it. Absent where it is the same as the label domain."}
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
	return []*verdict.Metric{capabilityUp, topologyInfo, domainName, checkSuccess, checkDuration, findingInfo, scrapeDuration, scrapeTimeout, exporterLag, nameserverUp}
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
// for and valid until the next one is. No series occurs twice, label values are
// printable and bounded, whatever a remote party answered.
func (x Exposition) Families() iter.Seq[*dto.MetricFamily] {
	return x.families(new(slabs), x.targets())
}

// Parts are the same families, but one with the series of more targets than these
// comes in several parts one after the other, so that those of ten thousand
// domains are never in memory at once.
func (x Exposition) Parts(targets int) iter.Seq[*dto.MetricFamily] {
	return x.families(new(slabs), targets)
}

// Gather lets the exposition be used as a prometheus.Gatherer.
func (x Exposition) Gather() ([]*dto.MetricFamily, error) {
	return slices.Collect(x.families(nil, x.targets())), nil
}

func (x Exposition) targets() int {
	if x.Report == nil {
		return 0
	}
	return len(x.Report.Domains)
}

// families makes a family of each metric, in order of name, or parts of it for so
// many targets. The domains are gone through for every metric, since sorting
// their samples by metric would take as much memory again. With slabs each family
// takes the place of the one before.
func (x Exposition) families(reused *slabs, targets int) iter.Seq[*dto.MetricFamily] {
	return func(yield func(*dto.MetricFamily) bool) {
		domains := x.domainLabels()
		for _, m := range x.metrics() {
			var known map[string]bool
			if m.Plain {
				known = make(map[string]bool)
			}
			for from := 0; from == 0 || from < x.targets(); from += max(1, targets) {
				s := reused
				if s == nil {
					s = new(slabs)
				}
				s.begin(m)
				to := min(from+targets, x.targets())
				for i := from; i < to; i++ {
					domainSamples(x.Report.Domains[i], m, func(value float64, labels ...string) { s.add(i, value, labels...) })
				}
				if to == x.targets() {
					x.samples(m, func(value float64, labels ...string) { s.add(noDomain, value, labels...) })
				}
				if family := s.family(domains, known); len(family.Metric) > 0 && !yield(family) {
					return
				}
			}
		}
	}
}

// metrics are those that there may be samples of, in order of name.
func (x Exposition) metrics() []*verdict.Metric {
	found := make(map[*verdict.Metric]bool)
	for _, m := range reportMetrics() {
		found[m] = true
	}
	if x.FrontEnd != nil {
		for _, m := range x.FrontEnd.Samples.Metrics() {
			found[m] = true
		}
	}
	if x.Report != nil {
		for _, d := range x.Report.Domains {
			for _, m := range d.Samples.Metrics() {
				found[m] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b *verdict.Metric) int { return strings.Compare(a.Name, b.Name) })
}

// noDomain is the number of a sample that is about no SIP domain.
const noDomain = -1

// samples are those of a metric that are about no SIP domain.
func (x Exposition) samples(m *verdict.Metric, add func(value float64, labels ...string)) {
	if x.Report != nil {
		switch m {
		case scrapeDuration:
			add(x.Report.Duration.Seconds())
		case scrapeTimeout:
			add(x.Report.Timeout.Seconds())
		case exporterLag:
			add(x.Report.Lag.Seconds())
		case nameserverUp:
			for _, n := range x.Report.Nameservers {
				add(boolValue(n.Up), n.View, n.Address)
			}
		}
	}
	if x.FrontEnd != nil {
		for s := range x.FrontEnd.Samples.Of(m) {
			add(s.Value, s.Labels...)
		}
		if m == findingInfo {
			for _, f := range x.FrontEnd.Findings {
				add(1, findingLabels(frontend.Check, f)...)
			}
		}
	}
}

// domainSamples are those of a metric that are about one domain, if its detail
// asks for them.
func domainSamples(d *survey.DomainReport, m *verdict.Metric, add func(value float64, labels ...string)) {
	if d.Domain.Detail == config.Essential && !m.Essential {
		return
	}
	switch m {
	case capabilityUp:
		for _, c := range verdict.Capabilities() {
			if state := d.Capabilities.Of(c); state == survey.Up || state == survey.Down {
				add(boolValue(state == survey.Up), string(c))
			}
		}
	case topologyInfo:
		if d.Topology != nil && d.Topology.Kind != "" {
			add(1, string(d.Topology.Kind), d.Topology.Source())
		}
	case domainName:
		if d.Domain.Display != d.Domain.Name {
			add(1, d.Domain.Display)
		}
	case checkSuccess:
		for _, c := range d.Checks {
			add(boolValue(c.Err == nil), c.Name)
		}
	case checkDuration:
		for _, c := range d.Checks {
			add(c.Duration.Seconds(), c.Name)
		}
	case findingInfo:
		for _, c := range d.Checks {
			for _, f := range c.Findings {
				add(1, findingLabels(c.Name, f)...)
			}
		}
	default:
		for s := range d.Samples.Of(m) {
			add(s.Value, s.Labels...)
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
	metric  *verdict.Metric
	domains []int     // of each series
	values  []string  // of its own labels, of one series after the other
	numbers []float64 // its value

	metrics []dto.Metric
	gauges  []dto.Gauge
	pairs   []dto.LabelPair
	slots   []*dto.LabelPair
	list    []*dto.Metric
	names   []string // of the labels
	order   []int    // of them
}

// begin begins a family without series.
func (s *slabs) begin(m *verdict.Metric) {
	s.metric, s.domains, s.values, s.numbers = m, s.domains[:0], s.values[:0], s.numbers[:0]
}

func (s *slabs) add(domain int, value float64, labels ...string) {
	s.domains, s.numbers = append(s.domains, domain), append(s.numbers, value)
	for _, label := range labels {
		s.values = append(s.values, verdict.Printable(label))
	}
}

// empty is a list of n zeros, in the place of an earlier one if it fits there.
func empty[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n)
	}
	clear(list[:n])
	return list[:n]
}

// family makes one family of the series. Those of a metric without a domain,
// which several domains may have, are left out if they are known.
func (s *slabs) family(domains [][2]*dto.LabelPair, known map[string]bool) *dto.MetricFamily {
	m, series := s.metric, len(s.domains)
	own, order := len(m.Labels), s.labelOrder()
	width := len(order)
	s.metrics, s.gauges = empty(s.metrics, series), empty(s.gauges, series)
	s.pairs, s.slots = empty(s.pairs, series*own), empty(s.slots, series*width)
	s.list = empty(s.list, series)[:0]
	kind := dto.MetricType_GAUGE
	first := 0 // series of the same domain
	for i, domain := range s.domains {
		if domain != s.domains[first] {
			first = i
		}
		values := s.values[i*own : (i+1)*own]
		if m.Plain && own > 0 {
			key := strings.Join(values, "\x00")
			if known[key] {
				continue
			}
			known[key] = true
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
		case domain == noDomain:
			labels = slices.DeleteFunc(labels, func(p *dto.LabelPair) bool { return p == nil })
		default:
			labels[order[own]], labels[order[own+1]] = domains[domain][0], domains[domain][1]
		}
		s.gauges[i].Value = &s.numbers[i]
		s.metrics[i].Label, s.metrics[i].Gauge = labels, &s.gauges[i]
		s.list = append(s.list, &s.metrics[i])
	}
	return &dto.MetricFamily{Name: &m.Name, Help: &m.Help, Type: &kind, Metric: s.list}
}

// labelOrder says at which place each label goes, those of the metric first, so that
// labels come in order of name.
func (s *slabs) labelOrder() []int {
	s.names, s.order = append(s.names[:0], s.metric.Labels...), s.order[:0]
	if !s.metric.Plain {
		s.names = append(s.names, "domain", "view")
	}
	for _, name := range s.names {
		place := 0
		for _, other := range s.names {
			if other < name {
				place++
			}
		}
		s.order = append(s.order, place)
	}
	return s.order
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
