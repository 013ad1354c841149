package verdict

import "iter"

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

// Pack copies samples.
func Pack(list ...Sample) Samples {
	n := 0
	for _, s := range list {
		n += len(s.Labels)
	}
	packed := Samples{make([]*Metric, len(list)), make([]float64, len(list)), make([]string, 0, n)}
	for i, s := range list {
		packed.metrics[i], packed.values[i] = s.Metric, s.Value
		packed.labels = append(packed.labels, s.Labels...)
	}
	return packed
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
