package tls

import (
	"crypto/x509"
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

func judge(s inquiry.Subject, f *facts) *verdict.Verdict {
	v := new(verdict.Verdict)
	if f.TopologyErr != nil {
		v.Incomplete(f.TopologyErr, verdict.SignIn, verdict.Autodiscover, verdict.Meetings)
	}
	for _, u := range f.Unknown {
		common.NoteUnknown(v, u.Err, u.Role.Serves())
	}
	if f.SIP.Host.Err != nil {
		v.Incomplete(f.SIP.Host.Err)
	}
	j := judgement{s, f, make(fingerprints)}
	ranked := j.ranked()
	var shown []*x509.Certificate
	for i, t := range f.Servers {
		if err := t.Unknown(); err != nil {
			common.NoteUnknown(v, err, j.openWithout(t)...)
			j.reportRefused(v, t)
			continue
		}
		j.reportRefused(v, t)
		shown = sawServer(v, t, shown)
		v.Exposing(t.Best || s.InFull())
		exposeAddresses(v, t)
		j.exposeCertificates(v, t)
		exposeRevocation(v, t)
		exposeNames(v, t)
		exposeProtocol(v, t)
		v.Exposing(true)
		v.Report(ranked[i].Faults...)
	}
	for _, t := range f.Successors {
		v.Report(j.ofSuccessor(t)...)
	}
	reportSIPHost(v, f.SIP)
	j.exposeServers(v)
	j.exposeSeen(v)
	return v
}

// judgement is a subject and all that was asked about it.
type judgement struct {
	inquiry.Subject
	*facts
	fingerprints
}

// ranked are the servers with their faults, which are milder where a record of the same
// rank leads to a server without.
func (j judgement) ranked() []*common.RankedServer {
	all := make([]*common.RankedServer, len(j.Servers))
	for i, t := range j.Servers {
		if all[i] = (&common.RankedServer{Server: &t.SIPServer}); t.Unknown() == nil {
			all[i].Known, all[i].Faults = len(t.Addresses) > 0 && !t.Refused, j.reported(t)
		}
	}
	common.SpareServers(all)
	return all
}

// reportRefused says where the exporter did not go for this server: to its
// addresses, or to what its certificates name. That it did not go to those of a
// web server is said by the check that asks it for something.
func (j judgement) reportRefused(v *verdict.Verdict, t *server) {
	for _, a := range t.Addresses {
		if t.Role.IsEdge() && !common.IsNoPort(a.Err) {
			common.ReportRefused(v, string(t.Role), a.Err)
		}
		common.ReportRefused(v, string(t.Role), a.Trust.Refused)
		common.ReportRefused(v, string(t.Role), a.Revocation.Refused)
	}
}

// serves is the capability of the domain that needs a server, "" for none.
func (j judgement) serves(t *server) verdict.Capability {
	if c := t.Role.Serves(); j.Topology.Offers(j.Subject, c) {
		return c
	}
	return ""
}

// openWithout are the capabilities of which nothing is known while nothing is
// known of a server.
func (j judgement) openWithout(t *server) []verdict.Capability {
	if c := j.serves(t); t.Best && !t.Refused && c != "" {
		return []verdict.Capability{c}
	}
	return nil
}

// reported are the faults of a server that are to be mended. Of a provider's
// server only what breaks something is the domain's business, of a stranger's nothing.
// A record that has to go asks for nothing at its server.
func (j judgement) reported(t *server) []verdict.Finding {
	if t.Stranger || t.Refused && !j.isBare(t) {
		return nil
	}
	faults := j.faults(t)
	if t.Hosted {
		faults = slices.DeleteFunc(faults, func(f verdict.Finding) bool { return f.Severity != verdict.Critical })
	}
	return faults
}

// isBare says whether the record names the domain itself, which some partners may
// accept.
func (j judgement) isBare(t *server) bool {
	return t.Best && lync.MatchTarget(t.SRV.Target, j.Domain) == lync.BareDomain
}

// faults are all that is wrong with a server. Where a web server stands in the
// place of an Edge, that is said by the check sip, and its certificate is right
// for another purpose.
func (j judgement) faults(t *server) []verdict.Finding {
	faults := j.addressFaults(t)
	if t.isWebServer() {
		return faults
	}
	for _, c := range t.Certificates {
		faults = append(faults, j.certificateFaults(t, c)...)
	}
	if !t.Refused {
		faults = append(faults, j.nameFaults(t, j.hasOtherWayIn(t))...)
	}
	return append(faults, j.protocolFaults(t)...)
}

// isWebServer says whether nothing but HTTP is spoken where SIP is expected.
func (t *server) isWebServer() bool {
	speaksHTTP := false
	for _, a := range t.Judged() {
		speaksHTTP = speaksHTTP || a.Answer.HTTP
		if a.Shook() && !a.Answer.HTTP {
			return false
		}
	}
	return speaksHTTP
}

// ofSuccessor are the faults of a server that a record is to lead to.
func (j judgement) ofSuccessor(t successor) []verdict.Finding {
	var faults []verdict.Finding
	if t.Asked {
		faults = append(faults, j.addressFaults(t.server)...)
	}
	if !t.NamesOnly {
		for _, c := range t.Certificates {
			faults = append(faults, j.certificateFaults(t.server, c)...)
		}
	}
	faults = append(faults, j.nameFaults(t.server, false)...)
	for i := range faults {
		if t.StandIn != "" {
			faults[i] = faults[i].Milder(t.StandIn)
		}
	}
	return faults
}

// mitigated is a fault of a server with what stands in for it.
func (j judgement) mitigated(t *server, f verdict.Finding) verdict.Finding {
	f = f.Serving(j.serves(t))
	switch {
	case t.HTTPWorks:
		return f.Milder(verdict.PlainHTTP)
	case !t.Best && t.Prefix == "":
		return f.Milder(verdict.OtherWayIn)
	case !t.Best:
		return f.Milder(verdict.BetterRecord)
	}
	return f
}

// hasOtherWayIn says whether clients find a way to sign in without this server's
// certificate for sip.<domain>: by the record for clients, or by Autodiscover.
func (j judgement) hasOtherWayIn(t *server) bool {
	if t.Role != lync.AccessEdge {
		return false
	}
	return j.Autodiscover || slices.ContainsFunc(j.Servers, func(other *server) bool {
		return other.Role == lync.AccessEdge && other.Best && other.Prefix != "" && j.isUsable(other)
	})
}

// isUsable says whether clients can use the server that their record names.
func (j judgement) isUsable(t *server) bool {
	if len(t.Judged()) == 0 {
		return false
	}
	faults := j.addressFaults(t)
	for _, c := range t.Certificates {
		faults = append(faults, j.certificateFaults(t, c)...)
	}
	faults = append(faults, j.nameFaults(t, true)...)
	return !slices.ContainsFunc(faults, func(f verdict.Finding) bool { return f.TakesDown(verdict.SignIn) })
}

// words are a server as people are told of it, with the addresses that a fault is
// about; all of them where none is given.
func (j judgement) words(t *server, at ...netip.Addr) *verdict.Server {
	w := t.Words(j.View.Internal)
	if j.Topology.Kind == config.FederationOnly {
		w.Role = "SIP server"
	}
	if len(at) > 0 {
		w.Addresses = at
	}
	return w
}
