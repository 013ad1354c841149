package repair

import (
	"fmt"
	"io"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// WriteNSUpdate writes the changes of records as the input of nsupdate. The
// records of a name are one message, and no other name is in it: nsupdate finds
// the zone and the nameserver of each by itself.
func WriteNSUpdate(w io.Writer, changes []Change) error {
	s := &script{mark: ";"}
	for _, name := range owners(changes) {
		sends := false
		for _, c := range changes {
			if c.Kind == verdict.RepairDNS && strings.EqualFold(c.Record.Name, name) {
				sends = s.update(c) || sends
			}
		}
		if sends {
			s.line("send")
		}
	}
	if s.Len() == 0 {
		s.nothing()
	}
	return s.writeTo(w)
}

// owners are the names whose records change, in the order of the changes.
func owners(changes []Change) []string {
	var names []string
	for _, c := range changes {
		if c.Kind == verdict.RepairDNS {
			names = union(names, []string{strings.ToLower(c.Record.Name)})
		}
	}
	return names
}

// update writes one change, and says whether anything is left to send.
func (s *script) update(c Change) bool {
	record, err := plain(c.Record)
	switch {
	case c.Open():
		s.comment("%s: fill in the address", comment(c))
		if c.Action == verdict.Replace {
			s.comment("%s", legible(fmt.Sprintf("update delete %s %s", c.Record.Name, c.Record.Type)))
		}
		s.comment("%s", legible(fmt.Sprintf("update add %s %d IN %s %s", c.Record.Name, TTL, c.Record.Type, c.Record.Data)))
		s.comment("send")
		return false
	case err != nil:
		s.comment("%s: cannot be written: %s", comment(c), legible(err.Error()))
		return false
	}
	s.comment("%s", comment(c))
	switch {
	case c.Action == verdict.Delete && c.Record.Data != "":
		s.line("update delete %s IN %s %s", record.name, record.recordType, record.data())
		return true
	case c.Action != verdict.Publish:
		s.line("update delete %s %s", record.name, record.recordType)
	}
	if c.Action != verdict.Delete {
		s.line("update add %s %d IN %s %s", record.name, TTL, record.recordType, record.data())
	}
	return true
}
