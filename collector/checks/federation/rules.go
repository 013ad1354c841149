package federation

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

const refused = "Partners' Edge Servers accept only a host directly in the SIP domain. They refuse this one, so their users cannot exchange presence, messages or calls with users of {domain}."

var (
	misspelt = rules.Add(verdict.Rule{
		Code: "federation_srv_misspelled", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The federation record is published under a wrong name: {seen}.",
		Why:    "Partners ask only for _sipfederationtls._tcp.{domain}, so partners that discover {domain} by DNS do not find it.",
		Fix:    "Delete the misspelled record and publish this one:\n{want}",
		Source: "docs/rules.md#federation-misspellings",
	})
	missing = rules.Add(verdict.Rule{
		Code: "federation_srv_missing", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "There is no federation record _sipfederationtls._tcp.{domain}: {seen}.",
		Why:    "Partners that discover {domain} by DNS, Teams users among them, cannot reach its users. Older mobile clients get no push notifications.",
		Fix:    "Publish this record:\n{want}\nIf the domain is not to federate, set federation: false for it in the exporter's configuration.",
		Source: "docs/rules.md#federation-record",
	})
	notWanted = rules.Add(verdict.Rule{
		Code: "federation_srv_not_wanted", Severity: verdict.Info,
		What:   "There is no federation record _sipfederationtls._tcp.{domain}, and the configuration says that none is wanted.",
		Why:    "Partners cannot find the domain by DNS, as intended. Older mobile clients would need the record for push notifications.",
		Source: "docs/rules.md#federation-record",
	})
	targetRoot = rules.Add(verdict.Rule{
		Code: "federation_srv_target_root", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The target of the federation record is \".\", which means: no federation. The record is {seen}.",
		Why:    "Partners that discover {domain} by DNS conclude that it does not federate.",
		Fix:    "Replace the record with this one:\n{want}\nIf the domain is not to federate, set federation: false in the exporter's configuration.",
		Source: "docs/rules.md#srv-target",
	})
	targetAddress = rules.Add(verdict.Rule{
		Code: "federation_srv_target_ip", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The target of the federation record is an address, but an SRV record must name a host: {seen}.",
		Why:    "Partners cannot use the record, and no certificate could match it, so they cannot reach users of {domain}.",
		Fix:    "Replace the record with this one, and give its target an A record that has the address:\n{want}",
		Source: "docs/rules.md#srv-target",
	})
	fieldsSwapped = rules.Add(verdict.Rule{
		Code: "federation_srv_fields_swapped", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The fields of the federation record are in the wrong order or in the wrong place: {seen}.",
		Why:    "An SRV record has priority, weight, port and target, in this order. Partners take the wrong port or target from this record and cannot connect.",
		Fix:    "Replace the record with this one:\n{want}",
		Source: "docs/rules.md#srv-record",
	})
	targetDoubled = rules.Add(verdict.Rule{
		Code: "federation_target_doubled_suffix", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The zone's name was appended to a federation target that was already complete: {seen}.",
		Why:    "The target does not exist in this form, so partners cannot reach users of {domain}.",
		Fix:    "Replace the record with this one:\n{want}\nIn a zone file the target must end with a dot; some web forms for DNS want it without.",
		Source: "docs/rules.md#federation-target",
	})
	providerUnexpected = rules.Add(verdict.Rule{
		Code: "federation_target_hosting_provider_unexpected", Severity: verdict.Warning,
		What:   "The federation record leads to a hosting provider although {domain} is on premises: {seen}.",
		Why:    "Partners' messages go to the provider. It delivers them to users on your own servers only in a hybrid deployment.",
		Fix:    "Replace the record with this one:\n{want}\nOr set topology: hybrid or topology: online for the domain in the exporter's configuration.",
		Source: "docs/rules.md#hosting-providers",
	})
	providerInHybrid = rules.Add(verdict.Rule{
		Code: "federation_target_provider_in_hybrid", Severity: verdict.Warning,
		What:   "{domain} is hybrid, but its federation record leads to the cloud: {seen}.",
		Why:    "Microsoft wants the federation record on the on-premises Edge for as long as users are homed there. Partners' messages to those users may be lost.",
		Fix:    "Replace the record with this one while users are homed on your own servers:\n{want}",
		Source: "docs/rules.md#hybrid",
	})
	retiredCloud = rules.Add(verdict.Rule{
		Code: "federation_target_retired_cloud", Severity: verdict.Warning,
		What:   "The federation record leads to a cloud that Microsoft has closed: {seen}.",
		Why:    "Partners that discover {domain} by DNS no longer reach a server there.",
		Fix:    "Replace the record with the one that the domain's present provider asks for; for users in Teams it is:\n{want}",
		Source: "docs/rules.md#retired-clouds",
	})
	targetSubdomain = rules.Add(verdict.Rule{
		Code: "federation_target_subdomain", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The federation target has more than one label before {domain}: {seen}.",
		Why:    refused,
		Fix:    "Replace the record with this one, and include its target in the Edge's certificate:\n{want}",
		Source: "docs/rules.md#federation-target",
	})
	targetParent = rules.Add(verdict.Rule{
		Code: "federation_target_parent_domain", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The federation target is a host in the parent domain, not in {domain}: {seen}.",
		Why:    refused,
		Fix:    "Replace the record with this one, and include its target in the Edge's certificate:\n{want}",
		Source: "docs/rules.md#federation-target",
	})
	targetBare = rules.Add(verdict.Rule{
		Code: "federation_target_bare_domain", Severity: verdict.Warning,
		What:   "The federation target is the SIP domain itself instead of a host in it: {seen}.",
		Why:    "By the documented rule partners' Edge Servers accept only one label before the domain. They probably refuse this target.",
		Fix:    "Replace the record with this one, and include its target in the Edge's certificate:\n{want}",
		Source: "docs/rules.md#federation-target",
	})
	targetForeign = rules.Add(verdict.Rule{
		Code: "federation_target_foreign_domain", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The federation target is in another domain than {domain}: {seen}.",
		Why:    "Partners' Edge Servers refuse it. Only partners that added this server manually reach users of {domain}.",
		Fix:    "Replace the record with this one, and include its target in the Edge's certificate:\n{want}\nIf partners know the host as a hosting provider, add it to hosting_providers in the exporter's configuration.",
		Source: "docs/rules.md#federation-target",
	})
	wrongProviderHost = rules.Add(verdict.Rule{
		Code: "federation_target_wrong_provider_host", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The federation record names a Microsoft host that does not federate: {seen}.",
		Why:    "Partners' Edge Servers do not know that host as a federation server and refuse it, so they cannot reach users of {domain}.",
		Fix:    "Replace the record with this one:\n{want}",
		Source: "docs/rules.md#hosting-providers",
	})
	wrongPort = rules.Add(verdict.Rule{
		Code: "federation_port_not_5061", Severity: verdict.Warning,
		What:   "The federation record names another port than 5061: {seen}.",
		Why:    "Most partners' firewalls let only port 5061 out, so some partners cannot connect.",
		Fix:    "Replace the record with this one, and let the Edge accept federation on port 5061:\n{want}",
		Source: "docs/rules.md#federation-port",
	})
	extraRefused = rules.Add(verdict.Rule{
		Code: "federation_srv_extra_non_matching", Severity: verdict.Warning,
		What:   "Besides the good federation record there is one that partners refuse: {seen}.",
		Why:    "When the good record's server fails, partners have no other to use, and some may try the refused one first.",
		Fix:    "Delete {seen}. Keep this record:\n{want}",
		Source: "docs/rules.md#srv-choice",
	})
	bestRefused = rules.Add(verdict.Rule{
		Code: "federation_srv_best_not_matching", Severity: verdict.Warning,
		What:   "The federation record that partners pick first has a target that they refuse, while another one would be accepted: {seen}.",
		Why:    "Depending on how its Edge chooses among the records, a partner may fail to reach users of {domain}.",
		Fix:    "Delete {seen}. Keep this record:\n{want}",
		Source: "docs/rules.md#srv-choice",
	})
	tie = rules.Add(verdict.Rule{
		Code: "federation_srv_tie", Severity: verdict.Info,
		What:   "Several federation records share the best priority and weight: {seen}.",
		Why:    "An Edge Server takes whichever answer comes first, so chance decides which server partners use.",
		Fix:    "To decide it, give the server that should be used first a lower priority number.",
		Source: "docs/rules.md#srv-choice",
	})
	nameserversDisagree = rules.Add(verdict.Rule{
		Code: "dns_inconsistent_ns", Severity: verdict.Warning,
		What:   "The nameservers disagree about {subject}.{domain}: {seen}.",
		Why:    "The nameserver that a partner or client happens to ask decides which server it is sent to, and whether it finds one at all.",
		Fix:    "Give every nameserver the same zone: compare the serial numbers in their SOA records and repair the zone transfer.",
		Source: "docs/rules.md#nameservers-agree",
	})
)
