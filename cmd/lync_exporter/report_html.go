package main

import (
	"html/template"
	"io"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// htmlReport is a report as one file that can be sent: it refers to no other.
type htmlReport struct {
	Style    template.CSS
	Report   *survey.Report
	FrontEnd *frontend.Report // nil: none was looked at
	Changes  []placeChanges
}

func writeHTML(w io.Writer, r *survey.Report, frontEnd *frontend.Report) error {
	style, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		return err
	}
	templates := pageTemplates(location{}, template.FuncMap{
		"explained":   func(code string) string { return findingsPage + "#" + code },
		"metricsPath": func() string { return "" },                                                                     // the report has no navigation
		"findings":    sinceWhen(func(*survey.DomainReport, survey.Finding) time.Time { return time.Time{} }).findings, // and no past
	})
	return templates.ExecuteTemplate(w, "report.html", htmlReport{template.CSS(style), r, frontEnd, allChanges(repair.Merge(r.Domains), r.Domains, severalViews(r), frontEnd)})
}
