package iis

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"
	"time"
)

// maxFileSize is the size in bytes beyond which a file is not read.
const maxFileSize = 64 << 20

// Files says what to read.
type Files struct {
	ApplicationHost string            // path of applicationHost.config
	WebConfigs      map[string]string // path of the web.config of a site, by the site's name
	// DefaultMaxLogFileSize is the schema default of maxLogFileSizeKB, in
	// bytes: 512 KiB up to IIS 7.5, later 1 MiB, which is what 0 stands for.
	DefaultMaxLogFileSize int64
}

// Reader reads the files of a Front End again and again, and parses those that
// have changed. The zero value is ready to use, by several goroutines.
type Reader struct {
	mu      sync.Mutex
	parsed  map[string]parsed // by path
	traces  map[string]trace  // likewise
	inputs  []input           // of facts
	facts   *Facts
	trouble string // what Changed was told last
}

// parsed is the outcome of reading one file, which holds until the file changes.
type parsed struct {
	stamp
	doc *document
	err error
}

// input is what facts were made of, in comparable form.
type input struct {
	site string
	doc  *document
	err  string
	size int64
}

// Read says what the files hold now. While none of them changes it returns the
// same Facts without reading. It fails when applicationHost.config is missing,
// half-written or not to be trusted; what is wrong with a web.config is in
// Facts.Problems.
func (r *Reader) Read(files Files) (*Facts, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(files)
	host, err := r.document(files.ApplicationHost, parseApplicationHost)
	if err != nil {
		return nil, err
	}
	if files.DefaultMaxLogFileSize == 0 {
		files.DefaultMaxLogFileSize = schemaMaxLogFileSize
	}
	inputs := []input{{doc: host, size: files.DefaultMaxLogFileSize}}
	var webConfigs []source
	for _, site := range slices.Sorted(maps.Keys(files.WebConfigs)) {
		doc, err := r.document(files.WebConfigs[site], parseWebConfig)
		webConfigs = append(webConfigs, source{site, doc, err})
		in := input{site: site, doc: doc}
		if err != nil {
			in.err = err.Error()
		}
		inputs = append(inputs, in)
	}
	if r.facts == nil || !slices.Equal(inputs, r.inputs) {
		r.inputs, r.facts = inputs, assemble(host, webConfigs, files.DefaultMaxLogFileSize)
	}
	return r.facts, nil
}

// Changed takes the outcome of Read and Logs, joins what is wrong with the files
// (trouble, nil if nothing is), and says whether that is news since the last
// call. Before the first call nothing was wrong. A log directory that does not
// exist is nothing wrong: IIS makes it for the first trace.
func (r *Reader) Changed(facts *Facts, logs map[string]Logs, err error) (trouble error, changed bool) {
	trouble = err
	if err == nil {
		for _, p := range facts.Problems {
			trouble = errors.Join(trouble, fmt.Errorf("web.config of site %q: %w", p.Site, p.Err))
		}
		for _, site := range facts.Sites {
			if err := logs[site.Name].Err; err != nil && !errors.Is(err, fs.ErrNotExist) {
				trouble = errors.Join(trouble, fmt.Errorf("trace files of site %q: %w", site.Name, err))
			}
		}
	}
	text := ""
	if trouble != nil {
		text = trouble.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	changed = text != r.trouble
	r.trouble = text
	return trouble, changed
}

// forget drops what was read of files that are no longer asked for.
func (r *Reader) forget(files Files) {
	wanted := map[string]bool{files.ApplicationHost: true}
	for _, path := range files.WebConfigs {
		wanted[path] = true
	}
	maps.DeleteFunc(r.parsed, func(path string, _ parsed) bool { return !wanted[path] })
}

// document parses a file, or returns what was parsed before. That a file could
// not be read is not remembered: it may be readable the next time although
// neither its size nor its time of modification changes.
func (r *Reader) document(path string, parse func(io.Reader) (*document, error)) (*document, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if p, ok := r.parsed[path]; ok && p.holds(info) {
		return p.doc, p.err
	}
	// A pipe or device would block or never end.
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	now := time.Now()
	text, info, err := readFile(path)
	if err != nil {
		return nil, err
	}
	p := parsed{stamp: stamp{info.Size(), info.ModTime(), now}}
	if p.doc, err = parse(bytes.NewReader(text)); err != nil {
		p.err = fmt.Errorf("%s: %w", path, err)
	}
	if r.parsed == nil {
		r.parsed = make(map[string]parsed)
	}
	r.parsed[path] = p
	return p.doc, p.err
}

// readFile reads a file that nobody writes to meanwhile.
func readFile(path string) ([]byte, fs.FileInfo, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	before, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if before.Size() > maxFileSize {
		return nil, nil, fmt.Errorf("%s has %d bytes, more than the %d that are read", path, before.Size(), int64(maxFileSize))
	}
	text := make([]byte, before.Size())
	_, readErr := io.ReadFull(file, text)
	after, err := file.Stat()
	switch {
	case err != nil:
		return nil, nil, err
	case after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()):
		return nil, nil, fmt.Errorf("%s changed while it was read", path)
	case readErr != nil:
		return nil, nil, fmt.Errorf("reading %s: %w", path, readErr)
	}
	return text, before, nil
}
