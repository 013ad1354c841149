package lync

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

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
	u.Fragment, u.RawFragment, u.User = "", "", nil
	u.Host = strings.ToLower(u.Host)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("the link %q is neither http nor https", verdict.Printable(href))
	}
	if strings.ContainsFunc(u.Host, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }) {
		return nil, fmt.Errorf("the link %q has no host that can be read", verdict.Printable(href))
	}
	u.RawQuery = encodeQuery(u.RawQuery)
	return u, nil
}

// encodeQuery writes every byte of a query that may not stand there in its
// encoded form; url.Parse takes blanks and worse as they come.
func encodeQuery(query string) string {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?%"
	var b strings.Builder
	for i := range len(query) {
		if strings.IndexByte(allowed, query[i]) >= 0 {
			b.WriteByte(query[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", query[i])
		}
	}
	return b.String()
}
