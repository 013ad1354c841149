package main

import (
	"html/template"
	"io"

	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// htmlReport is a report as one file that can be sent: it refers to no other.
type htmlReport struct {
	Style  template.CSS
	Report *survey.Report
	Views  []viewChanges
}

func writeHTML(w io.Writer, r *survey.Report) error {
	style, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		return err
	}
	return pageTemplates(location{}, func(code string) string { return findingsPage + "#" + code }).ExecuteTemplate(w, "report.html", htmlReport{template.CSS(style), r, changesByView(repair.Merge(r.Domains), r.Domains, severalViews(r))})
}
