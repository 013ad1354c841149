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
	lines *lines // nil: there is none
	part  int    // which of the lines, where those of several are packed together
}

// lines are of each the subject, endSubject, what was seen, endLine. Those of
// several Observed are compressed together, since they repeat each other's names.
type lines struct {
	text   []byte
	packed bool
}

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
		o.lines = &lines{text: make([]byte, 0, most)}
	}
	before := o.lines.text
	text := append(append(before, Printable(subject)...), endSubject)
	from := len(text)
	text = seen.appended(text)
	if own := text[from:]; len(own) > maxText || !isLegible(own) {
		text = append(text[:from], Printable(string(own))...)
	}
	text = append(text, endLine)
	line := text[len(before):]
	for there := range bytes.SplitAfterSeq(before, []byte{endLine}) {
		if bytes.Equal(there, line) {
			return
		}
	}
	o.lines.text = text
}

// PackObserved puts the lines of the checks of one target into little room: a
// quarter, and a twentieth of what texts would take.
func PackObserved(list ...*Observed) {
	size := 0
	for _, o := range list {
		size += len(o.unpacked()) + 1
	}
	all := make([]byte, 0, size)
	for _, o := range list {
		all = append(append(all, o.unpacked()...), endPart)
	}
	together := &lines{bytes.Clone(s2.EncodeBetter(nil, all)), true}
	for i, o := range list {
		if !o.IsEmpty() {
			*o = Observed{together, i}
		}
	}
}

func (o Observed) unpacked() []byte {
	switch {
	case o.lines == nil:
		return nil
	case !o.lines.packed:
		return o.lines.text
	}
	all, err := s2.Decode(nil, o.lines.text)
	if err != nil {
		panic("what was observed cannot be unpacked: " + err.Error()) // we have packed it
	}
	for range o.part {
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
func (o Observed) IsEmpty() bool { return o.lines == nil }
