package verdict

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		text Text
		want string
	}{
		{"the zero text", Text{}, ""},
		{"an empty one", Textf("", "sip"), ""},
		{"without arguments", Textf("no record"), "no record"},
		{"one argument", Textf("%s", "sip.contoso.com"), "sip.contoso.com"},
		{"several", Textf("%d of %s", 2, errors.New("a\x1bb")), "2 of a\uFFFDb"},
		{"one argument that is a list", Textf("%v", []any{"a", "b"}), "[a b]"},
		{"nil as one argument", Textf("%v", nil), "<nil>"},
		{"lines, and what becomes one", Textf("%s\n%s", Lines("a\nb"), "c\nd"), "a\nb\nc d"},
		{"only lines", Textf("%s", Lines("a\nb")), "a\nb"},
		{"a record", Textf("%s", Record{"a.\n", "A", "192.0.2.1"}), "a.  A 192.0.2.1"},
	} {
		if got := test.text.String(); got != test.want || test.text.IsZero() != (test.want == "") {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"plain text stays", "RTC/6.0 at sip.contoso.com:5061", "RTC/6.0 at sip.contoso.com:5061"},
		{"other scripts stay", "Müller, Москва, 東京, 😀", "Müller, Москва, 東京, 😀"},
		{"lines become blanks", "one\r\ntwo\nthree\tfour", "one  two three four"},
		{"line separators become blanks", "one\u2028two\u2029three\u0085four", "one two three four"},
		{"other blanks become blanks", "one\u00a0two\u3000three", "one two three"},
		{"no log line or header can be forged", "ok\r\nlevel=error msg=forged", "ok  level=error msg=forged"},
		{"terminal colours", "\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m"},
		{"terminal title", "\x1b]0;title\x07", "\uFFFD]0;title\uFFFD"},
		{"eight-bit terminal escapes", "a\u009b31mb", "a\uFFFD31mb"},
		{"bytes of eight-bit terminal escapes", "a\x9b31mb", "a\uFFFD31mb"},
		{"control characters", "a\x00b\x08c\x7fd", "a\uFFFDb\uFFFDc\uFFFDd"},
		{"bidirectional overrides", "\u202egnp.exe\u202c", "\uFFFDgnp.exe\uFFFD"},
		{"bidirectional isolates", "\u2066sip\u2069\u200e\u200f", "\uFFFDsip\uFFFD\uFFFD\uFFFD"},
		{"characters without width", "si\u200bp\ufeff", "si\uFFFDp\uFFFD"},
		{"private use", "a\ue000b", "a\uFFFDb"},
		{"invalid UTF-8", "M\xfcller", "M\uFFFDller"},
		{"a run of invalid bytes is one mark", "a\xff\xfe\xfdb", "a\uFFFDb"},
		{"a character cut short", "abc\xe2\x82", "abc\uFFFD"},
		{"an overlong encoding", "a\xc0\xafb", "a\uFFFDb"},
		{"a surrogate", "a\xed\xa0\x80b", "a\uFFFDb"},
		{"as long as allowed", strings.Repeat("a", maxText), strings.Repeat("a", maxText)},
		{"longer than allowed", strings.Repeat("a", maxText+1), strings.Repeat("a", maxText)},
		{"a character across the limit goes", strings.Repeat("a", maxText-1) + "ü", strings.Repeat("a", maxText-1)},
		{"a character up to the limit stays", strings.Repeat("a", maxText-2) + "üb", strings.Repeat("a", maxText-2) + "ü"},
		{"a long character across the limit goes", strings.Repeat("a", maxText-3) + "😀", strings.Repeat("a", maxText-3)},
		{"a mark up to the limit stays", strings.Repeat("a", maxText-3) + "\xffbc", strings.Repeat("a", maxText-3) + "\uFFFD"},
		{"a mark across the limit goes", strings.Repeat("a", maxText-2) + "\xffbc", strings.Repeat("a", maxText-2)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Printable(test.text); got != test.want {
				t.Errorf("Printable(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

// The replacement of an invalid byte takes three, so that the limit has to
// hold for what comes out.
func TestPrintableIsBoundedWhateverComes(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"a", "\x00", "\xff\x00", "ü", "東", "😀", "\u202e", "\xe2\x82a"} {
		got := Printable(strings.Repeat(piece, 1<<16))
		if len(got) > maxText || len(got) < maxText-utf8.UTFMax {
			t.Errorf("of many %q, %d bytes are left, want about %d", piece, len(got), maxText)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	for _, seed := range []string{"", "RTC/6.0", "\x1b[2J", "\u202eabc", "\xff\xfe", strings.Repeat("ü", maxText)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Printable(text)
		switch {
		case !utf8.ValidString(got):
			t.Errorf("Printable(%q) = %q is not valid UTF-8", text, got)
		case len(got) > maxText:
			t.Errorf("Printable(%q) has %d bytes", text, len(got))
		case strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }):
			t.Errorf("Printable(%q) = %q has control characters", text, got)
		case Printable(got) != got:
			t.Errorf("Printable changes its own result %q", got)
		}
	})
}
