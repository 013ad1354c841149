package verdict

import (
	"bytes"
	"encoding/json"

	"github.com/klauspost/compress/s2"
)

// packed are what was observed of a target and the details of its findings. They are
// compressed together, since they repeat each other's names: to a quarter of what the
// lines take, and a tenth of what the details do.
type packed struct {
	parts []byte         // the lines of each Observed and then the details, each with endPart but the last
	count int            // of Observed
	shown []*Certificate // that orders speak of, in their order; many targets share each of them
}

// endPart is neither in lines nor in JSON.
const endPart = '\x02'

// PackReport puts what was observed and found of one target into little room. Reading it is
// slow from then on, but for what the series of a finding say; Unpacker is for reading
// all.
func PackReport(observed []*Observed, findings []*Finding) {
	var all []byte
	p := &packed{count: len(observed)}
	for _, o := range observed {
		all = append(append(all, o.read()...), endPart)
	}
	list := make([]details, len(findings))
	for i, f := range findings {
		list[i] = f.read()
		for _, r := range list[i].Repairs {
			if r.Certificate != nil {
				p.shown = append(p.shown, r.Certificate.Present)
			}
		}
	}
	found, err := json.Marshal(list)
	if err != nil {
		panic("findings cannot be packed: " + err.Error()) // texts and names, which JSON has
	}
	p.parts = bytes.Clone(s2.EncodeBetter(nil, append(all, found...)))
	for i, o := range observed {
		if !o.IsEmpty() {
			*o = Observed{packed: p, place: i}
		}
	}
	for i, f := range findings {
		f.details, f.packed, f.place = nil, p, i
	}
}

// part is one of the parts.
func (p *packed) part(i int) []byte {
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

func (p *packed) lines(place int) []byte { return p.part(place) }

// details are those of all findings.
func (p *packed) details() []details {
	var list []details
	if err := json.Unmarshal(p.part(p.count), &list); err != nil {
		panic("findings cannot be unpacked: " + err.Error())
	}
	shown := p.shown
	for _, d := range list {
		for _, r := range d.Repairs {
			if r.Certificate != nil {
				r.Certificate.Present, shown = shown[0], shown[1:]
			}
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
	if f.packed != u.packed {
		u.packed, u.list = f.packed, f.packed.details()
	}
	return f.detailed(u.list[f.place])
}
