package hostile

import (
	"io"
	"net"
	"strings"
)

// says makes the answer to OPTIONS a text.
func says(name, text string) kind {
	return kind{name: "SIP " + name, setup: func(_ *stage, d *domain) { d.options = text }}
}

func sipDoes(name string, f func(net.Conn)) kind {
	return kind{name: "SIP " + name, setup: func(_ *stage, d *domain) { d.sip = f }}
}

func sipKinds() []kind {
	heavy := func(k kind) kind { k.heavy = true; return k }
	end := "Content-Length: 0\r\n\r\n"
	return []kind{
		says("no SIP", "hello\r\n\r\n"),
		says("HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"),
		says("a request", "OPTIONS sip:x SIP/2.0\r\n"+end),
		says("status 0", "SIP/2.0 0 x\r\n"+end),
		says("status 99999", "SIP/2.0 99999 x\r\n"+end),
		says("status of words", "SIP/2.0 OK OK\r\n"+end),
		says("no status", "SIP/2.0\r\n"+end),
		says("version 9", "SIP/9.9 200 OK\r\n"+end),
		says("provisional answers without end", strings.Repeat("SIP/2.0 100 Trying\r\n"+end, 300)),
		says("a negative length", "SIP/2.0 100 Trying\r\nContent-Length: -5\r\n\r\n"),
		says("a length of 2^63", "SIP/2.0 100 Trying\r\nContent-Length: 9223372036854775807\r\n\r\n"),
		says("two lengths", "SIP/2.0 504 x\r\nContent-Length: 1\r\nl: 7\r\n\r\nx"),
		says("control characters", "SIP/2.0 504 "+nasty+"\r\nServer: "+nasty+"\r\nms-diagnostics: 1;reason=\""+nasty+"\"\r\n"+end),
		says("a Server of 60 KiB", "SIP/2.0 504 x\r\nServer: "+strings.Repeat("x", 60<<10)+"\r\n"+end),
		says("a header of 1 MiB", "SIP/2.0 504 x\r\nX: "+strings.Repeat("x", 1<<20)+"\r\n"+end),
		says("5,000 headers", "SIP/2.0 504 x\r\n"+strings.Repeat("X: y\r\n", 5000)+end),
		says("5,000 Via", "SIP/2.0 504 x\r\n"+strings.Repeat("v: SIP/2.0/TLS a;branch=;;;\r\n", 1500)+end),
		says("broken headers", "SIP/2.0 504 x\r\nVia: ;;;\r\nFrom: <<>\r\nCSeq: x y z\r\nnonsense\r\n: empty\r\n"+end),
		says("folded headers", "SIP/2.0 504 x\r\nServer: RTC\r\n /7.0\r\n\t;x\r\n"+end),
		says("line ends of LF", "SIP/2.0 504 x\nContent-Length: 0\n\n"),
		says("empty lines", strings.Repeat("\r\n", 10000)),
		says("bytes beyond ASCII", "SIP/2.0 504 \xff\xfe\r\nServer: \xc3\x28\r\n"+end),
		says("cut", "SIP/2.0 504 Server time-out\r\nServer: RT"),
		says("garbage", strings.Repeat("\x00\xff\x1b", 3000)),
		sipDoes("silent", hold),
		sipDoes("closed", func(net.Conn) {}),
		sipDoes("a byte at a time", func(c net.Conn) { trickle(c, "SIP/2.0 100 Trying\r\nX: y\r\n") }),
		heavy(sipDoes("headers without end", func(c net.Conn) { io.WriteString(c, "SIP/2.0 504 x\r\n"); flood(c, "X: yyyyyyy\r\n") })),
		heavy(sipDoes("a flood of answers", func(c net.Conn) { flood(c, "SIP/2.0 100 Trying\r\nContent-Length: 0\r\n\r\n") })),
		{name: "SIP without TLS", setup: func(_ *stage, d *domain) { d.raw["edge"] = func(c net.Conn) { io.WriteString(c, healthyOptions) } }},
		heavy(sipDoes("folding without end", func(c net.Conn) { io.WriteString(c, "SIP/2.0 504 x\r\nServer: RTC\r\n"); flood(c, " x\r\n\t") })),
		heavy(sipDoes("a body without end", func(c net.Conn) {
			io.WriteString(c, "SIP/2.0 200 OK\r\nContent-Length: 2000000000\r\n\r\n")
			flood(c, "\x00\xff")
		})),
		sipDoes("a provisional answer at a time", func(c net.Conn) { trickle(c, "SIP/2.0 100 Trying\r\nContent-Length: 0\r\n\r\n") }),
		sipDoes("the request itself", func(c net.Conn) { io.Copy(c, c) }),
		says("another CSeq", "SIP/2.0 200 OK\r\nCSeq: 4294967295 INVITE\r\nCall-ID: other\r\nVia: SIP/2.0/UDP evil;branch=z9hG4bK\r\n"+end),
		says("4,000 Via", "SIP/2.0 504 x\r\n"+strings.Repeat("Via: SIP/2.0/TLS a;b=c\r\n", 2600)+end),
		says("a binary body", "SIP/2.0 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 40000\r\n\r\n"+strings.Repeat("\x00\x1b\xff\r", 10000)),
		says("provisional answers with bodies", strings.Repeat("SIP/2.0 183 x\r\nContent-Length: 3000\r\n\r\n"+strings.Repeat("\x00", 3000), 16)+"SIP/2.0 504 x\r\n"+end),
		says("a phrase of 60 KiB", "SIP/2.0 504 "+strings.Repeat(nasty, 2000)+"\r\n"+end),
		says("a header name of 60 KiB", "SIP/2.0 504 x\r\n"+strings.Repeat("x", 60<<10)+": y\r\n"+end),
		says("a length in hexadecimal", "SIP/2.0 100 x\r\nContent-Length: 0x10\r\n\r\n"+strings.Repeat("y", 16)+"SIP/2.0 504 x\r\n"+end),
		says("a length of 2^31", "SIP/2.0 100 x\r\nContent-Length: 2147483648\r\n\r\n"),
		says("NUL in a header", "SIP/2.0 504 x\r\nServer: a\x00b\r\nms-dia\x00gnostics: 1\r\n"+end),
		says("UTF-16", "\xff\xfeS\x00I\x00P\x00/\x002\x00"),
		says("1,000 diagnostics", "SIP/2.0 504 x\r\n"+strings.Repeat("ms-diagnostics: 1014;reason=\"\\\"\x1b[31m\r\n", 1000)+end),
		says("lines that end in CR", "SIP/2.0 504 x\rContent-Length: 0\r\r"),
		says("a status line alone", "SIP/2.0 200\r\n\r\n"),
		says("a second answer behind the first", "SIP/2.0 504 x\r\n"+end+"SIP/2.0 200 OK\r\nServer: evil\r\n"+end),
	}
}
