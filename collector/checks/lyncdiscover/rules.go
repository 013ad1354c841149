package lyncdiscover

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

// noSignIn is what it means when Autodiscover does not work.
const noSignIn = "Mobile clients cannot sign in, and desktop clients can only use the SRV records."

var (
	missing = rules.Add(verdict.Rule{
		Code: "lyncdiscover_missing", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "The name {subject}.{domain} is missing in DNS: {seen}.",
		Why:    "Mobile clients have no other way to find their server and cannot sign in. Desktop clients can only use the SRV records.",
		Fix:    "Publish this record:\n{want}",
		Source: "docs/rules.md#autodiscover",
	})
	nameMismatch = rules.Add(verdict.Rule{
		Code: "lyncdiscover_https_name_mismatch_http_ok", Severity: verdict.Warning,
		What:   "The {server} shows a certificate that lacks the name {want}, so only http works. The certificate bears {seen}.",
		Why:    "Clients abandon https with an error and continue over http. That is slower. Where http leads to another domain, clients ask their users whether to trust that server.",
		Fix:    "Include {want} in the certificate, or use an address for this name at which nothing listens on port 443.",
		Source: "docs/rules.md#autodiscover-https",
	})
	prompt = rules.Add(verdict.Rule{
		Code: "lyncdiscover_http_redirect_prompt", Severity: verdict.Warning,
		What:   "Over http, {subject}.{domain} leads to {seen}, which is outside {domain} and not in a trusted domain, and https does not work.",
		Why:    "Clients ask their users whether to trust that server. Users who decline cannot sign in.",
		Fix:    "Offer https with a certificate that includes {want}, or redirect to a host in {domain}. If your clients' policy trusts the other domain, add it to trusted_domains in the exporter's configuration.",
		Source: "docs/rules.md#trust-prompt",
	})
	certificateLacksName = rules.Add(verdict.Rule{
		Code: "lyncdiscover_cert_name_missing", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "The {server} shows a certificate that lacks the name {want}, and http does not work either. The certificate bears {seen}.",
		Why:    "Clients do not accept this certificate. " + noSignIn,
		Fix:    "Include {want} in the certificate.",
		Source: "docs/rules.md#autodiscover-https",
	})
	unreachable = rules.Add(verdict.Rule{
		Code: "lyncdiscover_unreachable", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "Clients do not reach Autodiscover at {server}: {seen}.",
		Why:    noSignIn,
		Fix:    "Clients need a server at the right address that listens on ports 443 and 80, shows a valid certificate and leads to the Front End. What to change:\n{want}",
		Source: "docs/rules.md#autodiscover",
	})
	noRedirect = rules.Add(verdict.Rule{
		Code: "lyncdiscover_http_no_redirect", Severity: verdict.Info,
		What:   "Over http the answer gives the user link at once instead of redirecting to https: {seen}.",
		Why:    "Clients accept it, but the protocol says that the unprotected answer only redirects.",
		Fix:    "Let http requests for {want} reach the port of the Front End that is meant for http. It answers with a redirect.",
		Source: "docs/rules.md#autodiscover-http",
	})
	httpRedirect = rules.Add(verdict.Rule{
		Code: "lyncdiscover_http_3xx", Severity: verdict.Warning,
		What:   "The {server} answers with an HTTP redirect instead of Autodiscover: {seen}.",
		Why:    "Autodiscover redirects in the body of its answer. Some clients do not follow an HTTP redirect.",
		Fix:    "Turn off the redirect for {want}, so that requests reach the Front End.",
		Source: "docs/rules.md#autodiscover-redirects",
	})
	httpRedirectAway = rules.Add(verdict.Rule{
		Code: "lyncdiscover_3xx_other_domain", Severity: verdict.Warning,
		What:   "The {server} answers with an HTTP redirect to another domain: {seen}.",
		Why:    "Mobile and web clients treat such a redirect as a failure and do not sign in this way.",
		Fix:    "Turn off the redirect for {want}, so that requests reach the Front End. It redirects in the body of its answer.",
		Source: "docs/rules.md#autodiscover-redirects",
	})
	notAutodiscover = rules.Add(verdict.Rule{
		Code: "lyncdiscover_not_autodiscover", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "The {server} does not answer with Autodiscover: {seen}.",
		Why:    noSignIn,
		Fix:    "What to change:\n{want}",
		Source: "docs/rules.md#autodiscover-document",
	})
	preauthentication = rules.Add(verdict.Rule{
		Code: "lyncdiscover_preauth", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "The {server} demands a login before Autodiscover answers: {seen}.",
		Why:    "Clients have no credentials to give at this point and get no further here. Mobile clients have no other way in than Autodiscover.",
		Fix:    "Turn off pre-authentication for {want}.",
		Source: "docs/rules.md#autodiscover-preauthentication",
	})
	poolDown = rules.Add(verdict.Rule{
		Code: "lyncdiscover_pool_down", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "The {server} is up, but the Front End behind it does not answer: {seen}.",
		Why:    noSignIn,
		Fix:    "Check that the Front End pool runs, that its web services are started in IIS, and that the server in front of it reaches it.",
		Source: "docs/rules.md#autodiscover",
	})
	oneScheme = rules.Add(verdict.Rule{
		Code: "lyncdiscover_one_scheme", Severity: verdict.Warning,
		What:   "Autodiscover works over one of https and http, but not over both. The {server} fails: {seen}.",
		Why:    "Clients that ask both ways find their server and sign in. They may take longer, and a client that asks only the failing way does not find its server.",
		Fix:    "Repair this way for {want}, or close the port, so that clients do not wait for it.",
		Source: "docs/rules.md#autodiscover-http",
	})
	notFound = rules.Add(verdict.Rule{
		Code: "lyncdiscover_404", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "The {server} does not know Autodiscover: {seen}.",
		Why:    noSignIn,
		Fix:    "What to change:\n{want}",
		Source: "docs/rules.md#autodiscover",
	})
	unknownInCloud = rules.Add(verdict.Rule{
		Code: "webdir_domain_unknown", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "Clients are sent to Microsoft 365, which does not know {domain} as a SIP domain: {seen}.",
		Why:    "Users of the domain are not found there and cannot sign in.",
		Fix:    "If users are on servers of your own, publish this record instead:\n{want}\nIf all are in Microsoft 365, verify and enable the domain there and set topology: online in the exporter's configuration.",
		Source: "docs/rules.md#autodiscover-cloud",
	})
	tooManyRedirects = rules.Add(verdict.Rule{
		Code: "lyncdiscover_redirect_limit", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "Autodiscover redirects more often than clients follow, at last to {seen}.",
		Why:    "Clients give up. " + noSignIn,
		Fix:    "Correct the web services FQDN of the pool or the Autodiscover URL of the hosting provider, so that Autodiscover leads straight to the user's pool.",
		Source: "docs/rules.md#autodiscover-redirects",
	})
	redirectLoop = rules.Add(verdict.Rule{
		Code: "lyncdiscover_redirect_loop", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "Autodiscover redirects in a circle, back to {seen}.",
		Why:    "Clients give up. " + noSignIn,
		Fix:    "Correct the web services FQDN of the pool or the Autodiscover URL of the hosting provider, so that neither redirects back.",
		Source: "docs/rules.md#autodiscover-redirects",
	})
	badLink = rules.Add(verdict.Rule{
		Code: "lyncdiscover_bad_href", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "Autodiscover hands out a link that cannot be read or is not https: {seen}.",
		Why:    "Clients refuse to follow it, fail to follow it, or send what it carries over an unprotected connection.",
		Fix:    "Correct the web services FQDN of the pool in Topology Builder and publish the topology. Check that nothing in front of the Front End rewrites links.",
		Source: "docs/rules.md#autodiscover-document",
	})
	internalSite = rules.Add(verdict.Rule{
		Code: "lyncdiscover_internal_site", Severity: verdict.Warning,
		What:   "Autodiscover answers as if the client were on the internal network: {seen}.",
		Why:    "Clients outside get links to servers that they cannot reach.",
		Fix:    "Configure the reverse proxy to forward {want} to port 4443 (http: 8080) of the Front End, its external web site, instead of 443 (http: 80).",
		Source: "docs/rules.md#autodiscover-external-site",
	})
	noUserLink = rules.Add(verdict.Rule{
		Code: "lyncdiscover_no_user_link", Severity: verdict.Critical, Breaks: verdict.Autodiscover,
		What:   "The Autodiscover document of the {server} has neither a user link nor a redirect.",
		Why:    "Clients do not learn where to go. " + noSignIn,
		Fix:    "Check the web services on the Front End behind {want}, and that nothing in front of them changes their answers.",
		Source: "docs/rules.md#autodiscover-document",
	})
	internalVisible = rules.Add(verdict.Rule{
		Code: "lyncdiscoverinternal_visible_external", Severity: verdict.Warning,
		What:   "The Autodiscover service for clients inside answers from outside: {seen}.",
		Why:    "Clients outside ask it first and may conclude that they are on the internal network. Then they go on to servers that they cannot reach.",
		Fix:    "Delete {subject}.{domain} from the zone that the Internet sees and from the reverse proxy.",
		Source: "docs/rules.md#internal-records",
	})
)
