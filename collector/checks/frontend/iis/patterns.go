package iis

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Bounds on what patterns cost. One beyond them may match every host.
const (
	maxPattern = 8 << 10 // bytes of one pattern
	maxSpelled = 64      // texts that one pattern is spelled out into
	maxTexts   = 500_000 // texts of all patterns
	maxTests   = 256     // rules whose patterns cannot be spelled out
	maxProgram = 100_000 // instructions of all their patterns
)

// pattern is what a rule compares a host or a path with.
type pattern struct {
	text      string
	syntax    string // as IIS names it, in lower case
	matchCase bool
}

// expression is a pattern as a regular expression of Go's. Those of IIS are
// ECMAScript's, which have a few forms more: these do not parse.
func (p pattern) expression() string {
	flags := "(?i)"
	if p.matchCase {
		flags = ""
	}
	switch p.syntax {
	case "wildcard":
		return flags + "^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(p.text)) + "$"
	case "exactmatch":
		return flags + "^" + regexp.QuoteMeta(p.text) + "$"
	}
	return flags + p.text
}

// parse is nil for a pattern that is not understood.
func (p pattern) parse() *syntax.Regexp {
	if len(p.text) > maxPattern {
		return nil
	}
	re, err := syntax.Parse(p.expression(), syntax.Perl)
	if err != nil {
		return nil
	}
	return re
}

// text is what a pattern matches, in lower case, and where it has to stand.
type text struct {
	part       string
	start, end bool // of the host
}

// spell lists all texts that a pattern matches, nil if they are many. A dot that
// is not escaped stands for the dot that was meant, and a port for none.
func spell(re *syntax.Regexp) []text {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpWordBoundary: // a host is looked up by whole labels
		return []text{{}}
	case syntax.OpBeginText:
		return []text{{start: true}}
	case syntax.OpEndText:
		return []text{{end: true}}
	case syntax.OpLiteral:
		return []text{{part: strings.ToLower(string(re.Rune))}}
	case syntax.OpAnyCharNotNL, syntax.OpAnyChar:
		return []text{{part: "."}}
	case syntax.OpCharClass:
		return spellClass(re.Rune)
	case syntax.OpCapture:
		return spell(re.Sub[0])
	case syntax.OpQuest, syntax.OpStar:
		if isPort(re.Sub[0]) {
			return []text{{}}
		}
		if once := spell(re.Sub[0]); once != nil && re.Op == syntax.OpQuest {
			return few(append(once, text{}))
		}
	case syntax.OpAlternate:
		var all []text
		for _, sub := range re.Sub {
			one := spell(sub)
			if all = append(all, one...); one == nil || few(all) == nil {
				return nil
			}
		}
		return all
	case syntax.OpConcat:
		all := []text{{}}
		for _, sub := range re.Sub {
			if all = product(all, spell(sub)); all == nil {
				return nil
			}
		}
		return all
	}
	return nil
}

// isPort says whether an expression begins with a colon.
func isPort(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return re.Rune[0] == ':'
	case syntax.OpCapture, syntax.OpConcat:
		return isPort(re.Sub[0])
	}
	return false
}

// spellClass lists the characters of a class, which holds pairs of first and
// last.
func spellClass(pairs []rune) []text {
	var all []text
	for i := 0; i < len(pairs); i += 2 {
		for r := pairs[i]; r <= pairs[i+1]; r++ {
			one := text{part: strings.ToLower(string(r))}
			if !slices.Contains(all, one) {
				all = append(all, one)
			}
			if len(all) > 8 {
				return nil
			}
		}
	}
	return all
}

// product is every text of one list with every text of another behind it.
func product(before, behind []text) []text {
	var all []text
	for _, a := range before {
		for _, b := range behind {
			all = append(all, text{a.part + b.part, a.start || a.part == "" && b.start, b.end || b.part == "" && a.end})
		}
		if few(all) == nil {
			return nil
		}
	}
	return all
}

func few(list []text) []text {
	if len(list) > maxSpelled {
		return nil
	}
	return list
}

// hosts are those that rules are for.
type hosts struct {
	texts map[text]struct{}
	tests []test
	any   bool // there is a rule that may be for every host
}

// has says whether a rule is for a host.
func (h *hosts) has(host string) bool {
	if h.any || h.spelled(host) {
		return true
	}
	for _, port := range []string{"", ":443", ":4443", ":80", ":8080"} { // of the web sites of a Front End
		if slices.ContainsFunc(h.tests, func(t test) bool { return t.passes(host + port) }) {
			return true
		}
	}
	return false
}

// spelled looks up every part of a host that is made of whole labels.
func (h *hosts) spelled(host string) bool {
	for from := 0; ; {
		for to := len(host); to > from; to = strings.LastIndexByte(host[:to], '.') {
			atStart, atEnd := from == 0, to == len(host)
			for _, anchors := range [][2]bool{{false, false}, {atStart, false}, {false, atEnd}, {atStart, atEnd}} {
				if _, ok := h.texts[text{host[from:to], anchors[0], anchors[1]}]; ok {
					return true
				}
			}
		}
		label := strings.IndexByte(host[from:], '.')
		if label < 0 {
			return false
		}
		from += label + 1
	}
}

// test is a rule whose conditions have to be tried, all of them.
type test []trial

type trial struct {
	expression *regexp.Regexp
	negate     bool
}

func (t test) passes(host string) bool {
	return !slices.ContainsFunc(t, func(c trial) bool { return c.expression.MatchString(host) == c.negate })
}

// collector works out the hosts that rules are for.
type collector struct {
	hosts
	known   map[pattern]*understood
	rules   map[string]bool // whose conditions are tried, by their patterns
	program int             // instructions that are left
}

// understood is a pattern that was looked at. Neither texts nor an expression:
// it may match everything.
type understood struct {
	texts      []text
	expression *regexp.Regexp
}

func newCollector() *collector {
	return &collector{hosts: hosts{texts: make(map[text]struct{})}, known: make(map[pattern]*understood), rules: make(map[string]bool), program: maxProgram}
}

// add takes in one rule. One without a condition on the host is for those that
// its URL pattern names.
func (c *collector) add(r *rule) {
	if r.leadsTo != "" {
		c.addText(text{r.leadsTo, true, true})
	}
	named := slices.DeleteFunc(slices.Clone(r.conditions), func(c condition) bool { return c.negate })
	switch {
	case len(r.conditions) == 0:
		c.addURL(r.url)
	case len(named) == 0: // for all hosts but some
	case r.anySuffices || len(r.conditions) == 1:
		for _, one := range named {
			c.addPattern(one)
		}
	default:
		c.addTest(r.conditions...)
	}
}

func (c *collector) addPattern(one condition) {
	if one.unclear {
		c.any = true
		return
	}
	known := c.understand(one.pattern)
	if known.texts == nil {
		c.addTest(one)
	}
	for _, t := range known.texts {
		c.addText(t)
	}
}

func (c *collector) addText(t text) {
	if i := strings.LastIndexByte(t.part, ':'); i >= 0 && strings.Trim(t.part[i+1:], "0123456789") == "" {
		t.part = t.part[:i]
	}
	if !t.end {
		t.part = strings.TrimRight(t.part, ".")
	}
	if !t.start {
		t.part = strings.TrimLeft(t.part, ".")
	}
	if len(c.texts) == maxTexts {
		c.any = true
		return
	}
	c.texts[t] = struct{}{}
}

// addTest takes in conditions that have to be fulfilled together. Those that are
// not understood may be.
func (c *collector) addTest(conditions ...condition) {
	var t test
	named := false
	key := ""
	for _, one := range conditions {
		if one.unclear {
			continue
		}
		e := c.compile(one.pattern)
		if e == nil {
			continue
		}
		t = append(t, trial{e, one.negate})
		named = named || !one.negate
		key += e.String() + map[bool]string{true: "\x00!", false: "\x00"}[one.negate]
	}
	switch {
	case !named, len(c.tests) == maxTests:
		c.any = true
	case !c.rules[key]:
		c.rules[key] = true
		c.tests = append(c.tests, t)
	}
}

// paths are URLs that say nothing of a host. A pattern for one of them is for
// paths.
var paths = []string{"", "x", "index.html", "meet/", "dialin/", "lync/meet/", "admin/", "autodiscover/autodiscoverservice.svc/root"}

// addURL takes in the pattern for a URL, which names a host where requests are
// forwarded with the whole URL.
func (c *collector) addURL(p pattern) {
	if p.text == "" {
		return
	}
	known := c.understand(p)
	for _, t := range known.texts {
		if host, _, path := strings.Cut(t.part, "/"); strings.Contains(host, ".") {
			c.addText(text{host, t.start, t.end || path})
		}
	}
	if known.texts != nil {
		return
	}
	if e := c.compile(p); e != nil && !slices.ContainsFunc(paths, e.MatchString) {
		c.addTest(condition{pattern: p})
	}
}

// understand spells a pattern out, once.
func (c *collector) understand(p pattern) *understood {
	known, ok := c.known[p]
	if !ok {
		known = new(understood)
		if re := p.parse(); re != nil {
			known.texts = spell(re)
		}
		if slices.ContainsFunc(known.texts, func(t text) bool { return strings.Trim(t.part, ".") == "" }) {
			known.texts = nil
		}
		c.known[p] = known
	}
	return known
}

// compile is nil for a pattern that is not understood or too large.
func (c *collector) compile(p pattern) *regexp.Regexp {
	known := c.understand(p)
	if known.expression == nil {
		re := p.parse()
		if re == nil {
			return nil
		}
		program, err := syntax.Compile(re.Simplify())
		if err != nil || len(program.Inst) > c.program {
			return nil
		}
		c.program -= len(program.Inst)
		if known.expression, err = regexp.Compile(p.expression()); err != nil {
			return nil
		}
	}
	return known.expression
}
