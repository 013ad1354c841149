package verdict

import (
	"bytes"
	"encoding/json"
	"iter"
	"sync"

	"github.com/klauspost/compress/s2"
)

// packed are what was observed of a target and the details of its findings. They are
// compressed together, since they repeat each other's names: to a quarter of what the
// lines take, and a tenth of what the details do.
type packed struct {
	parts   []byte     // the lines of each Observed and then the details, each with endPart but the last
	isPlain bool       // they are not compressed, and the lines of one Observed alone
	count   int        // of Observed
	names   [][]string // of the certificates that orders speak of, in their order; many targets share each
}

// slot is where the details of a finding are packed.
type slot struct {
	in     *packed
	number int    // among those that are packed together
	told   uint64 // a sum of what was seen and wanted; 0: nothing was seen
}

// endPart is neither in lines nor in JSON.
const endPart = '\x02'

// PackReport puts what was observed and found of one target into little room. Reading
// it is slow from then on, but for what the series of a finding say; Unpacker is for
// reading all.
func PackReport(observed []*Observed, findings []*Finding) {
	w := packings.Get().(*packing)
	defer packings.Put(w)
	w.plain.Reset()
	p := &packed{count: len(observed)}
	for _, o := range observed {
		w.plain.Write(o.read())
		w.plain.WriteByte(endPart)
	}
	list := make([]details, len(findings))
	for i, f := range findings {
		list[i] = f.read()
		for c := range shown(list[i].Repairs) {
			p.names = append(p.names, c.Names)
		}
	}
	if err := json.NewEncoder(&w.plain).Encode(list); err != nil {
		return // a certificate's time may be one that JSON does not have
	}
	w.short = s2.Encode(w.short, w.plain.Bytes())
	p.parts = bytes.Clone(w.short)
	for i, o := range observed {
		if !o.IsEmpty() {
			*o = Observed{p, i}
		}
	}
	slots := make([]slot, len(findings))
	for i, f := range findings {
		slots[i] = slot{p, i, list[i].told()}
		f.details, f.packed = nil, &slots[i]
	}
}

// packing is the room that packing takes; it is used again for the next target.
type packing struct {
	plain bytes.Buffer
	short []byte
}

var packings = sync.Pool{New: func() any { return new(packing) }}

// shown are the certificates that orders speak of.
func shown(repairs []Repair) iter.Seq[*Certificate] {
	return func(yield func(*Certificate) bool) {
		for _, r := range repairs {
			if r.Certificate != nil && r.Certificate.Present != nil && !yield(r.Certificate.Present) {
				return
			}
		}
	}
}

// part is one of the parts.
func (p *packed) part(i int) []byte {
	if p.isPlain {
		return p.parts
	}
	all, err := s2.Decode(nil, p.parts)
	if err != nil {
		panic("what is packed cannot be unpacked: " + err.Error()) // we have packed it
	}
	for range i {
		_, all, _ = bytes.Cut(all, []byte{endPart})
	}
	part, _, _ := bytes.Cut(all, []byte{endPart})
	return part
}

// details are those of all findings.
func (p *packed) details() []details {
	var list []details
	if err := json.Unmarshal(p.part(p.count), &list); err != nil {
		panic("findings cannot be unpacked: " + err.Error())
	}
	names := p.names
	for _, d := range list {
		for c := range shown(d.Repairs) {
			c.Names, names = names[0], names[1:]
		}
	}
	return list
}

// Unpacker unpacks findings that are packed together, all at once. The zero Unpacker
// is ready.
type Unpacker struct {
	packed *packed
	list   []details
}

// InFull is a finding that is not packed.
func (u *Unpacker) InFull(f Finding) Finding {
	if f.packed == nil {
		return f
	}
	if f.packed.in != u.packed {
		u.packed, u.list = f.packed.in, f.packed.in.details()
	}
	return f.detailed(u.list[f.packed.number])
}
