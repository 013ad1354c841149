package inquiry

import (
	"context"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
)

// Target is a service record together with what its target resolves to.
type Target struct {
	dns.SRV
	Host dns.Host // the zero Host where the target is no host name
}

// Record is a service record set: the answer, and every target resolved.
type Record struct {
	Prefix  string
	Answer  dns.Answer
	Targets []Target // in the order in which the Access Edge prefers them
}

// Exists says whether there is any such record.
func (r Record) Exists() bool { return r.Answer.Outcome == dns.Found }

// LookUp asks for a service record and resolves its targets side by side.
func LookUp(ctx context.Context, q Questions, prefix string) Record {
	return Once(q, "record "+prefix, func() Record { return lookUp(ctx, q, prefix) })
}

func lookUp(ctx context.Context, q Questions, prefix string) Record {
	r := Record{Prefix: prefix, Answer: q.SRV(ctx, prefix)}
	srvs := r.Answer.SRVs()
	r.Targets = make([]Target, len(srvs))
	Each(srvs, func(i int, srv dns.SRV) {
		r.Targets[i].SRV = srv
		if srv.Target != "" && !lync.IsAddress(srv.Target) {
			r.Targets[i].Host = q.Resolve(ctx, srv.Target)
		}
	})
	return r
}

// Existing looks service records up and returns those that somebody set up: what
// a wildcard answers for any name is none.
func Existing(ctx context.Context, s Subject, q Questions, prefixes []string) []Record {
	found := make([]Record, len(prefixes))
	Each(prefixes, func(i int, prefix string) {
		found[i] = Record{Prefix: prefix, Answer: q.SRV(ctx, prefix)}
	})
	return slices.DeleteFunc(found, func(r Record) bool { return !r.Exists() || IsWildcard(ctx, s, q, r) })
}

// IsWildcard says whether a record that exists is what the zone answers for any
// name beside it.
func IsWildcard(ctx context.Context, s Subject, q Questions, r Record) bool {
	if r.Prefix == "" {
		return false
	}
	beside := s.Nonce
	if _, above, deep := strings.Cut(r.Prefix, "."); deep {
		beside += "." + above
	}
	return slices.Equal(r.Answer.SRVs(), q.SRV(ctx, beside).SRVs())
}

// Misspelled are the records that stand where one was meant to be. It is worth
// asking only while the right one is missing.
func Misspelled(ctx context.Context, s Subject, q Questions, record string) []Record {
	return slices.DeleteFunc(Existing(ctx, s, q, lync.Misspellings(record, s.Domain.Name)), func(r Record) bool {
		return !lync.IsMisplaced(record, r.Prefix, r.Answer.SRVs()[0])
	})
}

// Wildcard resolves a name that nobody set up and nobody can guess. Where it
// is found, the zone answers for everything, and "it exists" proves nothing. Load
// balancers show a few of their addresses at a time, so that some more names
// are asked for then.
func Wildcard(ctx context.Context, s Subject, q Questions) dns.Host {
	return Once(q, "wildcard", func() dns.Host { return wildcard(ctx, s, q) })
}

func wildcard(ctx context.Context, s Subject, q Questions) dns.Host {
	wildcard := q.LookFor(ctx, s.Host(s.Nonce))
	if wildcard.Outcome != dns.Found {
		return wildcard
	}
	more := []string{"a", "b", "c", "d"}
	found := make([]dns.Host, len(more))
	Each(more, func(i int, letter string) { found[i] = q.Resolve(ctx, s.Host(s.Nonce+letter)) })
	all := wildcard
	all.Addresses = slices.Clone(wildcard.Addresses)
	for _, h := range found {
		for _, a := range h.Addresses {
			if !slices.Contains(all.Addresses, a) {
				all.Addresses = append(all.Addresses, a)
			}
		}
	}
	return all
}
