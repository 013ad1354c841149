package simpleurls

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

// noMeetings is what it means when the Meet URL does not work.
const noMeetings = "Links in invitations do not open, so nobody can join meetings of {domain} from those links."

var (
	hostMissing = rules.Add(verdict.Rule{
		Code: "meet_host_missing", Severity: verdict.Critical, Breaks: verdict.Meetings,
		What:   "The host of the Meet URL is missing in DNS: {seen}.",
		Why:    noMeetings,
		Fix:    "Publish this record:\n{want}\nIf meetings have another URL, set simple_urls in the exporter's configuration.",
		Source: "docs/rules.md#meet-url",
	})
	hostUnknown = rules.Add(verdict.Rule{
		Code: "meet_host_unknown", Severity: verdict.Warning,
		What:   "The Meet URL of {domain} is not known: {seen}.",
		Why:    "Meetings may have a URL at another host, such as https://lync.{domain}/Meet. Until the exporter knows it, it cannot tell whether people can join meetings.",
		Fix:    "Set the URL that Get-CsSimpleUrlConfiguration shows in the exporter's configuration of the domain:\n{want}\nAn empty URL says that the domain has no meetings. If meetings are at meet.{domain}, publish this name.",
		Source: "docs/rules.md#simple-urls",
	})
	certificateLacksName = rules.Add(verdict.Rule{
		Code: "meet_cert_name_missing", Severity: verdict.Critical, Breaks: verdict.Meetings,
		What:   "The {server} shows a certificate that lacks the name {want}. The certificate bears {seen}.",
		Why:    "Browsers and clients warn of the link or refuse it, so participants cannot join meetings of {domain}.",
		Fix:    "Include {want} in the certificate. A wildcard for its domain is enough.",
		Source: "docs/rules.md#meet-url",
	})
	meetUnverified = rules.Add(verdict.Rule{
		Code: "meet_unverified", Severity: verdict.Warning,
		What:   "The Meet URL shows no sign of a Lync meeting page at {server}: {seen}.",
		Why:    "If it leads to a default page or another site, links in invitations do not lead to meetings.",
		Fix:    "Open {want} in a browser. If it is not the meeting page, let requests for this host reach the web site of the Front End with the original Host header.",
		Source: "docs/rules.md#meet-page",
	})
	preauthentication = rules.Add(verdict.Rule{
		Code: "meet_preauth", Severity: verdict.Critical, Breaks: verdict.Meetings,
		What:   "The {server} demands a login before the meeting page: {seen}.",
		Why:    "Guests have no account and cannot join meetings of {domain}.",
		Fix:    "Turn off pre-authentication for {want}.",
		Source: "docs/rules.md#meet-page",
	})
	meetFailed = rules.Add(verdict.Rule{
		Code: "meet_http_error", Severity: verdict.Critical, Breaks: verdict.Meetings,
		What:   "The Meet URL does not work at {server}: {seen}.",
		Why:    noMeetings,
		Fix:    "What to change:\n{want}\nIf the simple URLs were changed, run Enable-CsComputer on the servers.",
		Source: "docs/rules.md#meet-page",
	})
	notUnique = rules.Add(verdict.Rule{
		Code: "meet_not_unique", Severity: verdict.Critical, Breaks: verdict.Meetings,
		What:   "Several SIP domains have the same Meet URL: {seen}.",
		Why:    "Every SIP domain needs a Meet URL of its own. With a shared one, only meetings of one of the domains are found.",
		Fix:    "Give {domain} a Meet URL of its own with Set-CsSimpleUrlConfiguration, such as {want}, then run Enable-CsComputer on the servers.",
		Source: "docs/rules.md#simple-urls",
	})
	invalid = rules.Add(verdict.Rule{
		Code: "simple_url_invalid", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "Lync does not allow this {subject} URL: {seen}.",
		Why:    "Lync does not serve such a URL, so links made of it do not open.",
		Fix:    "With Set-CsSimpleUrlConfiguration, set a URL that begins with https, has no port, consists of letters, digits, dots and hyphens only, and is not the beginning of another. If Lync already has another URL, correct simple_urls in the exporter's configuration.",
		Source: "docs/rules.md#simple-urls",
	})
	dialinFailed = rules.Add(verdict.Rule{
		Code: "dialin_failed", Severity: verdict.Warning,
		What:   "The dial-in page does not work at {server}: {seen}.",
		Why:    "Users and participants of all SIP domains cannot look up dial-in numbers or set their PIN. Meetings themselves work.",
		Fix:    "What to change:\n{want}",
		Source: "docs/rules.md#dialin-url",
	})
	dialinUnverified = rules.Add(verdict.Rule{
		Code: "dialin_unverified", Severity: verdict.Warning,
		What:   "The dial-in URL shows no sign of Lync's dial-in page at {server}: {seen}.",
		Why:    "If it leads to a default page, a login or another site, users and participants cannot look up dial-in numbers or set their PIN.",
		Fix:    "Open {want} in a browser. If it is not the dial-in page, let requests for this host reach the web site of the Front End with the original Host header and without a login.",
		Source: "docs/rules.md#dialin-url",
	})
	adminVisible = rules.Add(verdict.Rule{
		Code: "admin_visible_external", Severity: verdict.Warning,
		What:   "The administration page at {server} can be reached from the Internet: {seen}.",
		Why:    "Anybody can try passwords of administrators on it.",
		Fix:    "Delete {want} from the zone that the Internet sees, and its rule from the reverse proxy.",
		Source: "docs/rules.md#admin-url",
	})
	leftover = rules.Add(verdict.Rule{
		Code: "simple_url_leftover", Severity: verdict.Info,
		What:   "All users of {domain} are in Teams, but the {subject} URL of its former servers still exists: {seen}.",
		Why:    "Teams does not use it. Old invitations may still lead there.",
		Fix:    "Delete the name from DNS once the old servers are gone.",
		Source: "docs/rules.md#teams-only",
	})
)
