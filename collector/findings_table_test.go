package collector

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var updateFindings = flag.Bool("update-findings", false, "write docs/findings.md from the table of findings")

const findingsPage = "../docs/findings.md"

var placeholder = regexp.MustCompile(`\{[^}]*\}?`)

func TestFindingsHaveUniqueCodes(t *testing.T) {
	t.Parallel()
	snake := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)+$`)
	seen := make(map[string]bool)
	for _, row := range findingRows() {
		if !snake.MatchString(row.Reason) {
			t.Errorf("%q is not snake_case", row.Reason)
		}
		if seen[row.Reason] {
			t.Errorf("%s has two rows", row.Reason)
		}
		seen[row.Reason] = true
	}
}

// Dashboards and alerts of users select by these codes, so that the table has
// exactly those of the decision table and may not drop one unnoticed.
func TestFindingsAreThoseOfTheDecisionTable(t *testing.T) {
	t.Parallel()
	severities := make(map[string][]string)
	var want, got []string
	for _, line := range readLines(t, "testdata/reason_codes.txt") {
		fields := strings.Fields(line)
		want = append(want, fields[0])
		severities[fields[0]] = fields[1:]
	}
	for _, row := range findingRows() {
		got = append(got, row.Reason)
		if allowed, ok := severities[row.Reason]; ok && !slices.Contains(allowed, string(row.Severity)) {
			t.Errorf("%s has severity %q, the decision table allows %q", row.Reason, row.Severity, allowed)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes in order (-decision table +table of findings):\n%s", diff)
	}
}

func TestFindingsReadAsSentences(t *testing.T) {
	t.Parallel()
	const longest = 220
	known := []string{"{domain}", "{subject}", "{seen}", "{want}"}
	for _, row := range findingRows() {
		for field, text := range map[string]string{"What": row.What, "Why": row.Why, "Fix": row.Fix} {
			if text == "" {
				if field != "Fix" || row.Severity != Info {
					t.Errorf("%s has no %s", row.Reason, field)
				}
				continue
			}
			first, _ := utf8.DecodeRuneInString(text)
			if !unicode.IsUpper(first) && first != '{' {
				t.Errorf("%s: %s does not start like a sentence: %q", row.Reason, field, text)
			}
			if !strings.HasSuffix(text, ".") || strings.HasSuffix(text, "..") {
				t.Errorf("%s: %s does not end with one full stop: %q", row.Reason, field, text)
			}
			if strings.Contains(text, "  ") || strings.ContainsAny(text, "\n\t`") {
				t.Errorf("%s: %s has stray blanks or markup: %q", row.Reason, field, text)
			}
			if n := utf8.RuneCountInString(text); n > longest {
				t.Errorf("%s: %s has %d characters, more than %d", row.Reason, field, n, longest)
			}
			for _, p := range placeholder.FindAllString(text, -1) {
				if !slices.Contains(known, p) {
					t.Errorf("%s: %s has the unknown placeholder %s", row.Reason, field, p)
				}
			}
		}
	}
}

// What takes a capability down must be critical, as a warning never does.
func TestOnlyCriticalRowsBreakACapability(t *testing.T) {
	t.Parallel()
	for _, row := range findingRows() {
		if row.Breaks != "" && row.Severity != Critical {
			t.Errorf("%s breaks %s but is of severity %s", row.Reason, row.Breaks, row.Severity)
		}
		if row.Breaks != "" && !slices.Contains(Capabilities(), row.Breaks) {
			t.Errorf("%s breaks the unknown capability %q", row.Reason, row.Breaks)
		}
	}
	for prefix, capability := range map[string]Capability{
		"federation_": Federation, "client_srv_": SignIn,
		"lyncdiscover_": Autodiscover, "user_link_": Autodiscover, "webdir_": Autodiscover,
		"meet_": Meetings, "simple_url_": Meetings,
	} {
		for _, row := range findingRows() {
			if strings.HasPrefix(row.Reason, prefix) && row.Severity == Critical && row.Breaks != capability {
				t.Errorf("%s breaks %q, want %q", row.Reason, row.Breaks, capability)
			}
		}
	}
}

// A code without a row would reach users without words and as a warning.
func TestEveryReasonInTheSourceHasARow(t *testing.T) {
	t.Parallel()
	reasons := reasonsInSource(t)
	if len(reasons) < 50 {
		t.Fatalf("found only %d reasons in the source: the search has gone blind", len(reasons))
	}
	for reason, where := range reasons {
		if _, ok := explanations[reason]; !ok {
			t.Errorf("%s: %s has no row in the table of findings", where, reason)
		}
	}
}

// reasonsInSource are the string literals of the package that look like a
// reason code, with where they are.
func reasonsInSource(t *testing.T) map[string]string {
	t.Helper()
	families := regexp.MustCompile(`^(federation|client_srv|srv_target|dns|sip|teams_only|xmpp|internal_record|edge|tls|cert|lyncdiscover|webdir|` +
		`user_link|lyncdiscoverinternal|meet|simple_url|dialin|admin|freb|rewrite_rule|iis)_[a-z0-9_]+$`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	positions := token.NewFileSet()
	reasons := make(map[string]string)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "findings_table.go" {
			continue
		}
		syntax, err := parser.ParseFile(positions, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(syntax, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(literal.Value); err == nil && families.MatchString(text) {
				reasons[text] = positions.Position(literal.Pos()).String()
			}
			return true
		})
	}
	return reasons
}

func TestExplainFillsEveryPlaceholder(t *testing.T) {
	t.Parallel()
	for _, row := range findingRows() {
		e := explain("srv", "contoso.com", Finding{Reason: row.Reason, Subject: "SUBJECT", Seen: "SEEN", Want: "WANT"})
		if e.Severity != row.Severity || e.Breaks != row.Breaks {
			t.Errorf("%s is explained with severity %q and breaks %q, its row has %q and %q", row.Reason, e.Severity, e.Breaks, row.Severity, row.Breaks)
		}
		for _, text := range []string{e.What, e.Why, e.Fix} {
			if left := placeholder.FindString(text); left != "" {
				t.Errorf("%s: %s is left in %q", row.Reason, left, text)
			}
		}
	}
}

func TestExplainSaysTheExactRecord(t *testing.T) {
	t.Parallel()
	got := explain("federation", "contoso.com", Finding{Reason: "federation_target_subdomain", Subject: "_sipfederationtls._tcp",
		Seen: "_sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.eu.contoso.com.",
		Want: "_sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.contoso.com."})
	want := Explained{Check: "federation", Subject: "_sipfederationtls._tcp", Reason: "federation_target_subdomain", Severity: Critical, Breaks: Federation,
		Seen: "_sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.eu.contoso.com.",
		Want: "_sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.contoso.com.",
		What: "The federation target has more than one label before contoso.com: _sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.eu.contoso.com.",
		Why:  "Edge Servers of partners accept only a host directly in the SIP domain; they refuse this one, and their users get no presence, messages or calls through.",
		Fix:  "Publish _sipfederationtls._tcp.contoso.com. SRV 0 0 5061 sip.contoso.com., give that name an A record and include it in the Edge's certificate.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a remote party chose must not pose as a placeholder or as another field.
func TestExplainDoesNotReadPlaceholdersInRemoteText(t *testing.T) {
	t.Parallel()
	e := explain("tls", "contoso.com", Finding{Reason: "cert_untrusted", Subject: "federation", Seen: "{domain} \x1b[31m{want}"})
	if want := "The certificate of the federation server does not lead to a trusted root: {domain} \uFFFD[31m{want}."; e.What != want {
		t.Errorf("What = %q, want %q", e.What, want)
	}
}

func TestExplanationsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	rows := Explanations()
	rows[0].What = "changed"
	if Explanations()[0].What == "changed" || explanations[rows[0].Reason].What == "changed" {
		t.Error("a change of what Explanations returned shows in the table")
	}
}

// docs/findings.md is written from the table:
//
//	go test ./collector -run TestFindingsPage -update-findings
func TestFindingsPage(t *testing.T) {
	t.Parallel()
	want := findingsMarkdown(Explanations())
	if *updateFindings {
		if err := os.WriteFile(findingsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(findingsPage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not what the table of findings says; run this test with -update-findings (-want +got):\n%s", findingsPage, diff)
	}
}

const findingsPreface = `# Findings

<!-- Written from collector/findings_table.go: go test ./collector -run TestFindingsPage -update-findings -->

Everything that lync_exporter finds wrong or worth knowing has a reason code: in
the label ` + "`reason` of `lync_finding_info`" + `, in reports and on the pages for people. This page
explains each code: what is wrong, to whom it matters and what to change.

A finding of severity **critical** takes a capability of the domain down. A
**warning** leaves it up but some users or partners are affected, or will
be. **Info** is worth knowing. The severity given here is the usual one: a fault of a server
that only stands by is a warning, and so is one of http where https works.

In the sentences, ` + "`{domain}`" + ` stands for the SIP domain, ` + "`{subject}`" + ` for the record, role or URL that
was judged, ` + "`{seen}`" + ` for what was seen, and ` + "`{want}`" + ` for the exact record, name or URL to
have instead. ` + "`lync_exporter check`" + ` prints them filled in.

`

// findingsMarkdown is the page for people. The headings are the codes, so that
// a runbook links to findings.md#code.
func findingsMarkdown(rows []Explanation) string {
	var b strings.Builder
	b.WriteString(findingsPreface)
	b.WriteString("| code | severity |\n|---|---|\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", row.Reason, row.Reason, row.Severity)
	}
	for _, row := range rows {
		fmt.Fprintf(&b, "\n## `%s`\n\n", row.Reason)
		fmt.Fprintf(&b, "**Severity:** %s%s\n\n", row.Severity, takesDown(row.Breaks))
		fmt.Fprintf(&b, "**What is wrong:** %s\n\n", inMarkdown(row.What))
		fmt.Fprintf(&b, "**Why it matters:** %s\n\n", inMarkdown(row.Why))
		if row.Fix == "" {
			fmt.Fprintf(&b, "**What to change:** Nothing.\n")
		} else {
			fmt.Fprintf(&b, "**What to change:** %s\n", inMarkdown(row.Fix))
		}
	}
	return b.String()
}

func takesDown(c Capability) string {
	if c == "" {
		return ""
	}
	return fmt.Sprintf(", takes down `%s`", c)
}

// technical are the words that Markdown would take for markup: placeholders,
// names with underscores, wildcards, URLs.
var technical = regexp.MustCompile(`[^\s(]*[{_*][^\s,;:.)]*(?:\.[^\s,;:.)]+)*`)

func inMarkdown(sentence string) string {
	return technical.ReplaceAllString(sentence, "`$0`")
}

// readLines reads a list: one entry a line, comments by #.
func readLines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}
