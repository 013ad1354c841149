package observe

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

var errOddHost = errors.New("its host has characters that no host name has")

// Rebuilt is a URL that a server may have chosen, put together again from its
// parts: nothing in it ends a request line or begins another, and it carries no
// credentials. What url.Parse takes as it comes, as a blank in a query, is
// encoded.
func Rebuilt(u *url.URL) (*url.URL, error) {
	clean := &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host), Path: u.Path, RawPath: u.RawPath,
		RawQuery: encodeQuery(u.RawQuery), ForceQuery: u.ForceQuery}
	clean.RawPath = clean.EscapedPath() // which is RawPath where that is valid
	if clean.Path != "" && clean.Path[0] != '/' {
		clean.Path, clean.RawPath = "/"+clean.Path, "/"+clean.RawPath
	}
	return clean, oddHost(clean.Hostname())
}

// oddHost says what is wrong with the characters of a host. Letters beyond ASCII
// are left to IDNA.
func oddHost(host string) error {
	if a, ok := dns.Address(host); ok && a.Zone() == "" {
		return nil
	}
	for _, r := range host {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_'
		if !plain && (r < 0x80 || r == utf8.RuneError || !unicode.IsPrint(r)) {
			return fmt.Errorf("%q: %w", host, errOddHost)
		}
	}
	return nil
}

// encodeQuery writes every byte of a query that may not stand there in its
// encoded form.
func encodeQuery(query string) string {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?%"
	if strings.Trim(query, allowed) == "" {
		return query // as most
	}
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
