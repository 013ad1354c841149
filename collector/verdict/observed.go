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
	packed bool   // lines are compressed
}

// No printable text has these.
const (
	endSubject = '\x01'
	endLine    = '\x00'
)

// add adds a line, unless it is there.
func (o *Observed) add(subject string, seen Text) {
	const most = 1024 // bytes of all lines of most checks
	if o.lines == nil {
		o.lines = make([]byte, 0, most)
	}
	before := len(o.lines)
	o.lines = append(append(o.lines, Printable(subject)...), endSubject)
	o.lines = append(append(o.lines, Printable(seen.String())...), endLine)
	line := o.lines[before:]
	for there := range bytes.SplitAfterSeq(o.lines[:before], []byte{endLine}) {
		if bytes.Equal(there, line) {
			o.lines = o.lines[:before]
			return
		}
	}
}

// Packed takes half the room, and an eighth with what texts would take: of ten
// thousand SIP domains these are 24 MB.
func (o Observed) Packed() Observed {
	if o.packed || len(o.lines) == 0 {
		return o
	}
	return Observed{bytes.Clone(s2.Encode(nil, o.lines)), true}
}

// All are the lines: what each is about (a record, a host, a URL), and what was
// seen of it. All of it is printable.
func (o Observed) All() iter.Seq2[string, string] {
	return func(yield func(subject, seen string) bool) {
		lines := o.lines
		if o.packed {
			var err error
			if lines, err = s2.Decode(nil, o.lines); err != nil {
				panic("what was observed cannot be unpacked: " + err.Error()) // we have packed it
			}
		}
		for line := range bytes.SplitSeq(bytes.TrimSuffix(lines, []byte{endLine}), []byte{endLine}) {
			if subject, seen, ok := bytes.Cut(line, []byte{endSubject}); ok && !yield(string(subject), string(seen)) {
				return
			}
		}
	}
}

// IsEmpty says whether there is no line.
func (o Observed) IsEmpty() bool { return len(o.lines) == 0 }
