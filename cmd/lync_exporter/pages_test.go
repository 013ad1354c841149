package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// site is the pages of an exporter of which nothing has been scraped.
type site struct {
	t *testing.T
	*exporter
	handler http.Handler
}

func newSite(t *testing.T, load func() (*config.Config, error)) site {
	t.Helper()
	e, err := newExporter(options{load: load, telemetryPath: "/metrics"}, log.NewNopLogger())
	if err != nil {
		t.Fatal(err)
	}
	return site{t, e, protect(e.handler())}
}

func defaultSite(t *testing.T, names ...string) site {
	t.Helper()
	return newSite(t, func() (*config.Config, error) { return config.Default(names...) })
}

func (s site) get(path string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// page is the text of a page that must be there.
func (s site) page(path string) string {
	s.t.Helper()
	w := s.get(path)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: status %d: %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// scraped lets a domain have a result, as of minutes ago.
func (s site) scraped(name string, minutes int, change func(*survey.DomainReport)) {
	s.t.Helper()
	c := s.current.Load().config
	d := c.Domain(name)
	report := &survey.DomainReport{Domain: d, View: d.Views[0], Topology: &inquiry.Topology{Kind: config.OnPremises},
		Checked: time.Now().Add(-time.Duration(minutes)*time.Minute - time.Second), Duration: 1234 * time.Millisecond,
		Capabilities: survey.States{survey.Up, survey.Up, survey.Up, survey.NotOffered},
		Checks:       []survey.CheckReport{{Name: "dns", Duration: 20 * time.Millisecond}}}
	if change != nil {
		change(report)
	}
	s.history.ended(report)
}

func broken(d *survey.DomainReport) {
	d.Capabilities.Set(verdict.Federation, survey.Down)
	d.Checks[0].Findings = []verdict.Finding{
		rule("federation_srv_tie").On("ttl"),
		rule("dns_lookup_failed").On("again").Saw("timeout"),
		rule("federation_srv_missing").On("_sipfederationtls._tcp").Saw("NXDOMAIN").Wants("_sipfederationtls._tcp 3600 IN SRV 0 0 5061 sip.b.example."),
	}
}

// warned has two findings with one cause, which are shown as one.
func warned(d *survey.DomainReport) {
	expires := rule("dns_wildcard")
	d.Checks[0].Findings = []verdict.Finding{expires.On("access_edge").Saw("2030-01-01"), expires.On("federation").Saw("2030-01-01")}
}

func doubtful(d *survey.DomainReport) {
	d.Capabilities.Set(verdict.SignIn, survey.Unknown)
	d.Checks[0].Err = errors.New("192.0.2.53 does not answer")
}

var rowLink = regexp.MustCompile(`<th scope="row"><a href="/domains/([^"?]+)`)

// listed are the domains that a page lists, in its order.
func listed(page string) []string {
	names := []string{}
	for _, m := range rowLink.FindAllStringSubmatch(page, -1) {
		names = append(names, m[1])
	}
	return names
}

// tableRow is the text of a domain's row, cells separated by blanks.
func tableRow(t *testing.T, page, name string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, `data-domain="`+name+`"`)
	row, _, ended := strings.Cut(rest, "</tr>")
	if !found || !ended {
		t.Fatalf("no row of %s in:\n%s", name, page)
	}
	row = row[strings.Index(row, ">")+1:]
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(strings.ReplaceAll(row, "</t", " </t"), "")), " ")
}

// sampleSite has a domain in each state.
func sampleSite(t *testing.T) site {
	s := defaultSite(t, "a.example", "b.example", "c.example", "d.example", "Bücher.example")
	s.scraped("a.example", 5, nil)
	s.scraped("b.example", 4, broken)
	s.scraped("c.example", 200, warned)
	s.scraped("d.example", 1, doubtful)
	return s
}

const umlautName = "xn--bcher-kva.example"

func TestOverviewRows(t *testing.T) {
	t.Parallel()
	page := sampleSite(t).page("/")
	for name, want := range map[string]string{
		"a.example": "a.example up up up not offered none 5 min ago",
		"b.example": "b.example up down up not offered 1 critical, 1 warning 4 min ago",
		"c.example": "c.example up up up not offered 1 warning 3 h ago",
		"d.example": "d.example unknown up up not offered none 1 min ago",
		umlautName:  "bücher.example – – – – – not checked yet",
	} {
		if got := tableRow(t, page, name); got != want {
			t.Errorf("row of %s is %q, want %q", name, got, want)
		}
	}
	for _, link := range []string{`href="/metrics"`, `href="/sd"`, `/probe?target=`, `documentation`, `<b>1</b> broken`} {
		if !strings.Contains(page, link) {
			t.Errorf("no %s in:\n%s", link, page)
		}
	}
	if strings.Contains(page, ">view<") {
		t.Error("a column for views although there is but one")
	}
}

func TestOverviewSearchAndOrder(t *testing.T) {
	t.Parallel()
	s := sampleSite(t)
	for query, want := range map[string][]string{
		"":                    {"b.example", "d.example", "c.example", umlautName, "a.example"},
		"sort=state":          {"b.example", "d.example", "c.example", umlautName, "a.example"},
		"sort=domain":         {"a.example", "b.example", "c.example", "d.example", umlautName},
		"sort=checked":        {"d.example", "b.example", "a.example", "c.example", umlautName},
		"sort=nonsense":       {"b.example", "d.example", "c.example", umlautName, "a.example"},
		"state=broken":        {"b.example"},
		"state=unknown":       {"d.example"},
		"state=warning":       {"c.example"},
		"state=unchecked":     {umlautName},
		"state=well":          {"a.example"},
		"state=nonsense&q=C.": {"c.example", umlautName},
		"q=D.EXAMPLE.":        {"d.example"},
		"q=+B%C3%9CCH+":       {umlautName},
		"q=xn--":              {umlautName},
		"q=b.&state=well":     {},
		"q=nobody":            {},
		"page=-7&q=c.exam":    {"c.example"},
		"page=zz&q=c.exam":    {"c.example"},
	} {
		if diff := cmp.Diff(want, listed(s.page("/?"+query))); diff != "" {
			t.Errorf("/?%s (-want +got):\n%s", query, diff)
		}
	}
	page := s.page("/?q=example&state=broken&sort=domain")
	for _, kept := range []string{`name="q" value="example"`, `<option selected>broken</option>`, `<option selected>domain</option>`,
		`href="/?q=example&amp;state=broken"`, `href="/?q=example&amp;state=well&amp;sort=domain"`, `href="/?q=example&amp;sort=domain"`} {
		if !strings.Contains(page, kept) {
			t.Errorf("the search is not kept: no %s in:\n%s", kept, page)
		}
	}
	if page := s.page("/?q=nobody"); !strings.Contains(page, "No domains match") {
		t.Errorf("nothing found, nothing said:\n%s", page)
	}
	if page := defaultSite(t).page("/"); !strings.Contains(page, "No SIP domain is configured") {
		t.Errorf("nothing configured, nothing said:\n%s", page)
	}
}

func TestOverviewPaging(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 1203 {
		names = append(names, fmt.Sprintf("d%04d.example", i))
	}
	s := defaultSite(t, names...)
	for _, tt := range []struct {
		query           string
		from, to        int
		place, has, not string
	}{
		{"sort=domain", 0, 500, "1–500 of 1203", `rel="next" href="/?sort=domain&amp;page=2"`, `rel="prev"`},
		{"sort=domain&page=2", 500, 1000, "501–1000 of 1203", `rel="prev" href="/?sort=domain"`, "data-whole"},
		{"sort=domain&page=3", 1000, 1203, "1001–1203 of 1203", `rel="prev" href="/?sort=domain&amp;page=2"`, `rel="next"`},
		{"sort=domain&page=999", 1000, 1203, "1001–1203 of 1203", `rel="prev"`, `rel="next"`},
		{"sort=domain&page=0", 0, 500, "1–500 of 1203", `rel="next"`, `rel="prev"`},
		{"q=d00&sort=domain", 0, 100, "1–100 of 100", "data-whole", `rel="next"`},
	} {
		page := s.page("/?" + tt.query)
		if diff := cmp.Diff(names[tt.from:tt.to], listed(page)); diff != "" {
			t.Errorf("/?%s (-want +got):\n%s", tt.query, diff)
		}
		if !strings.Contains(page, tt.place) || !strings.Contains(page, tt.has) || strings.Contains(page, tt.not) {
			t.Errorf("/?%s has not %q and %q, or has %q", tt.query, tt.place, tt.has, tt.not)
		}
	}
}

func TestDomainPage(t *testing.T) {
	t.Parallel()
	s := sampleSite(t)
	page := s.page("/domains/b.example")
	for _, want := range []string{
		"There is no federation record _sipfederationtls._tcp.b.example: NXDOMAIN.",
		"<dt>Why</dt><dd>Partners that discover b.example by DNS",
		"<dt>Fix</dt><dd>Publish this record:<pre>_sipfederationtls._tcp 3600 IN SRV 0 0 5061 sip.b.example.</pre>",
		`href="/findings/federation_srv_missing"`,
		`href="/probe?target=b.example&amp;view=external&amp;debug=true"`,
		`href="/probe?target=b.example&amp;view=external"`,
		"4 min ago", "topology on premises", "<summary>Everything observed</summary>",
		`<dt>federation</dt><dd><span class="state down">down</span></dd>`,
		`<dt>meetings</dt><dd><span class="state not_offered">not offered</span></dd>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in:\n%s", want, page)
		}
	}
	if strings.Index(page, "federation_srv_missing") > strings.Index(page, "federation_srv_tie") {
		t.Error("the critical finding comes after the warning")
	}
	if strings.Contains(page, "Nothing to repair") {
		t.Error("nothing to repair, it says")
	}
	if page := s.page("/domains/a.example"); !strings.Contains(page, "Nothing to repair.") || strings.Contains(page, "<article") {
		t.Errorf("page of a domain that is well:\n%s", page)
	}
	if page := s.page("/domains/d.example"); !strings.Contains(page, "not completed: dns") || !strings.Contains(page, "192.0.2.53 does not answer") ||
		strings.Contains(page, "Nothing to repair") {
		t.Errorf("page of a domain with an unfinished check:\n%s", page)
	}
	for _, spelling := range []string{umlautName, "b%C3%BCcher.example", "B%C3%9CCHER.Example."} {
		page := s.page("/domains/" + spelling)
		if !strings.Contains(page, "<h1>bücher.example <small>"+umlautName+"</small></h1>") || !strings.Contains(page, "Not checked yet") {
			t.Errorf("%s gives:\n%s", spelling, page)
		}
	}
}

// What is not there says what can be done about it.
func TestMissingPages(t *testing.T) {
	t.Parallel()
	s := sampleSite(t)
	for path, want := range map[string][]string{
		"/domains/nobody.example":          {"nobody.example</h1>", "not configured", "<code>domains</code>", `name="q"`},
		"/domains/a_b":                     {"not the name of a SIP domain"},
		"/domains/%3Cscript%3E1%3C/script": {},
		"/domains/%3Cscript%3E":            {"&lt;script&gt;"},
		"/domains/a%1B%5B31mb.example":     {"a\uFFFD[31mb.example"},
		"/domains/a.example?view=moon":     {"no view &#34;moon&#34;", `href="/domains/a.example?view=external"`},
		"/domains/a.example/more":          {},
		"/nowhere":                         {},
		"/assets/overview.html":            {},
		"/assets/..%2Fpages.go":            {},
	} {
		w := s.get(path)
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, w.Code)
		}
		for _, has := range want {
			if !strings.Contains(w.Body.String(), has) {
				t.Errorf("%s: no %q in:\n%s", path, has, w.Body)
			}
		}
	}
}

// Text that the checked servers chose must neither become markup nor move a
// terminal's cursor.
func TestPagesWithHostileText(t *testing.T) {
	t.Parallel()
	const hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\x1b]0;owned\x07\u202egnp\x00\xff"
	s := defaultSite(t, "a.example")
	s.scraped("a.example", 1, func(d *survey.DomainReport) {
		d.Checks[0].Findings = []verdict.Finding{
			rule("federation_srv_missing").On("edge").Saw("%s", hostile).Wants("%s", hostile),
			rule("lync_records_missing").On("edge").Saw("%s", hostile).Wants("%s", hostile),
		}
		var seen verdict.Verdict
		seen.Saw(hostile, "%s", hostile)
		d.Checks[0].Observed = seen.Observed
		d.Checks = append(d.Checks, survey.CheckReport{Name: "web", Err: errors.New(hostile)})
	})
	for _, path := range []string{"/domains/a.example", "/domains/a.example?view=%3Cscript%3Ealert(1)%1B", "/?q=%22%3E%3Cscript%3Ealert(1)",
		"/?state=%3Cscript%3Ealert(1)&sort=%22onload=%22", "/domains/%22%3E%3Cscript%3Ealert(1)%1B%5B2J"} {
		w := s.get(path)
		body := w.Body.String()
		for _, never := range []string{"<script>", "<img", "\x1b", "\x07", "\u202e", "\x00", "\xff", `"onload`} {
			if strings.Contains(body, never) {
				t.Errorf("%s has %q in:\n%s", path, never, body)
			}
		}
	}
	if page := s.page("/domains/a.example"); strings.Count(page, "&lt;script&gt;alert(1)&lt;/script&gt;") != 7 {
		t.Errorf("the text is not shown everywhere:\n%s", page)
	}
}

func TestPageHeaders(t *testing.T) {
	t.Parallel()
	s := sampleSite(t)
	for _, path := range []string{"/", "/domains/a.example", "/domains/nobody.example"} {
		w := s.get(path)
		policy := strings.Split(w.Header().Get("Content-Security-Policy"), "; ")
		for _, directive := range []string{"default-src 'none'", "style-src 'self'", "script-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !slices.Contains(policy, directive) {
				t.Errorf("%s: no %s in %q", path, directive, policy)
			}
		}
		if got := w.Header().Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options %q", path, got)
		}
		if got := w.Header().Get("Content-Type"); got != "text/html; charset=utf-8" {
			t.Errorf("%s: Content-Type %q", path, got)
		}
		// What the policy would not let work must not be there, nor anything from elsewhere.
		for _, never := range []*regexp.Regexp{regexp.MustCompile(`\sstyle=`), regexp.MustCompile(`\son[a-z]+=`), regexp.MustCompile(`<script>`),
			regexp.MustCompile(`<(script|link|img)[^>]*(src|href)="[^/]`), regexp.MustCompile(`<(script|link|img)[^>]*(src|href)="//`)} {
			if found := never.FindString(w.Body.String()); found != "" {
				t.Errorf("%s has %q", path, found)
			}
		}
	}
	for file, contentType := range assets {
		w := s.get("/assets/" + file)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != contentType || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Body.Len() == 0 {
			t.Errorf("%s: status %d, %d bytes, headers %v", file, w.Code, w.Body.Len(), w.Header())
		}
		if !strings.Contains(s.page("/"), `"/assets/`+file+`"`) {
			t.Errorf("no page refers to %s", file)
		}
	}
}

func TestAge(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Hour: "just now", 999 * time.Millisecond: "just now", time.Second: "1 s ago", 59*time.Second + 999*time.Millisecond: "59 s ago",
		time.Minute: "1 min ago", 59 * time.Minute: "59 min ago", time.Hour: "1 h ago", 47 * time.Hour: "47 h ago", 48 * time.Hour: "2 days ago",
	} {
		if got := age(d); got != want {
			t.Errorf("age(%s) = %q, want %q", d, got, want)
		}
	}
}

// Each view of a domain has a row and a section of its own.
func TestPagesWithViews(t *testing.T) {
	t.Parallel()
	s := newSite(t, func() (*config.Config, error) {
		file := filepath.Join(t.TempDir(), "lync.yml")
		text := "views:\n  inside: {nameservers: [192.0.2.1], internal: true}\n  outside: {nameservers: [192.0.2.2]}\ndomains: [a.example, b.example]\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
		return config.Load(file)
	})
	s.scraped("a.example", 1, broken) // as seen from the first, inside
	page := s.page("/")
	if diff := cmp.Diff([]string{"a.example", "a.example", "b.example", "b.example"}, listed(page)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if got, want := tableRow(t, page, "a.example"), "a.example inside up down up not offered 1 critical, 1 warning 1 min ago"; got != want {
		t.Errorf("first row is %q, want %q", got, want)
	}
	if !strings.Contains(page, `href="/domains/a.example?view=outside"`) || !strings.Contains(page, "2 configured") {
		t.Errorf("page:\n%s", page)
	}
	both, inside, outside := s.page("/domains/a.example"), s.page("/domains/a.example?view=inside"), s.page("/domains/a.example?view=outside")
	for _, tt := range []struct {
		name, page      string
		inside, outside bool
	}{{"both", both, true, true}, {"inside", inside, true, false}, {"outside", outside, false, true}} {
		if strings.Contains(tt.page, "the view inside") != tt.inside || strings.Contains(tt.page, "federation_srv_missing") != tt.inside ||
			strings.Contains(tt.page, "the view outside") != tt.outside || strings.Contains(tt.page, "Not checked yet") != tt.outside {
			t.Errorf("page of %s:\n%s", tt.name, tt.page)
		}
	}
}

// What somebody sees in the log of a check is also what the page shows then.
func TestProbeRenewsPage(t *testing.T) {
	_, url := startExporter(t, nil, contoso)
	get(t, url+"/probe?target=contoso.example&view=external&debug=true")
	if _, _, page := get(t, url+"/domains/contoso.example"); strings.Contains(page, "Not checked yet") || !strings.Contains(page, "Nothing to repair.") {
		t.Errorf("page:\n%s", page)
	}
}

// The pages after a scrape of an estate.
func TestPagesOfEstate(t *testing.T) {
	_, url := startExporter(t, nil, lab.Scenarios()[:4]...)
	if _, _, body := get(t, url+"/"); !strings.Contains(body, "not checked yet") {
		t.Errorf("before the first scrape:\n%s", body)
	}
	get(t, url+"/metrics")
	tests := []struct{ path, has, hasNot string }{
		{"/", `<a href="/domains/foreign-target.example">foreign-target.example</a>`, "not checked yet"},
		{"/?state=broken", "foreign-target.example", "contoso.example"},
		{"/?q=CONTOSO&sort=domain&page=99", "contoso.example", "foreign-target.example"},
		{"/domains/foreign-target.example", "federation_target_foreign_domain", "Nothing to repair"},
		{"/domains/CONTOSO.example.?view=external", "Nothing to repair", `class="critical"`},
	}
	for _, tt := range tests {
		status, _, body := get(t, url+tt.path)
		if status != http.StatusOK || !strings.Contains(body, tt.has) || strings.Contains(body, tt.hasNot) {
			t.Errorf("%s: status %d, want %q and not %q in:\n%s", tt.path, status, tt.has, tt.hasNot, body)
		}
	}
}
