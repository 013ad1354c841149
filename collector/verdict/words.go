package verdict

import "strings"

// Sentence is a rule's words filled with a finding's own, in parts: what is to
// be copied is apart from what is to be read.
type Sentence []Part

// Part is a piece of a sentence.
type Part struct {
	Text  string
	Exact bool // a record, name or URL, to be copied as it is
	Line  bool // alone on a line
}

// String is the sentence as plain text, parts on lines of their own included.
func (s Sentence) String() string {
	var b strings.Builder
	line := false
	for i, p := range s {
		if i > 0 && (line || p.Line) {
			b.WriteByte('\n')
		}
		line = p.Line
		b.WriteString(p.Text)
	}
	return b.String()
}

// What is the sentence that says what is wrong.
func (f Finding) What(domain string) Sentence { return f.fill(f.Rule.What, domain) }

// Why is the sentence that says to whom it matters and how. It says also why a
// finding is milder than its rule.
func (f Finding) Why(domain string) Sentence {
	s := f.fill(f.Rule.Why, domain)
	switch because := string(f.read().StandIn); {
	case because == "":
	case f.isHarmless():
		s = append(s, Part{Text: " This is only worth knowing because " + because + "."})
	default:
		s = append(s, Part{Text: " This is a warning and not critical because " + because + "."})
	}
	return s
}

// Fix is the sentence that says what to change, empty where nothing is.
func (f Finding) Fix(domain string) Sentence {
	if f.isHarmless() {
		return nil
	}
	return f.fill(f.Rule.Fix, domain)
}

// TellsSeen says whether the words of the rule tell what was seen.
func (r *Rule) TellsSeen() bool {
	return strings.Contains(r.What, "{seen}") || strings.Contains(r.Why, "{seen}") || strings.Contains(r.Fix, "{seen}")
}

// fill puts the finding's own words in the place of the placeholders. A line of
// {want} alone is left out where nothing exact is wanted, and so is the line
// before, which introduces it.
func (f Finding) fill(template, domain string) Sentence {
	var s Sentence
	introduction := 0 // where the line before begins
	for line := range strings.Lines(template) {
		line = strings.TrimSuffix(line, "\n")
		if line == "{want}" || line == "{seen}" {
			text := f.word(line[1:len(line)-1], domain)
			if text == "" {
				s = s[:introduction]
			}
			for own := range strings.Lines(text) {
				own = strings.TrimSuffix(own, "\n")
				s = append(s, Part{Text: own, Exact: !isOrder(own), Line: true})
			}
			continue
		}
		from := len(s)
		introduction = from
		for more := line != ""; more; {
			before, rest, found := strings.Cut(line, "{")
			if len(s) > from && strings.HasSuffix(s[len(s)-1].Text, ".") {
				before = strings.TrimPrefix(before, ".") // a record ends with a dot of its own
			}
			if before != "" {
				s = append(s, Part{Text: before})
			}
			if more = found; !found {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			s = append(s, Part{Text: f.word(name, domain), Exact: name == "want"})
			line, more = after, after != ""
		}
		if from > 0 && len(s) > from && !s[from-1].Line {
			s[from].Text = " " + s[from].Text
		}
	}
	return s
}

// isOrder says whether a line is a sentence for a person, and no record, command or
// setting: those begin with small letters, end without a dot or have an introduction.
func isOrder(line string) bool {
	first, _, more := strings.Cut(line, " ")
	return more && first != "" && 'A' <= first[0] && first[0] <= 'Z' && !strings.HasSuffix(first, ":") && strings.HasSuffix(line, ".")
}

// users are those to whom the judged server or record matters.
func (f Finding) users(begins bool) string {
	users := "clients and partners"
	switch f.Breaks {
	case Federation:
		users = "partners"
	case SignIn, Autodiscover, Meetings:
		users = "clients"
	}
	if begins {
		return strings.ToUpper(users[:1]) + users[1:]
	}
	return users
}

func (f Finding) word(name, domain string) string {
	switch name {
	case "domain":
		return domain
	case "subject":
		return f.Subject
	case "users", "Users":
		return f.users(name == "Users")
	case "server":
		return f.Server().String()
	case "seen":
		return f.Seen().String()
	case "want":
		return f.Want().String()
	}
	return ""
}
