package main

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// pageSize is how many targets a page lists.
const pageSize = 500

// States of a target at a glance.
const (
	stateBroken    = "broken"    // a capability is down
	stateUnknown   = "unknown"   // of a capability too little could be learned
	stateWarning   = "warning"   // everything works, with a warning
	stateUnchecked = "unchecked" // no scrape has come to it yet
	stateWell      = "well"
)

// rowStates lists them in the order in which they need attention.
func rowStates() []string {
	return []string{stateBroken, stateUnknown, stateWarning, stateUnchecked, stateWell}
}

// Orders of the list.
const (
	byState   = "state"
	byDomain  = "domain"
	byChecked = "checked"
)

func orders() []string { return []string{byState, byDomain, byChecked} }

// row is a target in the list of all.
type row struct {
	Target   survey.Target
	Report   *survey.DomainReport // nil: not checked yet
	State    string
	Critical int
	Warnings int
}

func (p *pages) row(t survey.Target) row {
	r := row{Target: t, Report: p.history.of(t)}
	if r.Report != nil {
		r.count(fold(r.Report.Brief())) // as many as the domain's page shows
	}
	r.State = r.atAGlance()
	return r
}

func (r *row) count(findings []reported) {
	for _, f := range findings {
		switch f.Severity {
		case verdict.Critical:
			r.Critical++
		case verdict.Warning:
			r.Warnings++
		}
	}
}

func (r row) atAGlance() string {
	if r.Report == nil {
		return stateUnchecked
	}
	state := stateWell
	if r.Critical+r.Warnings > 0 {
		state = stateWarning
	}
	for _, c := range verdict.Capabilities() {
		switch r.Report.Capabilities.Of(c) {
		case survey.Down:
			return stateBroken
		case survey.Unknown, "":
			state = stateUnknown
		}
	}
	return state
}

// Rank is the place of the row's state among all, for sorting.
func (r row) Rank() int { return slices.Index(rowStates(), r.State) }

// checked is when the target was last checked, the zero time if never.
func (r row) checked() time.Time {
	if r.Report == nil {
		return time.Time{}
	}
	return r.Report.Checked
}

// Milliseconds is that as a Unix time, 0 if never.
func (r row) Milliseconds() int64 { return max(0, r.checked().UnixMilli()) }

// matches says whether the domain's name, as the protocol or as people write
// it, has what was searched for.
func (r row) matches(query string) bool {
	query = strings.TrimSuffix(strings.ToLower(query), ".")
	return strings.Contains(r.Target.Domain.Name, query) || strings.Contains(strings.ToLower(r.Target.Domain.Display), query)
}

// rowOrder compares rows by what the list is sorted by. The names decide where
// that is the same.
func rowOrder(by string) func(a, b row) int {
	name := func(a, b row) int {
		return cmp.Or(cmp.Compare(a.Target.Domain.Name, b.Target.Domain.Name), cmp.Compare(a.Target.View.Name, b.Target.View.Name))
	}
	switch by {
	case byDomain:
		return name
	case byChecked: // the latest first
		return func(a, b row) int { return cmp.Or(b.checked().Compare(a.checked()), name(a, b)) }
	}
	return func(a, b row) int {
		return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(b.Critical, a.Critical), cmp.Compare(b.Warnings, a.Warnings), name(a, b))
	}
}

// list is the page of all domains.
type list struct {
	Query, State, Sort string
	Sorts              []string
	Counts             []stateCount
	Rows               []row
	Capabilities       []verdict.Capability
	Domains, Found     int
	Page, Pages        int
	SeveralViews       bool
	FrontEnd           *frontend.Report // nil: none is configured
	Timeout            time.Duration    // that a check of all takes at most
	Root               string           // what links begin with
}

// stateCount is how many of the targets searched for are in a state.
type stateCount struct {
	State string
	Count int
}

// Link is the same list with one thing changed. Only the page is begun anew.
func (l list) Link(change, value string) string {
	parameters := map[string]string{"q": l.Query, "state": l.State, "sort": l.Sort, "page": "1"}
	parameters[change] = value
	preset := map[string]string{"sort": byState, "page": "1"}
	var parts []string
	for _, key := range []string{"q", "state", "sort", "page"} {
		if v := parameters[key]; v != preset[key] {
			parts = append(parts, key+"="+template.URLQueryEscaper(v))
		}
	}
	return l.Root + "/?" + strings.Join(parts, "&")
}

// First and Last are the places of the page's rows among all that were found.
func (l list) First() int { return (l.Page-1)*pageSize + 1 }
func (l list) Last() int  { return l.First() + len(l.Rows) - 1 }

// Next and Previous are the pages beside this one.
func (l list) Next() string     { return strconv.Itoa(l.Page + 1) }
func (l list) Previous() string { return strconv.Itoa(l.Page - 1) }

// overview lists all configured domains from all their views: `q` is a part of
// the name, `state` one of rowStates, `sort` one of orders, `page` a number.
// What is none of these is as if it were not given.
func (p *pages) overview(w http.ResponseWriter, r *http.Request) {
	rev, query := p.current.Load(), r.URL.Query()
	l := list{Query: strings.TrimSpace(query.Get("q")), State: query.Get("state"), Sort: query.Get("sort"), Sorts: orders(),
		Capabilities: verdict.Capabilities(), Domains: len(rev.config.Domains), Timeout: rev.config.Timeout, Root: p.location.links,
		FrontEnd: p.frontEnd.Inspect(rev.config, p.logger)}
	if !slices.Contains(l.Sorts, l.Sort) {
		l.Sort = byState
	}
	if !slices.Contains(rowStates(), l.State) {
		l.State = ""
	}
	l.fill(p, rev.targets)
	page, err := strconv.Atoi(query.Get("page"))
	if err != nil {
		page = 1
	}
	l.turnTo(page)
	p.show(w, http.StatusOK, "overview.html", l)
}

// fill takes the targets that are searched for, sorted, and counts them.
func (l *list) fill(p *pages, targets []survey.Target) {
	count := make(map[string]int)
	for _, t := range targets {
		l.SeveralViews = l.SeveralViews || t.View.Name != targets[0].View.Name
		r := p.row(t)
		if !r.matches(l.Query) {
			continue
		}
		count[r.State]++
		if l.State == "" || l.State == r.State {
			l.Rows = append(l.Rows, r)
		}
	}
	for _, state := range rowStates() {
		l.Counts = append(l.Counts, stateCount{state, count[state]})
	}
	slices.SortFunc(l.Rows, rowOrder(l.Sort))
}

// turnTo leaves the rows of one page, the nearest there is.
func (l *list) turnTo(page int) {
	l.Found, l.Pages = len(l.Rows), max(1, (len(l.Rows)+pageSize-1)/pageSize)
	l.Page = min(max(1, page), l.Pages)
	from := (l.Page - 1) * pageSize
	l.Rows = l.Rows[from:min(len(l.Rows), from+pageSize)]
}
