package verdict

import (
	"iter"
	"math"
	"slices"
)

// Sample is one value of a metric; Labels are the values of Metric.Labels.
type Sample struct {
	Metric *Metric
	Labels []string
	Value  float64
}

// Samples are many samples in little room, since they are what most of a large
// report's memory goes to: each metric and each label value is there once, and
// numbers stand for them.
type Samples struct {
	metrics []*Metric
	texts   []string
	of      []uint16 // the metric of each sample
	labels  []uint16 // of one sample after the other, as many as its metric has
	values  []float64
}

// Pack makes Samples of a list.
func Pack(list ...Sample) Samples {
	var packed Samples
	for _, s := range list {
		packed.add(s.Metric, s.Value, s.Labels)
	}
	return packed
}

// Join makes one of the samples of several checks, without room for more.
func Join(list ...Samples) Samples {
	var samples, labels, texts int
	for _, s := range list {
		samples, labels, texts = samples+len(s.values), labels+len(s.labels), texts+len(s.texts)
	}
	all := Samples{of: make([]uint16, 0, samples), labels: make([]uint16, 0, labels), values: make([]float64, 0, samples)}
	if texts > math.MaxUint16 {
		return all // no servers that checks ask show so much
	}
	for _, s := range list {
		all.of = append(all.of, renumbered(&all.metrics, s.metrics, s.of)...)
		all.labels = append(all.labels, renumbered(&all.texts, s.texts, s.labels)...)
		all.values = append(all.values, s.values...)
	}
	all.metrics, all.texts = slices.Clone(all.metrics), slices.Clone(all.texts)
	return all
}

// renumbered are numbers of values in a list as those of the same values in
// another one, to which these are added if need be.
func renumbered[T comparable](to *[]T, from []T, numbers []uint16) []uint16 {
	places := make([]uint16, len(from))
	for i, value := range from {
		places[i] = number(to, value)
	}
	moved := make([]uint16, len(numbers))
	for i, n := range numbers {
		moved[i] = places[n]
	}
	return moved
}

// Essential are those alone that are exposed where `detail` is essential.
func (s Samples) Essential() Samples {
	var some Samples
	for sample := range s.All() {
		if sample.Metric.Essential {
			some.add(sample.Metric, sample.Value, sample.Labels)
		}
	}
	return some
}

func (s *Samples) add(m *Metric, value float64, labels []string) {
	if s.values == nil { // what most checks come to
		s.metrics, s.texts = make([]*Metric, 0, 16), make([]string, 0, 32)
		s.of, s.labels, s.values = make([]uint16, 0, 32), make([]uint16, 0, 96), make([]float64, 0, 32)
	}
	if len(s.metrics) == math.MaxUint16 || len(s.texts)+len(labels) > math.MaxUint16 {
		return // no server that a check asks shows so much
	}
	s.of, s.values = append(s.of, number(&s.metrics, m)), append(s.values, value)
	for _, label := range labels {
		s.labels = append(s.labels, number(&s.texts, label))
	}
}

// number is the place of a value in a list, to which it is added if need be.
func number[T comparable](list *[]T, value T) uint16 {
	i := slices.Index(*list, value)
	if i < 0 {
		i = len(*list)
		*list = append(*list, value)
	}
	return uint16(i)
}

// All are the samples as they were packed. Their labels are overwritten by those
// of the next one.
func (s *Samples) All() iter.Seq[Sample] { return s.some(nil) }

// Of are those of a metric.
func (s *Samples) Of(m *Metric) iter.Seq[Sample] {
	if !slices.Contains(s.metrics, m) {
		return func(func(Sample) bool) {}
	}
	return s.some(m)
}

// Metrics are those that there are samples of.
func (s *Samples) Metrics() []*Metric { return s.metrics }

// some are the samples of one metric, or all.
func (s *Samples) some(wanted *Metric) iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		var labels []string
		numbers := s.labels
		for i, of := range s.of {
			m := s.metrics[of]
			if wanted != nil && m != wanted {
				numbers = numbers[len(m.Labels):]
				continue
			}
			labels = labels[:0]
			for _, n := range numbers[:len(m.Labels)] {
				labels = append(labels, s.texts[n])
			}
			if !yield(Sample{m, labels, s.values[i]}) {
				return
			}
			numbers = numbers[len(m.Labels):]
		}
	}
}
