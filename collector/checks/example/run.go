package example

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Run runs a check on all files that match a pattern and demands that it says
// what they say. Of the rules given, each has to be wanted in one of the files.
func Run(t *testing.T, check inquiry.Check, glob string, rules ...*verdict.Rule) {
	t.Helper()
	RunAll(t, []inquiry.Check{check}, glob)
	Covered(t, rules, glob)
}

// RunAll runs several checks on all files that match a pattern. The files say
// what all of them find together.
func RunAll(t *testing.T, checks []inquiry.Check, glob string) {
	t.Helper()
	for _, file := range files(t, glob) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			e, err := Load(file)
			if err != nil {
				t.Fatal(err)
			}
			result := e.Judge(t.Context(), checks...)
			for _, wrong := range append(e.Compare(result), Defects(result)...) {
				t.Error(wrong)
			}
		})
	}
}

// Covered demands that each rule is wanted in one of the files that match the
// patterns.
func Covered(t *testing.T, rules []*verdict.Rule, globs ...string) {
	t.Helper()
	var wants []wanted
	for _, glob := range globs {
		for _, file := range files(t, glob) {
			e, err := Load(file)
			if err != nil {
				t.Fatal(err)
			}
			wants = append(wants, e.expected.findings...)
		}
	}
	for _, code := range uncovered(rules, wants) {
		t.Errorf("no example in %s has the finding %s", strings.Join(globs, ", "), code)
	}
}

// uncovered are the codes of rules that are wanted nowhere.
func uncovered(rules []*verdict.Rule, wants []wanted) []string {
	var codes []string
	for _, r := range rules {
		if !slices.ContainsFunc(wants, func(w wanted) bool { return w.code == r.Code }) {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

func files(t *testing.T, glob string) []string {
	t.Helper()
	list, err := filepath.Glob(glob)
	if err != nil || len(list) == 0 {
		t.Fatalf("no file matches %s: %v", glob, err)
	}
	return list
}
