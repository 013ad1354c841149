package hostile

import "strings"

// redirects makes Autodiscover and meet lead to what a header says, word by word.
func redirects(name, want, location string) kind {
	return kind{name: "HTTP a redirect " + name, want: want, setup: func(s *stage, d *domain) {
		location := strings.NewReplacer("DOMAIN", d.name, "CANARY", s.canary.address, "PORT", s.canary.port()).Replace(location)
		d.pages["lyncdiscover"] = answer("302 Found", "Location: "+location+"\r\n", "")
		d.pages["meet"] = d.pages["lyncdiscover"]
	}}
}

func redirectKinds() []kind {
	return []kind{
		redirects("without a scheme to loopback", "not_followed", "//CANARY/"),
		redirects("with backslashes", "", `\\CANARY\x`),
		redirects("with a slash and a backslash", "", `/\CANARY/`),
		redirects("without slashes", "", "https:CANARY/"),
		redirects("without a host", "", "https:///x"),
		redirects("to an address in decimal", "", "http://2130706433:PORT/"),
		redirects("to an address in hexadecimal", "", "http://0x7f000001:PORT/"),
		redirects("to an address in octal", "", "http://0177.0.0.1:PORT/"),
		redirects("to a short address", "", "http://127.1:PORT/"),
		redirects("to an encoded address", "", "http://127%2e0%2e0%2e1:PORT/"),
		redirects("to an address in full width", "", "http://１２７.０.０.１:PORT/"),
		redirects("to an address with other dots", "", "http://127。0。0。1:PORT/"),
		redirects("to translated IPv6", "not_followed", "http://[64:ff9b::7f00:1]:8080/"),
		redirects("to 6to4", "not_followed", "http://[2002:7f00:1::]:8080/"),
		redirects("to Teredo", "not_followed", "http://[2001:0:7f00:1::]:8080/"),
		redirects("to IPv4-compatible IPv6", "not_followed", "http://[::127.0.0.1]:8080/"),
		redirects("to a site-local address", "not_followed", "http://[fec0::1]:8080/"),
		redirects("to translated ISATAP", "not_followed", "http://[fe80::5efe:127.0.0.1]:8080/"),
		redirects("to a zone", "", "http://[fe80::1%25lo]:PORT/"),
		redirects("to loopback on a port of HTTP", "not_followed", "http://127.0.0.1:8080/"),
		redirects("to metadata on a port of HTTP", "not_followed", "http://169.254.169.254:8080/latest/meta-data/"),
		redirects("to metadata by name", "", "http://metadata.google.internal:8080/"),
		redirects("with a user before loopback", "not_followed", "http://webext.DOMAIN@CANARY/"),
		redirects("to port 0", "", "https://webext.DOMAIN:0/"),
		redirects("to port 99999", "", "https://webext.DOMAIN:99999/"),
		redirects("to a port of blanks", "", "https://webext.DOMAIN: 443/"),
		redirects("with a line end in the path", "", "https://webext.DOMAIN/%0d%0aX:%20y"),
		redirects("with a fragment of 7 KiB", "", "https://webext.DOMAIN/#"+strings.Repeat("x", 7<<10)),
		redirects("of two headers", "", "https://webext.DOMAIN/\r\nLocation: http://CANARY/"),
	}
}
