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

// ByMetric are the samples of several checks, those of one metric side by side and
// without room for more. Whoever exposes them asks for one metric after the other.
// Nil has none.
type ByMetric struct {
	metrics []*Metric
	ends    []uint16 // of each metric, how many samples there are up to its last one
	texts   []string
	labels  []uint16 // as in Samples
	values  []float64
}

// Join puts the samples of several checks together.
func Join(list ...Samples) *ByMetric {
	all := new(ByMetric)
	var samples, labels, texts int
	for _, s := range list {
		samples, labels, texts = samples+len(s.values), labels+len(s.labels), texts+len(s.texts)
	}
	if samples > math.MaxUint16 || texts > math.MaxUint16 {
		return all // no servers that checks ask show so much
	}
	of := make([][]uint16, len(list)) // the metric of each sample
	for i, s := range list {
		of[i] = renumbered(&all.metrics, s.metrics, s.of)
	}
	all.metrics = slices.Clone(all.metrics)
	all.ends = ends(len(all.metrics), of)
	all.labels, all.values = make([]uint16, labels), make([]float64, samples)
	next := all.starts()
	for i, s := range list {
		numbers := renumbered(&all.texts, s.texts, s.labels)
		for j, m := range of[i] {
			width := len(all.metrics[m].Labels)
			copy(all.labels[next[m].label:], numbers[:width])
			all.values[next[m].value] = s.values[j]
			numbers, next[m] = numbers[width:], place{next[m].label + width, next[m].value + 1}
		}
	}
	all.texts = slices.Clone(all.texts)
	return all
}

func ends(metrics int, of [][]uint16) []uint16 {
	ends := make([]uint16, metrics)
	for _, list := range of {
		for _, m := range list {
			ends[m]++
		}
	}
	for m := 1; m < metrics; m++ {
		ends[m] += ends[m-1]
	}
	return ends
}

// place is where a sample begins in the lists.
type place struct{ label, value int }

// starts are where the samples of each metric begin.
func (s *ByMetric) starts() []place {
	starts := make([]place, len(s.metrics))
	for m := 1; m < len(starts); m++ {
		starts[m] = s.next(m-1, starts[m-1])
	}
	return starts
}

// next is where the samples of the metric after the one that begins there begin.
func (s *ByMetric) next(m int, start place) place {
	end := int(s.ends[m])
	return place{start.label + (end-start.value)*len(s.metrics[m].Labels), end}
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
func (s *Samples) All() iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		var labels []string
		numbers := s.labels
		for i, of := range s.of {
			m := s.metrics[of]
			labels = textsOf(labels[:0], s.texts, numbers[:len(m.Labels)])
			if !yield(Sample{m, labels, s.values[i]}) {
				return
			}
			numbers = numbers[len(m.Labels):]
		}
	}
}

// Metrics are those that there are samples of.
func (s *ByMetric) Metrics() []*Metric {
	if s == nil {
		return nil
	}
	return s.metrics
}

// Of are the samples of a metric. Their labels are overwritten by those of the next
// one.
func (s *ByMetric) Of(wanted *Metric) iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		var start place
		for m, metric := range s.Metrics() {
			next := s.next(m, start)
			if metric == wanted {
				s.between(start, next, metric, yield)
				return
			}
			start = next
		}
	}
}

func (s *ByMetric) between(start, end place, m *Metric, yield func(Sample) bool) {
	var labels []string
	numbers := s.labels[start.label:end.label]
	for _, value := range s.values[start.value:end.value] {
		labels = textsOf(labels[:0], s.texts, numbers[:len(m.Labels)])
		if !yield(Sample{m, labels, value}) {
			return
		}
		numbers = numbers[len(m.Labels):]
	}
}

func textsOf(list, texts []string, numbers []uint16) []string {
	for _, n := range numbers {
		list = append(list, texts[n])
	}
	return list
}
