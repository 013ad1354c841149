package hostile

import (
	"fmt"
	"strings"
)

// kind is one way to be hostile. It changes a healthy domain.
type kind struct {
	name  string
	setup func(s *stage, d *domain)
	// want is a reason that the exporter gives, "" where none is needed: it survives,
	// says nothing false of the others, and gives an answer in time.
	want string
	// heavy kinds send or hold so much that memory and CPU time are measured by them.
	heavy bool
}

// kinds are all ways in the catalogue.
func kinds() []kind {
	var all []kind
	for _, list := range [][]kind{dnsKinds(), dnsAnswerKinds(), httpKinds(), redirectKinds(), documentKinds(), tlsKinds(), handshakeKinds(),
		certificateKinds(), publicationKinds(), sipKinds(), leads()} {
		all = append(all, list...)
	}
	return all
}

// label is the name of a kind as a part of a host name.
func (k kind) label() string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(k.name))
	for strings.Contains(clean, "--") {
		clean = strings.ReplaceAll(clean, "--", "-")
	}
	return strings.Trim(clean[:min(len(clean), 50)], "-")
}

// nasty is text that does something to terminals, logs or pages that show it.
const nasty = "a\x1b]0;x\x07\x1b[31mb\x00c\u202ed\u2066e\u009bf\xff\xfeg<script>\u200bh"

// unwanted are the characters that must not be in anything that the exporter
// writes.
func unwanted(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return false
	case r < 0x20 || r >= 0x7f && r <= 0x9f:
		return true
	}
	return r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff
}

func domainName(prefix string, k kind) string { return fmt.Sprintf("%s-%s.test", prefix, k.label()) }
