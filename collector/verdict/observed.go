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
	text   []byte  // of each line the subject, endSubject, what was seen, endLine
	packed *packed // nil: the text is not packed
	place  int     // of the text among those that are packed together
}

// No printable text has these.
const (
	endSubject = '\x01'
	endLine    = '\x00'
)

// add adds a line, unless it is there.
func (o *Observed) add(subject string, seen Text) {
	const most = 1024 // bytes of all lines of most checks
	before := o.read()
	if before == nil {
		before = make([]byte, 0, most)
	}
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
	*o = Observed{text: text}
}

// read are the lines, wherever they are.
func (o Observed) read() []byte {
	if o.packed != nil {
		return o.packed.lines(o.place)
	}
	return o.text
}

// All are the lines: what each is about (a record, a host, a URL), and what was
// seen of it. All of it is printable.
func (o Observed) All() iter.Seq2[string, string] {
	return func(yield func(subject, seen string) bool) {
		for line := range bytes.SplitSeq(bytes.TrimSuffix(o.read(), []byte{endLine}), []byte{endLine}) {
			if subject, seen, ok := bytes.Cut(line, []byte{endSubject}); ok && !yield(string(subject), string(seen)) {
				return
			}
		}
	}
}

// IsEmpty says whether there is no line.
func (o Observed) IsEmpty() bool { return o.text == nil && o.packed == nil }
