package verdict

import "strings"

// Quoted is a string that PowerShell takes as it is. Typographic quotation marks
// end one, too, so that nothing but ASCII is let in.
func Quoted(text string) string {
	var b strings.Builder
	for _, r := range legible(text) {
		switch {
		case r == '\'':
			b.WriteString("''")
		case r < ' ' || r > '~':
			b.WriteByte('?')
		default:
			b.WriteRune(r)
		}
	}
	return "'" + b.String() + "'"
}
