package observe

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestOptionsRequestIsWellFormed(t *testing.T) {
	t.Parallel()
	text := optionsRequest(endpoint{netip.MustParseAddrPort("192.0.2.1:5061"), "sip.contoso.com"})
	line, rest, _ := strings.Cut(text, "\r\n")
	if line != "OPTIONS sip:sip.contoso.com SIP/2.0" || !strings.HasSuffix(text, "\r\n\r\n") {
		t.Errorf("request:\n%s", text)
	}
	h, err := textproto.NewReader(bufio.NewReader(strings.NewReader(rest))).ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Via": "SIP/2.0/TLS lync-exporter.invalid;branch=z9hG4bK", "Max-Forwards": "70", "Cseq": "1 OPTIONS",
		"From": "<sip:lync-exporter@lync-exporter.invalid>;tag=", "To": "<sip:sip.contoso.com>", "Call-Id": "",
		"Contact": "<sip:lync-exporter@lync-exporter.invalid;transport=tls>", "Accept": "application/sdp",
		"Content-Length": "0", "User-Agent": "lync_exporter",
	} {
		if len(h[name]) != 1 || !strings.HasPrefix(h[name][0], want) {
			t.Errorf("%s: %q, want %q", name, h[name], want)
		}
	}
	if !strings.HasSuffix(h.Get("Via"), ";rport") || len(h) != 10 {
		t.Errorf("request:\n%s", text)
	}
}

// DNS can give names that would break out of the request.
func TestOptionsRequestTakesNoStrangeNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a\r\nb": "sip:[2001:db8::1]", "a>b": "sip:[2001:db8::1]", `a\032b`: "sip:[2001:db8::1]", "2001:db8::2": "sip:[2001:db8::1]",
		"192.0.2.7": "sip:192.0.2.7", "sip_1.contoso.com": "sip:sip_1.contoso.com",
	} {
		text := optionsRequest(endpoint{netip.MustParseAddrPort("[2001:db8::1]:5061"), name})
		if !strings.HasPrefix(text, "OPTIONS "+want+" SIP/2.0\r\n") {
			t.Errorf("%q:\n%s", name, text)
		}
	}
}

func TestSIPAnswers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text   string
		status int
		phrase string
		header map[string]string
	}{
		"Skype for Business 2015": {optionsAnswer, 504, "Server time-out",
			map[string]string{"server": "RTC/6.0", "MS-User-Logon-Data": "RemoteUser", "l": "0", "x": ""}},
		"OCS 2007 R2": {"SIP/2.0 400 Invalid Contact information\r\nms-diagnostics: 1018;reason=\"Parsing failure\";source=\"a\"\r\nContent-Length: 0\r\n\r\n",
			400, "Invalid Contact information", map[string]string{"ms-diagnostics": `1018;reason="Parsing failure";source="a"`}},
		"provisional first": {"SIP/2.0 100 Trying\r\nContent-Length: 4\r\n\r\nbody\r\nSIP/2.0 200 OK\r\nv: SIP/2.0/TLS x\r\nl: 0\r\n\r\n",
			200, "OK", map[string]string{"Via": "SIP/2.0/TLS x", "content-length": "0"}},
		"no Content-Length":    {"SIP/2.0 403 Forbidden\r\nServer: RTC/7.0\r\n\r\n", 403, "Forbidden", map[string]string{"Server": "RTC/7.0"}},
		"body that never ends": {"SIP/2.0 200 OK\r\nContent-Length: 999999999\r\n\r\nabc", 200, "OK", nil},
		"folded header":        {"SIP/2.0 200 OK\r\nServer: RTC/6.0\r\n more\r\n\r\n", 200, "OK", map[string]string{"Server": "RTC/6.0 more"}},
		"broken other headers": {"SIP/2.0 200 OK\r\nVia: ;;;\r\nCSeq: x\r\nFrom: <<>\r\nContact: \xff\xfe\r\n\r\n", 200, "OK", map[string]string{"cseq": "x", "Contact": "\xff\xfe"}},
		"empty lines first":    {"\r\n\r\n\r\nSIP/2.0 200 \r\n\r\n", 200, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for how, r := range map[string]io.Reader{
				"at once": strings.NewReader(tt.text), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.text)),
			} {
				got := readSIPAnswer(r)
				if got.Err != nil || got.Status != tt.status || got.Phrase != tt.phrase || got.HTTP || got.Closed {
					t.Errorf("%s: %+v", how, got)
				}
				for name, want := range tt.header {
					if have := strings.Join(got.Header(name), "|"); have != want {
						t.Errorf("%s: %s: %q, want %q", how, name, have, want)
					}
				}
			}
		})
	}
}

func TestNoSIPAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text         string
		http, closed bool
	}{
		"closed at once":         {"", false, true},
		"closed in the middle":   {"SIP/2.0 200 OK\r\nServer", false, false},
		"HTTP":                   {"HTTP/1.1 400 Bad Request\r\n\r\n", true, false},
		"other protocol":         {"220 mail\r\n", false, false},
		"request":                {"SIP/2.0 OPTIONS\r\n\r\n", false, false},
		"no status":              {"SIP/2.0 abc OK\r\n\r\n", false, false},
		"status out of range":    {"SIP/2.0 999 OK\r\n\r\n", false, false},
		"header without a colon": {"SIP/2.0 200 OK\r\nnonsense\r\n\r\n", false, false},
		"bad Content-Length":     {"SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n", false, false},
		"endless header":         {"SIP/2.0 200 OK\r\nX: " + strings.Repeat("y", 70<<10), false, false},
		"endless empty lines":    {strings.Repeat("\r\n", 70<<10), false, false},
		"endless provisional":    {strings.Repeat("SIP/2.0 100 Trying\r\n\r\n", 1000), false, false},
		"provisional and bomb":   {"SIP/2.0 100 Trying\r\nContent-Length: 4294967295\r\n\r\n", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := readSIPAnswer(strings.NewReader(tt.text))
			if got.Err == nil || got.Status != 0 || got.HTTP != tt.http || got.Closed != tt.closed || got.Header("Server") != nil {
				t.Errorf("answer: %+v", got)
			}
		})
	}
}

func TestHostileSIPServers(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	for name, f := range map[string]func(net.Conn){
		"never answers": untilClosed,
		"byte by byte": func(c net.Conn) {
			tick := time.NewTicker(5 * time.Millisecond)
			defer tick.Stop()
			for _, b := range []byte("SIP/2.0 200 OK\r\nX: " + strings.Repeat("y", 10<<10)) {
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
				<-tick.C
			}
		},
		"sends forever": func(c net.Conn) {
			io.WriteString(c, "SIP/2.0 200 OK\r\n")
			for {
				if _, err := io.WriteString(c, "X-A: b\r\n"); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			c, answer := edgeOf(t, serveTLS(t, ca.configFor(t, "sip.contoso.com"), f), ca, quick)
			if c.Stage != StageDone || answer.Stage != StageRequest || answer.Err == nil || answer.Closed || answer.Duration <= 0 {
				t.Errorf("connection %+v, answer %+v", c, answer)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

func FuzzReadSIPAnswer(f *testing.F) {
	f.Add([]byte(optionsAnswer))
	f.Add([]byte("SIP/2.0 100 Trying\r\nl: 2\r\n\r\nab\r\nSIP/2.0 200 OK\r\nA:\r\n b\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, pieces := readSIPAnswer(bytes.NewReader(data)), readSIPAnswer(iotest.OneByteReader(bytes.NewReader(data)))
		if whole.Status != pieces.Status || whole.Phrase != pieces.Phrase || whole.HTTP != pieces.HTTP || (whole.Err == nil) != (pieces.Err == nil) {
			t.Errorf("%+v at once, %+v byte by byte", whole, pieces)
		}
		if (whole.Err == nil) != (whole.Status >= 200 && whole.Status < 700) || whole.Header == nil {
			t.Errorf("answer: %+v", whole)
		}
		whole.Header("Server")
	})
}
