package collector

import (
	"fmt"
	"strings"
)

// Severity says how much a finding matters.
type Severity string

// The severities. Only a critical finding takes a capability down.
const (
	Critical Severity = "critical" // `broken` in the decision table
	Warning  Severity = "warning"  // `warn`
	Info     Severity = "info"
)

// Capability is what a user of a SIP domain can do.
type Capability string

// The capabilities.
const (
	SignIn       Capability = "sign_in"
	Federation   Capability = "federation"
	Autodiscover Capability = "autodiscover"
	Meetings     Capability = "meetings"
)

// Capabilities lists them in the order in which people read them.
func Capabilities() []Capability {
	return []Capability{SignIn, Federation, Autodiscover, Meetings}
}

// Finding is one thing found wrong or worth knowing. Reason selects its row in
// the table of findings, which has the words and, unless the rule itself
// depends on circumstances, the severity.
type Finding struct {
	Reason   string
	Subject  string     // from the configuration: a record, a role, a URL kind; never remote text
	Severity Severity   // "": the row's
	Breaks   Capability // "": the row's; what a critical finding takes down
	Seen     string     // what was seen; remote text, for people only
	Want     string     // the exact thing to have instead: a record, a name, a URL
}

// Explanation is a row of the table of findings: the severity of a reason and
// its words. In the words, {domain}, {subject}, {seen} and {want} stand for
// the finding's own.
type Explanation struct {
	Reason   string
	Severity Severity
	Breaks   Capability
	What     string // one sentence: what is wrong
	Why      string // one sentence: to whom it matters and how
	Fix      string // one sentence: what to change; "" where nothing is to be done
}

// Explained is a finding in full, as people are shown it.
type Explained struct {
	Check    string     `json:"check"`
	Subject  string     `json:"subject"`
	Reason   string     `json:"reason"`
	Severity Severity   `json:"severity"`
	Breaks   Capability `json:"breaks,omitempty"`
	Seen     string     `json:"seen,omitempty"`
	Want     string     `json:"want,omitempty"`
	What     string     `json:"what"`
	Why      string     `json:"why"`
	Fix      string     `json:"fix,omitempty"`
}

// severityOf is the severity of a finding: its own or its row's.
func severityOf(f Finding) Severity {
	if f.Severity != "" {
		return f.Severity
	}
	return explanations[f.Reason].Severity
}

// explain fills a finding from its row in the table.
func explain(check, domain string, f Finding) Explained {
	row, ok := explanations[f.Reason]
	if !ok {
		row = Explanation{Reason: f.Reason, Severity: Warning, What: fmt.Sprintf("%s on {subject}.", f.Reason)}
	}
	e := Explained{Check: check, Subject: f.Subject, Reason: f.Reason, Severity: f.Severity, Breaks: f.Breaks,
		Seen: Printable(f.Seen), Want: legible(f.Want)}
	if e.Severity == "" {
		e.Severity = row.Severity
	}
	if e.Breaks == "" {
		e.Breaks = row.Breaks
	}
	words := map[string]string{"domain": domain, "subject": f.Subject, "seen": e.Seen, "want": e.Want}
	e.What, e.Why, e.Fix = fill(row.What, words), fill(row.Why, words), fill(row.Fix, words)
	return e
}

// fill puts a finding's own words into a text of its row. A text without any is
// returned as it is, so that all findings of the row share it.
func fill(text string, words map[string]string) string {
	before, rest, more := strings.Cut(text, "{")
	if !more {
		return text
	}
	var filled strings.Builder
	for more {
		filled.WriteString(before)
		var name string
		name, rest, _ = strings.Cut(rest, "}")
		filled.WriteString(words[name])
		before, rest, more = strings.Cut(rest, "{")
	}
	filled.WriteString(before)
	return sentence(filled.String())
}

// sentence lets a text end in one full stop, also where a zone's record, which
// has its own, comes last.
func sentence(s string) string {
	if strings.HasSuffix(s, "..") {
		return s[:len(s)-1]
	}
	return s
}
