package hostile

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"strings"
)

// zipped is a body that is a thousand times larger than what is sent.
func zipped(mebibytes int) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	block := make([]byte, 1<<20)
	for range mebibytes {
		check(z.Write(block))
	}
	_ = z.Close()
	return b.String()
}

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

func httpKinds() []kind {
	page := func(body string) string { return answer("200 OK", "Content-Type: text/html\r\n", body) }
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
		{name: "HTTP a bomb of gzip", heavy: true, setup: func(_ *stage, d *domain) {
			bomb := answer("200 OK", "Content-Encoding: gzip\r\nContent-Type: application/json\r\n", zipped(100))
			d.html = func(c net.Conn, _, _ string) { io.WriteString(c, bomb) }
		}},
		{name: "HTTP another page of 256 KiB for each URL", heavy: true, setup: func(_ *stage, d *domain) {
			d.html = func(c net.Conn, label, uri string) {
				io.WriteString(c, page(strings.Repeat(label+uri+" ", 256<<10/len(label+uri+" "))))
			}
		}},
		everywhere("trailers without announcement", ok+"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: evil\r\n\r\n"),
		does("trailers without end", func(c net.Conn) {
			io.WriteString(c, ok+"Transfer-Encoding: chunked\r\n\r\n0\r\n")
			flood(c, "X: yyyyyyyyyyyyyyyyyyyyyyyyyy\r\n")
		}),
		does("a chunk size without end", func(c net.Conn) {
			io.WriteString(c, ok+"Transfer-Encoding: chunked\r\n\r\n")
			flood(c, "0000000000000000")
		}),
		everywhere("a chunk size of many zeros", ok+"Transfer-Encoding: chunked\r\n\r\n0000000000000000000001\r\nx\r\n0\r\n\r\n"),
		everywhere("a negative chunk size", ok+"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n"),
		everywhere("chunked twice", ok+"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
		everywhere("a length with a sign", ok+"Content-Length: +1\r\n\r\nx"),
		everywhere("a length in a list", ok+"Content-Length: 1, 1\r\n\r\nx"),
		everywhere("early hints of 60 KiB", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: <"+strings.Repeat("x", 15<<10)+">\r\n\r\n", 4)+ok+"Content-Length: 0\r\n\r\n"),
		everywhere("HTTP/2", "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\x00\x04\x00\x10\x00\x00\x00\x06\x00\x00\xff\xff"),
		everywhere("1,000 cookies", ok+strings.Repeat("Set-Cookie: a="+strings.Repeat("b", 40)+"\r\n", 1000)+"Content-Length: 0\r\n\r\n"),
		everywhere("a header name of 60 KiB", ok+strings.Repeat("x", 60<<10)+": y\r\nContent-Length: 0\r\n\r\n"),
		everywhere("a carriage return in a header", ok+"Server: a\rX: b\r\nContent-Length: 0\r\n\r\n"),
		everywhere("a challenge with control characters", "HTTP/1.1 401 \x1b[31m\r\nWWW-Authenticate: MsRtcOAuth href=\"https://\x1b]0;x\x07/\",grant_type=\"\x1b[2J\"\r\nX-MS-WebTicketURL: \x1b[31m\r\nContent-Length: 0\r\n\r\n"),
		everywhere("HTML of 80,000 levels", page(strings.Repeat("<div>", 40000)+strings.Repeat("<b><i>", 8000))),
		everywhere("HTML of one attribute", page(`<html><title a="`+strings.Repeat("x", 250<<10))),
		everywhere("HTML titles with control characters", page("<title>"+nasty+"</title><title>Skype for Business"+nasty+"</title>")),
		everywhere("HTML that moves on", page(strings.Repeat(`<meta http-equiv="refresh" content="0;url=javascript:alert(1)">`, 2000))),
		everywhere("HTML in UTF-16", page("\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00")),
	}
}
