package config

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"
)

// WriteEffective writes the configuration as it works, as a configuration file
// that can be loaded: defaults filled in, profiles merged into their domains.
// Of keys and certificates it has the paths, and nothing that they contain.
func (c *Config) WriteEffective(w io.Writer) error {
	e := effective{
		Timeout: c.Timeout.String(), OperationTimeout: c.OperationTimeout.String(), Memory: c.Memory.String(),
		Concurrency: c.Concurrency, ConcurrencyPerNameserver: c.ConcurrencyPerNameserver, ConcurrencyPerAddress: c.ConcurrencyPerAddress,
		TLS:              effectiveTLS{c.TLS.FetchIntermediates, c.TLS.Revocation, c.TLS.CAFile, c.TLS.CertFile, c.TLS.KeyFile},
		HostingProviders: c.HostingProviders, TrustedDomains: c.TrustedDomains, FollowPrivate: c.FollowPrivate, Detail: c.detail,
		Views: make(map[string]effectiveView, len(c.Views)),
		IIS:   effectiveIIS{c.IIS.ApplicationHostConfig, c.IIS.WebConfigs, c.IIS.DefaultMaxLogFileSize},
	}
	for _, to := range c.ConnectTo {
		e.ConnectTo = append(e.ConnectTo, to.String())
	}
	for _, v := range c.Views {
		e.Views[v.Name] = effectiveView{v.Nameservers, v.Internal}
	}
	for _, d := range c.Domains {
		node, err := d.effective()
		if err != nil {
			return err
		}
		e.Domains = append(e.Domains, node)
	}
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(e); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	return encoder.Close()
}

// effective has the keys of a configuration file, in their usual order.
type effective struct {
	Timeout                  string                   `yaml:"timeout"`
	OperationTimeout         string                   `yaml:"operation_timeout"`
	Concurrency              int                      `yaml:"concurrency"`
	ConcurrencyPerNameserver int                      `yaml:"concurrency_per_nameserver"`
	ConcurrencyPerAddress    int                      `yaml:"concurrency_per_address"`
	Memory                   string                   `yaml:"memory"`
	Detail                   Detail                   `yaml:"detail"`
	TLS                      effectiveTLS             `yaml:"tls"`
	HostingProviders         []string                 `yaml:"hosting_providers,flow"`
	TrustedDomains           []string                 `yaml:"trusted_domains,flow"`
	ConnectTo                []string                 `yaml:"connect_to"`
	FollowPrivate            bool                     `yaml:"follow_private"`
	Views                    map[string]effectiveView `yaml:"views"`
	IIS                      effectiveIIS             `yaml:"iis"`
	Domains                  []*yaml.Node             `yaml:"domains"`
}

type effectiveTLS struct {
	FetchIntermediates bool   `yaml:"fetch_intermediates"`
	Revocation         bool   `yaml:"revocation"`
	CAFile             string `yaml:"ca_file"`
	CertFile           string `yaml:"cert_file"`
	KeyFile            string `yaml:"key_file"`
}

type effectiveView struct {
	Nameservers []string `yaml:"nameservers,flow"`
	Internal    bool     `yaml:"internal"`
}

type effectiveIIS struct {
	ApplicationHostConfig string            `yaml:"application_host_config"`
	WebConfigs            map[string]string `yaml:"web_configs,omitempty"`
	DefaultMaxLogFileSize int64             `yaml:"default_max_log_file_size"`
}

type effectiveDomain struct {
	Name             string           `yaml:"name"`
	Topology         Topology         `yaml:"topology"`
	Views            []string         `yaml:"views,flow"`
	Capabilities     []string         `yaml:"capabilities,flow,omitempty"`
	Federation       bool             `yaml:"federation"`
	Lyncdiscover     effectiveSchemes `yaml:"lyncdiscover,flow"`
	SimpleURLs       effectiveURLs    `yaml:"simple_urls"`
	HostingProviders []string         `yaml:"hosting_providers,flow"`
	TrustedDomains   []string         `yaml:"trusted_domains,flow"`
	Detail           Detail           `yaml:"detail"`
}

type effectiveURLs struct {
	Meet   string `yaml:"meet"`
	Dialin string `yaml:"dialin"`
	Admin  string `yaml:"admin"`
}

type effectiveSchemes struct {
	Schemes []string `yaml:"schemes,flow"`
}

// effective is the domain's entry. What it has from elsewhere than its own entry
// is a comment.
func (d *Domain) effective() (*yaml.Node, error) {
	entry := effectiveDomain{
		Name: d.Name, Topology: d.Topology, Capabilities: d.Capabilities, Federation: d.Federation, Lyncdiscover: effectiveSchemes{d.Schemes},
		SimpleURLs:       effectiveURLs{written(d.Meet), written(d.Dialin), written(d.Admin)},
		HostingProviders: d.HostingProviders, TrustedDomains: d.TrustedDomains, Detail: d.Detail,
	}
	for _, v := range d.Views {
		entry.Views = append(entry.Views, v.Name)
	}
	node := new(yaml.Node)
	if err := node.Encode(entry); err != nil {
		return nil, fmt.Errorf("write the configuration of %s: %w", d.Name, err)
	}
	var remarks []string
	if d.Display != d.Name {
		remarks = append(remarks, d.Display)
	}
	if d.Profile != "" {
		remarks = append(remarks, "profile "+d.Profile)
	}
	node.Content[1].LineComment = strings.Join(remarks, ", ")
	if d.MeetGuessed {
		urls := valueOf(node, "simple_urls")
		valueOf(urls, "meet").LineComment = "not configured: what most have"
	}
	return node, nil
}

// valueOf is the value of a key of a mapping that has it.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; ; i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
}

func written(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// String is the rule as the file has it.
func (c ConnectTo) String() string {
	return bracketed(c.Host) + ":" + c.Port + ":" + bracketed(c.ConnectHost) + ":" + c.ConnectPort
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}
