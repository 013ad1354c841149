package hostile

import (
	"fmt"
	"io"
	"net"
	"strings"
)

// everywhere makes all pages of a domain one answer.
func everywhere(name, text string) kind {
	return kind{name: "HTTP " + name, setup: func(_ *stage, d *domain) {
		d.html = func(c net.Conn, _, _ string) { io.WriteString(c, text) }
	}}
}

// does lets the web server do something when it was asked.
func does(name string, f func(net.Conn)) kind {
	return kind{name: "HTTP " + name, setup: func(_ *stage, d *domain) {
		d.html = func(c net.Conn, _, _ string) { f(c) }
	}}
}

// discovers makes the answer of Autodiscover a text.
func discovers(name, want, body string) kind {
	return kind{name: "Autodiscover " + name, want: want, setup: func(_ *stage, d *domain) {
		d.pages["lyncdiscover"] = answer("200 OK", "Content-Type: application/json\r\n", strings.ReplaceAll(body, "DOMAIN", d.name))
	}}
}

func httpKinds() []kind {
	ok := "HTTP/1.1 200 OK\r\n"
	heavy := func(k kind) kind { k.heavy = true; return k }
	return []kind{
		everywhere("nothing", ""),
		everywhere("an empty line", "\r\n\r\n"),
		everywhere("no HTTP", "220 mail ESMTP\r\n"),
		everywhere("HTTP/0.9", "<html>"),
		everywhere("HTTP/9.9", "HTTP/9.9 200 OK\r\n\r\n"),
		everywhere("status of words", "HTTP/1.1 OK\r\n\r\n"),
		everywhere("status 999", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n"),
		everywhere("status 000", "HTTP/1.1 000 X\r\n\r\n"),
		everywhere("status -200", "HTTP/1.1 -200 X\r\n\r\n"),
		everywhere("status 99999999999", "HTTP/1.1 99999999999 X\r\n\r\n"),
		everywhere("provisional answers without end", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 500)),
		everywhere("switching protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
		everywhere("204 with a body", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"),
		everywhere("304", "HTTP/1.1 304 Not Modified\r\n\r\n"),
		everywhere("negative length", ok+"Content-Length: -1\r\n\r\n"),
		everywhere("two lengths", ok+"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
		everywhere("a length of 2^63", ok+"Content-Length: 9223372036854775807\r\n\r\nx"),
		everywhere("a body cut short", ok+"Content-Length: 100\r\n\r\nx"),
		everywhere("length and chunks", ok+"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		everywhere("unknown transfer coding", ok+"Transfer-Encoding: lzma\r\n\r\nx"),
		everywhere("a chunk of 2^64", ok+"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"),
		everywhere("a chunk of no number", ok+"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
		everywhere("chunks of one byte", ok+"Transfer-Encoding: chunked\r\n\r\n"+strings.Repeat("1\r\nx\r\n", 20000)),
		everywhere("trailers", ok+"Transfer-Encoding: chunked\r\n\r\n0\r\n"+strings.Repeat("X: y\r\n", 10000)+"\r\n"),
		everywhere("a chunk extension of 64 KiB", ok+"Transfer-Encoding: chunked\r\n\r\n1;"+strings.Repeat("x", 64<<10)+"\r\nx\r\n0\r\n\r\n"),
		everywhere("gzip", ok+"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"),
		everywhere("control characters in the status", "HTTP/1.1 500 "+nasty+"\r\nContent-Length: 0\r\n\r\n"),
		everywhere("control characters in headers", "HTTP/1.1 200 OK\r\nServer: "+strings.ReplaceAll(nasty, "\x00", "")+"\r\nX-Ms-Server-Fqdn: "+strings.ReplaceAll(nasty, "\x00", "")+"\r\nContent-Type: "+strings.ReplaceAll(nasty, "\x00", "")+"\r\nContent-Length: 0\r\n\r\n"),
		everywhere("NUL in a header", "HTTP/1.1 200 OK\r\nServer: a\x00b\r\nContent-Length: 0\r\n\r\n"),
		everywhere("a header of 1 MiB", ok+"X: "+strings.Repeat("x", 1<<20)+"\r\n\r\n"),
		everywhere("10,000 headers", ok+strings.Repeat("X: y\r\n", 10000)+"\r\n"),
		everywhere("folded headers", ok+"X: y\r\n z\r\n\tw\r\nContent-Length: 0\r\n\r\n"),
		everywhere("a header without colon", ok+"nonsense\r\n\r\n"),
		everywhere("a blank before the colon", ok+"Content-Length : 0\r\n\r\n"),
		everywhere("line ends of LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
		everywhere("two answers", answer("200 OK", "", "x")+answer("200 OK", "", "y")),
		everywhere("5,000 challenges", "HTTP/1.1 401 Unauthorized\r\n"+strings.Repeat("WWW-Authenticate: Bearer x=\"y\",a=b\r\n", 1500)+"Content-Length: 0\r\n\r\n"),
		everywhere("a challenge without end", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: MsRtcOAuth href=\""+strings.Repeat("\\", 50000)+"\r\nContent-Length: 0\r\n\r\n"),
		everywhere("a redirect to nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
		everywhere("a redirect to itself", "HTTP/1.1 302 Found\r\nLocation: \r\nContent-Length: 0\r\n\r\n"),
		everywhere("a redirect to a script", "HTTP/1.1 302 Found\r\nLocation: javascript:alert(1)\r\nContent-Length: 0\r\n\r\n"),
		everywhere("a redirect with control characters", "HTTP/1.1 302 Found\r\nLocation: https://a\x1b[31m.test/\u202e\r\nContent-Length: 0\r\n\r\n"),
		everywhere("a redirect of 60 KiB", "HTTP/1.1 302 Found\r\nLocation: https://a.test/"+strings.Repeat("x", 60<<10)+"\r\nContent-Length: 0\r\n\r\n"),
		heavy(does("a body without end", func(c net.Conn) {
			io.WriteString(c, ok+"\r\n")
			flood(c, "<html><body>Skype for Business ")
		})),
		heavy(does("headers without end", func(c net.Conn) {
			io.WriteString(c, ok)
			flood(c, "X: yyyyyyyyyyyyyyyyyyyyyyyy\r\n")
		})),
		heavy(does("a status line without end", func(c net.Conn) { flood(c, "HTTP/1.1 200 ") })),
		does("silent", hold),
		does("a byte at a time", func(c net.Conn) { trickle(c, ok+"X-Y: z\r\n") }),
		does("a body a byte at a time", func(c net.Conn) {
			io.WriteString(c, ok+"Content-Length: 100000\r\n\r\n")
			trickle(c, "x")
		}),
		does("a reset", func(c net.Conn) { c.Close() }),
		{name: "HTTP a redirect in a circle", setup: func(_ *stage, d *domain) {
			d.html = func(c net.Conn, label, uri string) {
				io.WriteString(c, answer("302 Found", "Location: https://"+label+"."+d.name+uri+"x\r\n", ""))
			}
		}},
		{name: "HTTP port 80 floods", setup: func(_ *stage, d *domain) { d.raw["plain"] = func(c net.Conn) { flood(c, "x") } }},
		{name: "HTTP port 80 speaks TLS", setup: func(_ *stage, d *domain) {
			d.raw["plain"] = func(c net.Conn) { io.WriteString(c, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") }
		}},
		discovers("an empty document", "", ""),
		discovers("JSON cut", "", `{"Root":{"Links":[`),
		discovers("JSON of 50,000 levels", "", strings.Repeat(`{"_links":`, 50000)),
		discovers("JSON of 50,000 lists", "", `{"_links":`+strings.Repeat("[", 50000)),
		discovers("20,000 links", "", `{"Root":{"Links":[`+strings.Repeat(`{"token":"x","href":"https://a.test/"},`, 6000)+`{"token":"y","href":""}]}}`),
		discovers("a token twice", "", `{"Root":{"Links":[{"token":"User","href":"https://a.test/"},{"token":"user","href":"https://b.test/"}]}}`),
		discovers("links of other types", "", `{"Root":{"Links":[{"token":1,"href":{}}]}}`),
		discovers("null everywhere", "", `{"AccessLocation":null,"Root":{"Links":null}}`),
		discovers("control characters", "", `{"AccessLocation":"\u001b[31m\u0000\u202e","Root":{"Links":[{"token":"User","href":"https://\u001b.test/"}]}}`),
		discovers("XML bomb", "", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><AutodiscoverResponse>&b;</AutodiscoverResponse>`),
		discovers("XML with an outside entity", "", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><AutodiscoverResponse><Link token="User" href="&a;"/></AutodiscoverResponse>`),
		discovers("XML of 30,000 levels", "", "<AutodiscoverResponse>"+strings.Repeat("<a>", 30000)),
		discovers("XML of 20,000 attributes", "", "<AutodiscoverResponse "+strings.Repeat(`a="b" `, 20000)+"/>"),
		discovers("a forged request", "", `{"Root":{"Links":[{"token":"Redirect","href":"https://webext.DOMAIN/x?y HTTP/1.0\r\nX: y"}]}}`),
		discovers("a blank in the query", "", `{"Root":{"Links":[{"token":"Redirect","href":"https://webext.DOMAIN/x?y HTTP/1.0"}]}}`),
		discovers("a host with quotes", "lyncdiscover_bad_href", `{"Root":{"Links":[{"token":"User","href":"https://a\"b<script>.test/"}]}}`),
		discovers("a link to a script", "lyncdiscover_bad_href", `{"Root":{"Links":[{"token":"User","href":"javascript:alert(1)"}]}}`),
		discovers("a link to a file", "lyncdiscover_bad_href", `{"Root":{"Links":[{"token":"User","href":"file:///etc/passwd"}]}}`),
		discovers("a link with a password", "", `{"Root":{"Links":[{"token":"User","href":"https://user:secret@webext.DOMAIN/"}]}}`),
		discovers("a link of 100 KiB", "", fmt.Sprintf(`{"Root":{"Links":[{"token":"User","href":"https://a.test/%s"}]}}`, strings.Repeat("x", 100<<10))),
		discovers("a redirect to itself", "", `{"Root":{"Links":[{"token":"Redirect","href":"https://lyncdiscover.DOMAIN/"}]}}`),
		discovers("redirects without end", "", `{"Root":{"Links":[{"token":"Redirect","href":"x/"}]}}`),
		discovers("UTF-16", "", "\xff\xfe{\x00}\x00"),
	}
}
