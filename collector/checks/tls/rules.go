package tls

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

const refused = "{Users} refuse the connection."

// Of addresses.
var (
	unreachable = rules.Add(verdict.Rule{
		Code: "edge_tcp_unreachable", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The {server} does not answer: {seen}.",
		Why:    "{Users} that are sent there cannot connect.",
		Fix:    "Check that the address in DNS is right, that the service there runs, and that no firewall blocks the port. An Edge whose certificate cannot be used does not start its service.\nReplace the record, which names the wrong port:\n{want}",
		Source: "docs/rules.md#edge-reachable",
	})
	partiallyDown = rules.Add(verdict.Rule{
		Code: "edge_ip_partially_down", Severity: verdict.Warning,
		What:   "Some addresses of the {server} do not answer: {seen}.",
		Why:    "Clients and partners that DNS sends to these addresses wait or fail. Others notice nothing.",
		Fix:    "Repair the servers at these addresses, or take the addresses out of DNS until they are back.",
		Source: "docs/rules.md#edge-reachable",
	})
	handshakeFailed = rules.Add(verdict.Rule{
		Code: "tls_handshake_failed", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The {server} accepts connections but does not complete a TLS handshake: {seen}.",
		Why:    "{Users} that are sent there cannot connect.",
		Fix:    "Check that a certificate with its private key is assigned to the service, and that no firewall or load balancer in between changes or ends TLS.\nReplace the record, which names the wrong port:\n{want}",
		Source: "docs/rules.md#edge-tls-handshake",
	})
	below12 = rules.Add(verdict.Rule{
		Code: "tls_below_1_2", Severity: verdict.Warning,
		What:   "The {server} offers nothing newer than {seen}.",
		Why:    "Microsoft 365, Teams and current clients require TLS 1.2 and do not connect.",
		Fix:    "Enable TLS 1.2 on the server or on the device in front of it, and install the updates that it needs.",
		Source: "docs/rules.md#edge-tls-version",
	})
	without12 = rules.Add(verdict.Rule{
		Code: "tls_without_1_2", Severity: verdict.Warning,
		What:   "The {server} accepts TLS 1.3 but not TLS 1.2.",
		Why:    "Lync and Skype for Business up to 2019 speak no newer version than TLS 1.2. Such clients and partners cannot connect.",
		Fix:    "Enable TLS 1.2 beside TLS 1.3 on the server or on the device in front of it.",
		Source: "docs/rules.md#edge-tls-version",
	})
)

// Of names.
var (
	nameMissing = rules.Add(verdict.Rule{
		Code: "cert_name_missing", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The certificate of the {server} does not include {want}; it has {seen}.",
		Why:    "{Users} that connect to {want} refuse a certificate without that name.",
		Fix:    "Request a certificate that includes {want} in its subject alternative names, and assign it to the server.",
		Source: "docs/rules.md#edge-certificate-names",
	})
	sipNameMissing = rules.Add(verdict.Rule{
		Code: "cert_sip_san_missing", Severity: verdict.Critical, Breaks: verdict.SignIn,
		What:   "The certificate of the {server} does not include {want}; it has {seen}.",
		Why:    "Clients that try {want} to sign in refuse the certificate. Partners do not use this name.",
		Fix:    "Request a certificate that includes {want} in its subject alternative names, and assign it to the server. It needs such a name for every SIP domain.",
		Source: "docs/rules.md#edge-certificate-names",
	})
	noSAN = rules.Add(verdict.Rule{
		Code: "cert_no_san", Severity: verdict.Warning,
		What:   "The certificate of the {server} has its name only in the subject and has no subject alternative names: {seen}.",
		Why:    "Many current clients and servers no longer look at the subject and refuse the certificate. Others still accept it.",
		Fix:    "Request a certificate that includes {want} in its subject alternative names, and assign it to the server.",
		Source: "docs/rules.md#certificate-subject-only",
	})
	onlyWildcard = rules.Add(verdict.Rule{
		Code: "cert_wildcard_on_edge", Severity: verdict.Warning,
		What:   "The certificate of the {server} includes {want} only by a wildcard; it has {seen}.",
		Why:    "Wildcards are not supported on the external interface of an Edge. Partners and desk phones may refuse the certificate.",
		Fix:    "Request a certificate that includes {want} by its full name, and assign it to the server.",
		Source: "docs/rules.md#edge-wildcard",
	})
	aliasMissing = rules.Add(verdict.Rule{
		Code: "sip_alias_not_in_cert", Severity: verdict.Warning,
		What:   "The {server} also has the name {want} in DNS, which its certificate does not include; it has {seen}.",
		Why:    "Older clients try these names and refuse the certificate.",
		Fix:    "Delete {want} from the zone, or request a certificate that includes it in its subject alternative names.",
		Source: "docs/rules.md#sip-aliases",
	})
	sipHostNotEdge = rules.Add(verdict.Rule{
		Code: "sip_host_not_edge", Severity: verdict.Info,
		What:   "The host sip.{domain} is not an Access Edge: {seen}.",
		Why:    "Clients find their server by other names. Only clients that find no other server try this one.",
		Source: "docs/rules.md#sip-host",
	})
)

// Of certificates.
var (
	expired = rules.Add(verdict.Rule{
		Code: "cert_expired", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The {server} shows a certificate that expired on {seen}.",
		Why:    refused,
		Fix:    "Renew the certificate with the same names, assign it on every server of the pool and restart the service.",
		Source: "docs/rules.md#certificate-validity",
	})
	notYetValid = rules.Add(verdict.Rule{
		Code: "cert_not_yet_valid", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The {server} shows a certificate that is valid only from {seen}.",
		Why:    "Until then {users} refuse the connection.",
		Fix:    "Assign a certificate that is valid now, or wait for the date. If it has passed, correct the clock of the machine that runs the exporter.",
		Source: "docs/rules.md#certificate-validity",
	})
	expiresSoon = rules.Add(verdict.Rule{
		Code: "cert_expires_soon", Severity: verdict.Warning,
		What:   "The certificate of the {server} expires on {seen}.",
		Why:    "From then on clients and partners refuse the connection.",
		Fix:    "Renew the certificate with the same names, and assign it on every server of the pool before that date.",
		Source: "docs/rules.md#certificate-lifetime",
	})
	chainIncomplete = rules.Add(verdict.Rule{
		Code: "cert_chain_incomplete", Severity: verdict.Warning,
		What:   "The {server} does not send all intermediate certificates that lead to a trusted root: {seen}.",
		Why:    "Windows fetches them by itself. Partners, phones and mobile clients that have not cached the intermediate certificates refuse the connection.",
		Fix:    "Import the intermediate certificates of the authority into the store Intermediate Certification Authorities of the server, or into the chain that the reverse proxy sends, and restart the service.",
		Source: "docs/rules.md#certificate-chain",
	})
	issuerUnavailable = rules.Add(verdict.Rule{
		Code: "cert_issuer_unavailable", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The {server} {seen}. The issuer's certificate could not be had elsewhere.",
		Why:    "{Users} that do not have the issuer's certificate cannot verify this one and refuse the connection.",
		Fix:    "Import the certificates of the authority into the store Intermediate Certification Authorities of the server, or into the chain that the reverse proxy sends, and restart the service. If the authority is your own, use a certificate of a public authority.",
		Source: "docs/rules.md#certificate-chain",
	})
	untrusted = rules.Add(verdict.Rule{
		Code: "cert_untrusted", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The certificate of the {server} was {seen}.",
		Why:    "Microsoft 365, partners and devices that you do not manage refuse the connection.",
		Fix:    "Use a certificate of a public authority on servers that face the Internet, with its current intermediate certificates. For servers inside, configure your own authority's root as tls.ca_file.",
		Source: "docs/rules.md#certificate-trust",
	})
	noServerUsage = rules.Add(verdict.Rule{
		Code: "cert_no_server_auth_eku", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The certificate of the {server} is not meant for servers: its extended key usage lacks server authentication ({seen}).",
		Why:    refused,
		Fix:    "Request a certificate with server authentication in its extended key usage, and assign it.",
		Source: "docs/rules.md#certificate-usage",
	})
	noClientUsage = rules.Add(verdict.Rule{
		Code: "cert_no_client_auth_eku", Severity: verdict.Info,
		What:   "The certificate of the {server} cannot be used by a client: its extended key usage lacks client authentication ({seen}).",
		Why:    "An Edge shows the same certificate when it connects to partners. A partner that insists on client authentication refuses these connections; connections from partners are not affected. Public authorities have stopped issuing this usage.",
		Source: "docs/rules.md#client-authentication",
	})
	noCDP = rules.Add(verdict.Rule{
		Code: "cert_no_cdp", Severity: verdict.Warning,
		What:   "The certificate of the {server} has no CRL distribution point ({seen}).",
		Why:    "Lync and Skype for Business require one. Partners that check for revocation may refuse the connection.",
		Fix:    "At the next renewal, request a certificate with a CRL distribution point that can be reached over HTTP.",
		Source: "docs/rules.md#revocation",
	})
	isRevoked = rules.Add(verdict.Rule{
		Code: "cert_revoked", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The authority has revoked the certificate of the {server}: {seen}.",
		Why:    "{Users} that check for revocation refuse the connection, as Edge Servers and Windows do by default. If the key was stolen, the others trust whoever has it.",
		Fix:    "Ask the authority for the reason. Request a certificate with a new key, and assign it on every server that shows this one.",
		Source: "docs/rules.md#revocation",
	})
	crlUnreachable = rules.Add(verdict.Rule{
		Code: "cert_crl_unreachable", Severity: verdict.Warning,
		What:   "The authority does not say whether the certificate of the {server} is revoked: {seen}.",
		Why:    "Partners whose Edge Servers check for revocation may refuse the connection.",
		Fix:    "At the address that the certificate names, publish a current CRL or repair the OCSP server; or use a certificate of a public authority. If only the machine of the exporter has no way there over HTTP, set tls.revocation to false.",
		Source: "docs/rules.md#revocation",
	})
	weakKey = rules.Add(verdict.Rule{
		Code: "cert_weak_key", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The key of the certificate of the {server} is too short: {seen}.",
		Why:    "Windows refuses RSA keys below 1024 bits. Teams, partners and current clients may refuse all below 2048 bits.",
		Fix:    "Request a certificate for a new RSA key of at least 2048 bits, and assign it.",
		Source: "docs/rules.md#certificate-key",
	})
	sha1 = rules.Add(verdict.Rule{
		Code: "cert_sha1", Severity: verdict.Warning,
		What:   "The {server} sends a certificate that is signed with SHA-1: {seen}.",
		Why:    "Current versions of Windows, browsers and mobile clients refuse such certificates.",
		Fix:    "Request a certificate with a SHA-256 signature, and install the authority's current intermediate certificates.",
		Source: "docs/rules.md#certificate-signature",
	})
	pss = rules.Add(verdict.Rule{
		Code: "cert_rsassa_pss", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "The certificate of the {server} is signed with RSASSA-PSS: {seen}.",
		Why:    "Lync and Skype for Business do not support that signature, so connections to and from the server fail.",
		Fix:    "Request a certificate with the classic signature (sha256RSA). At an authority of your own, turn off the alternate signature format.",
		Source: "docs/rules.md#certificate-signature",
	})
	differs = rules.Add(verdict.Rule{
		Code: "cert_differs_between_ips", Severity: verdict.Warning,
		What:   "The addresses of the {server} show {seen} different certificates.",
		Why:    "Chance decides which certificate a client or partner gets. The pool was probably not renewed as a whole.",
		Fix:    "Assign the same certificate, with its private key, on every server of the pool.",
		Source: "docs/rules.md#same-certificate",
	})
)

// Of requests for a client certificate.
var (
	partnersNotAsked = rules.Add(verdict.Rule{
		Code: "edge_5061_no_client_cert_request", Severity: verdict.Warning,
		What:   "The {server} does not ask partners for their certificate, as an Edge does for federation.",
		Why:    "A device that ends TLS, or another product, may stand there. Then partners cannot be authenticated and federation may fail.",
		Fix:    "Let port 5061 through to the Access Edge unchanged, without TLS inspection or offloading.",
		Source: "docs/rules.md#mutual-tls",
	})
	clientsAsked = rules.Add(verdict.Rule{
		Code: "edge_443_client_cert_request", Severity: verdict.Info,
		What:   "The {server} asks clients for a certificate, which an Access Edge does not do on port 443.",
		Why:    "Most clients go on without one. Another service or a proxy may stand there.",
		Fix:    "Check that port 443 of this name leads to the Access Edge.",
		Source: "docs/rules.md#mutual-tls",
	})
)
