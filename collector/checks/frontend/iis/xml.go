package iis

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// xmlReader reads elements of bounded depth. A document type declaration, the
// carrier of entity expansion and of references to other files, ends it.
type xmlReader struct {
	decoder *xml.Decoder
	depth   int
}

// elements says what to do with the children of an element, by name. Each
// function reads to the end of its element; other children are skipped.
type elements map[string]func(xml.StartElement) error

func newXMLReader(r io.Reader) (*xmlReader, error) {
	text, err := decodeText(r)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(text)
	d.CharsetReader = alreadyDecoded
	return &xmlReader{decoder: d}, nil
}

// decodeText turns UTF-16 into UTF-8 and takes the byte order mark away. UTF-16
// without a mark shows by the zero byte beside the first `<` (XML 1.0,
// appendix F.1).
func decodeText(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	start, err := buffered.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var fallback transform.Transformer = encoding.Nop.NewDecoder()
	switch {
	case bytes.Equal(start, []byte{'<', 0}):
		fallback = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case bytes.Equal(start, []byte{0, '<'}):
		fallback = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	}
	return transform.NewReader(buffered, unicode.BOMOverride(fallback)), nil
}

// alreadyDecoded serves declarations of an encoding: the bytes have shown which
// one it is, so that the declaration may even be wrong, as it is when a program
// wrote its UTF-16 text out as UTF-8.
func alreadyDecoded(declared string, text io.Reader) (io.Reader, error) {
	switch strings.ToLower(declared) {
	case "utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii":
		return text, nil
	}
	return nil, errors.New("only UTF-8 and UTF-16 are supported")
}

// root reads a document whose root element has this name.
func (x *xmlReader) root(name string, read func(xml.StartElement) error) error {
	found := false
	for {
		token, err := x.token()
		switch {
		case errors.Is(err, io.EOF) && found:
			return nil
		case errors.Is(err, io.EOF):
			return fmt.Errorf("it has no <%s> element", name)
		case err != nil:
			return err
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if found {
			return x.errorf("a second root element <%s>", e.Name.Local)
		}
		if e.Name.Local != name {
			return x.errorf("the root element is <%s> instead of <%s>", e.Name.Local, name)
		}
		found = true
		if err := read(e); err != nil {
			return err
		}
	}
}

// children reads to the end of the element that has just begun.
func (x *xmlReader) children(known elements) error {
	for level := x.depth; ; {
		token, err := x.token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if read := known[token.Name.Local]; read != nil && x.depth == level+1 {
				if err := read(token); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if x.depth < level {
				return nil
			}
		}
	}
}

func (x *xmlReader) token() (xml.Token, error) {
	token, err := x.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxDepth {
			return nil, x.errorf("elements are nested more than %d deep", maxDepth)
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		return nil, x.errorf("a document type declaration is refused")
	}
	return token, nil
}

// errorf makes an error that says the line.
func (x *xmlReader) errorf(format string, args ...any) error {
	line, _ := x.decoder.InputPos()
	return fmt.Errorf("line %d: "+format, append([]any{line}, args...)...)
}
