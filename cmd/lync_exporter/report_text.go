package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// textOptions say how a report is written for people.
type textOptions struct {
	Verbose bool // everything observed, and healthy domains in full too
	Color   bool
}

// manyDomains is from how many targets on a table comes first and only those
// with something to repair follow in full.
const manyDomains = 4

// pageWidth is what a terminal has.
const pageWidth = 80

// writeReport writes a report for people.
func writeReport(w io.Writer, r *survey.Report, frontEnd *frontend.Report, o textOptions) error {
	p := &printer{Writer: bufio.NewWriter(w), options: o, several: len(r.Domains) > 1}
	many := len(r.Domains) >= manyDomains
	if many {
		p.summary(r)
	}
	var shown []*survey.DomainReport
	for _, d := range r.Domains {
		if !many || o.Verbose || needsAttention(d) {
			p.domain(d)
			shown = append(shown, d)
		}
	}
	if frontEnd != nil {
		p.frontEnd(frontEnd)
	}
	p.whatToDo(allChanges(repair.Merge(r.Domains), shown, severalViews(r), frontEnd))
	if left := withFindings(r.Domains) - withFindings(shown); left > 0 {
		p.fold("", "", fmt.Sprintf("%s with warnings or notes only left out: add --verbose, or name the domain.", counted(left, "domain")))
		fmt.Fprintln(p)
	}
	fmt.Fprintf(p, "%s checked in %s.\n", counted(len(r.Domains), "domain"), r.Duration.Round(10*time.Millisecond))
	return p.Flush()
}

// withFindings is of how many domains there is something to say.
func withFindings(domains []*survey.DomainReport) int {
	n := 0
	for _, d := range domains {
		if len(d.Brief()) > 0 {
			n++
		}
	}
	return n
}

// needsAttention says whether a domain has something that is not well.
func needsAttention(d *survey.DomainReport) bool {
	for _, state := range d.Capabilities {
		if state == survey.Down || state == survey.Unknown {
			return true
		}
	}
	return !d.Complete()
}

// counted is a number of things in words.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// printer writes reports. What a write fails with is kept by the bufio.Writer
// until it is flushed.
type printer struct {
	*bufio.Writer
	options textOptions
	several bool // domains are reported on
}

// state is a capability's state in words, down in capitals so that it shows
// without colour.
func (p *printer) state(s survey.State) string {
	switch s {
	case survey.Up:
		return p.paint("up", text.FgGreen)
	case survey.Down:
		return p.paint("DOWN", text.FgRed, text.Bold)
	case survey.NotOffered:
		return p.paint("not offered", text.Faint)
	}
	return p.paint("unknown", text.FgYellow)
}

func (p *printer) paint(s string, colors ...text.Color) string {
	if !p.options.Color {
		return s
	}
	return text.Colors(colors).Sprint(s)
}

// summary is a table of all targets.
func (p *printer) summary(r *survey.Report) {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	header := table.Row{"SIP domain"}
	views := severalViews(r)
	if views {
		header = append(header, "view")
	}
	for _, c := range verdict.Capabilities() {
		header = append(header, c.Words())
	}
	t.AppendHeader(append(header, "findings"))
	for _, d := range r.Domains {
		row := table.Row{d.Domain.Display}
		if views {
			row = append(row, d.View.Name)
		}
		for _, c := range verdict.Capabilities() {
			row = append(row, p.state(d.Capabilities.Of(c)))
		}
		t.AppendRow(append(row, countFindings(d)))
	}
	for line := range strings.Lines(t.Render()) {
		fmt.Fprintln(p, strings.TrimRight(line, " \n"))
	}
	fmt.Fprintln(p)
}

func severalViews(r *survey.Report) bool {
	for _, d := range r.Domains {
		if d.View.Name != r.Domains[0].View.Name {
			return true
		}
	}
	return false
}

func countFindings(d *survey.DomainReport) string {
	count := make(map[verdict.Severity]int)
	for _, f := range fold(d.Findings()) {
		count[f.Severity]++
	}
	var parts []string
	for _, severity := range verdict.Severities() {
		if count[severity] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[severity], severity))
		}
	}
	return strings.Join(parts, ", ")
}

// domain writes one domain in full.
func (p *printer) domain(d *survey.DomainReport) {
	title := d.Domain.Display
	if title != d.Domain.Name {
		title += " (" + d.Domain.Name + ")"
	}
	fmt.Fprintf(p, "%s\n", p.paint(title, text.Bold))
	fmt.Fprintf(p, "seen from the view %q, %s\n", d.View.Name, topologyText(d))
	if p.options.Verbose || d.Topology != nil && d.Topology.Kind != config.OnPremises {
		for _, reason := range topologyReasons(d) {
			p.fold("  -", "    ", reason)
		}
	}
	if d.FromInside() {
		p.fold("  "+p.paint("NOTE", text.FgYellow), "       ", fromInside)
	}
	fmt.Fprintln(p)
	for _, c := range verdict.Capabilities() {
		fmt.Fprintf(p, "  %-13s %s\n", c.Words(), p.state(d.Capabilities.Of(c)))
	}
	fmt.Fprintln(p)
	for _, f := range fold(d.Findings()) {
		p.finding(d.Domain.Display, f)
	}
	if checks, why := d.Unfinished(); len(checks) > 0 {
		p.heading(p.paint("UNKNOWN", text.FgYellow), "not completed: "+words(strings.Join(checks, ", ")))
		for _, cause := range why {
			p.paragraph("", cause)
		}
		fmt.Fprintln(p)
	}
	if len(d.Brief()) == 0 && d.Complete() {
		fmt.Fprint(p, "Nothing to repair.\n\n")
	}
	if p.options.Verbose {
		p.observed(d)
	}
}

// fromInside is said first where a check from outside seems to run inside.
const fromInside = "These are the answers of the company's own network: names that belong only inside are there, and others have private addresses. " +
	"Users outside see something else. Check with --internal what users inside see, or with --nameserver and a public one what users outside see."

// frontEnd writes what was found of the machine's IIS.
func (p *printer) frontEnd(r *frontend.Report) {
	fmt.Fprintf(p, "%s\n\n", p.paint("IIS of this Front End", text.Bold))
	for _, f := range r.Findings {
		p.finding("", reported{survey.Finding{Check: frontend.Check, Finding: f}, f.Subject})
	}
	if len(r.Findings) == 0 {
		fmt.Fprint(p, "Nothing to repair.\n\n")
	}
}

// topologyText says by what topology a domain was judged, and how that is known.
func topologyText(d *survey.DomainReport) string {
	switch {
	case d.Topology == nil || d.Topology.Kind == "":
		return "topology unknown"
	case d.Topology.Configured:
		return "topology " + words(string(d.Topology.Kind)) + ", as configured"
	}
	return "topology " + words(string(d.Topology.Kind)) + ", concluded from its records"
}

// words writes a name of the configuration for people.
func words(s string) string { return strings.ReplaceAll(s, "_", " ") }

// topologyReasons are the records that a topology was concluded from.
func topologyReasons(d *survey.DomainReport) []string {
	if d.Topology == nil {
		return nil
	}
	var reasons []string
	for _, reason := range d.Topology.Because.All() {
		reasons = append(reasons, reason)
	}
	return reasons
}

// reported is a finding as people read it: one for all subjects that show the
// same for the same cause, such as a nameserver that is down.
type reported struct {
	survey.Finding
	Subjects string
}

// fold makes one finding of those that differ in nothing but the subject.
func fold(findings []survey.Finding) []reported {
	var folded []reported
	for _, f := range findings {
		same := slices.IndexFunc(folded, func(g reported) bool { return f.Alike(g.Finding.Finding) })
		switch {
		case same < 0:
			folded = append(folded, reported{f, f.Subject})
		case !slices.Contains(strings.Split(folded[same].Subjects, ", "), f.Subject):
			folded[same].Subjects += ", " + f.Subject
		}
	}
	return folded
}

// subjectWords are what a finding is about, for people: the roles of servers are
// words there, and records stay as they are.
func subjectWords(f reported) string {
	subjects := strings.Split(f.Subjects, ", ")
	for i, s := range subjects {
		switch s {
		case "user_link", string(verdict.SignIn):
			subjects[i] = words(s)
		default:
			subjects[i] = lync.Role(s).Subject(f.Server().Role)
		}
	}
	return strings.Join(subjects, ", ")
}

// finding writes what is wrong, why it matters and what to change.
func (p *printer) finding(domain string, f reported) {
	label := strings.ToUpper(string(f.Severity))
	switch f.Severity {
	case verdict.Critical:
		label = p.paint(label, text.FgRed, text.Bold)
	case verdict.Warning:
		label = p.paint(label, text.FgYellow)
	default:
		label = p.paint(label, text.FgCyan)
	}
	p.heading(label, subjectWords(f)+" ("+f.Rule.Code+")")
	p.sentence("", f.What(domain))
	if !f.Seen().IsZero() && !f.Rule.TellsSeen() {
		p.paragraph("Seen:", f.Seen().String())
	}
	p.sentence("Why: ", f.Why(domain))
	p.sentence("Fix: ", f.Fix(domain))
	fmt.Fprintln(p)
}

// sentence writes a sentence. What is to be copied is never broken, and stands on
// a line of its own where the rule says so.
func (p *printer) sentence(label string, s verdict.Sentence) {
	var line strings.Builder
	flush := func() {
		if line.Len() > 0 {
			p.paragraph(label, line.String())
			line.Reset()
			label = strings.Repeat(" ", len(label))
		}
	}
	for _, part := range s {
		switch {
		case part.Line && part.Exact:
			flush()
			fmt.Fprintf(p, "          %s\n", part.Text)
		case part.Line:
			flush()
			p.fold("         ", "            ", part.Text)
		case part.Exact:
			line.WriteString(strings.ReplaceAll(part.Text, " ", blank))
		default:
			line.WriteString(part.Text)
		}
	}
	flush()
}

// blank stands for a blank at which a line must not be broken.
const blank = "\u00a0"

// heading writes the first line of a finding.
func (p *printer) heading(label, s string) { p.fold(label+" ", "    ", s) }

// paragraph writes a text indented, behind a label.
func (p *printer) paragraph(label, s string) {
	const indent = "    "
	if label == "" {
		p.fold(strings.TrimSuffix(indent, " "), indent, s)
		return
	}
	hang := indent + strings.Repeat(" ", text.StringWidth(label)+1)
	if len(hang) > widestLabel {
		hang = indent + indent
	}
	p.fold(indent+label, hang, s)
}

// widestLabel is up to where a text stays behind its label, in columns.
const widestLabel = pageWidth / 4

// fold writes a text folded to the page: start before the first line, hang
// before the others. Words longer than a line, such as URLs, are left whole.
func (p *printer) fold(start, hang, s string) {
	line, empty := start, text.StringWidthWithoutEscSequences(start) <= widestLabel
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		if !empty && text.StringWidthWithoutEscSequences(line)+1+text.StringWidthWithoutEscSequences(word) > pageWidth {
			fmt.Fprintln(p, strings.ReplaceAll(line, blank, " "))
			line = strings.TrimSuffix(hang, " ")
		}
		line += " " + word
		empty = false
	}
	if !empty {
		fmt.Fprintln(p, strings.ReplaceAll(line, blank, " "))
	}
}

// observedAt is where something was observed, for people: a role that stands before
// a server is in words.
func observedAt(d *survey.DomainReport, subject string) string {
	role, server, found := strings.Cut(subject, " ")
	if !found {
		return subject
	}
	return lync.Role(role).Subject(lync.AccessEdge.Words(d.View.Internal)) + " " + server
}

// observed writes everything that was seen, check by check.
func (p *printer) observed(d *survey.DomainReport) {
	fmt.Fprintln(p, p.paint("Observed", text.Bold))
	for _, c := range d.Checks {
		fmt.Fprintf(p, "  %s (%s)\n", words(c.Name), c.Duration.Round(time.Millisecond))
		for subject, seen := range c.Observed.All() {
			p.paragraph(observedAt(d, subject)+":", seen)
		}
	}
	fmt.Fprintln(p)
}
