package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// placeChanges is what is to be done in one place: where one view looks, or on
// the Front End.
type placeChanges struct {
	View     string // "" where all domains are seen from the same one
	FrontEnd bool
	Changes  []repair.Change
}

// Title says what is to be done where, for people.
func (c placeChanges) Title() string {
	switch {
	case c.FrontEnd:
		return "What to do on this Front End"
	case c.View != "":
		return fmt.Sprintf("What to do, seen from the view %q", c.View)
	}
	return "What to do"
}

// allChanges are the changes of domains, apart for each view, as a zone that is
// seen from inside is another one, and those of the Front End.
func allChanges(all repair.Changes, domains []*survey.DomainReport, severalViews bool, frontEnd *frontend.Report) []placeChanges {
	list := changesByView(all, domains, severalViews)
	if frontEnd != nil {
		if changes := repair.OfFrontEnd(frontEnd.Findings); len(changes) > 0 {
			list = append(list, placeChanges{FrontEnd: true, Changes: changes})
		}
	}
	return list
}

func changesByView(all repair.Changes, domains []*survey.DomainReport, severalViews bool) []placeChanges {
	var list []placeChanges
	byView := make(map[string][]*survey.DomainReport)
	for _, d := range domains {
		if byView[d.View.Name] == nil {
			list = append(list, placeChanges{View: d.View.Name})
		}
		byView[d.View.Name] = append(byView[d.View.Name], d)
	}
	for i := range list {
		list[i].Changes = all.Together(byView[list[i].View]...)
		if !severalViews {
			list[i].View = ""
		}
	}
	return slices.DeleteFunc(list, func(c placeChanges) bool { return len(c.Changes) == 0 })
}

// places say where changes are made.
var places = map[verdict.RepairKind]string{
	verdict.RepairExporter:    "In the exporter's configuration",
	verdict.RepairTopology:    "In Topology Builder or the Management Shell",
	verdict.RepairServer:      "At the servers",
	verdict.RepairProxy:       "At the reverse proxy",
	verdict.RepairCertificate: "Certificates",
	verdict.RepairDNS:         "In DNS",
}

// whatToDo ends a report: all that has to change, in the order in which to do it.
func (p *printer) whatToDo(list []placeChanges) {
	for _, v := range list {
		fmt.Fprintf(p, "%s\n\n", p.paint(v.Title(), text.Bold))
		place := verdict.RepairKind("")
		for _, c := range v.Changes {
			if c.Kind != place {
				if place != "" {
					fmt.Fprintln(p)
				}
				place = c.Kind
				fmt.Fprintf(p, "  %s\n", places[place])
			}
			p.change(c)
		}
		fmt.Fprintln(p)
	}
}

// change writes one thing to do. What is to be copied stands on lines of its own.
func (p *printer) change(c repair.Change) {
	switch c.Kind {
	case verdict.RepairDNS:
		p.fold("  -", "    ", recordTask(c)+" "+p.reason(c))
		if c.Action != verdict.Delete {
			fmt.Fprintf(p, "          %s\n", legible(c.Record.String()))
		}
		for _, data := range c.Was {
			fmt.Fprintf(p, "      was %s\n", legible(c.Record.Name+" "+c.Record.Type+" "+data))
		}
	case verdict.RepairCertificate:
		p.fold("  -", "    ", certificateTask(c))
		for _, name := range c.Names {
			mark := "   "
			if slices.Contains(c.Add, name) {
				mark = "new"
			}
			fmt.Fprintf(p, "      %s %s\n", mark, legible(name))
		}
		p.fold("     ", "    ", p.reason(c))
	default:
		p.fold("  -", "    ", c.Text+" "+p.reason(c))
	}
}

// reason says which findings a change mends, and of which domains where there are
// several.
func (p *printer) reason(c repair.Change) string {
	reason := strings.Join(c.For, ", ")
	if p.several && len(c.Domains) > 0 {
		reason += " of " + strings.Join(c.Domains, ", ")
	}
	return "(" + reason + ")"
}

// recordTask says in words what is done to records.
func recordTask(c repair.Change) string {
	switch {
	case c.Action == verdict.Delete && c.Record.Data == "":
		return fmt.Sprintf("Delete all %s records of %s", c.Record.Type, legible(c.Record.Name))
	case c.Action == verdict.Delete:
		return "Delete"
	case c.Action == verdict.Replace:
		return "Replace, so that this is the only record of its name and type"
	}
	return "Publish"
}

// certificateTask says in words which certificate is replaced, and by what.
func certificateTask(c repair.Change) string {
	task := "Request a certificate for the " + legible(c.Server.String()) + "."
	if p := c.Present; p != nil {
		task = fmt.Sprintf("Replace the certificate of the %s: subject %s, issued by %s, valid until %s.",
			legible(c.Server.String()), legible(p.Subject), legible(p.Issuer), lync.Day(p.NotAfter))
	}
	if c.Text != "" {
		task += " " + c.Text
	}
	if len(c.Names) > 0 {
		task += " All names of the new one:"
	}
	return task
}
