package verdict

import (
	"hash/fnv"
	"slices"
)

// Finding is one thing found wrong or worth knowing: a rule, what it was found
// on, and what was seen. Its sentences are made when somebody reads them.
type Finding struct {
	Rule     *Rule
	Subject  string
	Severity Severity
	Breaks   Capability // what a critical finding takes down, "" for nothing
	target   string     // of the server that shows it, "" where it is none
	details  *details   // nil: there are none, or they are packed
	packed   *slot      // of the details; nil: they are not packed
}

// details are what only people read of a finding. They never change: a finding that
// gets another one has a copy.
type details struct {
	Server  *Server  `json:",omitzero"` // which server shows it, nil where it is none
	Seen    Text     `json:",omitzero"`
	Want    Text     `json:",omitzero"`
	StandIn StandIn  `json:",omitzero"` // why it is milder than its rule; "" where it is not
	Repairs []Repair `json:",omitzero"`
}

// read are the details, wherever they are.
func (f Finding) read() details {
	switch {
	case f.packed != nil:
		return f.packed.in.details()[f.packed.number]
	case f.details != nil:
		return *f.details
	}
	return details{}
}

// detailed is the finding with these details.
func (f Finding) detailed(d details) Finding {
	f.details, f.packed = &d, nil
	return f
}

// Seen is what was seen.
func (f Finding) Seen() Text { return f.read().Seen }

// Want is the exact thing to have instead: a record, a name, a URL.
func (f Finding) Want() Text { return f.read().Want }

// Repairs are what to change, in the order in which to do it.
func (f Finding) Repairs() []Repair { return f.read().Repairs }

// StandIn is what keeps a fault from breaking anything, in words that follow
// "because".
type StandIn string

// What can stand in.
const (
	BetterRecord    StandIn = "clients and partners use another record first"
	EqualRecord     StandIn = "another record of the same rank leads to a server that works"
	OtherScheme     StandIn = "Autodiscover works over the other scheme"
	PlainHTTP       StandIn = "Autodiscover works over HTTP"
	OtherWayIn      StandIn = "clients find another way to sign in"
	NothingServed   StandIn = "sign-in, federation and meetings do not depend on it"
	StillAccepted   StandIn = "most clients and servers still accept it"
	WebClientsCope  StandIn = "web clients accept it"
	NotWanted       StandIn = "the configuration does not want it"
	PresentRecord   StandIn = "clients and partners still use the record that is there now"
	NotInDNS        StandIn = "the name is not in DNS yet"
	NoClientNeedsIt StandIn = "clients of Teams do not use the record"
	PublicAddress   StandIn = "the name has public addresses, too"
	SoonExpired     StandIn = "the certificate expires before anybody would revoke it"
)

// Milder makes a critical finding a warning, because something stands in for
// what is broken.
func (f Finding) Milder(because StandIn) Finding {
	if f.Severity != Critical {
		return f
	}
	f.Severity = Warning
	d := f.read()
	d.StandIn = because
	return f.detailed(d)
}

// Harmless makes a warning one that is only worth knowing, where the harm that the
// rule warns of cannot come. Nothing is to be changed then. There is no other way
// down than this and Milder.
func (f Finding) Harmless(because StandIn) Finding {
	f.Severity = Info
	d := f.read()
	d.StandIn, d.Repairs = because, nil
	return f.detailed(d)
}

// isHarmless says whether a finding is milder than its rule to the point that
// nothing is to be changed.
func (f Finding) isHarmless() bool { return f.Severity == Info && f.read().StandIn != "" }

// Serving says which capability the judged server or record serves, for rules
// that break what is served. What serves none is never critical.
func (f Finding) Serving(c Capability) Finding {
	if f.Rule.Breaks != Served {
		return f
	}
	if f.Breaks = c; c == "" {
		return f.Milder(NothingServed)
	}
	return f
}

// At says which server shows the fault. The server is kept, and does not change from
// then on.
func (f Finding) At(s *Server) Finding {
	f.target = s.Target
	d := f.read()
	d.Server = s
	return f.detailed(d)
}

// Server is the server that shows the fault, the zero Server where it is none.
func (f Finding) Server() Server {
	if s := f.read().Server; s != nil {
		return *s
	}
	return Server{}
}

// Saw adds what was seen. Remote text is made printable when it is written.
func (f Finding) Saw(format string, args ...any) Finding {
	d := f.read()
	d.Seen = Textf(format, args...)
	return f.detailed(d)
}

// Wants adds the exact thing to have instead.
func (f Finding) Wants(format string, args ...any) Finding {
	d := f.read()
	d.Want = Textf(format, args...)
	return f.detailed(d)
}

// Repair adds what is to be changed.
func (f Finding) Repair(r ...Repair) Finding {
	d := f.read()
	d.Repairs = append(slices.Clip(d.Repairs), r...)
	return f.detailed(d)
}

// TakesDown says whether the finding takes a capability down.
func (f Finding) TakesDown(c Capability) bool {
	return f.Severity == Critical && (f.Breaks == c || f.Breaks == Everything)
}

// Same says whether two findings are one: the same rule on the same subject at
// the same server.
func (f Finding) Same(other Finding) bool {
	return f.Rule == other.Rule && f.Subject == other.Subject && f.target == other.target
}

// Alike says whether two findings differ in nothing but the subject. Where nothing was
// seen that is not known.
func (f Finding) Alike(other Finding) bool {
	switch {
	case f.Rule != other.Rule || f.target != other.target:
		return false
	case f.packed != nil && other.packed != nil && f.packed.in == other.packed.in:
		return f.packed.told == other.packed.told && f.packed.told != 0
	}
	a, b := f.read(), other.read()
	return !a.Seen.IsZero() && a.told() == b.told()
}

// told is a sum of what was seen and wanted, 0 where nothing was seen.
func (d details) told() uint64 {
	if d.Seen.IsZero() {
		return 0
	}
	sum := fnv.New64a()
	sum.Write(d.Want.appended(append(d.Seen.appended(nil), endPart)))
	return sum.Sum64()
}
