package tls

import (
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// exposeNames exposes which required names the certificates have.
func exposeNames(v *verdict.Verdict, t *server) {
	if len(leavesOf(t.Judged())) == 0 {
		return
	}
	covered := 0
	for _, name := range t.Required {
		how := t.coverage(name)
		accepted := how == lync.Exact || how == lync.Wildcard && !t.Role.IsEdge()
		if accepted {
			covered++
		}
		v.Flag(sanCovered, accepted, string(t.Role), t.Target(), name)
	}
	v.Gauge(sanCoverageRatio, float64(covered)/float64(len(t.Required)), string(t.Role), t.Target())
}

// nameFaults say which names the certificate of an Edge lacks, one finding for
// all names of a kind. That a web server's lacks its name is said by the check
// that asks the server.
func (j judgement) nameFaults(t *server, otherWayIn bool) []verdict.Finding {
	if !t.Role.IsEdge() || len(leavesOf(t.Judged())) == 0 {
		return nil
	}
	missing := make(map[*verdict.Rule][]string)
	for _, name := range t.Required {
		if rule := j.nameRule(t, name); rule != nil {
			missing[rule] = append(missing[rule], name)
		}
	}
	for _, alias := range t.Aliases {
		if t.coverage(alias) < lync.Wildcard {
			missing[aliasMissing] = append(missing[aliasMissing], alias)
		}
	}
	var faults []verdict.Finding
	for _, rule := range []*verdict.Rule{nameMissing, sipNameMissing, noSAN, onlyWildcard, aliasMissing} {
		names := missing[rule]
		if len(names) == 0 {
			continue
		}
		server := j.words(t)
		repair := common.CertificateRepair(server, t.leaves(names[0])[0], names...)
		if t.Hosted {
			repair = askProvider(t)
		}
		f := j.mitigated(t, rule.On(string(t.Role)).At(server).Saw("%s", lync.SANs(t.leaves(names[0])[0])).
			Wants("%s", strings.Join(names, ", ")).Repair(repair))
		if otherWayIn && (rule == sipNameMissing || t.Prefix == "") {
			f = f.Milder(verdict.OtherWayIn)
		}
		faults = append(faults, f)
	}
	return faults
}

// nameRule is the rule that a certificate breaks by how it has a name, nil for
// one that has it in full.
func (j judgement) nameRule(t *server, name string) *verdict.Rule {
	switch t.coverage(name) {
	case lync.Exact:
		return nil
	case lync.Wildcard:
		return onlyWildcard
	case lync.CommonName:
		return noSAN
	}
	guessed := t.Role == lync.AccessEdge && t.Prefix == "" && name == j.Host("sip")
	if name != t.Host.Name || guessed && (j.SIP.Shared || j.SIP.Is == common.SIPHostMissing) {
		return sipNameMissing
	}
	return nameMissing
}
