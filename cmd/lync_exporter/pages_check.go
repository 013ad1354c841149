package main

import (
	"net/http"
	"net/url"

	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// checkAllNow checks every target and shows the list of all.
func (p *pages) checkAllNow(w http.ResponseWriter, r *http.Request) {
	rev := p.current.Load()
	p.survey(r, rev, rev.runKey(rev.targets), rev.targets)
	http.Redirect(w, r, p.location.link("/"), http.StatusSeeOther)
}

// checkNow checks one domain, in one view if `view` names it, and shows its
// page: of all views, or of the one that `only` names.
func (p *pages) checkNow(w http.ResponseWriter, r *http.Request) {
	rev := p.current.Load()
	domain := rev.config.Domain(r.PathValue("name"))
	if domain == nil {
		http.Error(w, "This SIP domain is not configured.", http.StatusNotFound)
		return
	}
	targets := survey.TargetsIn(domain, r.PostFormValue("view"))
	if len(targets) == 0 {
		http.Error(w, "This SIP domain has no such view.", http.StatusNotFound)
		return
	}
	p.survey(r, rev, rev.runKey(targets), targets)
	page := p.location.link("/domains/" + domain.Name)
	if only := r.PostFormValue("only"); only != "" {
		page += "?view=" + url.QueryEscape(only)
	}
	http.Redirect(w, r, page, http.StatusSeeOther)
}
