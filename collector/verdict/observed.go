package verdict

import (
	"bytes"
	"iter"
)

// Observed are lines of what was seen, for people who ask for all of it. Unlike
// a finding's texts they are written out at once: most are never read, and their
// arguments, which may hold a certificate each, would stay in memory until the
// next scrape.
type Observed struct {
	lines *packed // endLine, then of each the subject, endSubject, what was seen, endLine; nil: there is none
	place int     // of the lines among what is packed together
}

// No printable text has these.
const (
	endSubject = '\x01'
	endLine    = '\x00'
)

// Add adds a line, unless it is there.
func (o *Observed) Add(subject string, seen Text) {
	const most = 1024 // bytes of all lines of most checks
	before := o.read()
	if before == nil {
		before = append(make([]byte, 0, most), endLine)
	}
	text := append(append(before, Printable(subject)...), endSubject)
	from := len(text)
	text = seen.appended(text)
	if own := text[from:]; len(own) > maxText || !isLegible(own) {
		text = append(text[:from], Printable(string(own))...)
	}
	text = append(text, endLine)
	if line := text[len(before)-1:]; bytes.Contains(before, line) {
		return
	}
	o.lines = &packed{parts: text, isPlain: true}
}

// read are the lines, wherever they are.
func (o Observed) read() []byte {
	if o.lines == nil {
		return nil
	}
	return o.lines.part(o.place)
}

// All are the lines: what each is about (a record, a host, a URL), and what was
// seen of it. All of it is printable.
func (o Observed) All() iter.Seq2[string, string] {
	return func(yield func(subject, seen string) bool) {
		for line := range bytes.SplitSeq(o.read(), []byte{endLine}) {
			if subject, seen, ok := bytes.Cut(line, []byte{endSubject}); ok && !yield(string(subject), string(seen)) {
				return
			}
		}
	}
}

// IsEmpty says whether there is no line.
func (o Observed) IsEmpty() bool { return o.lines == nil }
