package iis

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// rule is one URL Rewrite rule of the inbound kind.
type rule struct {
	name        string // lower-case: the key of its collection
	enabled     bool
	origin      string // RuleCount.Origin
	url         pattern
	conditions  []condition // on the host that is asked for
	anySuffices bool        // of the conditions
	leadsTo     string      // the host of the URL that it makes, "" if that is none
}

// condition is one on the host that is asked for.
type condition struct {
	pattern
	negate  bool
	unclear bool // it is on more than the host, so that only a request shows whether it is fulfilled
}

// section is one <rules> or <globalRules> element: a list of things to do to
// the collection that it inherits.
type section struct {
	path    string // of the location, lower-case; "" = the level of the file
	origin  string
	edits   []edit
	missing error // why a part of it is not known: it is kept elsewhere
}

// edit adds a rule, removes one by name, or removes all.
type edit struct {
	add    *rule
	remove string // lower-case name; used if add is nil and clear is false
	clear  bool
}

// collection is what results from sections, outermost first.
type collection struct {
	rules  []*rule // nil where removed
	byName map[string]int
}

func (c *collection) apply(s *section) {
	for _, e := range s.edits {
		switch {
		case e.clear:
			*c = collection{}
		case e.add != nil:
			if c.byName == nil {
				c.byName = make(map[string]int)
			}
			c.byName[e.add.name] = len(c.rules)
			c.rules = append(c.rules, e.add)
		default:
			if i, ok := c.byName[e.remove]; ok {
				c.rules[i] = nil
				delete(c.byName, e.remove)
			}
		}
	}
}

// clone copies a collection, so that one site's edits leave the others alone.
func (c collection) clone() collection {
	return collection{slices.Clone(c.rules), maps.Clone(c.byName)}
}

// inForce are the enabled rules that are left.
func (c *collection) inForce() []*rule {
	return slices.DeleteFunc(slices.Clone(c.rules), func(r *rule) bool { return r == nil || !r.enabled })
}

// inheritance is what every site starts with. The global rules run before a
// request reaches a site, which therefore cannot remove them.
type inheritance struct {
	global  []*rule
	server  collection // to which the site's own edits apply
	unknown []error
}

// inherited collects the sections that stand at the level of the server.
func (d *document) inherited() inheritance {
	var in inheritance
	var global collection
	for _, s := range d.globalRules {
		global.apply(s)
	}
	in.global = global.inForce()
	for _, s := range d.sections[""] {
		in.server.apply(s)
	}
	for _, s := range slices.Concat(d.globalRules, d.sections[""]) {
		if s.missing != nil {
			in.unknown = append(in.unknown, s.missing)
		}
	}
	return in
}

// inForce works out the rules of one site from what it inherits, its sections
// in applicationHost.config, and its web.config (nil = none). Rules of a path
// below the site count too, but what a path clears or removes stays in force
// for the rest of the site.
func inForce(in inheritance, sections []*section, web *document) (rules []*rule, unknown []error) {
	unknown = slices.Clone(in.unknown)
	own := in.server.clone()
	below := make(map[string]*collection)
	var paths []string
	apply := func(s *section, path string) {
		if s.missing != nil {
			unknown = append(unknown, s.missing)
		}
		if path == "" {
			own.apply(s)
			return
		}
		if below[path] == nil {
			below[path] = &collection{}
			paths = append(paths, path)
		}
		below[path].apply(s)
	}
	for _, s := range sections {
		_, path, _ := strings.Cut(s.path, "/")
		apply(s, path)
	}
	if web != nil {
		for _, s := range web.ordered {
			apply(s, s.path)
		}
	}
	rules = append(slices.Clone(in.global), own.inForce()...)
	for _, path := range paths {
		rules = append(rules, below[path].inForce()...)
	}
	return rules, unknown
}

// keptElsewhere says why the content of a section is not in the file.
func keptElsewhere(origin, attribute, value string) error {
	return fmt.Errorf("the rewrite rules of %s are not in the file: %s=%q is not followed", origin, attribute, value)
}
