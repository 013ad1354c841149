package common

import (
	"errors"
	"net/netip"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// ReportLookupFailed says that a lookup failed, and what that leaves open.
func ReportLookupFailed(v *verdict.Verdict, subject string, err error, open ...verdict.Capability) {
	v.Report(LookupFailed.On(subject).Saw("%v", err))
	v.Incomplete(err, open...)
}

// ReportUnknown notes why nothing is known of what a subject leads to, and what
// that leaves open. Where the exporter did not go there, that is a finding, but
// for a private address, which has its own.
func ReportUnknown(v *verdict.Verdict, subject string, err error, open ...verdict.Capability) {
	NoteUnknown(v, err, open...)
	ReportRefused(v, subject, err)
}

// ReportUnknownLink does so of where a server's answer leads. A private address of
// another host than the subject's own has no other finding.
func ReportUnknownLink(v *verdict.Verdict, subject, own string, err error, open ...verdict.Capability) {
	NoteUnknown(v, err, open...)
	if f := refused(err); f != nil && (f.Host != own || !lync.IsPrivate(f.Address)) {
		v.Report(NotFollowed.On(subject).Saw("%v", f))
	}
}

// NoteUnknown does so where the finding is another check's.
func NoteUnknown(v *verdict.Verdict, err error, open ...verdict.Capability) {
	if refused(err) != nil {
		v.CannotTell(open...)
	} else {
		v.Incomplete(err, open...)
	}
}

// ReportRefused says that the exporter did not go where a subject leads, if that
// is what the error says.
func ReportRefused(v *verdict.Verdict, subject string, err error) {
	if f := refused(err); f != nil && !lync.IsPrivate(f.Address) {
		v.Report(NotFollowed.On(subject).Saw("%v", f))
	}
}

// IsNoPort says whether the exporter did not go to a port that no server of Lync
// could have: in a service record it is a priority or weight in the wrong field,
// which has its own rule.
func IsNoPort(err error) bool {
	f := refused(err)
	return f != nil && !f.Address.IsValid() && f.Port < 443
}

func refused(err error) *observe.Forbidden {
	f, _ := errors.AsType[*observe.Forbidden](err)
	return f
}

// TargetFaults are what is wrong with the host that a service record names. One
// that stands by (not best) breaks nothing. A target that has to go anyway is
// asked for no address: what the record should name instead is said by its own
// rule.
func TargetFaults(s inquiry.Subject, prefix string, t inquiry.Target, best bool, serves verdict.Capability, edge Edge) []verdict.Finding {
	var faults []verdict.Finding
	add := func(f verdict.Finding) { faults = append(faults, ranked(f, best, serves)) }
	switch {
	case t.Target == "" || lync.IsAddress(t.Target) || !t.Host.Outcome.Known():
	case t.Host.Outcome.Missing():
		var known []netip.Addr // the Edge's own are for names of the domain's own
		if lync.ParentOf(t.Target) == s.Domain.Name {
			known = edge.Addresses
		}
		repairs := PublishAddresses(t.Target, "<external address of the server>", known)
		faults = append(faults, Unresolvable(prefix, t, best, serves).Wants("%s", Lines(repairs)).Repair(repairs...))
	default:
		if len(t.Host.Chain) > 0 {
			add(TargetIsAlias.On(prefix).Saw("%s: %s", t.Target, lync.Describe(t.Host)).Repair(replaceAlias(t.Host)...))
		}
		if private, ok := lync.FirstPrivate(t.Host.Addresses); ok && !s.View.Internal {
			add(besidePublic(TargetPrivate.On(prefix), t.Host).Saw("%s: %s", t.Target, private).Repair(ReplacePrivate(t.Host.Name, t.Host.Addresses)...))
		}
	}
	return faults
}

// Unresolvable says that the host which a service record names has no address,
// without asking for one.
func Unresolvable(prefix string, t inquiry.Target, best bool, serves verdict.Capability) verdict.Finding {
	return ranked(TargetUnresolvable.On(prefix).Saw("%s: %s", t.Target, lync.Describe(t.Host)), best, serves)
}

// ranked is a fault of a record that may only stand by.
func ranked(f verdict.Finding, best bool, serves verdict.Capability) verdict.Finding {
	if f = f.Serving(serves); !best {
		f = f.Milder(verdict.BetterRecord)
	}
	return f
}

// besidePublic makes a private address milder where the name has public ones, too.
func besidePublic(f verdict.Finding, h dns.Host) verdict.Finding {
	if slices.ContainsFunc(h.Addresses, func(a netip.Addr) bool { return !lync.IsPrivate(a) }) {
		return f.Milder(verdict.PublicAddress)
	}
	return f
}

// replaceAlias is the change that gives a host the addresses to which its alias
// leads. Of a name in another zone the alias is somebody else's.
func replaceAlias(h dns.Host) []verdict.Repair {
	return append(DeleteHost(h), PublishAddresses(h.Name, "", h.Addresses)...)
}

// ReplacePrivate is the change that leaves a host with nothing but public
// addresses: those that it has beside the private ones, else one to be filled in.
func ReplacePrivate(host string, addresses []netip.Addr) []verdict.Repair {
	var repairs []verdict.Repair
	for _, a := range addresses {
		if lync.IsPrivate(a) {
			repairs = append(repairs, remove(addressRecord(host, a)))
		}
	}
	if len(repairs) == len(addresses) {
		repairs[0].DNS.Action, repairs[0].DNS.Record.Data = verdict.Replace, "<public address of the server>"
	}
	return repairs
}

// PrivateAddress is one that keeps clients outside from a host, whether this
// machine reaches it or not.
func PrivateAddress(s inquiry.Subject, h dns.Host) (netip.Addr, bool) {
	if s.View.Internal {
		return netip.Addr{}, false
	}
	return lync.FirstPrivate(h.Addresses)
}

// ReportPrivate says that a host which clients outside need has a private
// address.
func ReportPrivate(v *verdict.Verdict, s inquiry.Subject, subject string, h dns.Host, serves verdict.Capability) bool {
	private, found := PrivateAddress(s, h)
	if !found {
		return false
	}
	v.Report(PrivateHost(subject, h, private, serves))
	return true
}

// PrivateHost says so of its private address.
func PrivateHost(subject string, h dns.Host, private netip.Addr, serves verdict.Capability) verdict.Finding {
	return besidePublic(HostPrivate.On(subject).Serving(serves), h).Saw("%s: %s", h.Name, private).Repair(ReplacePrivate(lync.FinalName(h), h.Addresses)...)
}

// SawRecord notes a record set for people.
func SawRecord(v *verdict.Verdict, r inquiry.Record) {
	srvs := r.Answer.SRVs()
	switch {
	case !r.Answer.Outcome.Known():
		v.Saw(r.Prefix, "%v", r.Answer.Err)
	case len(srvs) == 0:
		v.Saw(r.Prefix, "no record")
	}
	for i, srv := range srvs {
		v.Saw(r.Prefix, "SRV %s", lync.Data(srv))
		if i < len(r.Targets) && srv.Target != "" {
			SawHost(v, srv.Target, r.Targets[i].Host)
		}
	}
}

// SawHost notes for people what a host resolves to.
func SawHost(v *verdict.Verdict, subject string, h dns.Host) {
	if h.Name != "" {
		v.Saw(subject, "%s", lync.Describe(h))
	}
}
