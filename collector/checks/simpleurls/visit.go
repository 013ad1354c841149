package simpleurls

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// maxRedirects is how many redirects are followed in search of the page.
const maxRedirects = 3

// end is how a visit ended.
type end int

const (
	page       end = iota // with an answer that is no redirect
	unanswered            // no answer came back
	loginPage             // at a login, which is not asked for
	lost                  // with a redirect that leads nowhere, in a circle or too far
)

// visit is a simple URL and what a browser comes to by it.
type visit struct {
	simpleURL
	Hops      []inquiry.Hop // the first is the URL itself
	End       end
	Location  *url.URL          // of the login, or of the last redirect
	LacksName *x509.Certificate // of the domain's web server, if DNS does not have the host and the certificate neither
	AtEdge    bool              // the host leads to the Edge in place of the domain's web server, and nothing answers there
}

// visit asks for a URL and follows where it leads.
func (u simpleURL) visit(ctx context.Context, s inquiry.Subject, q inquiry.Questions) visit {
	v := visit{simpleURL: u}
	asked := make(map[string]bool)
	for next := u.URL; ; next = v.Location {
		asked[next.String()] = true
		ask := q.Get
		if next.Host != u.URL.Host { // what a server chose
			ask = q.Follow
		}
		x := ask(ctx, next.String())
		v.Hops = append(v.Hops, inquiry.NewHop(x, s.Now))
		v.Location = nil
		switch {
		case x.Stage != observe.StageDone:
			v.End = unanswered
			return v
		case x.Status < 300 || x.Status > 399:
			v.End = page
			return v
		}
		location, err := lync.ParseLink(x.URL, x.Header.Get("Location"))
		if err != nil {
			v.End = lost
			return v
		}
		v.Location = location
		switch {
		case lync.IsLogin(location):
			v.End = loginPage
			return v
		case u.Kind == admin || len(v.Hops) > maxRedirects || asked[location.String()]:
			v.End = lost
			return v
		}
	}
}

// first is what the URL itself answered, last what was answered at the end.
func (v visit) first() *observe.Exchange { return v.Hops[0].Exchange }
func (v visit) last() *observe.Exchange  { return v.Hops[len(v.Hops)-1].Exchange }

func (v visit) host() dns.Host { return v.first().Host }

func (v visit) answered() bool { return v.first().Stage == observe.StageDone }

// moved says whether the visit ended at another host than it began.
func (v visit) moved() bool {
	return !strings.EqualFold(v.first().URL.Hostname(), v.last().URL.Hostname())
}

// reachable says whether a browser gets an answer that is not an error.
func (v visit) reachable() bool {
	return v.answered() && v.URL.Scheme == "https" && len(v.Hops[0].Faults) == 0 && !failed(v.first())
}

// verified says whether Lync itself answered: by a page of its own, or as the
// server that redirects.
func (v visit) verified() bool {
	for _, h := range v.Hops {
		if h.Stage == observe.StageDone && lync.HasMarker(h.Exchange) {
			return true
		}
	}
	return false
}

// unknown is why nothing can be known of where the URL leads, nil where servers
// decided it.
func (v visit) unknown() error {
	if v.End != unanswered {
		return nil
	}
	return inquiry.Unasked(v.last())
}

func failed(x *observe.Exchange) bool { return x.Status == http.StatusNotFound || x.Status >= 500 }

// isPoolDown says whether a proxy answered in the place of its server.
func isPoolDown(x *observe.Exchange) bool {
	return x.Status == http.StatusBadGateway || x.Status == http.StatusServiceUnavailable || x.Status == http.StatusGatewayTimeout
}

// words say what a browser comes to, as in "it redirects to A, then to B, which
// answers 200 OK".
func (v visit) words() string {
	var b strings.Builder
	for i, h := range v.Hops {
		switch i {
		case 0:
			b.WriteString("it ")
			continue
		case 1:
			b.WriteString("redirects to ")
		default:
			b.WriteString(", then to ")
		}
		b.WriteString(shown(h.URL))
		if len(h.Faults) > 0 {
			fmt.Fprintf(&b, " (%s)", strings.Join(h.Faults, "; "))
		}
	}
	if len(v.Hops) > 1 {
		b.WriteString(", which ")
	}
	answer := fmt.Sprintf("answers %d %s", v.last().Status, http.StatusText(v.last().Status))
	switch {
	case v.End == unanswered:
		b.WriteString("does not answer: " + inquiry.Unanswering(v.last()))
	case v.Location != nil:
		b.WriteString(answer + " and points to " + shown(v.Location))
	case v.End == lost:
		b.WriteString(answer + " without saying where to")
	default:
		b.WriteString(answer)
	}
	return b.String()
}

// shown is a URL that a server chose, for people.
func shown(u *url.URL) string { return verdict.Printable(u.String()) }

// instructions are changes as a person is told of them, a line each, but for
// those that only make room for another.
func instructions(repairs ...verdict.Repair) verdict.Lines {
	return common.Instructions(slices.DeleteFunc(slices.Clone(repairs), func(r verdict.Repair) bool { return r.Does(verdict.Delete) }))
}
