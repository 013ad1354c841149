// Package iis reads the configuration of IIS on a Front End and says what it
// holds of Failed Request Tracing and of URL Rewrite rules, and reads the trace
// files that there are (docs/rules.md#failed-request-tracing, #rewrite-rules).
//
// A section that is kept in another file (configSource, childSource) is not
// followed.
package iis

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Facts are what the files of one Front End say. They are immutable and shared
// between the callers of Reader.Read.
type Facts struct {
	Sites    []Site    // in order of applicationHost.config
	Problems []Problem // web.config files that add nothing to Sites

	hosts hosts // that rules in force are for
}

// Site is one web site of the Front End. Its values are the effective ones: an
// attribute of the site wins over that of siteDefaults, and this over the
// default of the IIS schema.
type Site struct {
	Name string

	TracingEnabled         bool
	MaxLogFileSize         int64 // bytes of one trace file; 0 = unlimited
	MaxLogFileSizeExplicit bool  // the file states it, for the site or in siteDefaults
	MaxLogFiles            int64
	LogDirectory           string   // of the site's trace files, with environment variables as the file has them; "" if it is not known
	Own                    Own      // which of the values are the site's own
	Overrides              []string // "attribute=value (siteDefaults: value)" where the site contradicts siteDefaults

	// RewriteRules counts the enabled inbound rules in force: the global rules
	// and rules of the server, which every site inherits, those of the site's
	// <location> sections, of its paths, and of its web.config, after <clear>
	// and <remove>. RulesFrom splits the number by origin.
	RewriteRules int
	RulesFrom    []RuleCount
	RulesUnknown error // why the number is not known; nil = it is
}

// Own says which values a site states itself. Those of siteDefaults have no
// effect on them.
type Own struct{ TracingEnabled, MaxLogFileSize bool }

// RuleCount is a number of rules and where they stand.
type RuleCount struct {
	Origin string // "globalRules", "rules of all sites", "location PATH", "web.config", "web.config, location PATH"
	Rules  int
}

// Problem is why the web.config configured for a site could not be used.
type Problem struct {
	Site string // as configured
	Err  error
}

// HasRuleFor says whether an enabled rule in force for any site is for a host: by
// its conditions on the host that is asked for, or by the host that it leads to.
// It says so as well where a rule is not understood, which may be for every
// host. What is not known (Site.RulesUnknown) is for none.
func (f *Facts) HasRuleFor(host string) bool { return f.hosts.has(strings.ToLower(host)) }

// The defaults of IIS_schema.xml. The size was raised from 512 KB in IIS 8,
// therefore it is the caller's to say.
const (
	schemaMaxLogFiles    = 50
	schemaMaxLogFileSize = 1024 << 10
	schemaDirectory      = `%SystemDrive%\inetpub\logs\FailedReqLogFiles`
)

// source is one web.config as it was found.
type source struct {
	site string // as configured
	doc  *document
	err  error
}

// assemble works out what is in force for each site. defaultSize is the schema
// default of maxLogFileSizeKB in bytes.
func assemble(host *document, webConfigs []source, defaultSize int64) *Facts {
	facts := new(Facts)
	found := newCollector()
	configured := make(map[string]source, len(webConfigs))
	for _, w := range webConfigs {
		configured[strings.ToLower(w.site)] = w
		if w.err != nil {
			facts.Problems = append(facts.Problems, Problem{w.site, w.err})
		}
	}
	inherited := host.inherited()
	counted := make(map[*rule]bool)
	for _, element := range host.sites {
		key := strings.ToLower(element.name)
		site := element.effective(host.defaults, defaultSize)
		site.addRules(inherited, host.sections[key], configured[key], func(r *rule) {
			if counted[r] {
				return
			}
			counted[r] = true
			found.add(r)
		})
		facts.Sites = append(facts.Sites, site)
		if configured[key].err == nil {
			delete(configured, key)
		}
	}
	for _, w := range webConfigs {
		if _, left := configured[strings.ToLower(w.site)]; left && w.err == nil {
			facts.Problems = append(facts.Problems, Problem{w.site, fmt.Errorf("applicationHost.config has no site %q", w.site)})
		}
	}
	facts.hosts = found.hosts
	return facts
}

// effective applies the order of precedence to the tracing attributes.
func (e siteElement) effective(defaults tracing, defaultSize int64) Site {
	site := Site{Name: e.name, MaxLogFileSize: defaultSize, MaxLogFiles: schemaMaxLogFiles,
		Own: Own{TracingEnabled: e.enabled != nil, MaxLogFileSize: e.maxLogFileSizeKB != nil}}
	if enabled := cmp.Or(e.enabled, defaults.enabled); enabled != nil {
		site.TracingEnabled = *enabled
	}
	if size := cmp.Or(e.maxLogFileSizeKB, defaults.maxLogFileSizeKB); size != nil {
		site.MaxLogFileSize, site.MaxLogFileSizeExplicit = *size<<10, true
	}
	if files := cmp.Or(e.maxLogFiles, defaults.maxLogFiles); files != nil {
		site.MaxLogFiles = *files
	}
	if e.id != "" {
		directory := schemaDirectory
		if stated := cmp.Or(e.directory, defaults.directory); stated != nil {
			directory = *stated
		}
		site.LogDirectory = strings.TrimRight(directory, `\/`) + `\W3SVC` + e.id
	}
	site.Overrides = slices.Concat(
		override("enabled", e.enabled, defaults.enabled, strconv.FormatBool),
		override("maxLogFileSizeKB", e.maxLogFileSizeKB, defaults.maxLogFileSizeKB, formatInt),
		override("maxLogFiles", e.maxLogFiles, defaults.maxLogFiles, formatInt),
		override("directory", e.directory, defaults.directory, strings.Clone),
	)
	return site
}

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// override notes a value of the site that contradicts one that siteDefaults
// states. What siteDefaults leaves open, the site is free to set.
func override[T comparable](name string, site, defaults *T, format func(T) string) []string {
	if site == nil || defaults == nil || *site == *defaults {
		return nil
	}
	return []string{fmt.Sprintf("%s=%s (siteDefaults: %s)", name, format(*site), format(*defaults))}
}

// addRules counts the rules in force and shows each to visit. Where a part of
// them is unknown, so is the number, yet the others still name domains.
func (s *Site) addRules(inherited inheritance, sections []*section, web source, visit func(*rule)) {
	rules, unknown := inForce(inherited, sections, web.doc)
	if web.err != nil {
		unknown = append(unknown, web.err)
	}
	index := make(map[string]int)
	for _, r := range rules {
		visit(r)
		i, ok := index[r.origin]
		if !ok {
			i = len(s.RulesFrom)
			index[r.origin] = i
			s.RulesFrom = append(s.RulesFrom, RuleCount{Origin: r.origin})
		}
		s.RulesFrom[i].Rules++
	}
	s.RewriteRules = len(rules)
	s.RulesUnknown = errors.Join(unknown...)
}
