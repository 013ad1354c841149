package srv

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

var (
	domainMissing = rules.Add(verdict.Rule{
		Code: "domain_missing", Severity: verdict.Critical, Breaks: verdict.Everything,
		What:   "The domain {domain} does not exist in DNS: {seen}.",
		Why:    "Nobody can sign in, federate or join meetings under a domain that does not exist.",
		Fix:    "Check the spelling of the domain and that its registration and its delegation are in order. If it is gone for good, remove it from the exporter's configuration.",
		Source: "docs/rules.md#domain-exists",
	})
	recordsMissing = rules.Add(verdict.Rule{
		Code: "lync_records_missing", Severity: verdict.Critical, Breaks: verdict.Federation,
		What:   "The domain {domain} exists, but has no record of Lync, Skype for Business or Teams.",
		Why:    "Partners that discover {domain} by DNS cannot reach its users. Whether anybody is meant to sign in with it cannot be told from outside.",
		Fix:    "For users in Teams, publish this record:\n{want}\nFor servers of your own, set topology: on_premises for the domain in the exporter's configuration and check it again. If it is not to federate, set federation: false.",
		Source: "docs/rules.md#records-of-lync",
	})
	clientMisspelt = rules.Add(verdict.Rule{
		Code: "client_srv_misspelled", Severity: verdict.Warning,
		What:   "The record for clients is published under a wrong name: {seen}.",
		Why:    "Old clients and desk phones ask only for _sip._tls.{domain} and cannot sign in. Other clients can while Autodiscover or sip.{domain} works.",
		Fix:    "Delete the misspelled record and publish this one:\n{want}",
		Source: "docs/rules.md#federation-misspellings",
	})
	clientMissing = rules.Add(verdict.Rule{
		Code: "client_srv_missing", Severity: verdict.Warning,
		What:   "There is no record {subject}.{domain}.",
		Why:    "Old clients and desk phones look for it and cannot sign in. Other clients can while Autodiscover or sip.{domain} works.",
		Fix:    "Publish this record:\n{want}",
		Source: "docs/rules.md#client-record",
	})
	clientSuffixOnly = rules.Add(verdict.Rule{
		Code: "client_srv_suffix_only", Severity: verdict.Warning,
		What:   "The target is in a parent domain or a subdomain of {domain}, not directly in it: {seen}.",
		Why:    "Desktop clients ask their users whether to trust the server, or refuse it by policy. Lync desk phones do not sign in.",
		Fix:    "Replace the record with this one, and include its target in the server's certificate:\n{want}",
		Source: "docs/rules.md#client-target",
	})
	clientForeign = rules.Add(verdict.Rule{
		Code: "client_srv_foreign_domain", Severity: verdict.Warning,
		What:   "The target is in another domain than {domain}, and not in a domain that clients trust: {seen}.",
		Why:    "Desktop clients ask their users whether to trust the server. Lync desk phones do not sign in.",
		Fix:    "Replace the record with this one, and include its target in the server's certificate:\n{want}\nIf your clients' policy trusts that domain, add it to trusted_domains in the exporter's configuration.",
		Source: "docs/rules.md#client-target",
	})
	clientLegacy = rules.Add(verdict.Rule{
		Code: "client_srv_legacy_m365", Severity: verdict.Info,
		What:   "The record leads to Microsoft's former sign-in service: {seen}.",
		Why:    "Teams clients do not use it. It does no harm.",
		Fix:    "Delete the record when no old client is left.",
		Source: "docs/rules.md#teams-only",
	})
	clientWrongProviderHost = rules.Add(verdict.Rule{
		Code: "client_srv_wrong_provider_host", Severity: verdict.Critical, Breaks: verdict.SignIn,
		What:   "The record for clients names a Microsoft host that does not sign clients in: {seen}.",
		Why:    "Clients that find their server by this record cannot sign in.",
		Fix:    "Delete {seen}.\nPublish this record instead:\n{want}",
		Source: "docs/rules.md#hosting-providers",
	})
	clientWrongPort = rules.Add(verdict.Rule{
		Code: "client_srv_port_not_443", Severity: verdict.Warning,
		What:   "The record that clients outside use names another port than 443: {seen}.",
		Why:    "Users in hotels, at customers and behind other strict firewalls, which let only 443 out, cannot sign in.",
		Fix:    "Replace the record with this one, and let the Access Edge accept clients on port 443:\n{want}",
		Source: "docs/rules.md#client-port",
	})
	sipMissing = rules.Add(verdict.Rule{
		Code: "sip_host_missing", Severity: verdict.Warning,
		What:   "The host sip.{domain} has no address.",
		Why:    "It is the last name by which clients and desk phones try to find their server.",
		Fix:    "Publish this record:\n{want}",
		Source: "docs/rules.md#sip-host",
	})
	noWayIn = rules.Add(verdict.Rule{
		Code: "no_way_to_sign_in", Severity: verdict.Critical, Breaks: verdict.SignIn,
		What:   "Clients find no server of {domain}: Autodiscover does not work, and there is neither a record _sip._tls.{domain} nor a host sip.{domain}.",
		Why:    "Nobody can sign in from outside.",
		Fix:    "Publish the records that the findings for _sip._tls and sip name, and repair Autodiscover as its finding says.",
		Source: "docs/rules.md#no-way-in",
	})
	// InternalVisible is also a sign of being inside (survey.DomainReport.FromInside).
	InternalVisible = rules.Add(verdict.Rule{
		Code: "internal_record_visible_external", Severity: verdict.Warning,
		What:   "A record for clients inside is visible from the Internet: {seen}.",
		Why:    "Clients outside try it before the external records and wait for a server that they cannot reach. It also reveals internal names and addresses.",
		Fix:    "Delete {subject}.{domain} from the zone that the Internet sees, and keep it in the internal zone only.",
		Source: "docs/rules.md#internal-records",
	})
	staleRecord = rules.Add(verdict.Rule{
		Code: "teams_only_stale_onprem_record", Severity: verdict.Warning,
		What:   "The users of {domain} are in Teams, but {subject}.{domain} still leads to other servers: {seen}.",
		Why:    "Such a record prevents the tenant from moving to Teams Only mode, gives new users the wrong mode, and sends old clients to servers that do not know them.",
		Fix:    "If these servers are gone, delete {subject}.{domain}. If they are yours and down, set topology: hybrid or topology: on_premises for the domain in the exporter's configuration.",
		Source: "docs/rules.md#teams-only",
	})
	legacyRecord = rules.Add(verdict.Rule{
		Code: "teams_only_legacy_records", Severity: verdict.Info,
		What:   "The record {subject}.{domain} leads to a Microsoft 365 service that Teams no longer needs: {seen}.",
		Why:    "It does no harm.",
		Fix:    "Delete it when no old client is left.",
		Source: "docs/rules.md#teams-only",
	})
	wildcard = rules.Add(verdict.Rule{
		Code: "dns_wildcard", Severity: verdict.Warning,
		What:   "The zone {domain} answers for names that were never set up (wildcard): {seen}.",
		Why:    "Clients try servers that do not exist and wait for them, and no check can tell a host that was set up from one that was not.",
		Fix:    "Delete the wildcard record *.{domain}, or replace it with records for the names that are in use.",
		Source: "docs/rules.md#dns-wildcard",
	})
)
