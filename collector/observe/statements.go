package observe

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of what authorities say of revoked certificates.
const (
	maxList       = 32 << 20 // bytes of a list
	maxText       = 1 << 20  // of one in PEM
	maxReading    = 40 << 20 // of all that are being read
	maxStatements = 32 << 20 // bytes of what is remembered of them
	statementSize = 512      // of one without entries, about
	entrySize     = 16
)

// statement is what an authority says of certificates: a list, or an answer about
// one of them. It is remembered for as long as it says.
type statement struct {
	revoked []revoked // in order
	err     error     // why there is none, or why this one is not to be used
	until   time.Time
}

// about is what it says of a certificate. That one is revoked counts even where
// the list is out of date.
func (st statement) about(c issued) word {
	if i, found := slices.BinarySearchFunc(st.revoked, revoked{sum: serialSum(c.SerialNumber)}, revoked.compare); found {
		return word{known: true, revoked: true, at: time.Unix(st.revoked[i].at, 0)}
	}
	if _, ok := errors.AsType[*unusable](st.err); ok {
		return word{err: st.err}
	}
	if _, ok := errors.AsType[*Forbidden](st.err); ok {
		return word{refused: st.err}
	}
	return word{known: st.err == nil}
}

func (st statement) size() int { return statementSize + entrySize*len(st.revoked) }

// statementKey is where an authority says something about whose certificates.
type statementKey struct {
	fetchKey
	issuer [sha256.Size]byte // of its key
	isCA   bool              // of the certificates of authorities
}

// statements are those of earlier scrapes.
type statements struct {
	mu    sync.Mutex
	kept  map[statementKey]statement
	bytes int
}

// recall is a statement that still holds.
func (m *statements) recall(key statementKey, now time.Time) (statement, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	st, ok := m.kept[key]
	return st, ok && now.Before(st.until)
}

// lastFailure is why there was none when it was tried before, so that what is
// found does not come and go while it is tried again.
func (m *statements) lastFailure(key statementKey) statement {
	m.mu.Lock()
	defer m.mu.Unlock()
	if st := m.kept[key]; st.err != nil {
		return st
	}
	return statement{err: errNotYet}
}

var errNotYet = errors.New("the authority has not answered yet")

// keep remembers a statement, unless there is no room left: then that one is
// missing is remembered for a short while, so that it is not fetched all the time.
func (m *statements) keep(key statementKey, st statement, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(key)
	if m.bytes+st.size() > maxStatements {
		for old, other := range m.kept {
			if !now.Before(other.until) {
				m.forget(old)
			}
		}
	}
	if m.bytes+st.size() > maxStatements {
		st = statement{err: errNoRoom, until: now.Add(brieflyKept)}
	}
	if m.bytes+st.size() > maxStatements {
		return
	}
	if m.kept == nil {
		m.kept = make(map[statementKey]statement)
	}
	m.kept[key] = st
	m.bytes += st.size()
}

var errNoRoom = errors.New("there is no room left to remember what the authority says")

// forget is called with the lock held.
func (m *statements) forget(key statementKey) {
	if st, ok := m.kept[key]; ok {
		m.bytes -= st.size()
		delete(m.kept, key)
	}
}

// reading bounds what is being read for all scrapes together.
type reading struct{ bytes atomic.Int64 }

// upTo reads a body of so many bytes, if there is room for it until leave is
// called. What is published says in its first bytes how long it is: nothing is
// read beyond that, and nothing of what is too long or something else.
func (r *reading) upTo(most int64) (read bodyReader, leave func()) {
	var taken int64
	read = bodyReader{most, func(from io.Reader) (body []byte, truncated bool, err error) {
		head := make([]byte, longestHead)
		n, err := io.ReadFull(from, head)
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return head[:n], false, nil
		case err != nil:
			return nil, false, err
		}
		size := announced(head)
		if size > most {
			return nil, true, nil
		}
		body = append(make([]byte, 0, max(size, longestHead)), head...)
		for err == nil && int64(len(body)) < size {
			n, err = from.Read(body[len(body):size])
			body = body[:len(body)+n]
			taken += int64(n)
			if r.bytes.Add(int64(n)) > maxReading {
				return nil, true, nil
			}
		}
		if err == io.EOF {
			err = nil
		}
		return body, false, err
	}}
	return read, func() { r.bytes.Add(-taken) }
}

// longestHead is how many bytes say how long a value in DER is.
const longestHead = 6

// announced is how long something is that begins so: a value in DER, or text, of
// which that is not known. It is 0 of anything else.
func announced(head []byte) int64 {
	if bytes.HasPrefix(head, []byte("-----")) {
		return maxText
	}
	const sequence, long = 0x30, 0x80
	switch {
	case head[0] != sequence:
		return 0
	case head[1] < long:
		return 2 + int64(head[1])
	}
	size, bytes := int64(0), int(head[1]-long)
	if bytes > longestHead-2 {
		return math.MaxInt64
	}
	for _, b := range head[2 : 2+bytes] {
		size = size<<8 | int64(b)
	}
	return 2 + int64(bytes) + size
}
