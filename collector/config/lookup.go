package config

import (
	"fmt"
	"net/url"
	"slices"
)

// Default is the configuration without a file: the domains named, everything at
// its default. It is an error to name a domain twice or to name none that is
// valid; without names there are no domains.
func Default(names ...string) (*Config, error) {
	c := defaults()
	for _, written := range names {
		name, err := NormalizeDomain(written)
		if err != nil {
			return nil, err
		}
		if c.byName[name] != nil {
			return nil, fmt.Errorf("SIP domain %s is given twice; name it once", quote(written))
		}
		c.add(c.defaultDomain(name))
	}
	return c, nil
}

// AdHoc is a domain that is not configured, with the views and lists of the
// configuration and all else at its default. A configured one is returned as it
// is configured. The error is that of NormalizeDomain.
func (c *Config) AdHoc(name string) (*Domain, error) {
	normal, err := NormalizeDomain(name)
	if err != nil {
		return nil, err
	}
	if d := c.byName[normal]; d != nil {
		return d, nil
	}
	return c.defaultDomain(normal), nil
}

// Domain finds a configured domain by any spelling: Unicode or A-labels, upper
// or lower case, with or without the trailing dot. It is nil for an unknown or
// invalid name.
func (c *Config) Domain(name string) *Domain {
	if d := c.byName[name]; d != nil {
		return d
	}
	normal, err := NormalizeDomain(name)
	if err != nil {
		return nil
	}
	return c.byName[normal]
}

func (c *Config) add(d *Domain) {
	c.Domains = append(c.Domains, d)
	c.byName[d.Name] = d
}

// defaultDomain is a domain of which only the normalised name is known. It is
// seen from the default views and shares the lists of the configuration.
func (c *Config) defaultDomain(name string) *Domain {
	return &Domain{
		Name:             name,
		Display:          DisplayName(name),
		Topology:         Auto,
		Views:            c.defaultViews(),
		Federation:       true,
		Schemes:          c.schemes,
		Meet:             &url.URL{Scheme: "https", Host: "meet." + name, Path: "/"},
		MeetGuessed:      true,
		HostingProviders: slices.Clip(c.HostingProviders),
		TrustedDomains:   slices.Clip(c.TrustedDomains),
		Detail:           c.detail,
	}
}

// defaultViews are those from which a domain is seen that names none: external
// where it exists, else all.
func (c *Config) defaultViews() []*View {
	for i, v := range c.Views {
		if v.Name == defaultView {
			return c.Views[i : i+1 : i+1]
		}
	}
	return slices.Clip(c.Views)
}
