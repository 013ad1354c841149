package lyncdiscover

import (
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func judge(s inquiry.Subject, f *facts) *verdict.Verdict {
	v := new(verdict.Verdict)
	if f.Topology.Absence != inquiry.NothingMissing || f.Topology.Kind == config.FederationOnly {
		return v
	}
	if f.TopologyErr != nil {
		v.Incomplete(f.TopologyErr, verdict.Autodiscover)
	}
	for _, n := range f.Names {
		needed := n.Belongs && f.Topology.Offers(s, verdict.Autodiscover)
		if !n.Host.Outcome.Known() {
			reportLookupFailed(v, n, needed)
			continue
		}
		v.Exposing(n.Belongs || s.InFull())
		exposeName(v, s, n, needed)
		v.Exposing(true)
		switch {
		case n.Belongs && f.Topology.HasServers():
			judgeName(v, s, f, n)
		case !n.Belongs && !s.View.Internal && !n.Wildcard && n.answered():
			v.Report(internalVisible.On(n.Label).Saw("%s: %s", n.Host.Name, lync.Describe(n.Host)).Repair(common.DeleteHost(n.Host)...))
		}
	}
	return v
}

func reportLookupFailed(v *verdict.Verdict, n name, needed bool) {
	if needed {
		common.ReportLookupFailed(v, n.Label, n.Host.Err, verdict.Autodiscover)
	} else {
		common.ReportLookupFailed(v, n.Label, n.Host.Err)
	}
}

// judgeName judges the name that clients of this view ask.
func judgeName(v *verdict.Verdict, s inquiry.Subject, f *facts, n name) {
	if n.missing() {
		judgeMissing(v, s, f, n)
		return
	}
	private := common.ReportPrivate(v, s, n.Label, n.Host, verdict.Autodiscover)
	if private && !n.answered() {
		return // it cannot be asked by this address
	}
	judgeSchemes(v, s, f, n)
	told := slices.ContainsFunc(v.Findings, func(f verdict.Finding) bool { return f.Rule == nameMismatch })
	if n.Plain.Usable() && n.prompts(s) && !told {
		v.Report(prompt.On(n.Label).Saw("%s", n.Plain.Leaves).Wants("%s", n.Host.Name).
			Repair(common.CertificateRepair(server(s, n.asked()[0].First()), common.Shown(n.asked()[0].First()), n.Host.Name)))
	}
	if n.Plain.Usable() && n.Plain.Direct() {
		v.Report(noRedirect.On(n.Label).Saw("http://%s", n.Host.Name).Wants("%s", n.Host.Name).Repair(common.Publish(s, n.Host.Name)))
	}
	for _, w := range n.asked() {
		if strings.EqualFold(w.Document.AccessLocation, "Internal") && !s.View.Internal && !private {
			v.Report(internalSite.On(n.Label).Saw("%s://%s says AccessLocation \"Internal\"", w.Scheme, n.Host.Name).Wants("%s", n.Host.Name).
				Repair(common.Publish(s, n.Host.Name)))
		}
	}
	for _, w := range n.asked() {
		if w.Plain != "" {
			v.Report(badLink.On(n.Label).Milder(verdict.StillAccepted).Saw("%s", w.Plain).Repair(correctLinks(s)))
		}
	}
}

// judgeMissing says what stands in the place of the name, and what its server
// will lack once it is there.
func judgeMissing(v *verdict.Verdict, s inquiry.Subject, f *facts, n name) {
	finding := missing.On(n.Label).Saw("the nameserver has no such name")
	var wrong, right []verdict.Repair
	switch {
	case len(f.Misspelled) > 0:
		h := f.Misspelled[0]
		finding = finding.Saw("%s is there instead", h.Name)
		wrong, right = common.DeleteHost(h), renamed(h.Name, n.Host.Name, common.DeleteHost(h))
	case n.Wildcard:
		finding = finding.Saw("only the zone's wildcard answers for it: %s", lync.Describe(n.Host))
	case len(n.Host.Chain) > 0:
		finding = finding.Saw("it is an alias of %s, which has no address", lync.FinalName(n.Host))
		wrong = common.DeleteHost(n.Host)
	}
	if right == nil {
		right = common.PublishAddresses(n.Host.Name, common.ProxyAddress(s), f.Proxy.Addresses)
	}
	v.Report(finding.Wants("%s", common.Lines(right)).Repair(wrong...).Repair(right...))
	if f.LacksName != nil {
		at := f.Proxy.Server(n.Host.Name, s.View.Internal)
		v.Report(certificateLacksName.On(n.Label).At(at).Saw("%s", lync.SANs(f.LacksName)).Wants("%s", n.Host.Name).
			Repair(common.CertificateRepair(at, f.LacksName, n.Host.Name)))
	}
}

// renamed are the records of a misspelt name under the right one.
func renamed(from, to string, records []verdict.Repair) []verdict.Repair {
	right := make([]verdict.Repair, len(records))
	for i, r := range records {
		record := r.DNS.Record
		record.Name = to + strings.TrimPrefix(record.Name, from)
		right[i] = verdict.InDNS(verdict.Publish, record)
	}
	return right
}

// server is the server that answered, as people are told of it.
func server(s inquiry.Subject, x *observe.Exchange) *verdict.Server {
	w := common.WebServer(lync.Lyncdiscover, x, s.View.Internal)
	switch {
	case lync.LeadsToCloud(x.Host):
		w.Role = "Microsoft 365 server"
	case x.Host.Outcome.Missing():
		w.Role = "" // whatever it was meant to be
	}
	return w
}
