package verdict

import (
	"bytes"
	"iter"

	"github.com/klauspost/compress/s2"
)

// Observed are lines of what was seen, for people who ask for all of it. Unlike
// a finding's texts they are written out at once: most are never read, and their
// arguments, which may hold a certificate each, would stay in memory until the
// next scrape.
type Observed struct {
	lines  []byte // of each the subject, endSubject, what was seen, endLine
	packed *packed
	at     int // place in packed
}

// packed are the lines of several Observed, compressed together, since they
// repeat each other's names.
type packed struct{ data []byte }

// No printable text has these.
const (
	endSubject = '\x01'
	endLine    = '\x00'
	endPart    = '\x02' // of one Observed among several
)

// add adds a line, unless it is there.
func (o *Observed) add(subject string, seen Text) {
	const most = 1024 // bytes of all lines of most checks
	if o.lines == nil {
		o.lines = make([]byte, 0, most)
	}
	before := len(o.lines)
	o.lines = append(append(o.lines, Printable(subject)...), endSubject)
	text := len(o.lines)
	o.lines = seen.appended(o.lines)
	if own := o.lines[text:]; len(own) > maxText || !isLegible(own) {
		o.lines = append(o.lines[:text], Printable(string(own))...)
	}
	o.lines = append(o.lines, endLine)
	line := o.lines[before:]
	for there := range bytes.SplitAfterSeq(o.lines[:before], []byte{endLine}) {
		if bytes.Equal(there, line) {
			o.lines = o.lines[:before]
			return
		}
	}
}

// PackObserved puts the lines of the checks of one target into little room: a
// quarter, and a twentieth of what texts would take.
func PackObserved(list ...*Observed) {
	size := 0
	for _, o := range list {
		size += len(o.lines) + 1
	}
	all := make([]byte, 0, size)
	for _, o := range list {
		all = append(append(all, o.unpacked()...), endPart)
	}
	together := &packed{bytes.Clone(s2.EncodeBetter(nil, all))}
	for i, o := range list {
		if !o.IsEmpty() {
			*o = Observed{packed: together, at: i}
		}
	}
}

func (o Observed) unpacked() []byte {
	if o.packed == nil {
		return o.lines
	}
	all, err := s2.Decode(nil, o.packed.data)
	if err != nil {
		panic("what was observed cannot be unpacked: " + err.Error()) // we have packed it
	}
	for range o.at {
		_, all, _ = bytes.Cut(all, []byte{endPart})
	}
	lines, _, _ := bytes.Cut(all, []byte{endPart})
	return lines
}

// All are the lines: what each is about (a record, a host, a URL), and what was
// seen of it. All of it is printable.
func (o Observed) All() iter.Seq2[string, string] {
	return func(yield func(subject, seen string) bool) {
		for line := range bytes.SplitSeq(bytes.TrimSuffix(o.unpacked(), []byte{endLine}), []byte{endLine}) {
			if subject, seen, ok := bytes.Cut(line, []byte{endSubject}); ok && !yield(string(subject), string(seen)) {
				return
			}
		}
	}
}

// IsEmpty says whether there is no line.
func (o Observed) IsEmpty() bool { return len(o.lines) == 0 && o.packed == nil }
