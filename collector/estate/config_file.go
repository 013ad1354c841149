package estate

import (
	"encoding/pem"
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
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: e.authority.certificate.Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), root, 0o644); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "timeout: %s\noperation_timeout: %s\ntls: {ca_file: ca.pem}\nviews: {external: {nameservers: [%q]}}\nconnect_to:\n",
		c.Timeout, c.OperationTimeout, e.nameserver)
	for _, to := range c.ConnectTo {
		fmt.Fprintf(&b, "  - %q\n", strings.Join([]string{to.Host, to.Port, to.ConnectHost, to.ConnectPort}, ":"))
	}
	b.WriteString("domains:\n")
	for _, s := range e.scenarios {
		fmt.Fprintf(&b, "  - {name: %s, trusted_domains: [%s], hosting_providers: [%s]", s.Name, strings.Join(s.Trusted, ", "), strings.Join(s.Providers, ", "))
		if s.Meet != "" {
			fmt.Fprintf(&b, ", simple_urls: {meet: %q}", s.Meet)
		}
		if s.Schemes != nil {
			fmt.Fprintf(&b, ", lyncdiscover: {schemes: [%s]}", strings.Join(s.Schemes, ", "))
		}
		b.WriteString("}\n")
	}
	path := filepath.Join(dir, "lync.yml")
	return path, os.WriteFile(path, []byte(b.String()), 0o644)
}
