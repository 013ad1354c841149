package observe

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
	"testing"
)

// Whatever URL a server gives, one request comes of it, to the host that it
// names, or none.
func TestNoForgedRequests(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{ // request line and host; "": none
		"http://a.example/x?y HTTP/1.0":                   "GET /x?y%20HTTP/1.0 HTTP/1.1 a.example",
		"http://a.example/x y":                            "GET /x%20y HTTP/1.1 a.example",
		"http://a.example/%0d%0aHost:%20b":                "GET /%0d%0aHost:%20b HTTP/1.1 a.example",
		"http://a.example?q=%0d%0a":                       "GET /?q=%0d%0a HTTP/1.1 a.example",
		"http://user:secret@a.example/":                   "GET / HTTP/1.1 a.example",
		"http://a.example/#/../b":                         "GET / HTTP/1.1 a.example",
		"http://A.Example:80/ü?ü":                         "GET /%C3%BC?%C3%BC HTTP/1.1 a.example",
		"http://a.example:8080/":                          "GET / HTTP/1.1 a.example:8080",
		"http://[2001:db8::1]/":                           "GET / HTTP/1.1 [2001:db8::1]",
		"http://bücher.example/":                          "GET / HTTP/1.1 xn--bcher-kva.example",
		"http://a.example/x\r\nX: y":                      "",
		"http://a.example?x\r\nX: y":                      "",
		"http://a.example\x00/":                           "",
		"http://a b.example/":                             "",
		`http://a"b.example/`:                             "",
		"http://a<b>.example/":                            "",
		"http://[fe80::1%25eth0]/":                        "",
		"http://a.example:0/":                             "",
		"http://a.example:99999/":                         "",
		"http://:80/":                                     "",
		"http:a.example/":                                 "",
		"//a.example/":                                    "",
		"file:///etc/passwd":                              "",
		"gopher://a.example/":                             "",
		"http://a.example/" + strings.Repeat("x", maxURL): "",
	} {
		target, err := parseTarget(raw)
		var got string
		if err == nil {
			text, err := requestBytes(target)
			if err != nil {
				t.Errorf("%q: %v", raw, err)
			}
			r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
			if err != nil {
				t.Errorf("%q: %v in %q", raw, err, text)
				continue
			}
			line, _, _ := strings.Cut(string(text), "\r\n")
			got = line + " " + r.Host
		}
		if got != want {
			t.Errorf("%q: %q, want %q (%v)", raw, got, want, err)
		}
	}
}

func FuzzRequest(f *testing.F) {
	for _, seed := range []string{"http://a.example/x?y HTTP/1.0", "https://user@[::1%25lo]:1/a b#c", "http://bücher.example/%0d%0a", "http:a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		target, err := parseTarget(raw)
		if err != nil {
			return
		}
		text, err := requestBytes(target)
		if err != nil {
			return
		}
		in := bufio.NewReader(bytes.NewReader(text))
		r, err := http.ReadRequest(in)
		if err != nil || in.Buffered() > 0 || r.Host != authority(target) || len(r.Header) != 2 || r.Method != http.MethodGet || strings.Count(strings.SplitN(string(text), "\r\n", 2)[0], " ") != 2 {
			t.Errorf("%q gives %q: %v", raw, text, err)
		}
	})
}
