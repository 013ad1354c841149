package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// askedFor are the SIP domains that the command line names, each once and in
// its one spelling. A name that looks like a server's is refused, unless it is
// known to be a SIP domain: nothing else would be found of it than faults.
func askedFor(names []string, known func(name string) bool) ([]string, error) {
	var domains []string
	for _, given := range names {
		name, err := config.NormalizeDomain(given)
		if err != nil {
			return nil, err
		}
		if domain := config.ServedBy(name); domain != "" && !known(name) {
			return nil, fmt.Errorf("%s looks like the name of a server; did you mean %s? A SIP domain with such a name has to be in the configuration file", name, domain)
		}
		if !slices.Contains(domains, name) {
			domains = append(domains, name)
		}
	}
	return domains, nil
}

// loadFile loads the file of --config.file, named by the user or by default.
func loadFile(file string, named bool) (*config.Config, error) {
	c, err := config.Load(file)
	var unread *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return nil, fmt.Errorf("there is no %s here; write one that says \"domains: [contoso.com]\", name another with --config.file, or run lync_exporter check contoso.com or lync_exporter demo, which need none", file)
	case errors.As(err, &unread) && unread.Path == file:
		return nil, fmt.Errorf("--config.file %s: %w", file, unread.Err)
	}
	return c, err
}
