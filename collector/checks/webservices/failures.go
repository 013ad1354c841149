package webservices

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// failure is one thing that keeps clients from the web services behind the user
// link, and the changes that mend it.
type failure struct {
	seen    string
	repairs []verdict.Repair
}

// together are several failures for people.
func together(list []failure) string {
	seen := make([]string, len(list))
	for i, f := range list {
		seen[i] = f.seen
	}
	return strings.Join(seen, "; ")
}

// failures are all that can be seen: of the name, else of the certificate and of
// the answer behind it.
func failures(s inquiry.Subject, f *facts, server *verdict.Server) []failure {
	x := f.Exchange
	switch {
	case x.Host.Outcome.Missing():
		return unresolved(s, f)
	case !s.View.Internal && lync.IsInternalName(x.Host.Name): // whatever answers here, inside
		return []failure{{"clients outside cannot find " + x.Host.Name, []verdict.Repair{common.WebServicesName(s)}}}
	}
	var list []failure
	if len(f.Faults) > 0 {
		list = append(list, failure{strings.Join(f.Faults, "; "), []verdict.Repair{common.MendCertificate(server, x, f.Faults)}})
	}
	return append(list, ofAnswer(s, x)...)
}

// unresolved are the failures of a link whose host is not in DNS. Where the
// internal web site answered, its names are not meant for clients outside.
func unresolved(s inquiry.Subject, f *facts) []failure {
	host := f.Exchange.Host.Name
	missing := failure{seen: inquiry.Unanswering(f.Exchange)}
	if f.Inside {
		missing.repairs = []verdict.Repair{common.Publish(s, s.Host(s.DiscoverName()))}
		return []failure{missing}
	}
	missing.repairs = common.UnresolvedWebHost(s, host, f.Proxy.Addresses)
	if f.LacksName == nil || missing.repairs[0].Kind != verdict.RepairDNS {
		return []failure{missing}
	}
	return []failure{missing, {
		fmt.Sprintf("the certificate of the %s lacks the name, too, and bears %s", lync.WebServices.Words(s.View.Internal), lync.SANs(f.LacksName)),
		[]verdict.Repair{common.CertificateRepair(f.Proxy.Server(host, s.View.Internal), f.LacksName, host)},
	}}
}

// ofAnswer is what is wrong with an answer, or with there being none.
func ofAnswer(s inquiry.Subject, x *observe.Exchange) []failure {
	host := x.URL.Hostname()
	answer := fmt.Sprintf("it answers %d %s", x.Status, http.StatusText(x.Status))
	location, err := lync.ParseLink(x.URL, x.Header.Get("Location"))
	redirects := x.Status >= 300 && x.Status < 400 && err == nil
	if redirects {
		answer += " and points to " + location.String()
	}
	switch status := x.Status; {
	case x.Stage != observe.StageDone:
		return []failure{{inquiry.Unanswering(x), []verdict.Repair{common.Reach(s, host)}}}
	case status == http.StatusOK, status == http.StatusUnauthorized:
		return nil
	case status == http.StatusForbidden, redirects && lync.IsLogin(location):
		return []failure{{answer + ", which demands a login in front of the web services", []verdict.Repair{common.NoLogin(s, host)}}}
	case status == http.StatusBadGateway, status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout:
		return []failure{{answer + ", so it is up, but the Front End behind it does not answer", []verdict.Repair{common.StartPool(s, host)}}}
	}
	return []failure{{answer, []verdict.Repair{common.Publish(s, host)}}}
}
