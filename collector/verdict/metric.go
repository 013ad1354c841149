package verdict

import (
	"iter"
	"slices"
)

// Metric describes one metric about a SIP domain: its series carry `domain`
// and `view` and then the labels named here, unless Plain. All are gauges.
type Metric struct {
	Name      string
	Help      string
	Labels    []string
	Plain     bool // about the exporter or its machine: no `domain`, no `view`
	Essential bool // exposed also where `detail` is essential
}

// Sample is one value of a metric; Labels are the values of Metric.Labels.
type Sample struct {
	Metric *Metric
	Labels []string
	Value  float64
}

// Samples are many samples without what a slice for the labels of each would
// cost: they are what most of a large report's memory goes to.
type Samples struct {
	metrics []*Metric
	values  []float64
	labels  []string // of one sample after the other, as many as its metric has
}

// Pack makes Samples of a list.
func Pack(list ...Sample) Samples {
	var packed Samples
	for _, s := range list {
		packed.add(s.Metric, s.Value, s.Labels)
	}
	return packed
}

// Clone copies samples, without room for more.
func (s Samples) Clone() Samples {
	return Samples{slices.Clone(s.metrics), slices.Clone(s.values), slices.Clone(s.labels)}
}

func (s *Samples) add(m *Metric, value float64, labels []string) {
	if s.metrics == nil { // what most checks come to
		s.metrics, s.values, s.labels = make([]*Metric, 0, 16), make([]float64, 0, 16), make([]string, 0, 48)
	}
	s.metrics, s.values, s.labels = append(s.metrics, m), append(s.values, value), append(s.labels, labels...)
}

// All are the samples as they were packed.
func (s *Samples) All() iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		labels := s.labels
		for i, m := range s.metrics {
			n := len(m.Labels)
			if !yield(Sample{m, labels[:n:n], s.values[i]}) {
				return
			}
			labels = labels[n:]
		}
	}
}
