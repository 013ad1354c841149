package inquiry_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// page is what a web server answers to a URL.
type page struct {
	status      int // 0: nothing answers
	body        string
	location    string
	certificate *x509.Certificate // of an https URL; nil: one that bears the host's name
	alias       string            // of the host
	err         error             // the lookup fails
	noRoute     bool              // this machine cannot ask
}

// web is a network of web servers by URL, the query left out. It counts the
// requests.
type web struct {
	inquiry.Network // nothing else is asked
	pages           map[string]page
	mu              sync.Mutex
	requests        map[string]int
}

func (w *web) Follow(ctx context.Context, view *config.View, url string) *observe.Exchange {
	return w.Get(ctx, view, url)
}

func (w *web) Get(_ context.Context, _ *config.View, link string) *observe.Exchange {
	u, err := url.Parse(link)
	if err != nil {
		return &observe.Exchange{URL: &url.URL{}, Err: err}
	}
	key := u.Scheme + "://" + u.Host + u.Path
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.requests == nil {
		w.requests = make(map[string]int)
	}
	w.requests[key]++
	p := w.pages[key]
	x := &observe.Exchange{URL: u, Host: dns.Host{Name: u.Hostname(), Outcome: dns.Found, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.2")}}}
	switch {
	case p.err != nil:
		x.Host = dns.Host{Name: u.Hostname(), Outcome: dns.Timeout, Err: p.err}
		x.Err = p.err
		return x
	case p.noRoute:
		x.Stage, x.Err = observe.StageRoute, errors.New("no route to host")
		x.Connection.Stage = observe.StageRoute
		return x
	case p.status == 0:
		x.Stage, x.Err = observe.StageConnect, errors.New("connection refused")
		x.Connection.Stage = observe.StageConnect
		return x
	}
	if p.alias != "" {
		x.Host.Chain = []string{p.alias}
	}
	if u.Scheme == "https" {
		leaf := p.certificate
		if leaf == nil {
			leaf = certificate(time.Hour, u.Hostname())
		}
		x.Connection.Certificates, x.Trust.Trusted = []*x509.Certificate{leaf}, true
	}
	x.Stage, x.Connection.Stage, x.Status, x.Body = observe.StageDone, observe.StageDone, p.status, []byte(p.body)
	x.Header = http.Header{"Location": {p.location}}
	return x
}

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// certificate is one that ends so much later than now.
func certificate(left time.Duration, names ...string) *x509.Certificate {
	return &x509.Certificate{DNSNames: names, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(left)}
}

// ask prepares to ask about contoso.com, for which these pages are there.
func ask(t *testing.T, pages map[string]page, change ...func(*inquiry.Subject)) (*inquiry.Inquiry, *web) {
	t.Helper()
	s := inquiry.Subject{
		Domain: &config.Domain{Name: "contoso.com", Topology: config.OnPremises, Schemes: []string{"https", "http"}, TrustedDomains: []string{"lync.com"}},
		View:   &config.View{Name: "external"}, Now: now, Nonce: "nobody-set-this-up",
	}
	for _, f := range change {
		f(&s)
	}
	w := &web{pages: pages}
	return inquiry.New(t.Context(), s, w), w
}

// Pages and links of an Autodiscover that works.
const (
	root     = "https://lyncdiscover.contoso.com/"
	plain    = "http://lyncdiscover.contoso.com/"
	webext   = "https://webext.contoso.com/root"
	userLink = "https://webext.contoso.com/root/user"
)

func redirect(to string) page {
	return page{status: 200, body: fmt.Sprintf(`{"_links":{"redirect":{"href":%q}}}`, to)}
}

func user(link string) page {
	return page{status: 200, body: fmt.Sprintf(`{"_links":{"user":{"href":%q}}}`, link)}
}

func TestWalkSaysHowItEnded(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pages     map[string]page
		end       inquiry.End
		redirects int
		at        string // the last answer's host
		usable    bool
	}{
		"user link at once":            {map[string]page{root: user(userLink)}, inquiry.UserLinkFound, 0, "lyncdiscover.contoso.com", true},
		"user link after a redirect":   {map[string]page{root: redirect(webext), webext: user(userLink)}, inquiry.UserLinkFound, 1, "webext.contoso.com", true},
		"dead":                         {nil, inquiry.Unanswered, 0, "lyncdiscover.contoso.com", false},
		"dead after a redirect":        {map[string]page{root: redirect(webext)}, inquiry.Unanswered, 1, "webext.contoso.com", false},
		"HTTP redirect":                {map[string]page{root: {status: 302, location: "https://www.contoso.com/"}}, inquiry.Moved, 0, "lyncdiscover.contoso.com", false},
		"HTTP redirect without a link": {map[string]page{root: {status: 302}}, inquiry.UnreadableLink, 0, "lyncdiscover.contoso.com", false},
		"login page of TMG":            {map[string]page{root: {status: 302, location: "/CookieAuth.dll?GetLogon"}}, inquiry.LoginWanted, 0, "lyncdiscover.contoso.com", false},
		"login page of AD FS":          {map[string]page{root: {status: 307, location: "https://sts.contoso.com/adfs/ls"}}, inquiry.LoginWanted, 0, "lyncdiscover.contoso.com", false},
		"401":                          {map[string]page{root: {status: 401}}, inquiry.LoginWanted, 0, "lyncdiscover.contoso.com", false},
		"403":                          {map[string]page{root: {status: 403}}, inquiry.LoginWanted, 0, "lyncdiscover.contoso.com", false},
		"404":                          {map[string]page{root: {status: 404}}, inquiry.NotFound, 0, "lyncdiscover.contoso.com", false},
		"502":                          {map[string]page{root: {status: 502}}, inquiry.PoolDown, 0, "lyncdiscover.contoso.com", false},
		"503":                          {map[string]page{root: {status: 503}}, inquiry.PoolDown, 0, "lyncdiscover.contoso.com", false},
		"504 after a redirect":         {map[string]page{root: redirect(webext), webext: {status: 504}}, inquiry.PoolDown, 1, "webext.contoso.com", false},
		"500":                          {map[string]page{root: {status: 500}}, inquiry.OtherStatus, 0, "lyncdiscover.contoso.com", false},
		"204":                          {map[string]page{root: {status: 204}}, inquiry.OtherStatus, 0, "lyncdiscover.contoso.com", false},
		"a web page":                   {map[string]page{root: {status: 200, body: "<!DOCTYPE html><html></html>"}}, inquiry.NoDocument, 0, "lyncdiscover.contoso.com", false},
		"no user link":                 {map[string]page{root: {status: 200, body: `{"_links":{"self":{"href":"https://a.example/"}}}`}}, inquiry.NoUserLink, 0, "lyncdiscover.contoso.com", false},
		"a link that is none":          {map[string]page{root: user("javascript:alert(1)")}, inquiry.UnreadableLink, 0, "lyncdiscover.contoso.com", false},
		"a redirect that is none":      {map[string]page{root: redirect("ldap://contoso.com/")}, inquiry.UnreadableLink, 0, "lyncdiscover.contoso.com", false},
		"a circle":                     {map[string]page{root: redirect(webext), webext: redirect(webext)}, inquiry.RedirectLoop, 1, "webext.contoso.com", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, _ := ask(t, tt.pages)
			w := q.Discover(t.Context(), "https", "lyncdiscover")
			if w.End != tt.end || w.Redirects() != tt.redirects || w.Last().URL.Hostname() != tt.at || w.Usable() != tt.usable {
				t.Errorf("end %d after %d redirects at %s, usable %t; want end %d after %d at %s, usable %t",
					w.End, w.Redirects(), w.Last().URL.Hostname(), w.Usable(), tt.end, tt.redirects, tt.at, tt.usable)
			}
		})
	}
}

// A client gives up after ten redirects.
func TestWalkIsNotEndless(t *testing.T) {
	t.Parallel()
	pages := map[string]page{root: redirect("https://contoso.com/0")}
	for i := range 20 {
		pages[fmt.Sprintf("https://contoso.com/%d", i)] = redirect(fmt.Sprintf("https://contoso.com/%d", i+1))
	}
	q, _ := ask(t, pages)
	w := q.Discover(t.Context(), "https", "lyncdiscover")
	if w.End != inquiry.TooManyRedirects || w.Redirects() != inquiry.MaxRedirects || w.Link != "https://contoso.com/10" {
		t.Errorf("end %d after %d redirects at %s", w.End, w.Redirects(), w.Link)
	}
}

// A certificate that no client takes does not hide what lies behind it: every
// hop is told of, and the user link is known all the same.
func TestWalkGoesOnBehindBadCertificates(t *testing.T) {
	t.Parallel()
	expired, own := redirect(webext), user(userLink)
	expired.certificate = certificate(-time.Hour, "lyncdiscover.contoso.com")
	own.certificate = certificate(time.Hour, "fe01.contoso.com")
	q, _ := ask(t, map[string]page{root: expired, webext: own})
	w := q.Discover(t.Context(), "https", "lyncdiscover")
	if !w.Answered() || w.Reachable() || w.Usable() || w.End != inquiry.UserLinkFound || w.UserLink != userLink {
		t.Fatalf("answered %t, reachable %t, usable %t, end %d, user link %q", w.Answered(), w.Reachable(), w.Usable(), w.End, w.UserLink)
	}
	var faults []string
	for _, h := range w.Hops {
		faults = append(faults, strings.Join(h.Faults, "; "))
	}
	want := []string{"its certificate expired on 2026-06-01 11:00 UTC", "its certificate lacks the name webext.contoso.com; it bears fe01.contoso.com"}
	if diff := cmp.Diff(want, faults); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if w.Faulty().Exchange != w.First() {
		t.Error("the first bad certificate is another than the first")
	}
}

// Clients ask their users where http leads them out of the domain.
func TestWalkThatLeavesTheDomain(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]struct {
		leaves     string
		mismatches bool
	}{
		"https://webext.contoso.com/":        {"webext.contoso.com", false},
		"https://webext.fabrikam.com/":       {"webext.fabrikam.com", true},
		"https://WEBDIR1E.online.lync.com/":  {"webdir1e.online.lync.com", false},
		"https://notcontoso.com/":            {"notcontoso.com", true},
		"https://lyncdiscover.contoso.com/x": {"", false},
	} {
		q, _ := ask(t, map[string]page{plain: redirect(to)})
		w := q.Discover(t.Context(), "http", "lyncdiscover")
		if w.Leaves != want.leaves || w.Mismatches(q.Subject) != want.mismatches {
			t.Errorf("to %s: leaves for %q, mismatches %t; want %q, %t", to, w.Leaves, w.Mismatches(q.Subject), want.leaves, want.mismatches)
		}
	}
}

// Links to http are noted: they carry what https is to protect.
func TestWalkNotesLinksToHTTP(t *testing.T) {
	t.Parallel()
	q, _ := ask(t, map[string]page{root: user("http://webext.contoso.com/user")})
	if w := q.Discover(t.Context(), "https", "lyncdiscover"); w.Plain != "http://webext.contoso.com/user" || !w.Usable() {
		t.Errorf("link to http %q, usable %t", w.Plain, w.Usable())
	}
}

// A lookup that failed, and what this machine cannot reach, say nothing of the
// servers.
func TestWalkThatNothingIsKnownOf(t *testing.T) {
	t.Parallel()
	silent := errors.New("nameserver 192.0.2.53:53 did not answer within 3s")
	for name, tt := range map[string]struct {
		pages   map[string]page
		unknown bool
	}{
		"lookup failed":                  {map[string]page{root: {err: silent}}, true},
		"lookup failed after a redirect": {map[string]page{root: redirect(webext), webext: {err: silent}}, true},
		"no route":                       {map[string]page{root: {noRoute: true}}, true},
		"refused":                        {nil, false},
		"works":                          {map[string]page{root: user(userLink)}, false},
	} {
		q, _ := ask(t, tt.pages)
		if w := q.Discover(t.Context(), "https", "lyncdiscover"); (w.Unknown() != nil) != tt.unknown {
			t.Errorf("%s: unknown because of %v", name, w.Unknown())
		}
	}
}

// An Autodiscover is one's own if no Microsoft host had a part in it.
func TestWalkTellsOwnServersFromTheCloud(t *testing.T) {
	t.Parallel()
	aliased := user(userLink)
	aliased.alias = "webdir.online.lync.com"
	for name, tt := range map[string]struct {
		page page
		own  bool
	}{
		"own":                       {user(userLink), true},
		"redirected into the cloud": {redirect("https://webdir1e.online.lync.com/root"), false},
		"user link in the cloud":    {user("https://webdir1e.online.lync.com/user"), false},
		"alias into the cloud":      {aliased, false},
		"no Autodiscover":           {page{status: 200, body: "<html></html>"}, false},
		"dead":                      {page{}, false},
	} {
		q, _ := ask(t, map[string]page{root: tt.page})
		if own := q.Discover(t.Context(), "https", "lyncdiscover").Own(); own != tt.own {
			t.Errorf("%s: own is %t", name, own)
		}
	}
}

// Clients of a view arrive at one user link: by https where that works, else by
// http, and behind a certificate that no client takes only for want of both.
func TestUserLink(t *testing.T) {
	t.Parallel()
	const byHTTP, inside = "https://webext.contoso.com/by-http", "https://lyncdiscoverinternal.contoso.com/"
	silent := errors.New("silent")
	misnamed := user(userLink)
	misnamed.certificate = certificate(time.Hour, "www.contoso.com")
	for name, tt := range map[string]struct {
		pages  map[string]page
		change func(*inquiry.Subject)
		link   string
		err    error
	}{
		"https first":              {map[string]page{root: user(userLink), plain: user(byHTTP)}, nil, userLink, nil},
		"http where https fails":   {map[string]page{root: {status: 404}, plain: user(byHTTP)}, nil, byHTTP, nil},
		"http before a bad name":   {map[string]page{root: misnamed, plain: user(byHTTP)}, nil, byHTTP, nil},
		"behind a bad name":        {map[string]page{root: misnamed}, nil, userLink, nil},
		"none":                     {nil, nil, "", nil},
		"unknown":                  {map[string]page{root: {err: silent}}, nil, "", silent},
		"unknown, but http works":  {map[string]page{root: {err: silent}, plain: user(byHTTP)}, nil, byHTTP, nil},
		"only http is configured":  {map[string]page{root: user(userLink), plain: user(byHTTP)}, func(s *inquiry.Subject) { s.Domain.Schemes = []string{"http"} }, byHTTP, nil},
		"the name of clients here": {map[string]page{root: user(userLink), inside: user(byHTTP)}, func(s *inquiry.Subject) { s.View.Internal = true }, byHTTP, nil},
	} {
		var change []func(*inquiry.Subject)
		if tt.change != nil {
			change = append(change, tt.change)
		}
		q, _ := ask(t, tt.pages, change...)
		link, err := inquiry.UserLink(t.Context(), q.Subject, q)
		if link != tt.link || !errors.Is(err, tt.err) {
			t.Errorf("%s: %q, %v; want %q, %v", name, link, err, tt.link, tt.err)
		}
	}
}

// However many checks ask, servers are asked once, and not at all by a scheme
// that the configuration does not have.
func TestDiscoverAsksOnce(t *testing.T) {
	t.Parallel()
	q, w := ask(t, map[string]page{root: redirect(webext), webext: user(userLink)}, func(s *inquiry.Subject) { s.Domain.Schemes = []string{"https"} })
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			q.Discover(t.Context(), "https", "lyncdiscover")
			if q.Discover(t.Context(), "http", "lyncdiscover").Asked() {
				t.Error("http was asked")
			}
		})
	}
	group.Wait()
	if diff := cmp.Diff(map[string]int{root: 1, webext: 1}, w.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// Without the address of a user some servers do not know which domain is meant.
func TestDiscoverURL(t *testing.T) {
	t.Parallel()
	q, _ := ask(t, nil)
	const want = "https://lyncdiscover.contoso.com/?sipuri=lync_exporter%40contoso.com"
	if got := inquiry.DiscoverURL(q.Subject, "https", "lyncdiscover"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
