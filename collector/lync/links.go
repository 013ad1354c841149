package lync

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// ParseLink reads a link of an answer. Only http and https are followed, and
// nothing that would carry credentials. The link is put together again from its
// parts, so that nothing in it ends a request line or begins another.
func ParseLink(base *url.URL, href string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || href == "" {
		return nil, fmt.Errorf("the link %q cannot be read", verdict.Printable(href))
	}
	u = base.ResolveReference(u)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("the link %q is neither http nor https", verdict.Printable(href))
	}
	if u, err = observe.Rebuilt(u); err != nil {
		return nil, fmt.Errorf("the link %q has no host that can be read", verdict.Printable(href))
	}
	return u, nil
}
