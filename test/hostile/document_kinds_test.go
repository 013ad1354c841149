package hostile

import (
	"fmt"
	"strings"
)

// discovers makes the answer of Autodiscover a text.
func discovers(name, want, body string) kind {
	return kind{name: "Autodiscover " + name, want: want, setup: func(_ *stage, d *domain) {
		d.pages["lyncdiscover"] = answer("200 OK", "Content-Type: application/json\r\n", strings.ReplaceAll(body, "DOMAIN", d.name))
	}}
}

func documentKinds() []kind {
	return []kind{
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
		discovers("a byte order mark", "", "\ufeff{\"AccessLocation\":\"External\",\"Root\":{\"Links\":[{\"token\":\"User\",\"href\":\"https://webext.DOMAIN/\"}]}}"),
		discovers("UTF-32", "", "\xff\xfe\x00\x00{\x00\x00\x00}\x00\x00\x00"),
		discovers("bytes of no encoding", "", "{\"AccessLocation\":\"\xff\xfe\xc0\x80\",\"Root\":{\"Links\":[{\"token\":\"User\xff\",\"href\":\"https://\xff.test/\"}]}}"),
		discovers("half of a surrogate", "", `{"AccessLocation":"\ud800","Root":{"Links":[{"token":"User","href":"https://\udc00.test/"}]}}`),
		discovers("a number of a billion digits", "", `{"Root":{"Links":[]},"x":1e999999999,"y":-0e-999999999}`),
		discovers("20,000 keys of one name", "", `{`+strings.Repeat(`"Root":{"Links":[]},`, 10000)+`"Root":null}`),
		discovers("a string of 240 KiB", "", `{"AccessLocation":"`+strings.Repeat(`\u001b`, 40<<10)+`"}`),
		discovers("a token of 100 KiB", "", fmt.Sprintf(`{"Root":{"Links":[{"token":"%s","href":"https://webext.DOMAIN/"}]}}`, strings.Repeat("User", 25<<10))),
		discovers("links that are an object", "", `{"Root":{"Links":{"User":{"href":"https://webext.DOMAIN/"}}},"_links":[{"user":{"href":1}}]}`),
		discovers("a link with a tab in its scheme", "", `{"Root":{"Links":[{"token":"User","href":"ht\ttps://webext.DOMAIN/"}]}}`),
		discovers("a link of letters that look alike", "", `{"Root":{"Links":[{"token":"User","href":"https://wеbехt.DOMAIN/"}]}}`),
		discovers("a link with NUL in its host", "", `{"Root":{"Links":[{"token":"User","href":"https://webext.DOMAIN\u0000.evil.test/"}]}}`),
		discovers("a link with text from right to left", "", `{"Root":{"Links":[{"token":"User","href":"https://webext.DOMAIN/\u202egnp.exe"}]}}`),
		discovers("XML of a billion laughs", "", `<!DOCTYPE l [<!ENTITY a "lol">`+strings.Repeat(`<!ENTITY a "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">`, 200)+`]><AutodiscoverResponse>&a;</AutodiscoverResponse>`),
		discovers("XML of 10,000 namespaces", "", "<AutodiscoverResponse"+strings.Repeat(` xmlns:a="urn:x"`, 10000)+"/>"),
		discovers("XML of another encoding", "", `<?xml version="1.0" encoding="utf-7"?><AutodiscoverResponse AccessLocation="+ADw-script+AD4-"/>`),
		discovers("XML of one comment", "", "<!--"+strings.Repeat("-", 250<<10)),
		discovers("XML of instructions", "", strings.Repeat("<?x y?>", 30000)+"<AutodiscoverResponse/>"),
		discovers("XML with control characters", "", "<AutodiscoverResponse AccessLocation=\"&#27;[31m&#0;\"><Root><Link token=\"User\" href=\"https://&#x202e;.test/\"/></Root></AutodiscoverResponse>"),
	}
}
