package inquiry

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// End is how a walk along Autodiscover's answers ended.
type End int

// The ends of a walk.
const (
	NotAsked         End = iota // the configuration has not this scheme
	Unanswered                  // no HTTP answer came back
	UserLinkFound               // it led to a user link
	Moved                       // a 3xx, which is judged and never followed
	LoginWanted                 // 401 or 403, or a 3xx to a login page
	PoolDown                    // 502, 503 or 504: a proxy whose server is gone
	NotFound                    // 404
	OtherStatus                 // another status than 200
	NoDocument                  // 200 with something else
	NoUserLink                  // a document without user link and redirect
	UnreadableLink              // a link that cannot be followed
	RedirectLoop                // a redirect to where the client has been
	TooManyRedirects            // more than a client follows
)

// MaxRedirects is after how many redirects a client gives up
// (docs/rules.md#autodiscover-redirects).
const MaxRedirects = 10

// Hop is one request and its answer. Faults are what keeps a client from taking the
// server's certificate; who follows goes on to see what lies behind.
type Hop struct {
	*observe.Exchange
	Faults []string
}

// NewHop looks at the certificates with which an answer came.
func NewHop(x *observe.Exchange, now time.Time) Hop {
	h := Hop{Exchange: x}
	if len(x.Connection.Certificates) > 0 {
		h.Faults = lync.Faults(&x.Connection, &x.Trust, x.URL.Hostname(), now)
	}
	return h
}

// Walk is one way of asking for Autodiscover, by name and scheme, and where it
// led.
type Walk struct {
	Name, Scheme string
	Hops         []Hop // the first is what was asked; the others are redirects followed
	End          End
	Location     *url.URL // of a 3xx
	Link         string   // the link that could not be followed
	Leaves       string   // host of the first hop that leaves the asked host, "" if none does
	Document     lync.Document
	UserLink     string // also behind certificates that no client takes
	Plain        string // a link that leads to http instead of https
}

// Asked says whether the configuration has this scheme.
func (w *Walk) Asked() bool { return w != nil && w.End != NotAsked }

// First is the first exchange. Only of a walk that was Asked is there one.
func (w *Walk) First() *observe.Exchange { return w.Hops[0].Exchange }

// Last is the last exchange.
func (w *Walk) Last() *observe.Exchange { return w.Hops[len(w.Hops)-1].Exchange }

// Redirects is how many redirects were followed.
func (w *Walk) Redirects() int { return max(0, len(w.Hops)-1) }

// Direct says whether the first answer had the user link.
func (w *Walk) Direct() bool { return w.End == UserLinkFound && len(w.Hops) == 1 }

// Answered says whether an HTTP answer came back. Of nil, which stands for a
// name that does not exist, none did.
func (w *Walk) Answered() bool { return w.Asked() && w.First().Stage == observe.StageDone }

// Reachable says whether a client gets an answer.
func (w *Walk) Reachable() bool { return w.Answered() && len(w.Hops[0].Faults) == 0 }

// Closed says whether nothing listens for this way of asking.
func (w *Walk) Closed() bool {
	return w.End == Unanswered && len(w.Hops) == 1 && w.First().Stage <= observe.StageConnect
}

// Faulty is the first hop whose certificate no client takes, nil if there is
// none.
func (w *Walk) Faulty() *Hop {
	if w == nil {
		return nil
	}
	for i := range w.Hops {
		if len(w.Hops[i].Faults) > 0 {
			return &w.Hops[i]
		}
	}
	return nil
}

// Usable says whether a client gets to the user link.
func (w *Walk) Usable() bool { return w.Reachable() && w.End == UserLinkFound && w.Faulty() == nil }

// Unknown is why nothing is known of where the walk leads: a lookup failed, or
// this machine could not ask. It is nil where servers decided how it ended.
func (w *Walk) Unknown() error {
	if !w.Asked() || w.End != Unanswered {
		return nil
	}
	return Unasked(w.Last())
}

// Unasked is why nothing can be known of a web server: its lookup failed, or
// this machine could not ask it. It is nil where the server decided.
func Unasked(x *observe.Exchange) error {
	switch {
	case x.Host.Err != nil:
		return x.Host.Err
	case x.Stage != observe.StageDone && x.Connection.Unknown():
		return fmt.Errorf("%s could not be asked from here: %w", x.Host.Name, x.Err)
	}
	return nil
}

// DiscoverURL is what a client asks first. Without an address of a user some
// servers do not know which domain is meant (docs/rules.md#autodiscover).
func DiscoverURL(s Subject, scheme, name string) string {
	return scheme + "://" + s.Host(name) + "/?sipuri=" + url.QueryEscape("lync_exporter@"+s.Domain.Name)
}

// UserLink is the link that clients of this view arrive at: over https where
// that works, else over http, else by way of a certificate that no client takes.
// It is "" if there is none.
func UserLink(ctx context.Context, s Subject, q Questions) (link string, err error) {
	var failed error
	var behind string
	for _, scheme := range []string{"https", "http"} { // asked side by side by the check lyncdiscover
		w := q.Discover(ctx, scheme, s.DiscoverName())
		switch {
		case w.Usable():
			return w.UserLink, nil
		case behind == "":
			behind = w.UserLink
		}
		if failed == nil {
			failed = w.Unknown()
		}
	}
	if behind != "" {
		return behind, nil
	}
	return "", failed
}

// AutodiscoverWorks says whether clients can sign in by Autodiscover: they get to
// their user link, and that answers.
func AutodiscoverWorks(ctx context.Context, s Subject, q Questions) bool {
	for _, scheme := range []string{"https", "http"} {
		if w := q.Discover(ctx, scheme, s.DiscoverName()); w.Usable() {
			x := q.Follow(ctx, w.UserLink)
			return x.Stage == observe.StageDone && x.Status != http.StatusNotFound && x.Status < http.StatusInternalServerError
		}
	}
	return false
}

// discover asks and goes from redirect to redirect until there is a user link.
// Redirects are bodies and never 3xx answers.
func discover(ctx context.Context, s Subject, q Questions, scheme, name string) *Walk {
	w := &Walk{Name: name, Scheme: scheme}
	if !s.hasScheme(scheme) {
		return w
	}
	var visited []string
	first := DiscoverURL(s, scheme, name)
	for next := first; ; {
		if slices.Contains(visited, next) {
			w.End, w.Link = RedirectLoop, next
			return w
		}
		if w.Redirects() == MaxRedirects {
			w.End, w.Link = TooManyRedirects, next
			return w
		}
		visited = append(visited, next)
		ask := q.Follow
		if next == first || next == "https"+strings.TrimPrefix(first, "http") { // and not where a server leads
			ask = q.Get
		}
		x := ask(ctx, next)
		w.Hops = append(w.Hops, NewHop(x, s.Now))
		link, end := w.read(x)
		if end != NotAsked {
			w.End = end
			return w
		}
		next = link.String()
	}
}

// read takes from an answer what it says and where it leads next. Its end is
// NotAsked while there is a next.
func (w *Walk) read(x *observe.Exchange) (next *url.URL, end End) {
	switch status := x.Status; {
	case x.Stage != observe.StageDone:
		return nil, Unanswered
	case status >= 300 && status < 400:
		return nil, w.moved(x)
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return nil, LoginWanted
	case status == http.StatusNotFound:
		return nil, NotFound
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		return nil, PoolDown
	case status != http.StatusOK:
		return nil, OtherStatus
	}
	doc, err := lync.ParseDocument(x.Body)
	if err != nil {
		return nil, NoDocument
	}
	w.Document = doc
	href, isUser := doc.UserLink(), true
	if href == "" {
		href, isUser = doc.Links["redirect"], false
	}
	if href == "" {
		return nil, NoUserLink
	}
	link, err := lync.ParseLink(x.URL, href)
	if err != nil {
		w.Link = href
		return nil, UnreadableLink
	}
	if link.Scheme == "http" {
		w.Plain = link.String()
	}
	w.leave(link)
	if isUser {
		w.UserLink = link.String()
		return nil, UserLinkFound
	}
	return link, NotAsked
}

// moved notes where a 3xx points to: a client takes it for a failure if it leads
// elsewhere (docs/rules.md#autodiscover-redirects).
func (w *Walk) moved(x *observe.Exchange) End {
	location, err := lync.ParseLink(x.URL, x.Header.Get("Location"))
	if err != nil {
		w.Link = x.Header.Get("Location")
		return UnreadableLink
	}
	w.Location = location
	w.leave(location)
	if lync.IsLogin(location) {
		return LoginWanted
	}
	return Moved
}

// leave notes the first hop to another host than the one asked first.
func (w *Walk) leave(to *url.URL) {
	host := strings.ToLower(to.Hostname())
	if w.Leaves == "" && host != strings.ToLower(w.First().URL.Hostname()) {
		w.Leaves = host
	}
}

// Mismatches says whether the first hop that leaves the asked host goes to one
// that a client does not trust for this domain (docs/rules.md#trust-prompt).
func (w *Walk) Mismatches(s Subject) bool {
	return w.Leaves != "" && !lync.Within(w.Leaves, s.Domain.Name) && !lync.WithinAny(w.Leaves, s.Domain.TrustedDomains)
}

// Own says whether the walk met an Autodiscover of somebody else than Microsoft:
// a document that no Microsoft host gave.
func (w *Walk) Own() bool {
	if !w.Asked() || w.Document.Format == "" {
		return false
	}
	for _, h := range w.Hops[1:] {
		if lync.SpeaksOfCloud(strings.ToLower(h.URL.Hostname())) {
			return false
		}
	}
	return !lync.SpeaksOfCloud(lync.HostOf(w.UserLink)) && !lync.LeadsToCloud(w.First().Host)
}

// Unanswering says why no HTTP answer came back from a URL.
func Unanswering(x *observe.Exchange) string {
	switch {
	case x.Err != nil:
		return x.Err.Error()
	case x.Host.Outcome == dns.NXDomain:
		return "the name does not exist"
	case x.Host.Outcome.Missing():
		return "the name has no address"
	}
	return "no answer"
}
