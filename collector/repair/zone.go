package repair

import (
	"fmt"
	"io"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// script is text for a program. Each line of it is a comment, or what the program
// is to do.
type script struct {
	strings.Builder
	mark string // begins a comment
}

func (s *script) comment(format string, args ...any) {
	fmt.Fprintf(s, s.mark+" "+format+"\n", args...)
}

func (s *script) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// nothing is what a script says where there is nothing to do.
func (s *script) nothing() { s.comment("Nothing is to be changed.") }

// writeTo ends a script.
func (s *script) writeTo(w io.Writer) error {
	_, err := io.WriteString(w, s.String())
	return err
}

// WriteZone writes the records of changes as a zone file has them. What is to be
// deleted, or completed by a person, is a comment.
func WriteZone(w io.Writer, changes []Change) error {
	s := &script{mark: ";"}
	for _, c := range changes {
		if c.Kind != verdict.RepairDNS {
			continue
		}
		record, err := plain(c.Record)
		switch {
		case c.Open():
			s.comment("%s: fill in the address", comment(c))
			s.comment("%s", legible(fmt.Sprintf("%s %d IN %s %s", c.Record.Name, TTL, c.Record.Type, c.Record.Data)))
		case err != nil:
			s.comment("%s: cannot be written: %s", comment(c), legible(err.Error()))
		case c.Action == verdict.Delete:
			s.comment("%s: delete", comment(c))
		default:
			s.comment("%s: %s", comment(c), c.Action)
			s.line("%s %d IN %s %s", record.name, TTL, record.recordType, record.data())
		}
		for _, data := range c.Was {
			s.comment("was %s", legible(c.Record.Name+" "+c.Record.Type+" "+data))
		}
	}
	if s.Len() == 0 {
		s.nothing()
	}
	return s.writeTo(w)
}
