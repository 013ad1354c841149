package tls

import (
	"context"
	"net/url"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// webServer is an https URL that a role's server answers for.
type webServer struct {
	role      lync.Role
	url       string
	given     bool // by a server
	httpWorks bool
	doubtful  bool // there may be only a wildcard behind its name
	stranger  bool // it may have nothing to do with the domain
}

// askWebServers shakes hands with the servers of the URLs that the other checks
// ask. A name that does not exist is their business.
func askWebServers(ctx context.Context, s inquiry.Subject, q inquiry.Questions) ([]*server, []inquiry.UnknownRole) {
	urls, unknown := webServers(ctx, s, q)
	list := make([]*server, len(urls))
	inquiry.Each(urls, func(i int, w webServer) {
		t := &server{HTTPWorks: w.httpWorks, Stranger: w.stranger}
		ask := q.Web
		if w.given {
			ask = q.FollowWeb
		}
		t.Server = inquiry.NewServer(w.role, ask(ctx, w.url))
		t.Hosted = lync.IsProvider(t.Host.Name, s.Domain) || lync.LeadsToCloud(t.Host)
		t.Required = []string{t.Host.Name}
		if !lync.IsAddress(t.Host.Name) {
			t.InDNS = q.Resolve(ctx, t.Host.Name)
		}
		if !w.doubtful || !lync.SameAnswer(t.Host, inquiry.Wildcard(ctx, s, q)) {
			list[i] = t
		}
	})
	return slices.DeleteFunc(list, func(t *server) bool { return t == nil || t.Host.Outcome.Missing() }), unknown
}

// isWrongName says whether a user link has a host that has to go, because nobody
// outside can find it: the certificate there is one for inside.
func isWrongName(s inquiry.Subject, link *url.URL) bool {
	return !s.View.Internal && lync.IsInternalName(link.Hostname())
}

// webServers are the https URLs of the domain in this view.
func webServers(ctx context.Context, s inquiry.Subject, q inquiry.Questions) ([]webServer, []inquiry.UnknownRole) {
	var list []webServer
	var unknown []inquiry.UnknownRole
	if s.Wants(verdict.Autodiscover) {
		if name := s.DiscoverName(); slices.Contains(s.Domain.Schemes, "https") {
			secure, plain := q.Discover(ctx, "https", name), q.Discover(ctx, "http", name)
			list = append(list, webServer{role: lync.Role(name), url: inquiry.DiscoverURL(s, "https", name), httpWorks: plain.Usable(),
				doubtful: !secure.Own() && !plain.Own(), stranger: common.AtStranger(ctx, s, q)})
		}
		link, err := inquiry.UserLink(ctx, s, q)
		if err != nil {
			unknown = append(unknown, inquiry.UnknownRole{Role: lync.WebServices, Err: err})
		}
		if u, err := url.Parse(link); err == nil && u.Scheme == "https" && !isWrongName(s, u) && q.Follow(ctx, link).Stage != observe.StageForbidden {
			list = append(list, webServer{role: lync.WebServices, url: link, given: true})
		}
	}
	if meet := s.Domain.Meet; s.Wants(verdict.Meetings) && meet.Scheme == "https" {
		list = append(list, webServer{role: lync.Meet, url: meet.String(), doubtful: s.Domain.MeetGuessed})
	}
	if dialin := s.Domain.Dialin; dialin != nil && dialin.Scheme == "https" &&
		(s.Domain.Capabilities == nil || slices.Contains(s.Domain.Capabilities, string(verdict.Meetings))) {
		list = append(list, webServer{role: lync.Dialin, url: dialin.String()})
	}
	return list, unknown
}
