package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// defaults is the configuration of those who configure nothing.
func defaults() *Config {
	return &Config{
		Timeout:                  10 * time.Second,
		OperationTimeout:         3 * time.Second,
		Concurrency:              256,
		ConcurrencyPerNameserver: 128,
		ConcurrencyPerAddress:    64,
		Views:                    []*View{{Name: defaultView}},
		TLS:                      TLS{FetchIntermediates: true, Revocation: true},
		IIS:                      IIS{DefaultMaxLogFileSize: 1024 << 10}, // IIS 8 and later (docs/rules.md#failed-request-tracing)
		HostingProviders:         knownProviders(),
		TrustedDomains:           builtInTrust(),
		schemes:                  []string{"https", "http"},
		detail:                   Full,
		byName:                   make(map[string]*Domain),
	}
}

// knownProviders are the Microsoft clouds' Edges (docs/rules.md#hosting-providers).
func knownProviders() []string {
	return []string{
		"sipfed.online.lync.com",
		"sipfed.online.gov.skypeforbusiness.us",
		"sipfed.online.dod.skypeforbusiness.us",
		"sipfed.online.partner.lync.cn",
	}
}

// builtInTrust are the domains that a client follows without asking its user:
// TrustModelData as it is installed (docs/rules.md#trust-prompt).
func builtInTrust() []string {
	return []string{"lync.com", "outlook.com", "lync.glbdns.microsoft.com", "microsoftonline.com"}
}

// Load reads a configuration file and the files that it names. The error is one
// line that names file, line and key and says what to do; it wraps
// fs.ErrNotExist only if the configuration file itself does not exist.
func Load(path string) (*Config, error) {
	l := &loader{
		config:      defaults(),
		dir:         filepath.Dir(path),
		places:      make(map[string]place),
		sharedLists: make(shared[string]),
		sharedViews: make(shared[*View]),
	}
	root, err := readDocument(path)
	var file *fs.PathError
	if errors.As(err, &file) {
		return nil, fmt.Errorf("cannot read the configuration file: %w", err)
	}
	if err != nil {
		return nil, err
	}
	if err := l.read(root); err != nil {
		return nil, err
	}
	return l.config, nil
}

// loader is a configuration in the making.
type loader struct {
	config       *Config
	dir          string // what paths in the file are relative to
	profiles     map[string]*settings
	profileNames []string // in order of the file
	places       map[string]place

	// Ten thousand domains that are alike have their lists in common.
	sharedLists shared[string]
	sharedViews shared[*View]
}

// read takes the whole file. What others refer to or build upon comes first.
func (l *loader) read(root value) error {
	c := l.config
	var operation value
	var provisioned, decided bool
	if !root.isNull() {
		err := root.fields(
			field{"timeout", setDuration(&c.Timeout)},
			field{"operation_timeout", func(v value) error {
				operation = v
				return setDuration(&c.OperationTimeout)(v)
			}},
			field{"memory", setDurationOrNone(&c.Memory)},
			field{"detail", func(v value) error {
				var global settings
				err := global.setDetail(v)
				c.detail = global.detail
				return err
			}},
			field{"concurrency", setCount(&c.Concurrency, 1)},
			field{"concurrency_per_nameserver", setCount(&c.ConcurrencyPerNameserver, 1)},
			field{"concurrency_per_address", setCount(&c.ConcurrencyPerAddress, 1)},
			field{"tls", l.setTLS},
			field{"hosting_providers", setTexts(&c.HostingProviders, providerName)},
			field{"trusted_domains", setTexts(&c.TrustedDomains, trustedName)},
			field{"connect_to", l.setConnectTo},
			field{"follow_private", func(v value) error {
				decided = true
				return setBool(&c.FollowPrivate)(v)
			}},
			field{"views", l.setViews},
			field{"profiles", l.setProfiles},
			field{"domains", l.addDomains},
			field{"domain_files", func(v value) (err error) {
				provisioned, err = l.addDomainFiles(v)
				return err
			}},
			field{"iis", l.setIIS},
		)
		if err != nil {
			return err
		}
	}
	if !decided {
		c.FollowPrivate = !slices.ContainsFunc(c.Views, func(v *View) bool { return !v.OnThisMachine() })
	}
	if operation.node != nil && c.OperationTimeout > c.Timeout {
		return operation.errorf("%s is longer than timeout (%v); one silent server would use up the scrape, so make it shorter", operation.shown(), c.Timeout)
	}
	c.OperationTimeout = min(c.OperationTimeout, c.Timeout)
	if len(c.Domains) == 0 && !provisioned && c.IIS.ApplicationHostConfig == "" {
		return mistake(root.file, max(root.node.Line, 1), "no domains configured; list your SIP domains under the key domains")
	}
	return nil
}

// addDomainFiles reads the files that the patterns match, and says whether
// there are patterns. A pattern may match nothing yet, a name may not.
func (l *loader) addDomainFiles(v value) (bool, error) {
	items, err := v.list()
	if err != nil {
		return false, err
	}
	read := make(map[string]bool)
	for _, item := range items {
		files, err := l.domainFiles(item)
		if err != nil {
			return false, err
		}
		for _, file := range files {
			if read[file.path] {
				continue
			}
			read[file.path] = true
			if err := l.addDomainFile(file); err != nil {
				return false, err
			}
		}
	}
	return len(items) > 0, nil
}

// domainFiles are the files that one item of domain_files stands for.
func (l *loader) domainFiles(item value) ([]fileName, error) {
	var named fileName
	if err := l.setFile(&named)(item); err != nil {
		return nil, err
	}
	pattern := item.node.Value
	switch {
	case pattern == "":
		return nil, item.errorf("an item of the list is empty; remove it")
	case !isGlob(pattern):
		return []fileName{named}, nil
	}
	paths, err := l.glob(pattern)
	if err != nil {
		return nil, item.errorf("%s is no valid pattern; look for a [ without ]", quote(pattern))
	}
	files := make([]fileName, len(paths))
	for i, path := range paths {
		files[i] = fileName{item, path}
	}
	return files, nil
}

func (l *loader) addDomainFile(file fileName) error {
	root, err := readDocument(file.path)
	var unread *fs.PathError
	switch {
	case errors.As(err, &unread):
		return file.unreadable(err)
	case err != nil:
		return err
	case root.isNull():
		return nil
	}
	if _, err := root.list(); err != nil {
		return root.errorf("the file must be a list of domains, each line as in - contoso.com, without the key domains")
	}
	return l.addDomains(root)
}

// added is a list with the names of another that it lacks. It may be shared.
func (l *loader) added(list, more []string) []string {
	if len(more) == 0 {
		return list
	}
	key := strings.Join(list, " ") + "+" + strings.Join(more, " ")
	if known, ok := l.sharedLists[key]; ok {
		return known
	}
	sum := slices.Clone(list)
	for _, name := range more {
		if !slices.Contains(sum, name) {
			sum = append(sum, name)
		}
	}
	return l.sharedLists.of(key, sum)
}

// shared has one slice for all who want the same items, by a key made of these.
type shared[T any] map[string][]T

func (s shared[T]) of(key string, list []T) []T {
	if known, ok := s[key]; ok {
		return known
	}
	s[key] = slices.Clip(list) // who appends to it gets a slice of their own
	return s[key]
}
