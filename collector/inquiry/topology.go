package inquiry

import (
	"context"
	"fmt"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Topology is where the users of a domain are homed, and how that is known.
type Topology struct {
	Kind       config.Topology // "" where nothing shows it
	Configured bool
	Absence    Absence
	Because    verdict.Observed // the evidence
	Cloud      string           // the federation Edge of the cloud that the records speak of, the worldwide one's where they name none
}

// Absence says what is missing where no topology can be told.
type Absence int

// What can be missing.
const (
	NothingMissing Absence = iota
	NoRecords              // the domain exists without any record of Lync or Teams
	NoDomain               // the domain does not exist
)

// HasServers says whether the topology has servers of the domain's own, which
// sign-in, Autodiscover and meetings need.
func (t Topology) HasServers() bool { return t.Kind == config.OnPremises || t.Kind == config.Hybrid }

// Source says how the topology is known, the label `source` of metrics.
func (t Topology) Source() string {
	if t.Configured {
		return "configured"
	}
	return "auto"
}

// Offers says whether users of a domain are meant to have a capability. Where
// nothing is known of the topology, they may be.
func (t Topology) Offers(s Subject, c verdict.Capability) bool {
	if !s.Wants(c) {
		return false
	}
	if c == verdict.Federation || t.HasServers() {
		return true
	}
	return t.Kind == "" && t.Absence != NoRecords
}

// Speaks is what a record says of where users are homed.
type Speaks int

// What a record can say.
const (
	OfNothing Speaks = iota
	OfCloud          // a Microsoft name is anywhere in it
	OfOwn            // it leads to an address by no Microsoft name, and not by a wildcard
)

// evidence is what one record says.
type evidence struct {
	speaks Speaks
	text   verdict.Text
}

// records are those that show where a domain's users are homed.
type records struct {
	federation, client, internal Record
	misspelled                   []Record // in place of a federation record
	hosts                        []dns.Host
	wildcard                     dns.Host
}

func learnTopology(ctx context.Context, s Subject, q Questions) (Topology, error) {
	r := askRecords(ctx, s, q)
	auto := s.Domain.Topology == config.Auto
	if err := r.unknown(s); err != nil && auto {
		return Topology{}, err
	}
	if r.empty() {
		if absent := absence(ctx, s, q, r.wildcard); absent == NoDomain || absent == NoRecords && auto {
			return Topology{Absence: absent}, nil
		}
	}
	cloud := lync.FederationEdgeOf(r.names())
	if !auto {
		return Topology{Kind: s.Domain.Topology, Configured: true, Cloud: cloud}, nil
	}
	if r.federation.Answer.Outcome.Missing() && s.Wants(verdict.Federation) {
		r.misspelled = Misspelled(ctx, s, q, lync.FederationRecord)
	}
	federation, others := r.evidence(s)
	t := Topology{Kind: decide(ctx, s, q, r, federation.speaks, others), Cloud: cloud}
	for _, e := range append([]evidence{federation}, others...) {
		if e.speaks != OfNothing {
			t.Because.Add("topology", e.text)
		}
	}
	return t, nil
}

func askRecords(ctx context.Context, s Subject, q Questions) *records {
	labels := []string{"lyncdiscover", "sip"}
	if s.View.Internal {
		labels = append(labels, "lyncdiscoverinternal")
	}
	r := &records{hosts: make([]dns.Host, len(labels))}
	questions := []func(){
		func() { r.federation = LookUp(ctx, q, lync.FederationRecord) },
		func() { r.client = LookUp(ctx, q, lync.ClientRecord) },
		func() { r.wildcard = Wildcard(ctx, s, q) },
	}
	if s.View.Internal {
		questions = append(questions, func() { r.internal = LookUp(ctx, q, lync.InternalRecord) })
	}
	for i, label := range labels {
		questions = append(questions, func() { r.hosts[i] = q.Resolve(ctx, s.Host(label)) })
	}
	All(questions...)
	return r
}

// names are all names that the records lead to.
func (r *records) names() []string {
	var names []string
	for _, record := range []*Record{&r.federation, &r.client} {
		for _, t := range record.Targets {
			names = append(append(names, t.Target), t.Host.Chain...)
		}
		names = append(names, record.Answer.Chain...)
	}
	for _, h := range r.hosts {
		names = append(names, h.Chain...)
	}
	return names
}

// unknown is why the records say too little: a lookup failed.
func (r *records) unknown(s Subject) error {
	failed := []error{r.federation.Answer.Err, r.client.Answer.Err, r.internal.Answer.Err}
	for _, h := range r.hosts {
		failed = append(failed, h.Err)
	}
	for _, err := range failed {
		if err != nil {
			return fmt.Errorf("topology of %s: %w", s.Domain.Name, err)
		}
	}
	return nil
}

// empty says whether none of the records is there.
func (r *records) empty() bool {
	for _, record := range []*Record{&r.federation, &r.client, &r.internal} {
		if record.Answer.Err != nil || record.Exists() || len(aliases(record.Answer, r.wildcard)) > 0 {
			return false
		}
	}
	return !slices.ContainsFunc(r.hosts, func(h dns.Host) bool { return h.Err != nil || setUp(h, r.wildcard) })
}

// absence says what is missing where none of the records is there. Names that
// people misspell, and meetings, show that the domain has Lync all the same.
func absence(ctx context.Context, s Subject, q Questions, wildcard dns.Host) Absence {
	var domain, meet dns.Host
	var federation, client []Record // misspelled
	All(
		func() { domain = q.Resolve(ctx, s.Domain.Name) },
		func() { meet = q.Resolve(ctx, s.Host("meet")) },
		func() { federation = Misspelled(ctx, s, q, lync.FederationRecord) },
		func() { client = Misspelled(ctx, s, q, lync.ClientRecord) },
	)
	switch {
	case len(federation)+len(client) > 0 || !domain.Outcome.Known() || meet.Err != nil || setUp(meet, wildcard):
		return NothingMissing
	case domain.Outcome == dns.NXDomain:
		return NoDomain
	}
	return NoRecords
}

// setUp says whether a host was set up and is not only what a wildcard answers.
// An alias that leads nowhere was set up, too.
func setUp(h, wildcard dns.Host) bool {
	return (h.Outcome == dns.Found || len(h.Chain) > 0) && !lync.SameAnswer(h, wildcard)
}

// aliases are those that stand in the place of a service record, without what a
// wildcard answers.
func aliases(a dns.Answer, wildcard dns.Host) []string {
	if len(a.Chain) > 0 && len(wildcard.Chain) > 0 && a.Chain[0] == wildcard.Chain[0] {
		return nil
	}
	return a.Chain
}

// evidence is what the federation record says, be it misspelt, and what each of
// the others does.
func (r *records) evidence(s Subject) (federation evidence, others []evidence) {
	federation = r.ofRecord(s, &r.federation)
	for _, m := range r.misspelled {
		if federation.speaks == OfNothing {
			federation = r.ofRecord(s, &m)
		}
	}
	others = append(others, r.ofRecord(s, &r.client), r.ofRecord(s, &r.internal))
	for _, h := range r.hosts {
		others = append(others, r.ofHost(h))
	}
	return federation, others
}

// ofRecord is what a service record says: its targets, their aliases, or the
// alias that stands in its place.
func (r *records) ofRecord(s Subject, record *Record) evidence {
	owner := record.Prefix + "." + s.Domain.Name
	for _, alias := range aliases(record.Answer, r.wildcard) {
		if lync.SpeaksOfCloud(alias) {
			return evidence{OfCloud, verdict.Textf("%s is an alias of %s, which is Microsoft's", owner, alias)}
		}
	}
	own := evidence{}
	srvs := record.Answer.SRVs()
	for i, srv := range srvs {
		if srv.Priority != srvs[0].Priority || srv.Weight != srvs[0].Weight {
			break // what only stands by says nothing of where the users are
		}
		var host dns.Host
		if i < len(record.Targets) {
			host = record.Targets[i].Host
		}
		if lync.SpeaksOfCloud(srv.Target) || lync.SpeakOfCloud(host.Chain) {
			return evidence{OfCloud, verdict.Textf("%s names %s, which is Microsoft's", owner, srv.Target)}
		}
		if own.speaks == OfNothing && (lync.IsAddress(srv.Target) || host.Err != nil || setUp(host, r.wildcard)) {
			own = evidence{OfOwn, verdict.Textf("%s names %s, which is not Microsoft's", owner, srv.Target)}
		}
	}
	return own
}

// ofHost is what a host says.
func (r *records) ofHost(h dns.Host) evidence {
	switch {
	case !setUp(h, r.wildcard):
		return evidence{}
	case lync.SpeakOfCloud(h.Chain):
		return evidence{OfCloud, verdict.Textf("%s leads to %s, which is Microsoft's", h.Name, lync.FinalName(h))}
	case h.Outcome == dns.Found:
		return evidence{OfOwn, verdict.Textf("%s leads to servers that are not Microsoft's: %s", h.Name, lync.Describe(h))}
	}
	return evidence{}
}

// decide weighs the evidence (docs/rules.md#topology). No record decides alone,
// least of all the one that is wrong.
func decide(ctx context.Context, s Subject, q Questions, r *records, federation Speaks, others []evidence) config.Topology {
	cloud, own := 0, 0
	for _, e := range others {
		switch e.speaks {
		case OfCloud:
			cloud++
		case OfOwn:
			own++
		}
	}
	switch {
	case own == 0 && cloud == 0 && federation == OfOwn && onlyFederates(ctx, s, q, r):
		return config.FederationOnly
	case federation == OfCloud || cloud > own && federation == OfNothing || cloud > own+1:
		if (own > 0 || federation == OfOwn) && answersAsLync(ctx, s, q, r) {
			return config.Hybrid
		}
		return config.Online
	}
	return config.OnPremises
}

// onlyFederates says whether nothing but a federation record is there, and no
// server that it names shows a mark of Lync: a video gateway, say.
func onlyFederates(ctx context.Context, s Subject, q Questions, r *records) bool {
	if meet := q.Resolve(ctx, s.Host("meet")); s.View.Internal || meet.Err != nil || setUp(meet, r.wildcard) {
		return false
	}
	return !slices.ContainsFunc(r.federation.Targets, func(t Target) bool {
		return t.Target != "" && !lync.IsAddress(t.Target) && speaksAsLync(q.SIP(ctx, t.Target, t.Port))
	})
}

// answersAsLync says whether servers of the domain's own answer as Lync does:
// with an Autodiscover document, or by SIP with Lync's marks.
func answersAsLync(ctx context.Context, s Subject, q Questions, r *records) bool {
	var discovers, speaks bool
	All(
		func() {
			name := s.DiscoverName()
			discovers = q.Discover(ctx, "https", name).Own() || q.Discover(ctx, "http", name).Own()
		},
		func() {
			speaks = slices.ContainsFunc(ownEdges(s, r), func(t Target) bool { return speaksAsLync(q.SIP(ctx, t.Target, t.Port)) })
		},
	)
	return discovers || speaks
}

// ownEdges are the SIP servers of the domain's own: those that the records name,
// and sip.<domain>, which clients and partners guess.
func ownEdges(s Subject, r *records) []Target {
	targets := slices.Concat(r.client.Targets, r.internal.Targets, r.federation.Targets)
	for _, h := range r.hosts {
		if h.Name == s.Host("sip") {
			for _, port := range []uint16{lync.ClientPort, lync.FederationPort} {
				targets = append(targets, Target{SRV: dns.SRV{Target: h.Name, Port: port}, Host: h})
			}
		}
	}
	return slices.DeleteFunc(targets, func(t Target) bool {
		return t.Target == "" || lync.SpeaksOfCloud(t.Target) || !setUp(t.Host, r.wildcard) || lync.LeadsToCloud(t.Host)
	})
}

// speaksAsLync says whether any address of a server answers SIP with Lync's
// marks.
func speaksAsLync(server observe.Server) bool {
	return slices.ContainsFunc(server.Addresses, func(a *observe.Address) bool { return lync.IsLync(a.Answer) })
}
