package verdict

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how many bytes of text chosen by a remote party are kept in a
// label or shown to a person.
const maxText = 256

// Text is words for people that are put together when somebody reads them, and
// not in a scrape. The zero Text is none.
type Text struct{ words *words }

// words are a format and its arguments: the only one, which is all that most texts
// have, or several. They are small values: what they hold stays in memory as long as
// the text.
type words struct {
	format string
	args   any
}

type several []any

// Lines are several lines of one argument of a text. Line ends in all other
// arguments become blanks: remote text begins no line of its own.
type Lines string

// Textf makes a text of a format and its arguments, as fmt.Sprintf has them.
func Textf(format string, args ...any) Text {
	switch {
	case format == "":
		return Text{}
	case len(args) == 1:
		return Text{&words{format, args[0]}}
	}
	return Text{&words{format, several(args)}}
}

// IsZero says whether there is no text.
func (t Text) IsZero() bool { return t.words == nil }

// String is the text without characters that a terminal or a page would act on.
func (t Text) String() string { return string(t.appended(nil)) }

// MarshalText implements encoding.TextMarshaler.
func (t Text) MarshalText() ([]byte, error) { return t.appended(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler. The words are put together
// already.
func (t *Text) UnmarshalText(b []byte) error {
	*t = Textf("%s", Lines(b))
	return nil
}

// appended is the text at the end of other text.
func (t Text) appended(to []byte) []byte {
	if t.IsZero() {
		return to
	}
	list, isSeveral := t.words.args.(several)
	if !isSeveral {
		list = several{t.words.args}
	}
	args := make([]any, len(list))
	for i, arg := range list {
		args[i] = readable(arg)
	}
	return fmt.Appendf(to, t.words.format, args...)
}

// readable is an argument without what a terminal or a page would act on.
func readable(arg any) any {
	switch text := arg.(type) {
	case string:
		if isLegible(text) {
			return arg
		}
		return mend(text)
	case Lines:
		lines := strings.Split(string(text), "\n")
		for i := range lines {
			lines[i] = legible(lines[i])
		}
		return strings.Join(lines, "\n")
	case error:
		return legible(text.Error())
	case fmt.Stringer:
		return legible(text.String())
	}
	return arg
}

// Printable makes text that a remote party chose safe to show, in a label, a
// log or a page: valid UTF-8, no control or formatting characters (terminal
// escapes, bidirectional overrides), bounded in length. Nothing remote reaches a
// person by another way than this and Text.
func Printable(s string) string { return clip(legible(s)) }

// legible does so without a bound.
func legible(s string) string {
	if isLegible(s) {
		return s
	}
	return mend(s)
}

// isLegible says so of text that needs no closer look.
func isLegible[T string | []byte](s T) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func mend(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		return '\uFFFD'
	}, strings.ToValidUTF8(s, "\uFFFD"))
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
	return strings.Clone(s) // which would otherwise keep all of the text
}
