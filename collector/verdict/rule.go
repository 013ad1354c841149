// Package verdict is the language in which checks say what they found: rules,
// findings, metrics, observations. It knows nothing of Lync and imports nothing
// of this module.
package verdict

import "slices"

// Severity says how much a finding matters.
type Severity string

// The severities. Only a critical finding takes a capability down.
const (
	Critical Severity = "critical" // `broken` in the decision table
	Warning  Severity = "warning"  // `warn`
	Info     Severity = "info"
)

// Severities lists them, the worst first.
func Severities() []Severity { return []Severity{Critical, Warning, Info} }

// Rank is the place of a severity among Severities.
func (s Severity) Rank() int { return slices.Index(Severities(), s) }

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

// Words name the capability for people.
func (c Capability) Words() string {
	if c == SignIn {
		return "sign-in"
	}
	return string(c)
}

// What a rule can break besides one capability.
const (
	// Served stands for the capability that the judged server or record serves.
	// A finding of such a rule says which (Finding.Serving).
	Served Capability = "served"
	// Everything stands for all capabilities.
	Everything Capability = "everything"
)

// Rule is one thing that Lync, its clients or its partners demand, and the words
// for what happens where it is broken. A rule is judged where it is declared.
type Rule struct {
	// Code is public: the label `reason` of lync_finding_info, the heading in
	// docs/findings.md.
	Code string
	// Severity is the worst that a finding of this rule can have. The only ways
	// down are Finding.Milder and Finding.Harmless.
	Severity Severity
	// Breaks is what a critical finding takes down; "" for rules that are never
	// critical.
	Breaks Capability
	// What is wrong, Why it matters and to whom, and how to Fix it; Fix is ""
	// where nothing is to be done. Words in braces stand for the finding's own:
	// {domain}, {subject}, {server}, {seen} and {want}; {users} are clients or
	// partners, whom the server or record serves. A line of {want} alone is a
	// record or another text to be copied.
	What, Why, Fix string
	// Source is where the rule comes from: a heading of docs/rules.md, as in
	// "docs/rules.md#federation-target".
	Source string
}

// Effect is the severity of the rule and what it takes down, for people.
func (r *Rule) Effect() string {
	switch r.Breaks {
	case "":
		return string(r.Severity)
	case Served:
		return string(r.Severity) + ", takes down what the server or record serves"
	case Everything:
		return string(r.Severity) + ", takes down everything"
	}
	return string(r.Severity) + ", takes down " + r.Breaks.Words()
}

// On begins a finding of the rule. The subject is derived from the
// configuration (a record, a role, a URL kind) and never remote text.
func (r *Rule) On(subject string) Finding {
	return Finding{Rule: r, Subject: subject, Severity: r.Severity, Breaks: r.Breaks}
}

// Rulebook collects the rules of a package while its variables are initialised,
// so that a rule is declared in one place and is in no list. It does not change
// after that.
type Rulebook struct{ rules []*Rule }

// Add declares a rule.
func (b *Rulebook) Add(r Rule) *Rule {
	b.rules = append(b.rules, &r)
	return &r
}

// Rules are those declared, in order.
func (b *Rulebook) Rules() []*Rule { return slices.Clone(b.rules) }
