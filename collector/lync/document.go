package lync

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Document is an Autodiscover answer, whatever its format.
type Document struct {
	Format         string            // json, ucwa or xml; "" for none of them
	AccessLocation string            // Internal or External, "" where the format has none
	Links          map[string]string // by token in lower case
}

// ErrNotAutodiscover is what parsing says of everything else.
var ErrNotAutodiscover = errors.New("not an Autodiscover document")

// ParseDocument reads the four forms of an answer: the first version's JSON,
// UCWA's `_links`, and both as XML (docs/rules.md#autodiscover-document). Namespaces, case and
// blanks around values do not matter.
func ParseDocument(body []byte) (Document, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	switch {
	case bytes.HasPrefix(body, []byte("{")):
		return parseJSON(body)
	case bytes.HasPrefix(body, []byte("<")):
		return parseXML(body)
	}
	return Document{}, ErrNotAutodiscover
}

func parseJSON(body []byte) (Document, error) {
	var raw struct {
		AccessLocation string
		Root           *struct {
			Links []struct{ Token, Href string }
		}
		Links map[string]struct{ Href string } `json:"_links"`
	}
	if err := json.Unmarshal(body, &raw); err != nil && (raw.Links == nil || !isOfLinks(err)) {
		return Document{}, errors.Join(ErrNotAutodiscover, err)
	}
	d := Document{AccessLocation: verdict.Printable(raw.AccessLocation), Links: make(map[string]string)}
	switch {
	case raw.Root != nil:
		d.Format = "json"
		for _, l := range raw.Root.Links {
			d.link(l.Token, l.Href)
		}
	case raw.Links != nil:
		d.Format = "ucwa"
		for _, rel := range slices.Sorted(maps.Keys(raw.Links)) { // the same every time, also where two differ only in case
			d.link(rel, raw.Links[rel].Href)
		}
	default:
		return Document{}, ErrNotAutodiscover
	}
	return d, nil
}

// isOfLinks says whether nothing is wrong but the form of a link, which is left out.
func isOfLinks(err error) bool {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok && strings.HasPrefix(wrong.Field, "_links")
}

// parseXML reads <AutodiscoverResponse> and UCWA's <resource>, by local names:
// the real document may carry a namespace.
func parseXML(body []byte) (Document, error) {
	d := Document{Format: "xml", Links: make(map[string]string)}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	for root := true; ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && !root {
			return d, nil
		}
		if err != nil {
			return Document{}, errors.Join(ErrNotAutodiscover, err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		name := element.Name.Local
		if root && !strings.EqualFold(name, "AutodiscoverResponse") && !strings.EqualFold(name, "resource") {
			return Document{}, ErrNotAutodiscover
		}
		if root {
			d.AccessLocation, root = verdict.Printable(attribute(element, "AccessLocation")), false
		}
		if strings.EqualFold(name, "link") {
			d.link(attribute(element, "token")+attribute(element, "rel"), attribute(element, "href"))
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if strings.EqualFold(a.Name.Local, name) {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// link keeps the first link of each token.
func (d *Document) link(token, href string) {
	token, href = strings.ToLower(strings.TrimSpace(token)), strings.TrimSpace(href)
	if _, known := d.Links[token]; !known && token != "" && href != "" {
		d.Links[token] = href
	}
}

// UserLink is where a client asks for its user's home server: for what the
// first version calls User, or for what UCWA does by OAuth.
func (d Document) UserLink() string {
	if link := d.Links["user"]; link != "" {
		return link
	}
	return d.Links["oauth"]
}
