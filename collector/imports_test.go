package collector

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// wings are the packages in the order in which they may import each other: each
// those before it.
var wings = [][]string{
	{"config", "verdict"},
	{"observe"},
	{"lync"},
	{"inquiry"},
	{"checks/common", "checks/frontend"},
	{"checks/*"},
	{"checks"},
	{"survey"},
	{"repair"},
	{"expose"},
	{"plan"},
	{"lab"},
}

// wing is the place of a package among the wings. Packages below one belong to
// it.
func wing(t *testing.T, folder string) int {
	t.Helper()
	for ; folder != "."; folder = path.Dir(folder) {
		for i, names := range wings {
			for _, name := range names {
				if ok, _ := path.Match(name, folder); ok {
					return i
				}
			}
		}
	}
	t.Fatalf("no wing for a package; add it to the list")
	return -1
}

// room is a package together with those below it, which may import each other.
func room(folder string) string {
	parts := strings.Split(folder, "/")
	if parts[0] == "checks" && len(parts) > 1 {
		return path.Join(parts[:2]...)
	}
	return parts[0]
}

// TestImportsGoOneWay keeps the order of doc.go. Tests and the packages that
// serve only tests may import what they like.
func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	const module = "github.com/lync-exporter/lync_exporter/collector/"
	files := token.NewFileSet()
	imports := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		folder := path.Dir(filepath.ToSlash(file))
		if folder == "." || folder == "checks/example" {
			return nil
		}
		syntax, err := parser.ParseFile(files, file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		own := wing(t, folder)
		for _, spec := range syntax.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			other, ours := strings.CutPrefix(name, module)
			if !ours {
				continue
			}
			imports++
			theirs := wing(t, other)
			if theirs > own || theirs == own && room(other) != room(folder) {
				t.Errorf("%s imports %s, which stands beside or above it", file, other)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if imports < 50 {
		t.Fatalf("found only %d imports: the search has gone blind", imports)
	}
}
