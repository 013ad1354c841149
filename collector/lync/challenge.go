package lync

import (
	"net/http"
	"strings"
)

// Challenge is how a web service asks for credentials.
type Challenge struct {
	Schemes []string // in lower case, as offered
	Href    string   // where tokens are had, "" where it does not say
}

// IsLync says whether the Challenge is one that Lync clients know: OAuth in
// Microsoft's form, a bearer token, or a web ticket (docs/rules.md#web-services-challenge).
func (c Challenge) IsLync() bool {
	for _, scheme := range c.Schemes {
		if scheme == "msrtcoauth" || scheme == "bearer" || scheme == webTicket {
			return true
		}
	}
	return false
}

// webTicket stands for a Challenge by the header X-MS-WebTicketURL.
const webTicket = "x-ms-webticketurl"

// ParseChallenge reads the challenges of an answer. Their parameters may be
// quoted or not.
func ParseChallenge(h http.Header) Challenge {
	var c Challenge
	for _, line := range h.Values("Www-Authenticate") {
		c.read(line)
	}
	if ticket := strings.TrimSpace(h.Get("X-Ms-Webticketurl")); ticket != "" {
		c.Schemes = append(c.Schemes, webTicket)
		if c.Href == "" {
			c.Href = ticket
		}
	}
	return c
}

// read takes one header line, which may offer several schemes: a word without
// an equals sign begins one, what has an equals sign is a parameter of it.
func (c *Challenge) read(line string) {
	scheme := ""
	for part := range parts(line) {
		if word, rest, ok := strings.Cut(part, " "); ok && !strings.Contains(word, "=") && !strings.HasPrefix(strings.TrimSpace(rest), "=") {
			scheme, part = strings.ToLower(word), strings.TrimSpace(rest)
			c.Schemes = append(c.Schemes, scheme)
		} else if !strings.Contains(part, "=") && part != "" {
			scheme = strings.ToLower(part)
			c.Schemes = append(c.Schemes, scheme)
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		if ok && scheme == "msrtcoauth" && strings.EqualFold(strings.TrimSpace(name), "href") && c.Href == "" {
			c.Href = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
}

// parts splits at commas outside quotation marks.
func parts(line string) func(func(string) bool) {
	return func(yield func(string) bool) {
		quoted, from := false, 0
		for i := 0; i < len(line); i++ {
			switch {
			case line[i] == '\\' && quoted:
				i++ // a quoted pair (RFC 9110 §5.6.4)
			case line[i] == '"':
				quoted = !quoted
			case line[i] == ',' && !quoted:
				if !yield(strings.TrimSpace(line[from:i])) {
					return
				}
				from = i + 1
			}
		}
		yield(strings.TrimSpace(line[from:]))
	}
}
