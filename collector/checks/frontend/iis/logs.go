package iis

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Bounds on what is read of a log directory.
const (
	maxNames = 100_000  // entries of the directory
	maxLogs  = 1_000    // files that are opened, the newest
	tailSize = 64 << 10 // bytes read at the end of each
)

// Logs are the trace files of one site. Where Err is not nil they cannot be
// read, as where the directory does not exist.
type Logs struct {
	Files     int
	Truncated int // those of the newest 1,000 that were cut at the limit
	Err       error
}

// trace is a trace file that was read, which holds until the file changes.
type trace struct {
	stamp
	truncated bool
}

// Logs says which trace files there are now, by the name of the site.
func (r *Reader) Logs(facts *Facts) map[string]Logs {
	r.mu.Lock()
	defer r.mu.Unlock()
	all, read := make(map[string]Logs), make(map[string]trace)
	for _, site := range facts.Sites {
		all[site.Name] = r.logs(site, read)
	}
	r.traces = read
	return all
}

// logs looks at the files of one site, and notes in read what they are.
func (r *Reader) logs(site Site, read map[string]trace) Logs {
	directory, err := expand(site.LogDirectory)
	if err != nil {
		return Logs{Err: err}
	}
	files, err := traceFiles(directory)
	if err != nil {
		return Logs{Err: err}
	}
	logs := Logs{Files: len(files)}
	for _, info := range files[:min(len(files), maxLogs)] {
		path := filepath.Join(directory, info.Name())
		t, ok := r.traces[path]
		if !ok || !t.holds(info) {
			t = trace{stamp: stampOf(info)}
			t.truncated, err = isTruncated(path)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist): // IIS has deleted it for a newer one
			logs.Files--
			err = nil
			continue
		case err != nil:
			return Logs{Err: err}
		case t.truncated:
			logs.Truncated++
		}
		read[path] = t
	}
	return logs
}

// traceFiles lists the trace files of a directory, the newest first.
func traceFiles(directory string) ([]fs.FileInfo, error) {
	dir, err := os.Open(directory)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(maxNames + 1)
	switch {
	case len(entries) > maxNames:
		return nil, fmt.Errorf("%s has more than %d files", directory, maxNames)
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	}
	var files []fs.FileInfo
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		if !strings.HasPrefix(name, "fr") || !strings.HasSuffix(name, ".xml") || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		}
		files = append(files, info)
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	return files, nil
}

// truncation is the event that IIS writes where it cuts a trace. Its name stands
// in an element of its own; what a client sent stands in elements called Data.
var truncation = regexp.MustCompile(`>\s*LOG_FILE_MAX_SIZE_TRUNCATE\s*</(?:\w+:)?(\w+)>`)

// isTruncated looks for the event at the end of a file, where nothing but the
// end of the request follows it.
func isTruncated(path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return false, err
	}
	from := max(0, size-tailSize)
	tail, err := io.ReadAll(io.NewSectionReader(file, from, size-from))
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", path, err)
	}
	for _, found := range truncation.FindAllSubmatch(tail, -1) {
		if string(found[1]) != "Data" {
			return true, nil
		}
	}
	return false, nil
}

var variable = regexp.MustCompile(`%([^%]+)%`)

// expand puts the values of environment variables in a path of Windows. Where
// the exporter runs elsewhere, both kinds of slashes separate.
func expand(path string) (string, error) {
	if path == "" {
		return "", errors.New("the site has no id")
	}
	unset := ""
	path = variable.ReplaceAllStringFunc(path, func(name string) string {
		value, ok := environment(name[1 : len(name)-1])
		if !ok {
			unset = name
		}
		return value
	})
	if unset != "" {
		return "", fmt.Errorf("the environment variable %s is not set: %w", unset, fs.ErrNotExist)
	}
	if runtime.GOOS != "windows" {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	return path, nil
}

// environment looks a variable up as Windows does, in any case.
func environment(name string) (string, bool) {
	if value, ok := os.LookupEnv(name); ok {
		return value, true
	}
	for _, line := range os.Environ() {
		if key, value, _ := strings.Cut(line, "="); strings.EqualFold(key, name) {
			return value, true
		}
	}
	return "", false
}

// stamp is what tells one state of a file from another.
type stamp struct {
	size     int64
	modified time.Time
	read     time.Time
}

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime(), time.Now()} }

// clockTick is more than the longest tick of a file system's clock. A file that
// was modified so shortly before it was read, or in the future, may have been
// modified again without a change of its time.
const clockTick = 50 * time.Millisecond

// holds says whether the file is certainly as it was.
func (s stamp) holds(info fs.FileInfo) bool {
	return s.size == info.Size() && s.modified.Equal(info.ModTime()) && s.read.Sub(s.modified) > clockTick
}
