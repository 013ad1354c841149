package iis

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Bounds on what a file may hold. The largest Front Ends have some ten
// thousand rules and a handful of sites.
const (
	maxDepth = 64
	maxSites = 256
	maxRules = 100_000
	maxTerms = 500_000 // conditions of all rules
	maxLabel = 256     // bytes of a site's name, which becomes a label
)

// document is what matters of one configuration file.
type document struct {
	sites       []siteElement
	defaults    tracing
	globalRules []*section
	// sections are the <rules> by the first segment of their location's path,
	// which in applicationHost.config is the site; "" is the file's own level.
	// ordered are the same in the order of the file.
	sections map[string][]*section
	ordered  []*section
}

// siteElement is a <site> as it stands in the file.
type siteElement struct {
	name string
	id   string // a number, "" where there is none
	tracing
}

// tracing is a <traceFailedRequestsLogging>; nil = the attribute is absent.
type tracing struct {
	enabled          *bool
	directory        *string
	maxLogFileSizeKB *int64
	maxLogFiles      *int64
}

// parser builds a document. IIS, like XML, minds the case of names; booleans
// are read leniently, as IIS does.
type parser struct {
	*xmlReader
	file    string // "applicationHost.config" or "web.config"
	doc     *document
	siteSet map[string]bool
	rules   int
	terms   int
}

// parseApplicationHost reads an applicationHost.config.
func parseApplicationHost(r io.Reader) (*document, error) {
	return parse(r, "applicationHost.config")
}

// parseWebConfig reads a web.config, whose locations are relative to its site.
func parseWebConfig(r io.Reader) (*document, error) { return parse(r, "web.config") }

func parse(r io.Reader, file string) (*document, error) {
	reader, err := newXMLReader(r)
	if err != nil {
		return nil, err
	}
	p := &parser{xmlReader: reader, file: file, siteSet: make(map[string]bool),
		doc: &document{sections: make(map[string][]*section)}}
	if err := p.root("configuration", p.configuration); err != nil {
		return nil, err
	}
	return p.doc, nil
}

func (p *parser) configuration(xml.StartElement) error {
	return p.children(elements{
		"system.applicationHost": p.applicationHost,
		"system.webServer":       p.webServer(""),
		"location":               p.location,
	})
}

func (p *parser) location(e xml.StartElement) error {
	path, _ := attribute(e, "path")
	within := elements{"system.webServer": p.webServer(path)}
	if locationKey(path) == "" {
		within["system.applicationHost"] = p.applicationHost
	}
	return p.children(within)
}

// locationKey makes the paths of locations comparable; "." is the level of the
// file itself.
func locationKey(path string) string {
	key := strings.ToLower(strings.Trim(strings.TrimSpace(path), "/"))
	if key == "." {
		return ""
	}
	return key
}

func (p *parser) applicationHost(xml.StartElement) error {
	return p.children(elements{"sites": p.sites})
}

func (p *parser) sites(e xml.StartElement) error {
	if kept, value := elsewhere(e); kept != "" {
		return p.errorf("the sites are not in the file: %s=%q is not followed", kept, value)
	}
	return p.children(elements{
		"siteDefaults": func(xml.StartElement) error {
			return p.children(elements{"traceFailedRequestsLogging": p.tracing("siteDefaults", &p.doc.defaults)})
		},
		"site": p.site,
	})
}

func (p *parser) site(e xml.StartElement) error {
	name, _ := attribute(e, "name")
	key := strings.ToLower(name)
	switch {
	case name == "":
		return p.errorf("a site has no name")
	case len(name) > maxLabel:
		return p.errorf("the name of a site is longer than %d bytes", maxLabel)
	case p.siteSet[key]:
		return p.errorf("there are two sites named %q", name)
	case len(p.doc.sites) == maxSites:
		return p.errorf("there are more than %d sites", maxSites)
	}
	p.siteSet[key] = true
	site := siteElement{name: name}
	if id, err := optional(e, "id", parseUint); err == nil && id != nil {
		site.id = strconv.FormatInt(*id, 10)
	}
	err := p.children(elements{"traceFailedRequestsLogging": p.tracing("site "+strconv.Quote(name), &site.tracing)})
	p.doc.sites = append(p.doc.sites, site)
	return err
}

func (p *parser) tracing(owner string, t *tracing) func(xml.StartElement) error {
	return func(e xml.StartElement) error {
		var errs [3]error
		t.enabled, errs[0] = optional(e, "enabled", parseBool)
		t.maxLogFileSizeKB, errs[1] = optional(e, "maxLogFileSizeKB", parseUint)
		t.maxLogFiles, errs[2] = optional(e, "maxLogFiles", parseUint)
		if err := errors.Join(errs[:]...); err != nil {
			return p.errorf("traceFailedRequestsLogging of %s: %w", owner, err)
		}
		if directory, _ := attribute(e, "directory"); directory != "" {
			t.directory = &directory
		}
		return p.children(nil)
	}
}

func (p *parser) webServer(path string) func(xml.StartElement) error {
	return func(xml.StartElement) error {
		return p.children(elements{"rewrite": func(xml.StartElement) error {
			within := elements{"rules": p.rulesOf(path)}
			if locationKey(path) == "" {
				within["globalRules"] = p.global
			}
			return p.children(within)
		}})
	}
}

func (p *parser) rulesOf(path string) func(xml.StartElement) error {
	return func(e xml.StartElement) error {
		s := &section{path: locationKey(path), origin: p.origin(path)}
		site, _, _ := strings.Cut(s.path, "/")
		p.doc.sections[site] = append(p.doc.sections[site], s)
		p.doc.ordered = append(p.doc.ordered, s)
		return p.section(e, s)
	}
}

// origin names the place of rules to people.
func (p *parser) origin(path string) string {
	var parts []string
	if p.file == "web.config" {
		parts = append(parts, p.file)
	}
	if locationKey(path) != "" {
		parts = append(parts, "location "+path)
	}
	if len(parts) == 0 {
		return "rules of all sites"
	}
	return strings.Join(parts, ", ")
}

func (p *parser) global(e xml.StartElement) error {
	s := &section{origin: "globalRules"}
	p.doc.globalRules = append(p.doc.globalRules, s)
	return p.section(e, s)
}

func (p *parser) section(e xml.StartElement, s *section) error {
	if kept, value := elsewhere(e); kept != "" {
		s.missing = keptElsewhere(s.origin, kept, value)
	}
	return p.children(elements{
		"rule": func(e xml.StartElement) error {
			r, err := p.rule(e, s.origin)
			s.edits = append(s.edits, edit{add: r})
			return err
		},
		"remove": func(e xml.StartElement) error {
			name, _ := attribute(e, "name")
			s.edits = append(s.edits, edit{remove: strings.ToLower(name)})
			return p.children(nil)
		},
		"clear": func(xml.StartElement) error {
			s.edits = append(s.edits, edit{clear: true})
			return p.children(nil)
		},
	})
}

func (p *parser) rule(e xml.StartElement, origin string) (*rule, error) {
	if p.rules++; p.rules > maxRules {
		return nil, p.errorf("there are more than %d rewrite rules", maxRules)
	}
	name, _ := attribute(e, "name")
	r := &rule{name: strings.ToLower(name), enabled: true, origin: origin}
	enabled, err := optional(e, "enabled", parseBool)
	if err != nil {
		return nil, p.errorf("rewrite rule %q: %w", name, err)
	}
	if enabled != nil {
		r.enabled = *enabled
	}
	kind, _ := attribute(e, "patternSyntax")
	kind = strings.ToLower(kind)
	err = p.children(elements{
		"match": func(e xml.StartElement) error {
			if !isTrue(e, "negate") {
				r.url = readPattern(e, "url", kind)
			}
			return p.children(nil)
		},
		"conditions": func(e xml.StartElement) error {
			grouping, _ := attribute(e, "logicalGrouping")
			r.anySuffices = strings.EqualFold(grouping, "MatchAny")
			return p.children(elements{"add": p.condition(r, kind)})
		},
		"action": func(e xml.StartElement) error {
			url, _ := attribute(e, "url")
			r.leadsTo = hostOf(url)
			return p.children(nil)
		},
	})
	return r, err
}

// condition notes a condition on the host that is asked for.
func (p *parser) condition(r *rule, kind string) func(xml.StartElement) error {
	return func(e xml.StartElement) error {
		if p.terms++; p.terms > maxTerms {
			return p.errorf("the rewrite rules have more than %d conditions", maxTerms)
		}
		input, _ := attribute(e, "input")
		input = strings.ToUpper(strings.TrimSpace(input))
		if text, _ := attribute(e, "pattern"); text != "" && (strings.Contains(input, "{HTTP_HOST}") || strings.Contains(input, "{SERVER_NAME}")) {
			r.conditions = append(r.conditions, condition{pattern: readPattern(e, "pattern", kind), negate: isTrue(e, "negate"),
				unclear: input != "{HTTP_HOST}" && input != "{SERVER_NAME}"})
		}
		return p.children(nil)
	}
}

// readPattern reads an attribute that holds a pattern. Case matters only where
// the element says so.
func readPattern(e xml.StartElement, name, kind string) pattern {
	text, _ := attribute(e, name)
	ignore, ok := attribute(e, "ignoreCase")
	return pattern{text, kind, ok && strings.EqualFold(strings.TrimSpace(ignore), "false")}
}

func isTrue(e xml.StartElement, name string) bool {
	value, _ := attribute(e, name)
	yes, err := parseBool(strings.TrimSpace(value))
	return err == nil && yes
}

// hostOf is the host of a URL that a rule makes, in lower case. One that is put
// together from parts of the request is none.
func hostOf(url string) string {
	_, rest, ok := strings.Cut(strings.ToLower(url), "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	if strings.Contains(host, "{") {
		return ""
	}
	return host
}

// elsewhere says whether a section keeps its content outside the file or
// encrypted, and by which attribute.
func elsewhere(e xml.StartElement) (name, value string) {
	for _, name := range []string{"configSource", "childSource", "configProtectionProvider"} {
		if value, ok := attribute(e, name); ok {
			return name, value
		}
	}
	return "", ""
}

func attribute(e xml.StartElement, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value, true
		}
	}
	return "", false
}

// optional reads an attribute; nil = it is absent.
func optional[T any](e xml.StartElement, name string, parse func(string) (T, error)) (*T, error) {
	text, ok := attribute(e, name)
	if !ok {
		return nil, nil
	}
	value, err := parse(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("%s=%q: %w", name, text, err)
	}
	return &value, nil
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errors.New("neither true nor false")
}

// parseUint reads the schema's uint, which has 32 bits.
func parseUint(text string) (int64, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, errors.New("not a number from 0 to 4294967295")
	}
	return int64(n), nil
}
