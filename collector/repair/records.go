package repair

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// recordSet is the name and type of records that belong together.
type recordSet struct{ name, recordType string }

func setOf(r verdict.Record) recordSet { return recordSet{strings.ToLower(r.Name), r.Type} }

// mergeRecords makes changes of repairs in DNS, the worst finding's first. What
// comes first stays where a later one contradicts it, unless only the later one
// knows the address.
func mergeRecords(repairs []wanted) []Change {
	var sets []recordSet
	bySet := make(map[recordSet][]wanted)
	for _, w := range repairs {
		set := setOf(w.DNS.Record)
		if bySet[set] == nil {
			sets = append(sets, set)
		}
		bySet[set] = append(bySet[set], w)
	}
	var changes []Change
	for _, set := range sets {
		changes = append(changes, mergeSet(bySet[set])...)
	}
	changes = keepTargets(oneAlias(changes))
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(step(a, changes), step(b, changes)) })
	return changes
}

// mergeSet merges the repairs of one record set.
func mergeSet(repairs []wanted) []Change {
	var keep, gone []Change
	replaced, all := false, false
	var was []string
	for _, w := range repairs {
		c := Change{Kind: w.Kind, Action: w.DNS.Action, Record: w.DNS.Record, For: slices.Clone(w.codes), Domains: slices.Clone(w.domains)}
		if w.Does(verdict.Delete) {
			gone = add(gone, c, w.DNS.Was)
			all = all || w.DNS.Record.Data == ""
		} else {
			replaced = replaced || w.Does(verdict.Replace)
			was = union(was, w.DNS.Was)
			keep = add(keep, c, nil)
		}
	}
	keep = final(keep, replaced)
	if len(keep) == 0 {
		if all {
			return []Change{whole(gone)}
		}
		return gone
	}
	for _, c := range gone {
		if slices.ContainsFunc(keep, func(k Change) bool { return k.Record.Data == c.Record.Data }) {
			continue
		}
		was = union(was, c.Was)
		if len(keep) == 1 {
			replaced = true // at least in effect: the other records stay away
			keep[0].serve(c.For, c.Domains)
		}
	}
	was = slices.DeleteFunc(was, func(data string) bool { return data == keep[0].Record.Data })
	if len(keep) > 1 {
		return append(gone, keep...)
	}
	keep[0].Was = was
	keep[0].Action = verdict.Publish
	if replaced {
		keep[0].Action = verdict.Replace
	}
	return keep
}

// add adds a change of a record, or its reasons to the one that is there.
func add(list []Change, c Change, was []string) []Change {
	i := slices.IndexFunc(list, func(l Change) bool { return l.Record.Data == c.Record.Data })
	if i < 0 {
		i = len(list)
		list = append(list, c)
	}
	list[i].serve(c.For, c.Domains)
	list[i].Was = union(list[i].Was, was)
	return list
}

// final leaves the records that are to be there: one where a record is to be the
// only one, several addresses otherwise. A placeholder goes where the data is
// known.
func final(keep []Change, replaced bool) []Change {
	if len(keep) < 2 {
		return keep
	}
	known := slices.IndexFunc(keep, func(c Change) bool { return !c.Open() })
	if known < 0 {
		known = 0
	}
	several := isAddress(keep[known].Record) && !replaced
	var list []Change
	for i, c := range keep {
		if i == known || several && !c.Open() {
			list = append(list, c)
		}
	}
	for _, c := range keep {
		if !slices.ContainsFunc(list, func(s Change) bool { return s.Record.Data == c.Record.Data }) {
			list[0].serve(c.For, c.Domains)
		}
	}
	return list
}

// whole is the removal of all records of a set.
func whole(gone []Change) Change {
	c := gone[0]
	c.Record.Data = ""
	for _, other := range gone[1:] {
		c.serve(other.For, other.Domains)
		c.Was = union(c.Was, other.Was)
	}
	return c
}

// Open says whether a person has to complete the change: a placeholder stands for
// the address.
func (c Change) Open() bool {
	return isAddress(c.Record) && strings.HasPrefix(c.Record.Data, "<")
}

func isAddress(r verdict.Record) bool { return r.Type == "A" || r.Type == "AAAA" }

// oneAlias leaves either an alias or other records at a name, whichever comes
// first, as DNS has it.
func oneAlias(changes []Change) []Change {
	var kept []Change
	for _, c := range changes {
		if c.Action != verdict.Delete {
			i := slices.IndexFunc(kept, func(k Change) bool {
				return k.Action != verdict.Delete && strings.EqualFold(k.Record.Name, c.Record.Name) && (k.Record.Type == "CNAME") != (c.Record.Type == "CNAME")
			})
			if i >= 0 {
				kept[i].serve(c.For, c.Domains)
				continue
			}
		}
		kept = append(kept, c)
	}
	return kept
}

// keepTargets gives a host to which a new service record leads an address to be
// filled in, where the one that it has is to go.
func keepTargets(changes []Change) []Change {
	for _, c := range changes {
		if c.Record.Type != "SRV" || c.Action == verdict.Delete {
			continue
		}
		target := c.Record.Data[strings.LastIndexByte(c.Record.Data, ' ')+1:]
		host := Change{Kind: verdict.RepairDNS, Action: verdict.Publish, Record: verdict.Record{Name: target, Type: "A", Data: "<external address of the Access Edge>"}}
		gone, stays := false, false
		for _, o := range changes {
			if strings.EqualFold(o.Record.Name, target) && o.Record.Type != "SRV" {
				gone, stays = gone || o.Action == verdict.Delete, stays || o.Action != verdict.Delete
				host.serve(o.For, o.Domains)
			}
		}
		if gone && !stays {
			changes = append(changes, host)
		}
	}
	return changes
}

// step is when a change in DNS is made: an alias goes before other records come to
// its name, hosts come before the records that name them, and what nobody needs
// goes last.
func step(c Change, all []Change) int {
	switch {
	case c.Action == verdict.Delete && slices.ContainsFunc(all, func(o Change) bool {
		return o.Action != verdict.Delete && strings.EqualFold(o.Record.Name, c.Record.Name)
	}):
		return 0
	case c.Action == verdict.Delete:
		return 3
	case c.Record.Type == "SRV":
		return 2
	}
	return 1
}
