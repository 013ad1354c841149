package docs

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// TestPagesAreFresh says which pages are stale; go generate ./docs writes them.
func TestPagesAreFresh(t *testing.T) {
	t.Parallel()
	for file, want := range Pages() {
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("docs/%s is stale; run go generate ./docs (-want +got):\n%s", file, diff)
		}
	}
}

// Dashboards and alerts of users select by the codes, and people follow the
// source of a rule: every code is there once, every source exists.
func TestRules(t *testing.T) {
	t.Parallel()
	snake := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)+$`)
	anchors := headings(t)
	seen := make(map[string]bool)
	for _, r := range checks.Rules() {
		if !snake.MatchString(r.Code) || seen[r.Code] {
			t.Errorf("%q is not snake_case, or is there twice", r.Code)
		}
		seen[r.Code] = true
		if (r.Severity == verdict.Critical) != (r.Breaks != "") {
			t.Errorf("%s is %s and breaks %q; what takes a capability down is critical, and the other way round", r.Code, r.Severity, r.Breaks)
		}
		anchor, ok := strings.CutPrefix(r.Source, "docs/rules.md#")
		if !ok || !slices.Contains(anchors, anchor) {
			t.Errorf("%s has the source %q, which does not exist", r.Code, r.Source)
		}
	}
}

// headings are the anchors of docs/rules.md, as GitHub makes them.
func headings(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("rules.md")
	if err != nil {
		t.Fatal(err)
	}
	var anchors []string
	for line := range strings.Lines(string(text)) {
		if title, ok := strings.CutPrefix(line, "### "); ok {
			anchors = append(anchors, strings.ReplaceAll(strings.ToLower(strings.TrimSpace(title)), " ", "-"))
		}
	}
	return anchors
}

// The words of a rule read as sentences: a record to copy stands on a line of its
// own, and everything else begins with a capital and ends with a full stop.
func TestRulesReadAsSentences(t *testing.T) {
	t.Parallel()
	known := []string{"{domain}", "{subject}", "{server}", "{seen}", "{want}", "{users}", "{Users}"}
	placeholder := regexp.MustCompile(`\{[^}]*\}?`)
	for _, r := range checks.Rules() {
		for field, text := range map[string]string{"What": r.What, "Why": r.Why, "Fix": r.Fix} {
			if text == "" {
				if field != "Fix" || r.Severity != verdict.Info {
					t.Errorf("%s has no %s", r.Code, field)
				}
				continue
			}
			for _, p := range placeholder.FindAllString(text, -1) {
				if !slices.Contains(known, p) {
					t.Errorf("%s: %s has the unknown placeholder %s", r.Code, field, p)
				}
			}
			lines := strings.Split(text, "\n")
			for i, line := range lines {
				if line == "{want}" || line == "{seen}" {
					continue
				}
				first, _ := utf8.DecodeRuneInString(line)
				introduces := i+1 < len(lines) && (lines[i+1] == "{want}" || lines[i+1] == "{seen}")
				switch {
				case !unicode.IsUpper(first) && first != '{':
					t.Errorf("%s: %s does not begin like a sentence: %q", r.Code, field, line)
				case introduces && !strings.HasSuffix(line, ":"):
					t.Errorf("%s: %s introduces a line without a colon: %q", r.Code, field, line)
				case !introduces && (!strings.HasSuffix(line, ".") || strings.HasSuffix(line, "..")):
					t.Errorf("%s: %s does not end with one full stop: %q", r.Code, field, line)
				case strings.Contains(line, "  ") || strings.ContainsAny(line, "\t`"):
					t.Errorf("%s: %s has stray spaces or markup: %q", r.Code, field, line)
				}
			}
		}
	}
}
