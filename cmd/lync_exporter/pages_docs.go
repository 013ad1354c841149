package main

import (
	"bytes"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/go-kit/log/level"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/lync-exporter/lync_exporter/docs"
)

// published is where the project's files are for everybody.
const published = "https://github.com/lync-exporter/lync_exporter/blob/main/"

// document is one of the project's documents as a page.
type document struct {
	Title string
	Body  template.HTML // of a document that comes with the program
}

// document shows one of the documents that come with the exporter, so that
// findings, alerts and pages lead to nothing outside.
func (p *pages) document(w http.ResponseWriter, r *http.Request) {
	source, err := fs.ReadFile(docs.Files, r.PathValue("file"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	d, err := documentOf(source)
	if err != nil {
		level.Error(p.logger).Log("msg", "document cannot be shown", "document", r.PathValue("file"), "err", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	p.show(w, http.StatusOK, "document.html", d)
}

// documents lists them.
func (p *pages) documents(w http.ResponseWriter, _ *http.Request) {
	var list []listedDocument
	entries, err := docs.Files.ReadDir(".")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	for _, entry := range entries {
		source, err := docs.Files.ReadFile(entry.Name())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		list = append(list, listedDocument{entry.Name(), titleOf(source)})
	}
	p.show(w, http.StatusOK, "documents.html", list)
}

type listedDocument struct{ File, Title string }

// titleOf is the first heading of a document.
func titleOf(source []byte) string {
	for line := range bytes.Lines(source) {
		if title, ok := strings.CutPrefix(string(line), "# "); ok {
			return strings.TrimSpace(title)
		}
	}
	return ""
}

func documentOf(source []byte) (document, error) {
	var body bytes.Buffer
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithAutoHeadingID(), parser.WithASTTransformers(util.Prioritized(linksOutside{}, 1))))
	context := parser.NewContext(parser.WithIDs(headingIDs{}))
	err := markdown.Convert(source, &body, parser.WithContext(context))
	return document{titleOf(source), template.HTML(body.String())}, err
}

// linksOutside lets links to files that do not come with the program lead to
// where they are published.
type linksOutside struct{}

func (linksOutside) Transform(root *ast.Document, _ text.Reader, _ parser.Context) {
	for n := ast.Node(root); n != nil; n = following(n) {
		link, ok := n.(*ast.Link)
		if !ok {
			continue
		}
		target := string(link.Destination)
		if file, ok := strings.CutPrefix(target, "../"); ok {
			link.Destination = []byte(published + path.Clean(file))
		}
	}
}

// following is the node after n in the order of the text, nil after the last.
func following(n ast.Node) ast.Node {
	if child := n.FirstChild(); child != nil {
		return child
	}
	for ; n != nil; n = n.Parent() {
		if next := n.NextSibling(); next != nil {
			return next
		}
	}
	return nil
}

// headingIDs names headings as GitHub does, so that a link is the same in both
// places.
type headingIDs struct{}

func (headingIDs) Generate(heading []byte, _ ast.NodeKind) []byte {
	id := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(string(heading)))
	return []byte(id)
}

func (headingIDs) Put([]byte) {}
