package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"github.com/lync-exporter/lync_exporter/collector/checks"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// addExplain declares the command that says what findings mean, without asking
// anything on the network.
func addExplain(app *kingpin.Application, _ *logFlags) (string, command) {
	cmd := app.Command("explain", "Say what a finding means, why it matters, what to change, and where the rule comes from.")
	given := cmd.Arg("code", "Reason codes of findings, as in the label reason of lync_finding_info; none: the list of all.").HintAction(codes).Strings()
	return cmd.FullCommand(), func(_ context.Context, std streams) error {
		if len(*given) == 0 {
			return writeRules(std.out)
		}
		for _, code := range *given {
			if checks.Rule(code) == nil {
				return exitStatus{exitUsage, unknownCode(code)}
			}
		}
		for i, code := range *given {
			if i > 0 {
				fmt.Fprintln(std.out)
			}
			if err := explain(std.out, checks.Rule(code)); err != nil {
				return err
			}
		}
		return nil
	}
}

// codes are those of all rules, for completion in a shell.
func codes() []string {
	var list []string
	for _, r := range rulesByCode() {
		list = append(list, r.Code)
	}
	return list
}

// unknownCode is the error for a code that no rule has. Part of a code is enough
// to be told of the whole.
func unknownCode(code string) error {
	var like []string
	for _, r := range checks.Rules() {
		if part := strings.ToLower(code); len(part) > 3 && strings.Contains(r.Code, part) {
			like = append(like, r.Code)
		}
	}
	if len(like) > 0 {
		return fmt.Errorf("no finding has the code %s; these are like it: %s", verdict.Printable(code), strings.Join(like, ", "))
	}
	return fmt.Errorf("no finding has the code %s; lync_exporter explain lists all", verdict.Printable(code))
}

// writeRules lists all rules by their codes.
func writeRules(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, r := range rulesByCode() {
		fmt.Fprintf(b, "%-44s %s\n", r.Code, r.Severity)
	}
	return b.Flush()
}

func rulesByCode() []*verdict.Rule {
	all := checks.Rules()
	slices.SortFunc(all, func(a, b *verdict.Rule) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// explain writes the words of a rule for people.
func explain(w io.Writer, r *verdict.Rule) error {
	p := &printer{Writer: bufio.NewWriter(w)}
	e := explanationOf(r, published)
	fmt.Fprintf(p, "%s\n%s\n", r.Code, r.Effect())
	p.sentence("", e.What)
	p.sentence("Why:", e.Why)
	p.sentence("Fix:", e.Fix)
	p.paragraph("Source:", e.Source)
	return p.Flush()
}

// explanation is what a rule says where no finding fills its words.
type explanation struct {
	*verdict.Rule
	What, Why, Fix verdict.Sentence
	Source         string
}

// explanationOf takes where the project's documents are to be found.
func explanationOf(r *verdict.Rule, documents string) explanation {
	e := explanation{r, general(r.What), general(r.Why), general(r.Fix), documents + r.Source}
	if r.Fix == "" {
		e.Fix = general("Nothing.")
	}
	return e
}

// general are the words of a rule for any domain: what a finding would fill in
// stands between angle brackets, the name of a record or server alone on a line.
func general(words string) verdict.Sentence {
	var s verdict.Sentence
	for i, line := range strings.Split(words, "\n") {
		whole := strings.HasPrefix(line, "{") && strings.HasSuffix(line, "}") && strings.Count(line, "{") == 1
		line = placeholders.Replace(line)
		switch {
		case whole:
			s = append(s, verdict.Part{Text: line, Exact: true, Line: true})
		case i > 0 && !s[len(s)-1].Line:
			s = append(s, verdict.Part{Text: " " + line})
		default:
			s = append(s, verdict.Part{Text: line})
		}
	}
	return s
}

var placeholders = strings.NewReplacer(
	"{users}", "clients or partners", "{Users}", "Clients or partners", "{domain}", "<SIP domain>", "{subject}", "<record, role or URL>", "{server}", "<server>",
	"{seen}", "<what was seen>", "{want}", "<what there should be>")

// findingPage is the page of one rule, or of all.
type findingPage struct {
	Code, Problem string
	Rules         []explanation
}

// finding explains a code to people, in the words of the command.
func (p *pages) finding(w http.ResponseWriter, r *http.Request) {
	page := findingPage{Code: r.PathValue("code")}
	status := http.StatusOK
	if rule := checks.Rule(page.Code); rule != nil {
		page.Rules = []explanation{explanationOf(rule, p.location.link("/"))}
	} else {
		page.Problem, status = unknownCode(page.Code).Error(), http.StatusNotFound
	}
	p.show(w, status, "finding.html", page)
}

// findings lists all codes.
func (p *pages) findings(w http.ResponseWriter, _ *http.Request) {
	var page findingPage
	for _, r := range rulesByCode() {
		page.Rules = append(page.Rules, explanationOf(r, p.location.link("/")))
	}
	p.show(w, http.StatusOK, "findings.html", page)
}
