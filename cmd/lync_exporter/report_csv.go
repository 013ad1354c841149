package main

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// writeCSV writes a report for spreadsheets: a row for each finding, and one for
// each domain without any. Those of the Front End name no domain.
func writeCSV(w io.Writer, r *survey.Report, frontEnd *frontend.Report) error {
	out := csv.NewWriter(w)
	header := []string{"domain", "view"}
	for _, c := range verdict.Capabilities() {
		header = append(header, string(c))
	}
	rows := [][]string{append(header, "severity", "reason", "subject", "server", "seen", "what", "why", "fix", "repairs")}
	changes := repair.Merge(r.Domains)
	for _, d := range r.Domains {
		start := []string{d.Domain.Display, d.View.Name}
		for _, c := range verdict.Capabilities() {
			start = append(start, stateWords(d.Capabilities.Of(c)))
		}
		findings := d.Findings()
		for _, f := range findings {
			rows = append(rows, append(start[:len(start):len(start)], string(f.Severity), f.Rule.Code, f.Subject, f.Server().String(), f.Seen().String(),
				f.What(d.Domain.Display).String(), f.Why(d.Domain.Display).String(), f.Fix(d.Domain.Display).String(), tasks(changes[d], f.Rule.Code)))
		}
		if len(findings) == 0 {
			rows = append(rows, append(start, make([]string, len(rows[0])-len(start))...))
		}
	}
	if frontEnd != nil {
		own := repair.OfFrontEnd(frontEnd.Findings)
		for _, f := range frontEnd.Findings {
			start := make([]string, 2+len(verdict.Capabilities())) // it is about no domain
			rows = append(rows, append(start, string(f.Severity), f.Rule.Code, f.Subject, f.Server().String(), f.Seen().String(),
				f.What("").String(), f.Why("").String(), f.Fix("").String(), tasks(own, f.Rule.Code)))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = inert(cell)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// inert is a cell that no spreadsheet takes for a formula.
func inert(cell string) string {
	if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
		return "'" + cell
	}
	return cell
}

// tasks are the changes that mend findings of a code, a line each.
func tasks(changes []repair.Change, code string) string {
	var lines []string
	for _, c := range changes {
		for _, own := range c.For {
			if own == code {
				lines = append(lines, task(c))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// task is a change in a line.
func task(c repair.Change) string {
	switch c.Kind {
	case verdict.RepairDNS:
		return string(c.Action) + " " + legible(c.Record.String())
	case verdict.RepairCertificate:
		return certificateTask(c) + " " + strings.Join(allLegible(c.Names), ", ")
	}
	return c.Text
}
