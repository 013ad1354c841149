package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// formats are the forms in which check reports.
func formats() []string {
	return []string{"text", "json", "csv", "html", "zone", "repair-zone", "nsupdate", "powershell"}
}

// write writes a report in the form that is wanted.
func (o *checkOptions) write(w io.Writer, r *survey.Report, frontEnd *frontend.Report) error {
	switch o.format {
	case "json":
		return writeJSON(w, r, frontEnd)
	case "csv":
		return writeCSV(w, r, frontEnd)
	case "html":
		return writeHTML(w, r, frontEnd)
	case "zone", "repair-zone":
		return writeScript(w, r, nil, ";", repair.WriteZone)
	case "nsupdate":
		return writeScript(w, r, nil, ";", repair.WriteNSUpdate)
	case "powershell":
		return writeScript(w, r, frontEnd, "#", func(w io.Writer, changes []repair.Change) error {
			return repair.WritePowerShell(w, changes, domainNames(r))
		})
	}
	return writeReport(w, r, frontEnd, textOptions{Verbose: o.verbose, Color: colorWanted(w)})
}

func domainNames(r *survey.Report) []string {
	var names []string
	for _, d := range r.Domains {
		if !slices.Contains(names, d.Domain.Name) {
			names = append(names, d.Domain.Name)
		}
	}
	return names
}

// writeScript writes what has to change, for each view and the Front End apart.
func writeScript(w io.Writer, r *survey.Report, frontEnd *frontend.Report, mark string, write func(io.Writer, []repair.Change) error) error {
	list := allChanges(repair.Merge(r.Domains), r.Domains, severalViews(r), frontEnd)
	if len(list) == 0 {
		return write(w, nil)
	}
	for _, v := range list {
		where := ""
		switch {
		case v.FrontEnd:
			where = "For this Front End."
		case v.View != "":
			where = fmt.Sprintf("For the DNS of the view %q.", v.View)
		}
		if where != "" {
			if _, err := fmt.Fprintf(w, "%s %s\n", mark, where); err != nil {
				return err
			}
		}
		if err := write(w, v.Changes); err != nil {
			return err
		}
	}
	return nil
}
