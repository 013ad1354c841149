package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// maxHops is after how many redirects a client gives up (lync-rules.md §3.1).
const maxHops = 10

// discovery is one way of asking for Autodiscover, by name and scheme, and
// where it led.
type discovery struct {
	Name, Scheme string
	Asked        bool // false: the configuration has not this scheme
	First        *observe.Exchange
	Acceptable   bool     // over https: a client accepts the certificate for the name
	Misnamed     bool     // over https: the certificate does not bear the name
	Hops         []string // URLs followed
	Leaves       string   // host of the first hop that leaves the asked host, "" if none does
	Location     *url.URL // of a 3xx, which is judged and never followed
	Direct       bool     // the first answer had the user link, without a redirect
	Document     document // the last
	UserLink     string
	Failure      Finding // what went wrong; no Reason: nothing did
	Plain        string  // a link that leads to http instead of https
}

// answered says whether an HTTP answer came back. Of nil, which stands for a
// name that does not exist, none did.
func (d *discovery) answered() bool { return d != nil && d.Asked && d.First.Stage == observe.StageDone }

// reachable says whether a client gets an answer.
func (d *discovery) reachable() bool {
	return d.answered() && (d.Scheme == "http" || d.Acceptable)
}

// usable says whether a client gets to the user link.
func (d *discovery) usable() bool { return d.reachable() && d.UserLink != "" }

// discoverURL is what a client asks first. Without an address of a user some
// servers do not know which domain is meant (lync-rules.md §3.1).
func (q *Inquiry) discoverURL(scheme, name string) string {
	return fmt.Sprintf("%s://%s.%s/?sipuri=%s", scheme, name, q.Domain.Name, url.QueryEscape("lync_exporter@"+q.Domain.Name))
}

// discoverName is the name that clients in this view find Autodiscover by.
func (s Subject) discoverName() string {
	if s.View.Internal {
		return "lyncdiscoverinternal"
	}
	return "lyncdiscover"
}

// UserLink is the link that clients of this view arrive at, "" if none does:
// over https where that works, else over http.
func (q *Inquiry) UserLink(ctx context.Context) (string, error) { return q.userLink(ctx) }

func (q *Inquiry) learnUserLink(ctx context.Context) (string, error) {
	var failed error
	for _, scheme := range []string{"https", "http"} { // asked side by side by the check lyncdiscover
		d := q.Discover(ctx, scheme, q.discoverName())
		if d.usable() {
			return d.UserLink, nil
		}
		if d.Asked && failed == nil {
			failed = d.First.Host.Err
		}
	}
	return "", failed
}

// Discover asks for Autodiscover as a client does and follows where it leads.
// However many checks want to know, it is done once.
func (q *Inquiry) Discover(ctx context.Context, scheme, name string) *discovery {
	return q.discoveries[scheme+"://"+name](ctx)
}

// discover does so.
func (q *Inquiry) discover(ctx context.Context, scheme, name string) *discovery {
	d := &discovery{Name: name, Scheme: scheme, Asked: q.hasScheme(scheme)}
	if !d.Asked {
		return d
	}
	asked := q.discoverURL(scheme, name)
	d.First = q.Get(ctx, asked)
	if d.First.Stage != observe.StageDone {
		d.Failure = Finding{Reason: "lyncdiscover_unreachable", Seen: unanswered(asked, d.First)}
	}
	if scheme == "https" {
		d.Acceptable = q.acceptable(d.First)
		d.Misnamed = misnamed(d.First)
	}
	if d.answered() {
		q.follow(ctx, d)
	}
	return d
}

func (q *Inquiry) hasScheme(scheme string) bool {
	for _, s := range q.Domain.Schemes {
		if s == scheme {
			return true
		}
	}
	return false
}

// acceptable says whether a web client takes the server's certificate.
func (q *Inquiry) acceptable(x *observe.Exchange) bool {
	chain := x.Connection.Certificates
	return len(chain) > 0 && acceptable(chain[0], q.Trust(chain).Trusted, x.URL.Hostname())
}

// misnamed says whether a server showed a certificate without the name.
func misnamed(x *observe.Exchange) bool {
	chain := x.Connection.Certificates
	return len(chain) > 0 && covers(chain[0], x.URL.Hostname()) < wildcard
}

// follow goes from redirect to redirect, which are bodies and never 3xx
// answers, until there is a user link (lync-rules.md §3.2).
func (q *Inquiry) follow(ctx context.Context, d *discovery) {
	visited := map[string]bool{d.First.URL.String(): true}
	for x := d.First; ; {
		next, final := q.readAnswer(d, x)
		if next == nil || final {
			return
		}
		switch key := next.String(); {
		case visited[key]:
			d.Failure = Finding{Reason: "lyncdiscover_redirect_loop", Seen: key}
			return
		case len(d.Hops) == maxHops:
			d.Failure = Finding{Reason: "lyncdiscover_redirect_limit", Seen: key}
			return
		default:
			visited[key] = true
			d.Hops = append(d.Hops, key)
			x = q.Get(ctx, key)
		}
		if x.Stage != observe.StageDone {
			d.Failure = Finding{Reason: "lyncdiscover_unreachable", Seen: unanswered(next.String(), x)}
			return
		}
		if next.Scheme == "https" && !q.acceptable(x) {
			d.Failure = Finding{Reason: "lyncdiscover_unreachable", Seen: next.String() + ": its certificate is not acceptable"}
			return
		}
	}
}

// readAnswer takes from an answer what it says and where it leads next. It is
// final when the user link was found or nothing can be followed.
func (q *Inquiry) readAnswer(d *discovery, x *observe.Exchange) (next *url.URL, final bool) {
	fail := func(reason, seen string) (*url.URL, bool) {
		d.Failure = Finding{Reason: reason, Seen: x.URL.String() + ": " + seen}
		return nil, true
	}
	status := fmt.Sprintf("status %d", x.Status)
	switch {
	case x.Status >= 300 && x.Status < 400:
		return fail(d.redirected(q.Subject, x), status+" to "+x.Header.Get("Location"))
	case x.Status == http.StatusUnauthorized || x.Status == http.StatusForbidden:
		return fail("lyncdiscover_preauth", status)
	case x.Status == http.StatusNotFound && isMicrosoftRole(strings.ToLower(x.URL.Hostname()), "webdir"):
		return fail("webdir_domain_unknown", status)
	case x.Status == http.StatusNotFound:
		return fail("lyncdiscover_404", status)
	case x.Status != http.StatusOK:
		return fail("lyncdiscover_not_autodiscover", status)
	}
	doc, err := parseDocument(x.Body)
	if err != nil {
		return fail("lyncdiscover_not_autodiscover", "an answer of type "+x.Header.Get("Content-Type")+" that is no Autodiscover document")
	}
	d.Document = doc
	href, isUser := doc.userLink(), true
	if href == "" {
		href, isUser = doc.Links["redirect"], false
	}
	if href == "" {
		return fail("lyncdiscover_no_user_link", "neither a user link nor a redirect")
	}
	link, err := parseLink(x.URL, href)
	if err != nil {
		return fail("lyncdiscover_bad_href", err.Error())
	}
	if link.Scheme == "http" {
		d.Plain = link.String()
	}
	d.leave(link)
	if isUser {
		d.UserLink, d.Direct = link.String(), len(d.Hops) == 0
	}
	return link, isUser
}

// redirected notes where a 3xx points to and says how that is to be judged: a
// client takes it for a failure if it leads elsewhere (§3.2).
func (d *discovery) redirected(s Subject, x *observe.Exchange) (reason string) {
	location, err := parseLink(x.URL, x.Header.Get("Location"))
	if err != nil {
		return "lyncdiscover_bad_href"
	}
	d.Location = location
	d.leave(location)
	if host := strings.ToLower(location.Hostname()); !within(host, s.Domain.Name) {
		return "lyncdiscover_3xx_other_domain"
	}
	return "lyncdiscover_http_3xx"
}

// leave notes the first hop to another host than the one asked first.
func (d *discovery) leave(to *url.URL) {
	host := strings.ToLower(to.Hostname())
	if d.Leaves == "" && host != strings.ToLower(d.First.URL.Hostname()) {
		d.Leaves = host
	}
}

// parseLink reads a link of an answer. Only http and https are followed, and
// nothing that would carry credentials.
func parseLink(base *url.URL, href string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || href == "" {
		return nil, fmt.Errorf("the link %q cannot be read", Printable(href))
	}
	u = base.ResolveReference(u)
	u.Fragment, u.User = "", nil
	u.Host = strings.ToLower(u.Host)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("the link %q is neither http nor https", Printable(href))
	}
	return u, nil
}

// unanswered says why no answer came back.
func unanswered(asked string, x *observe.Exchange) string {
	err := x.Err
	switch {
	case err == nil && x.Host.Outcome.Missing():
		err = errors.New("the name does not exist")
	case err == nil:
		err = errors.New("no answer")
	}
	return asked + ": " + err.Error()
}

// mismatches says whether the first hop that leaves the asked host goes to one
// that a client does not trust for this domain (§3.6).
func (d *discovery) mismatches(s Subject) bool {
	return d.Leaves != "" && !within(d.Leaves, s.Domain.Name) && !withinAny(d.Leaves, s.Domain.TrustedDomains)
}
