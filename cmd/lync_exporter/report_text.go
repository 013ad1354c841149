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

	"github.com/lync-exporter/lync_exporter/collector"
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
func writeReport(w io.Writer, r *collector.Report, o textOptions) error {
	p := &printer{Writer: bufio.NewWriter(w), options: o}
	many := len(r.Domains) >= manyDomains
	if many {
		p.summary(r)
	}
	for _, d := range r.Domains {
		if !many || o.Verbose || needsAttention(d) {
			p.domain(d)
		}
	}
	if r.FrontEnd != nil {
		p.frontEnd(r.FrontEnd)
	}
	fmt.Fprintf(p, "%d checked in %s.\n", len(r.Domains), r.Duration.Round(10*time.Millisecond))
	return p.Flush()
}

// needsAttention says whether a domain has something that is not well.
func needsAttention(d *collector.DomainReport) bool {
	for _, state := range d.Capabilities {
		if state == collector.Down || state == collector.Unknown {
			return true
		}
	}
	return !d.Complete()
}

// printer writes reports. What a write fails with is kept by the bufio.Writer
// until it is flushed.
type printer struct {
	*bufio.Writer
	options textOptions
}

// capabilityNames are for people.
func capabilityName(c collector.Capability) string {
	return strings.ReplaceAll(string(c), "sign_in", "sign-in")
}

// state is a capability's state in words, down in capitals so that it shows
// without colour.
func (p *printer) state(s collector.State) string {
	switch s {
	case collector.Up:
		return p.paint("up", text.FgGreen)
	case collector.Down:
		return p.paint("DOWN", text.FgRed, text.Bold)
	case collector.NotOffered:
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
func (p *printer) summary(r *collector.Report) {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	header := table.Row{"SIP domain"}
	views := severalViews(r)
	if views {
		header = append(header, "view")
	}
	for _, c := range collector.Capabilities() {
		header = append(header, capabilityName(c))
	}
	t.AppendHeader(append(header, "findings"))
	for _, d := range r.Domains {
		row := table.Row{d.Domain.Display}
		if views {
			row = append(row, d.View.Name)
		}
		for _, c := range collector.Capabilities() {
			row = append(row, p.state(d.Capabilities[c]))
		}
		t.AppendRow(append(row, countFindings(d)))
	}
	for line := range strings.Lines(t.Render()) {
		fmt.Fprintln(p, strings.TrimRight(line, " \n"))
	}
	fmt.Fprintln(p)
}

func severalViews(r *collector.Report) bool {
	for _, d := range r.Domains {
		if d.View.Name != r.Domains[0].View.Name {
			return true
		}
	}
	return false
}

func countFindings(d *collector.DomainReport) string {
	count := make(map[collector.Severity]int)
	for _, f := range fold(d.Findings()) {
		count[f.Severity]++
	}
	var parts []string
	for _, severity := range []collector.Severity{collector.Critical, collector.Warning, collector.Info} {
		if count[severity] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[severity], severity))
		}
	}
	return strings.Join(parts, ", ")
}

// domain writes one domain in full.
func (p *printer) domain(d *collector.DomainReport) {
	title := d.Domain.Display
	if title != d.Domain.Name {
		title += " (" + d.Domain.Name + ")"
	}
	fmt.Fprintf(p, "%s\n", p.paint(title, text.Bold))
	fmt.Fprintf(p, "seen from the view %q, %s\n\n", d.View.Name, topologyText(d))
	for _, c := range collector.Capabilities() {
		fmt.Fprintf(p, "  %-13s %s\n", capabilityName(c), p.state(d.Capabilities[c]))
	}
	fmt.Fprintln(p)
	for _, f := range fold(d.Findings()) {
		p.finding(f)
	}
	if checks, why := d.Unfinished(); len(checks) > 0 {
		p.heading(p.paint("UNKNOWN", text.FgYellow), "not completed: "+strings.Join(checks, ", "))
		for _, cause := range why {
			p.paragraph("", cause)
		}
		fmt.Fprintln(p)
	}
	if len(d.Findings()) == 0 && d.Complete() {
		fmt.Fprint(p, "Nothing to repair.\n\n")
	}
	if p.options.Verbose {
		p.observed(d)
	}
}

// frontEnd writes what was found of the machine's IIS.
func (p *printer) frontEnd(r *collector.IISReport) {
	fmt.Fprintf(p, "%s\n\n", p.paint("IIS of this Front End", text.Bold))
	for _, f := range r.Findings {
		p.finding(f)
	}
	if len(r.Findings) == 0 {
		fmt.Fprint(p, "Nothing to repair.\n\n")
	}
}

func topologyText(d *collector.DomainReport) string {
	if d.Topology == "" {
		return "topology unknown"
	}
	return "topology " + strings.ReplaceAll(string(d.Topology), "_", " ")
}

// fold makes one finding of those that have the same reason for the same
// cause, such as a nameserver that is down, naming all subjects.
func fold(findings []collector.Explained) []collector.Explained {
	var folded []collector.Explained
	for _, f := range findings {
		same := slices.IndexFunc(folded, func(g collector.Explained) bool {
			return g.Reason == f.Reason && g.Seen == f.Seen && g.Want == f.Want && f.Seen != ""
		})
		switch {
		case same < 0:
			folded = append(folded, f)
		case !slices.Contains(strings.Split(folded[same].Subject, ", "), f.Subject):
			folded[same].Subject += ", " + f.Subject
		}
	}
	return folded
}

// seenApart says whether what was seen is not told by the sentence already.
func seenApart(f collector.Explained) bool {
	return f.Seen != "" && !strings.Contains(f.What, strings.TrimSuffix(f.Seen, "."))
}

// finding writes what is wrong, why it matters and what to change.
func (p *printer) finding(f collector.Explained) {
	label := strings.ToUpper(string(f.Severity))
	switch f.Severity {
	case collector.Critical:
		label = p.paint(label, text.FgRed, text.Bold)
	case collector.Warning:
		label = p.paint(label, text.FgYellow)
	default:
		label = p.paint(label, text.FgCyan)
	}
	p.heading(label, f.Subject+" ("+f.Reason+")")
	p.paragraph("", f.What)
	if seenApart(f) {
		p.paragraph("Seen:", f.Seen)
	}
	p.paragraph("Why: ", f.Why)
	if f.Fix != "" {
		p.paragraph("Do:  ", whole(f.Fix, f.Want))
	}
	fmt.Fprintln(p)
}

// blank stands for a blank at which a line must not be broken.
const blank = "\u00a0"

// whole keeps a part of a text in one line, so that a record can be copied.
func whole(s, part string) string {
	if part == "" {
		return s
	}
	return strings.ReplaceAll(s, part, strings.ReplaceAll(part, " ", blank))
}

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

// observed writes everything that was seen, check by check.
func (p *printer) observed(d *collector.DomainReport) {
	fmt.Fprintln(p, p.paint("Observed", text.Bold))
	for _, c := range d.Checks {
		fmt.Fprintf(p, "  %s (%s)\n", c.Name, c.Duration.Round(time.Millisecond))
		for _, o := range c.Observed {
			p.paragraph(collector.Printable(o.Subject)+":", collector.Printable(o.Seen))
		}
	}
	fmt.Fprintln(p)
}
