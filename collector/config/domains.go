package config

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// settings are what a profile says and what a domain says for itself. What is
// not said is zero.
type settings struct {
	topology            Topology
	views               []*View
	federation          *bool
	schemes             []string
	meet, dialin, admin simpleURL
	providers, trusted  []string
	capabilities        []string
	detail              Detail
}

// simpleURL tells one that is switched off (given, nil) from one of which
// nothing is said.
type simpleURL struct {
	given bool
	url   *url.URL
}

// settingFields is the table of keys that a profile may have.
func (l *loader) settingFields(s *settings) []field {
	return []field{
		{"topology", s.setTopology},
		{"views", func(v value) (err error) {
			s.views, err = l.viewList(v)
			return err
		}},
		{"federation", func(v value) error {
			s.federation = new(bool)
			return setBool(s.federation)(v)
		}},
		{"lyncdiscover", func(v value) error {
			return v.fields(field{"schemes", func(v value) (err error) {
				s.schemes, err = l.schemes(v)
				return err
			}})
		}},
		{"simple_urls", func(v value) error {
			return v.fields(field{"meet", s.meet.set}, field{"dialin", s.dialin.set}, field{"admin", s.admin.set})
		}},
		{"hosting_providers", setTexts(&s.providers, providerName)},
		{"trusted_domains", setTexts(&s.trusted, trustedName)},
		{"capabilities", func(v value) (err error) {
			s.capabilities, err = l.capabilities(v)
			return err
		}},
		{"detail", s.setDetail},
	}
}

// Capabilities are those that a domain can be meant to offer.
func Capabilities() []string { return []string{"sign_in", "federation", "autodiscover", "meetings"} }

// capabilities reads what a domain is meant to offer.
func (l *loader) capabilities(v value) ([]string, error) {
	list, err := v.list()
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, v.errorf("no capability is named; leave the key out for all that the topology offers")
	}
	var given []string
	for _, item := range list {
		switch c := item.node.Value; {
		case !slices.Contains(Capabilities(), c):
			return nil, item.errorf("%s is not one of %s", item.shown(), strings.Join(Capabilities(), ", "))
		case slices.Contains(given, c):
			return nil, item.errorf("%q is given twice; remove one", c)
		default:
			given = append(given, c)
		}
	}
	return l.sharedLists.of(strings.Join(given, " "), given), nil
}

func (s *settings) setDetail(v value) error {
	switch d := Detail(v.node.Value); d {
	case Full, Essential:
		s.detail = d
		return nil
	}
	return v.errorf("%s is not one of full, essential", v.shown())
}

// Topologies are what a domain can be said to be.
func Topologies() []string {
	return []string{string(OnPremises), string(Hybrid), string(Online), string(FederationOnly)}
}

func (s *settings) setTopology(v value) error {
	if t := Topology(v.node.Value); t == Auto || slices.Contains(Topologies(), string(t)) {
		s.topology = t
		return nil
	}
	return v.errorf("%s is not one of auto, %s", v.shown(), strings.Join(Topologies(), ", "))
}

// schemes reads those of lyncdiscover.
func (l *loader) schemes(v value) ([]string, error) {
	list, err := v.list()
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, v.errorf("no scheme is named; leave the key out for both, https and http")
	}
	var schemes []string
	for _, item := range list {
		switch scheme := item.node.Value; {
		case scheme != "https" && scheme != "http":
			return nil, item.errorf("%s is neither https nor http", item.shown())
		case slices.Contains(schemes, scheme):
			return nil, item.errorf("%q is given twice; remove one", scheme)
		default:
			schemes = append(schemes, scheme)
		}
	}
	return l.sharedLists.of(strings.Join(schemes, " "), schemes), nil
}

// set takes an absolute URL. An empty one switches the check off.
func (u *simpleURL) set(v value) error {
	s, err := v.text()
	if err != nil {
		return err
	}
	u.given = true
	if s == "" {
		return nil
	}
	parsed, err := url.Parse(s)
	if err != nil {
		return v.errorf("%s is no URL; write it as in https://%s.contoso.com/", quote(s), v.key)
	}
	parsed.Scheme = strings.ToLower(parsed.Scheme)
	switch {
	case parsed.Scheme != "https" && parsed.Scheme != "http":
		return v.errorf("%s does not begin with https:// or http://; write the URL in full, as in https://%s.contoso.com/", quote(s), v.key)
	case parsed.Hostname() == "":
		return v.errorf("%s has no host; write the URL in full, as in https://%s.contoso.com/", quote(s), v.key)
	case parsed.User != nil:
		return v.errorf("the URL has a user name in it, which is not used; remove what stands before the @")
	}
	if err := normalizeHost(parsed); err != nil {
		return v.errorf("%s: %w", quote(s), err)
	}
	u.url = parsed
	return nil
}

// normalizeHost gives the host of a URL its one spelling.
func normalizeHost(u *url.URL) error {
	host, err := hostName(u.Hostname())
	if err != nil {
		return err
	}
	port := u.Port()
	if port != "" {
		if err := checkPort(port); err != nil {
			return err
		}
		u.Host = net.JoinHostPort(host, port)
		return nil
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	u.Host = host
	return nil
}

// applyTo merges the settings over those that a domain has. Lists of names are
// added, all else replaces.
func (s *settings) applyTo(d *Domain, l *loader) {
	if s.topology != "" {
		d.Topology = s.topology
	}
	if s.views != nil {
		d.Views = s.views
	}
	if s.federation != nil {
		d.Federation = *s.federation
	}
	if s.schemes != nil {
		d.Schemes = s.schemes
	}
	s.meet.applyTo(&d.Meet)
	d.MeetGuessed = d.MeetGuessed && !s.meet.given
	if s.capabilities != nil {
		d.Capabilities = s.capabilities
	}
	if s.detail != "" {
		d.Detail = s.detail
	}
	s.dialin.applyTo(&d.Dialin)
	s.admin.applyTo(&d.Admin)
	d.HostingProviders = l.added(d.HostingProviders, s.providers)
	d.TrustedDomains = l.added(d.TrustedDomains, s.trusted)
}

func (u simpleURL) applyTo(to **url.URL) {
	if u.given {
		*to = u.url
	}
}

// setProfiles reads the section profiles.
func (l *loader) setProfiles(v value) error {
	given, err := v.entries()
	if err != nil {
		return err
	}
	l.profiles = make(map[string]*settings, len(given))
	for _, e := range given {
		s := new(settings)
		l.profiles[e.name] = s
		l.profileNames = append(l.profileNames, e.name)
		if e.isNull() {
			continue
		}
		if err := e.fields(l.settingFields(s)...); err != nil {
			return err
		}
	}
	return nil
}

// addDomains reads a list of domains.
func (l *loader) addDomains(v value) error {
	items, err := v.list()
	if err != nil {
		return err
	}
	l.config.Domains = slices.Grow(l.config.Domains, len(items))
	for _, item := range items {
		if err := l.addDomain(item); err != nil {
			return err
		}
	}
	return nil
}

// addDomain reads one entry: a name alone or a mapping with one.
func (l *loader) addDomain(v value) error {
	if v.node.Kind == yaml.ScalarNode {
		_, err := l.newDomain(v)
		return err
	}
	if v.node.Kind != yaml.MappingNode {
		return v.errorf("an entry must be a domain, or a mapping with the key name")
	}
	var name, profile value
	own := new(settings)
	err := v.fields(append([]field{
		{"name", func(v value) error { name = v; return nil }},
		{"profile", func(v value) error { profile = v; return nil }},
	}, l.settingFields(own)...)...)
	if err != nil {
		return err
	}
	if name.node == nil {
		return v.errorf("an entry has no name; give it the key name, as in name: contoso.com")
	}
	d, err := l.newDomain(name)
	if err != nil {
		return err
	}
	if profile.node != nil {
		if err := l.applyProfile(d, profile); err != nil {
			return err
		}
	}
	own.applyTo(d, l)
	return nil
}

// newDomain adds a domain with all settings at their defaults.
func (l *loader) newDomain(v value) (*Domain, error) {
	written, err := v.text()
	if err != nil {
		return nil, err
	}
	name, err := NormalizeDomain(written)
	if err != nil {
		return nil, v.errorf("%w", err)
	}
	here := place{v.file, v.node.Line}
	if first, twice := l.places[name]; twice {
		return nil, v.errorf("SIP domain %s is given twice, first at %s:%d; remove one", quote(written), first.file, first.line)
	}
	l.places[name] = here
	d := l.config.defaultDomain(name)
	l.config.add(d)
	return d, nil
}

// place is a line of a file.
type place struct {
	file string
	line int
}

func (l *loader) applyProfile(d *Domain, v value) error {
	name, err := v.text()
	if err != nil {
		return err
	}
	s, known := l.profiles[name]
	switch {
	case known:
		d.Profile = name
		s.applyTo(d, l)
		return nil
	case len(l.profileNames) == 0:
		return v.errorf("unknown profile %s; define it in the section profiles", quote(name))
	}
	return v.errorf("unknown profile %s; known are %s; define others in the section profiles", quote(name), strings.Join(l.profileNames, ", "))
}
