package config

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// defaultView is the view of those who configure none.
const defaultView = "external"

var viewName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$`)

// setViews reads the section views. The views named there are all that exist.
func (l *loader) setViews(v value) error {
	given, err := v.entries()
	if err != nil {
		return err
	}
	if len(given) == 0 {
		return nil
	}
	l.config.Views = nil
	for _, e := range given {
		view, err := readView(e)
		if err != nil {
			return err
		}
		l.config.Views = append(l.config.Views, view)
	}
	slices.SortFunc(l.config.Views, func(a, b *View) int { return cmp.Compare(a.Name, b.Name) })
	return nil
}

func readView(e entry) (*View, error) {
	if !viewName.MatchString(e.name) {
		return nil, mistake(e.file, e.line, "view %s has no valid name; use letters, digits, and _ . - between them, at most 63", quote(e.name))
	}
	view := &View{Name: e.name}
	if e.isNull() {
		return view, nil
	}
	return view, e.fields(
		field{"nameservers", func(v value) (err error) {
			view.Nameservers, err = v.texts(ParseNameserver)
			if i := firstTwice(view.Nameservers); i >= 0 {
				return v.of(v.key, v.node.Content[i]).errorf("%q is given twice; remove one", view.Nameservers[i])
			}
			return err
		}},
		field{"internal", setBool(&view.Internal)},
	)
}

// firstTwice is the index of the first item that stands in the list before, -1
// if there is none.
func firstTwice(list []string) int {
	for i, s := range list {
		if slices.Contains(list[:i], s) {
			return i
		}
	}
	return -1
}

// ParseNameserver makes host:port of a host or host:port. An IPv6 address may
// have brackets. The port is 53 where none is given.
func ParseNameserver(s string) (string, error) {
	written := strings.TrimSpace(s)
	if strings.Contains(written, "://") {
		return "", fmt.Errorf("%s is a URL; nameservers are asked over UDP and TCP only, give host or host:port", quote(s))
	}
	host, port := written, "53"
	if _, err := netip.ParseAddr(unbracket(written)); err != nil && strings.Contains(written, ":") {
		if host, port, err = net.SplitHostPort(written); err != nil {
			return "", fmt.Errorf("%s is neither host nor host:port; an IPv6 address with a port needs brackets, as in [2001:db8::1]:53", quote(s))
		}
	}
	name, err := hostName(host)
	if err != nil {
		return "", err
	}
	if err := checkPort(port); err != nil {
		return "", fmt.Errorf("%s: %w", quote(s), err)
	}
	return net.JoinHostPort(name, port), nil
}

func checkPort(port string) error {
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return errors.New("the port must be a number from 1 to 65535")
	}
	return nil
}

// viewList reads the views of a domain or profile.
func (l *loader) viewList(v value) ([]*View, error) {
	items, err := v.list()
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, v.errorf("no view is named; leave the key out for the default")
	}
	var views []*View
	for _, item := range items {
		name, err := item.text()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(l.config.Views, func(view *View) bool { return view.Name == name })
		if i < 0 {
			return nil, item.errorf("unknown view %s; known are %s; define others in the section views", quote(name), viewNames(l.config.Views))
		}
		if slices.Contains(views, l.config.Views[i]) {
			return nil, item.errorf("view %q is given twice; remove one", name)
		}
		views = append(views, l.config.Views[i])
	}
	return l.sharedViews.of(viewNames(views), views), nil
}

func viewNames(views []*View) string {
	list := make([]string, len(views))
	for i, v := range views {
		list[i] = v.Name
	}
	return strings.Join(list, ", ")
}
