package verdict

import (
	"bytes"
	"fmt"
	"iter"
)

// Observed are lines of what was seen, for people who ask for all of it. Unlike
// a finding's texts they are written out at once: most are never read, and their
// arguments, which may hold a certificate each, would stay in memory until the
// next scrape.
type Observed []byte // of each line the subject, endSubject, what was seen, endLine

// No printable text has these.
const (
	endSubject = '\x01'
	endLine    = '\x00'
)

// add adds a line, unless it is there.
func (o *Observed) add(subject string, seen Text) {
	const most = 1024 // bytes of all lines of most checks
	if *o == nil {
		*o = make(Observed, 0, most)
	}
	line := fmt.Appendf(nil, "%s%c%s%c", Printable(subject), endSubject, Printable(seen.String()), endLine)
	if !bytes.HasPrefix(*o, line) && !bytes.Contains(*o, append([]byte{endLine}, line...)) {
		*o = append(*o, line...)
	}
}

// All are the lines: what each is about (a record, a host, a URL), and what was
// seen of it. All of it is printable.
func (o Observed) All() iter.Seq2[string, string] {
	return func(yield func(subject, seen string) bool) {
		for line := range bytes.SplitSeq(bytes.TrimSuffix(o, []byte{endLine}), []byte{endLine}) {
			if subject, seen, ok := bytes.Cut(line, []byte{endSubject}); ok && !yield(string(subject), string(seen)) {
				return
			}
		}
	}
}
