package example

import (
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
)

// nonce stands for a name that nobody can guess, so that words are the same
// every time.
const nonce = "nobodysetthisup"

// subject makes a subject by way of the exporter's configuration.
func (s scene) subject() (inquiry.Subject, error) {
	c, err := s.configure()
	if err != nil {
		return inquiry.Subject{}, err
	}
	d, err := c.AdHoc(s.domain)
	if err != nil {
		return inquiry.Subject{}, err
	}
	subject := inquiry.NewSubject(d, d.Views[0], s.now, inquiry.NewNeighbours(c.Domains))
	subject.Nonce = nonce
	return subject, nil
}

// configure is the configuration without a file where one would say nothing.
func (s scene) configure() (*config.Config, error) {
	if s.config == "" && len(s.neighbours) == 0 && !s.internal {
		return config.Default(s.domain)
	}
	own := map[string]any{}
	if err := yaml.Unmarshal([]byte(s.config), &own); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	own["name"] = s.domain
	domains := []any{own}
	for _, text := range s.neighbours {
		other := map[string]any{}
		if err := yaml.Unmarshal([]byte(text), &other); err != nil {
			return nil, fmt.Errorf("neighbour: %w", err)
		}
		domains = append(domains, other)
	}
	file := map[string]any{"domains": domains}
	if s.internal {
		file["views"] = map[string]any{"internal": map[string]any{"internal": true}}
	}
	return load(file)
}

// load writes a configuration to disk, where it is read from.
func load(file map[string]any) (*config.Config, error) {
	text, err := yaml.Marshal(file)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "lync.yml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, err
	}
	return config.Load(path)
}

// view is any view: the network looks the same from everywhere.
func (s scene) view() *config.View { return &config.View{Name: "external", Internal: s.internal} }
