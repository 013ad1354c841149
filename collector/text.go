package collector

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how many bytes of text chosen by a remote party are kept in a
// label or shown to a person.
const maxText = 256

// Printable makes text that a remote party chose safe to show: valid UTF-8, no
// control or formatting characters (terminal escapes, bidirectional
// overrides), bounded in length.
func Printable(s string) string { return clip(legible(s)) }

// legible does so without a bound.
func legible(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		return '\uFFFD'
	}, s)
}

// clip shortens s to maxText bytes without cutting a character.
func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	s = s[:maxText]
	for len(s) > 0 {
		if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size > 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}
