package webservices

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

var (
	failed = rules.Add(verdict.Rule{
		Code: "user_link_failed", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "The user link that Autodiscover hands out does not work at {server}: {seen}.",
		Why:    "Clients find Autodiscover but get no further. Mobile clients cannot sign in, and desktop clients can only use the SRV records.",
		Fix:    "Clients need a user link whose host they can resolve, which shows a valid certificate with that name and leads to the web site of the Front End. What to change:\n{want}",
		Source: "docs/rules.md#web-services",
	})
	noChallenge = rules.Add(verdict.Rule{
		Code: "user_link_no_challenge", Severity: verdict.Warning,
		What:   "The user link answers without asking for a login: {seen}.",
		Why:    "What answers is probably a default page and not the web services. Clients cannot sign in through it.",
		Fix:    "Let requests for {want} reach the web site of the Front End with the original Host header.",
		Source: "docs/rules.md#web-services-challenge",
	})
	unknownChallenge = rules.Add(verdict.Rule{
		Code: "user_link_challenge_unknown", Severity: verdict.Warning,
		What:   "The user link asks for a login, but not in Lync's way: {seen}.",
		Why:    "Something in front of the web services, such as a proxy with pre-authentication, may keep clients from signing in.",
		Fix:    "Turn off pre-authentication for {want}, and let the headers WWW-Authenticate and X-MS-WebTicketURL pass unchanged.",
		Source: "docs/rules.md#web-services-challenge",
	})
	otherHost = rules.Add(verdict.Rule{
		Code: "user_link_sts_other_host", Severity: verdict.Warning,
		What:   "The web services send clients to another domain for their ticket: {seen}.",
		Why:    "Clients have to reach and trust that host, too. Where it is an internal one, clients outside cannot sign in.",
		Fix:    "Check the web services FQDN of the pool in Topology Builder. If the host is the right one, make sure that clients can reach it.",
		Source: "docs/rules.md#web-services-challenge",
	})
)
