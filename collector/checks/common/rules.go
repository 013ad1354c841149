// Package common has the rules by which several checks judge.
package common

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

// Rules are the rules of this package.
func Rules() []*verdict.Rule { return rules.Rules() }

// The rules that several checks report.
var (
	LookupFailed = rules.Add(verdict.Rule{
		Code: "dns_lookup_failed", Severity: verdict.Warning,
		What:   "The nameserver gave no usable answer for {subject} of {domain}: {seen}.",
		Why:    "Whether the record is right is unknown. Users whose resolvers fail in the same way cannot find the service.",
		Fix:    "Check that the nameservers of {domain} and the resolver that the exporter asks are up and reachable on port 53 over UDP and TCP.",
		Source: "docs/rules.md#dns-answers",
	})
	TargetIsAlias = rules.Add(verdict.Rule{
		Code: "srv_target_cname", Severity: verdict.Warning,
		What:   "The target of {subject}.{domain} is an alias (CNAME): {seen}.",
		Why:    "SRV records must not lead to aliases. Some clients and partners' Edge Servers do not follow them and fail to connect.",
		Fix:    "Replace the alias with A or AAAA records that have the server's addresses.",
		Source: "docs/rules.md#srv-target",
	})
	TargetUnresolvable = rules.Add(verdict.Rule{
		Code: "srv_target_unresolvable", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The target of {subject}.{domain} has no address: {seen}.",
		Why:    "{Users} that use this record find no server.",
		Fix:    "Let the SRV record name a host that has an address.\nOr publish an address for the target:\n{want}",
		Source: "docs/rules.md#srv-target-address",
	})
	TargetPrivate = rules.Add(verdict.Rule{
		Code: "srv_target_private_ip", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The target of {subject}.{domain} has a private address, which cannot be reached from the Internet: {seen}.",
		Why:    "{Users} outside cannot connect to it.",
		Fix:    "In the zone that the Internet sees, give this name public addresses of the server and no other.",
		Source: "docs/rules.md#private-addresses",
	})
	HostPrivate = rules.Add(verdict.Rule{
		Code: "host_private_ip", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The host for {subject} has a private address, which cannot be reached from the Internet: {seen}.",
		Why:    "Clients outside cannot connect to it. The exporter may reach it only because it runs inside the network.",
		Fix:    "In the zone that the Internet sees, give this name public addresses of the server and no other.",
		Source: "docs/rules.md#private-addresses",
	})
	NotFollowed = rules.Add(verdict.Rule{
		Code: "not_followed", Severity: verdict.Warning,
		What:   "The exporter does not go where {subject} of {domain} leads: {seen}.",
		Why:    "Seen from outside, servers have public addresses and the ports that Lync uses. An answer that leads elsewhere is a mistake, or makes the exporter connect to servers inside its own network. What is there is unknown.",
		Fix:    "Publish the server's public address and its usual port. If the exporter is meant to go there, check the domain from a view with internal: true, lead the name there with connect_to, or set follow_private: true in a laboratory.",
		Source: "docs/rules.md#private-addresses",
	})
	XMPPObsolete = rules.Add(verdict.Rule{
		Code: "xmpp_srv_obsolete", Severity: verdict.Info,
		What:   "The domain publishes an XMPP record, but its servers have no XMPP gateway any more: {seen}.",
		Why:    "XMPP partners that follow it reach nobody.",
		Fix:    "Delete {subject}.{domain}.",
		Source: "docs/rules.md#xmpp",
	})
)
