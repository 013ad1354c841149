package config

import (
	"fmt"
	"strings"
)

// setConnectTo reads the list connect_to.
func (l *loader) setConnectTo(v value) error {
	items, err := v.list()
	if err != nil {
		return err
	}
	for _, item := range items {
		s, err := item.text()
		if err != nil {
			return err
		}
		rule, err := parseConnectTo(s)
		if err != nil {
			return item.errorf("%s: %w", quote(s), err)
		}
		l.config.ConnectTo = append(l.config.ConnectTo, rule)
	}
	return nil
}

// parseConnectTo reads HOST:PORT:CONNECT-HOST:CONNECT-PORT, of which each may be
// empty and the last left out, as curl takes it.
func parseConnectTo(s string) (ConnectTo, error) {
	parts := splitOutsideBrackets(s)
	if len(parts) == 3 {
		parts = append(parts, "")
	}
	if len(parts) != 4 {
		return ConnectTo{}, fmt.Errorf("it must be HOST:PORT:CONNECT-HOST:CONNECT-PORT, as in meet.contoso.com:443:10.0.0.1:443; IPv6 addresses need brackets, empty parts their colons")
	}
	for _, i := range []int{0, 2} {
		if parts[i] == "" {
			continue
		}
		host, err := hostName(parts[i])
		if err != nil {
			return ConnectTo{}, err
		}
		parts[i] = host
	}
	for _, i := range []int{1, 3} {
		if parts[i] == "" {
			continue
		}
		if err := checkPort(parts[i]); err != nil {
			return ConnectTo{}, err
		}
	}
	if parts[2] == "" && parts[3] == "" {
		return ConnectTo{}, fmt.Errorf("it changes nothing; give CONNECT-HOST or CONNECT-PORT")
	}
	return ConnectTo{Host: parts[0], Port: parts[1], ConnectHost: parts[2], ConnectPort: parts[3]}, nil
}

// splitOutsideBrackets splits at the colons that are not part of an address in
// brackets.
func splitOutsideBrackets(s string) []string {
	var parts []string
	begin, inside := 0, false
	for i := range len(s) {
		switch {
		case s[i] == '[':
			inside = true
		case s[i] == ']':
			inside = false
		case s[i] == ':' && !inside:
			parts = append(parts, s[begin:i])
			begin = i + 1
		}
	}
	return append(parts, strings.TrimSpace(s[begin:]))
}
