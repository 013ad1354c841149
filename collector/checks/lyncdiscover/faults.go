package lyncdiscover

import (
	"net/http"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// fault is one thing that keeps clients from the user link by one way of asking:
// the rule that is broken, where, and what was seen there.
type fault struct {
	rule    *verdict.Rule
	at      *observe.Exchange
	format  string
	args    []any
	both    bool // over http as over https
	repairs []verdict.Repair
}

func (f fault) finding(s inquiry.Subject, n name) verdict.Finding {
	seen := f.format
	if f.both {
		seen += ", over https and over http"
	}
	return f.rule.On(n.Label).At(server(s, f.at)).Saw(seen, f.args...).Wants("%s", f.want()).Repair(f.repairs...)
}

// want is what the words of the rule tell: the record or the change itself where
// it depends on what was seen, else the host.
func (f fault) want() verdict.Lines {
	switch f.rule {
	case unreachable, notFound, notAutodiscover:
		return common.Instructions(f.repairs)
	case unknownInCloud:
		var records []verdict.Repair
		for _, r := range f.repairs {
			if r.Does(verdict.Publish) {
				records = append(records, r)
			}
		}
		return common.Lines(records)
	}
	return verdict.Lines(f.at.URL.Hostname())
}

// faultsOf are all faults of a walk: the certificates on the way, and how it
// ended.
func faultsOf(s inquiry.Subject, f *facts, n name, w *inquiry.Walk) []fault {
	if w.Usable() {
		return nil
	}
	end, ended := endFault(s, f, w)
	if ended && common.LeadsElsewhere(s, n.Host, n.asked(), f.Proxy, f.Edge) {
		end.repairs = append(common.DeleteHost(n.Host), common.PublishAddresses(n.Host.Name, common.ProxyAddress(s), f.Proxy.Addresses)...)
		if end.rule == httpRedirect {
			end.rule = notAutodiscover // what another server does with its visitors is right
		}
		return []fault{end} // another server's certificate is no matter
	}
	if ended && common.ShowsNothing(s, n.Host, n.Secure, n.Plain) {
		end.rule, end.repairs = notAutodiscover, leadToProxy(s, n)
		return []fault{end}
	}
	var list []fault
	for _, h := range w.Hops {
		if len(h.Faults) > 0 && !lync.LeadsToCloud(h.Host) {
			list = append(list, certificateFault(s, n, h))
		}
	}
	if ended {
		list = append(list, end)
	}
	return list
}

// certificateFault is what keeps clients from taking the certificate of a hop.
func certificateFault(s inquiry.Subject, n name, h inquiry.Hop) fault {
	repair := common.MendCertificate(server(s, h.Exchange), h.Exchange, h.Faults)
	leaf := h.Connection.Certificates[0]
	if host := h.URL.Hostname(); host == n.Host.Name && lync.Covers(leaf, host) < lync.Wildcard {
		return fault{rule: certificateLacksName, at: h.Exchange, format: "%s", args: []any{lync.SANs(leaf)}, repairs: []verdict.Repair{repair}}
	}
	return fault{rule: unreachable, at: h.Exchange, format: "%s", args: []any{strings.Join(h.Faults, "; ")}, repairs: []verdict.Repair{repair}}
}

// leadToProxy is the change where it is not known whether a name leads to the reverse
// proxy and that has still to be set up, or elsewhere.
func leadToProxy(s inquiry.Subject, n name) []verdict.Repair {
	x := n.Secure.First()
	certificate := common.MendCertificate(server(s, x), x, n.Secure.Hops[0].Faults)
	if !x.Trust.Trusted {
		certificate = verdict.Repair{Kind: verdict.RepairProxy, Text: verdict.Textf("Give the reverse proxy a certificate of an authority that clients trust, with the name %s.", n.Host.Name)}
	}
	repairs := []verdict.Repair{common.Publish(s, n.Host.Name), certificate}
	if s.View.Internal {
		return repairs // the first says where it is to lead
	}
	lead := verdict.Textf("If %s is not the reverse proxy, let %s lead to the reverse proxy.", x.Connection.Address.Addr(), n.Host.Name)
	return append([]verdict.Repair{{Kind: verdict.RepairProxy, Text: lead}}, repairs...)
}

// endFault is the rule that a walk breaks by how it ended; there is none where
// it led to a user link.
func endFault(s inquiry.Subject, f *facts, w *inquiry.Walk) (fault, bool) {
	last := w.Last()
	host := last.URL.Hostname()
	answers := fault{at: last, format: "it answers %d %s", args: []any{last.Status, http.StatusText(last.Status)}}
	as := func(rule *verdict.Rule, repairs ...verdict.Repair) (fault, bool) {
		answers.rule, answers.repairs = rule, repairs
		return answers, true
	}
	saw := func(format string, args ...any) { answers.format, answers.args = format, args }
	if w.Location != nil {
		answers.format += " and points to %s"
		answers.args = append(answers.args, w.Location.String())
	}
	switch w.End {
	case inquiry.Moved:
		if !lync.Within(strings.ToLower(w.Location.Hostname()), s.Domain.Name) {
			return as(httpRedirectAway, common.Publish(s, host))
		}
		return as(httpRedirect, common.Publish(s, host))
	case inquiry.LoginWanted:
		return as(preauthentication, common.NoLogin(s, host))
	case inquiry.PoolDown:
		return as(poolDown, common.StartPool(s, host))
	case inquiry.NotFound:
		if lync.LeadsToCloud(last.Host) {
			return as(unknownInCloud, outOfCloud(s, f, w)...)
		}
		return as(notFound, common.Publish(s, host))
	case inquiry.OtherStatus:
		if last.Status >= http.StatusInternalServerError {
			return as(notAutodiscover, repairWebServices(host))
		}
		return as(notAutodiscover, common.Publish(s, host))
	case inquiry.NoDocument:
		answers.format += " with content of type %q"
		answers.args = append(answers.args, last.Header.Get("Content-Type"))
		return as(notAutodiscover, common.Publish(s, host))
	case inquiry.NoUserLink:
		return as(noUserLink, repairWebServices(host))
	case inquiry.UnreadableLink:
		if last.Status >= 300 && last.Status < 400 {
			if answers.format += " without saying where to"; w.Link != "" {
				answers.format = "it answers %d %s and points to %q"
				answers.args = append(answers.args, w.Link)
			}
			return as(httpRedirect, common.Publish(s, host))
		}
		saw("%q", w.Link)
		return as(badLink, correctLinks(s))
	case inquiry.RedirectLoop:
		saw("%s", w.Link)
		return as(redirectLoop, correctLinks(s))
	case inquiry.TooManyRedirects:
		saw("%s", w.Link)
		return as(tooManyRedirects, correctLinks(s))
	case inquiry.Unanswered:
		saw("%s", inquiry.Unanswering(last))
		if last.Host.Outcome.Missing() {
			return as(unreachable, common.UnresolvedWebHost(s, host, w.First().Host.Addresses)...)
		}
		return as(unreachable, common.Reach(s, host))
	}
	return fault{}, false
}

// repairWebServices is the change for a Front End that answers, but not well.
func repairWebServices(host string) verdict.Repair {
	return verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Repair the web services of the Front End behind %s: look into its event log, and check that nothing in front of it changes its answers.", host)}
}

// correctLinks is the change of what Autodiscover hands out.
func correctLinks(s inquiry.Subject) verdict.Repair {
	side := "external"
	if s.View.Internal {
		side = "internal"
	}
	return verdict.Repair{Kind: verdict.RepairTopology, Text: verdict.Textf("Correct the %s web services FQDN of the pool in Topology Builder and the Autodiscover URL of the hosting provider (Get-CsHostingProvider), publish the topology, and run Enable-CsComputer on the pool's servers.", side)}
}

// outOfCloud are the changes for a domain with servers of its own that
// Microsoft 365 does not know.
func outOfCloud(s inquiry.Subject, f *facts, w *inquiry.Walk) []verdict.Repair {
	asked := w.First().Host
	if !lync.LeadsToCloud(asked) {
		return []verdict.Repair{{Kind: verdict.RepairTopology, Text: verdict.Textf("Correct the Autodiscover URL of the hosting provider (Get-CsHostingProvider), or verify and enable %s in Microsoft 365.", s.Domain.Name)}}
	}
	return append(common.DeleteHost(asked), common.PublishAddresses(asked.Name, common.ProxyAddress(s), f.Proxy.Addresses)...)
}
