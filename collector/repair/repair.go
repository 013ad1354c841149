// Package repair says what has to be changed: the repairs of all findings of SIP
// domains, merged so that no two contradict each other and each is final.
package repair

import (
	"cmp"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// TTL is what records to publish are given, in seconds.
const TTL = 3600

// Change is one thing to do. Which fields it has depends on its kind.
type Change struct {
	Kind verdict.RepairKind
	For  []string // codes of the findings that it mends

	Domains []string // that need it, as people write them

	// Of dns: as verdict.RecordChange has them.
	Action verdict.Action
	Record verdict.Record
	Was    []string

	// Of certificate: the server, what it shows now, all names that the new
	// certificate is to bear and those of them that are new.
	Server  verdict.Server
	Present *verdict.Certificate
	Names   []string
	Add     []string

	// What to do, in sentences; of certificate what else the new one needs.
	Text string

	verdict.Commands // that do it
}

// serve adds codes of findings and the domains that have them, each once.
func (c *Change) serve(codes, domains []string) {
	c.For, c.Domains = union(c.For, codes), union(c.Domains, domains)
}

// union adds to a list what it does not have yet.
func union(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// wanted is a repair, with the codes of the findings and the domains that want
// it.
type wanted struct {
	verdict.Repair
	codes, domains []string
}

// Changes are what has to be done for each of some domains, in the order in which
// to do it.
type Changes map[*survey.DomainReport][]Change

// Merge merges the repairs of domains. Certificates that some of them share get
// the names of all.
func Merge(domains []*survey.DomainReport) Changes {
	certificates := make(certificates, len(domains))
	changes := make(Changes, len(domains))
	for _, d := range domains {
		var dns []wanted
		for _, f := range d.Findings() {
			for _, r := range f.Repairs() {
				w := wanted{r, []string{f.Rule.Code}, []string{d.Domain.Display}}
				switch r.Kind {
				case verdict.RepairDNS:
					dns = append(dns, w)
				case verdict.RepairCertificate:
					certificates[d] = append(certificates[d], w)
				default:
					changes[d] = say(changes[d], w)
				}
			}
		}
		changes[d] = append(changes[d], mergeRecords(dns)...)
	}
	for d, list := range certificates.merge(domains) {
		changes[d] = append(changes[d], list...)
	}
	for d, list := range changes {
		for i := range list {
			list[i].Domains = []string{d.Domain.Display}
		}
		inOrder(list)
	}
	return changes
}

// OfFrontEnd are the changes that findings of a Front End call for.
func OfFrontEnd(findings []verdict.Finding) []Change {
	var changes []Change
	for _, f := range findings {
		for _, r := range f.Repairs() {
			changes = say(changes, wanted{r, []string{f.Rule.Code}, nil})
		}
	}
	inOrder(changes)
	return changes
}

// Together are the changes of several domains in one list, for one who looks
// after them all: what two of them want is there once.
func (c Changes) Together(domains ...*survey.DomainReport) []Change {
	var together []Change
	var dns []wanted
	for _, d := range domains {
		for _, change := range c[d] {
			if change.Kind == verdict.RepairDNS {
				dns = append(dns, wanted{verdict.InDNS(change.Action, change.Record, change.Was...), change.For, change.Domains})
				continue
			}
			i := slices.IndexFunc(together, change.same)
			if i < 0 {
				i = len(together)
				change.For, change.Domains = slices.Clone(change.For), slices.Clone(change.Domains)
				together = append(together, change)
			}
			together[i].serve(change.For, change.Domains)
		}
	}
	together = append(together, mergeRecords(dns)...)
	inOrder(together)
	return together
}

// same says whether two changes, neither of them in DNS, are one.
func (c Change) same(other Change) bool {
	return c.Kind == other.Kind && c.Text == other.Text && c.Server.Target == other.Server.Target && slices.Equal(c.Names, other.Names)
}

func inOrder(list []Change) {
	slices.SortStableFunc(list, func(a, b Change) int { return cmp.Compare(rank(a.Kind), rank(b.Kind)) })
}

// kinds are in the order in which changes are made.
var kinds = []verdict.RepairKind{verdict.RepairExporter, verdict.RepairTopology, verdict.RepairServer, verdict.RepairProxy, verdict.RepairCertificate, verdict.RepairDNS}

func rank(k verdict.RepairKind) int { return slices.Index(kinds, k) }

// say adds what is told in words, each sentence once.
func say(list []Change, w wanted) []Change {
	text := w.Text.String()
	i := slices.IndexFunc(list, func(c Change) bool { return c.Kind == w.Kind && c.Text == text })
	if i < 0 {
		i = len(list)
		list = append(list, Change{Kind: w.Kind, Text: text})
		if w.Commands != nil {
			list[i].Commands = *w.Commands
		}
	}
	list[i].serve(w.codes, w.domains)
	return list
}
