package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// WriteConfig writes what Config returns as a configuration file, with the
// root certificate beside it, and returns the file's path.
func (e *Estate) WriteConfig(dir string) (string, error) {
	c, err := e.Config()
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), e.PEM(), 0o644); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "timeout: %s\noperation_timeout: %s\nfollow_private: true\ntls: {ca_file: ca.pem}\nviews: {external: {nameservers: [%q]}}\nconnect_to:\n",
		c.Timeout, c.OperationTimeout, e.nameserver)
	for _, to := range e.ConnectTo() {
		fmt.Fprintf(&b, "  - %q\n", to)
	}
	b.WriteString("domains:\n")
	for _, s := range e.scenarios {
		fmt.Fprintf(&b, "  - {name: %s, trusted_domains: [%s], hosting_providers: [%s]", s.Name, strings.Join(s.Trusted, ", "), strings.Join(s.Providers, ", "))
		if urls := s.simpleURLs(); urls != "" {
			fmt.Fprintf(&b, ", simple_urls: {%s}", urls)
		}
		if s.Schemes != nil {
			fmt.Fprintf(&b, ", lyncdiscover: {schemes: [%s]}", strings.Join(s.Schemes, ", "))
		}
		b.WriteString("}\n")
	}
	path := filepath.Join(dir, "lync.yml")
	return path, os.WriteFile(path, []byte(b.String()), 0o644)
}

func (s Scenario) simpleURLs() string {
	var urls []string
	for _, u := range []struct{ kind, url string }{{"meet", s.Meet}, {"dialin", s.Dialin}} {
		if u.url != "" {
			urls = append(urls, fmt.Sprintf("%s: %q", u.kind, u.url))
		}
	}
	return strings.Join(urls, ", ")
}
