package collector

// findingRows is the one table of findings: metrics, report, pages and
// documentation read it. Its order and its severities are those of the decision
// table; where that lets circumstances decide, the milder severity stands here
// and the judge gives the other.
func findingRows() []Explanation {
	return []Explanation{
		// A. The federation record.
		{
			Reason: "dns_lookup_failed", Severity: Warning,
			What: "The nameserver gave no usable answer for {subject} of {domain}: {seen}.",
			Why:  "Whether the record is right is unknown; users whose resolvers fail in the same way cannot find the service.",
			Fix:  "Check that the nameservers of {domain} and the resolver that the exporter asks are up and reachable on port 53 over UDP and TCP.",
		},
		{
			Reason: "federation_srv_misspelled", Severity: Critical, Breaks: Federation,
			What: "The federation record is published under a wrong name: {seen} instead of _sipfederationtls._tcp.{domain}.",
			Why:  "Partners ask only for the correctly spelled name, so those that discover {domain} by DNS do not find it.",
			Fix:  "Publish {want} and delete the misspelled record.",
		},
		{
			Reason: "federation_srv_missing", Severity: Critical, Breaks: Federation,
			What: "There is no federation record _sipfederationtls._tcp.{domain}: {seen}.",
			Why:  "Partners that discover {domain} by DNS, Teams users among them, cannot reach its users, and older mobile clients get no push notifications.",
			Fix:  "Publish {want}; if the domain is not to federate, set federation: false for it in the exporter's configuration.",
		},
		{
			Reason: "federation_srv_not_wanted", Severity: Info,
			What: "There is no federation record _sipfederationtls._tcp.{domain}, and the configuration says that none is wanted.",
			Why:  "Partners cannot find the domain by DNS, as intended; older mobile clients would need the record for push notifications.",
		},
		{
			Reason: "federation_srv_target_root", Severity: Critical, Breaks: Federation,
			What: "The target of the federation record is the root, which declares that there is no such service: {seen}.",
			Why:  "Partners that discover {domain} by DNS take it for a domain that does not federate.",
			Fix:  "Publish {want}; if the domain is not to federate, delete the record and set federation: false in the exporter's configuration.",
		},
		{
			Reason: "federation_srv_target_ip", Severity: Critical, Breaks: Federation,
			What: "The target of the federation record is an address, but an SRV record must name a host: {seen}.",
			Why:  "Partners cannot use the record, and no certificate could match it, so they cannot reach users of {domain}.",
			Fix:  "Publish {want} and give that name an A record with the address.",
		},
		{
			Reason: "federation_target_doubled_suffix", Severity: Critical, Breaks: Federation,
			What: "The zone's name was appended to a federation target that was already complete: {seen}.",
			Why:  "The target does not exist as it stands, so partners cannot reach users of {domain}.",
			Fix:  "Publish {want}; in a zone file the target ends with a dot, some web forms for DNS want it without.",
		},
		{
			Reason: "federation_target_hosting_provider_unexpected", Severity: Warning,
			What: "The federation record leads to a hosting provider although {domain} is configured as on-premises: {seen}.",
			Why:  "Messages of partners go to the provider, which does not deliver them to users on servers of your own unless it is set up as a hybrid.",
			Fix:  "Publish {want}, or set the topology of the domain to hybrid or online in the exporter's configuration.",
		},
		{
			Reason: "federation_target_retired_cloud", Severity: Warning,
			What: "The federation record leads to a cloud that Microsoft has closed: {seen}.",
			Why:  "Partners that discover {domain} by DNS reach no server there any more.",
			Fix:  "Publish {want}, or the record that the domain's present provider asks for.",
		},
		{
			Reason: "federation_target_subdomain", Severity: Critical, Breaks: Federation,
			What: "The federation target has more than one label before {domain}: {seen}.",
			Why:  "Edge Servers of partners accept only a host directly in the SIP domain; they refuse this one, and their users get no presence, messages or calls through.",
			Fix:  "Publish {want}, give that name an A record and include it in the Edge's certificate.",
		},
		{
			Reason: "federation_target_parent_domain", Severity: Critical, Breaks: Federation,
			What: "The federation target is a host of the parent domain, not of {domain}: {seen}.",
			Why:  "Edge Servers of partners accept only a host directly in the SIP domain; they refuse this one, and their users get no presence, messages or calls through.",
			Fix:  "Publish {want}, give that name an A record and include it in the Edge's certificate.",
		},
		{
			Reason: "federation_target_bare_domain", Severity: Warning,
			What: "The federation target is the SIP domain itself instead of a host in it: {seen}.",
			Why:  "By the documented rule Edge Servers of partners accept only one label before the domain and probably refuse this target.",
			Fix:  "Publish {want}, give that name an A record and include it in the Edge's certificate.",
		},
		{
			Reason: "federation_target_foreign_domain", Severity: Critical, Breaks: Federation,
			What: "The federation target is in another domain than {domain}: {seen}.",
			Why:  "Edge Servers of partners refuse it; only partners that entered this server by hand reach users of {domain}.",
			Fix:  "Publish {want}, give that name an A record and include it in the Edge's certificate; if partners know the host as a hosting provider, add it to hosting_providers.",
		},
		{
			Reason: "federation_target_wrong_provider_host", Severity: Critical, Breaks: Federation,
			What: "The federation record names a Microsoft host that serves clients, not federation: {seen}.",
			Why:  "Edge Servers of partners do not know that host as a federation server and refuse it, so they cannot reach users of {domain}.",
			Fix:  "Publish {want}; the host for federation with users in Microsoft 365 is sipfed.online.lync.com.",
		},
		{
			Reason: "federation_port_not_5061", Severity: Warning,
			What: "The federation record names another port than 5061: {seen}.",
			Why:  "Firewalls of partners mostly let only port 5061 out, so some partners cannot connect.",
			Fix:  "Publish {want} and let the Edge accept federation on port 5061.",
		},
		{
			Reason: "federation_srv_extra_non_matching", Severity: Warning,
			What: "Besides the good federation record {seen} there are others that partners refuse.",
			Why:  "When the good one fails, partners have no other to use, and some may try a refused one first.",
			Fix:  "Delete every _sipfederationtls._tcp record whose target is not exactly one label before {domain}; keep {seen}.",
		},
		{
			Reason: "federation_srv_best_not_matching", Severity: Warning,
			What: "The federation record that partners pick first has a target that they refuse, while another one would fit: {seen}.",
			Why:  "Depending on how its Edge chooses among the records, a partner may fail to reach users of {domain}.",
			Fix:  "Delete this record, or give the fitting one the lower priority number.",
		},
		{
			Reason: "federation_srv_tie", Severity: Info,
			What: "Several federation records share the best priority and weight, among them {seen}.",
			Why:  "An Edge Server takes whichever answer comes first, so which server partners use is left to chance.",
			Fix:  "To decide it, give the server that should be used first a lower priority number.",
		},
		{
			Reason: "srv_target_cname", Severity: Warning,
			What: "The target of {subject}.{domain} is an alias (CNAME): {seen}.",
			Why:  "SRV records must not lead to aliases; some clients and Edge Servers of partners do not follow them and fail to connect.",
			Fix:  "Replace the alias by A or AAAA records with the server's addresses.",
		},
		{
			Reason: "srv_target_unresolvable", Severity: Critical,
			What: "The target of {subject}.{domain} has no address: {seen}.",
			Why:  "Whoever follows this record finds no server and cannot connect.",
			Fix:  "Publish an A or AAAA record for the target, or make the SRV record name a host that has one.",
		},
		{
			Reason: "srv_target_private_ip", Severity: Critical,
			What: "The target of {subject}.{domain} has a private address, which cannot be reached from the Internet: {seen}.",
			Why:  "Clients and partners outside cannot connect to it.",
			Fix:  "In the zone that the Internet sees, publish the server's public address for this name.",
		},
		{
			Reason: "dns_inconsistent_ns", Severity: Warning,
			What: "The nameservers disagree about {subject}.{domain}: {seen}.",
			Why:  "Which server a partner or client is sent to, and whether it finds one at all, depends on the nameserver it happens to ask.",
			Fix:  "Give every nameserver the same zone: compare the serial numbers of their SOA records and repair the zone transfer.",
		},

		// B. Records for clients.
		{
			Reason: "client_srv_missing", Severity: Warning,
			What: "There is no record {subject}.{domain}.",
			Why:  "Old clients and desk phones, which look for it, cannot sign in; the others can only while Autodiscover or sip.{domain} works.",
			Fix:  "Publish {want}.",
		},
		{
			Reason: "client_srv_suffix_only", Severity: Warning,
			What: "The target is in a parent domain or a sub-domain of {domain}, not directly in it: {seen}.",
			Why:  "Desktop clients ask their users whether to trust the server, or refuse it by policy; Lync desk phones do not sign in.",
			Fix:  "Publish {want}, give that name an A record and include it in the server's certificate.",
		},
		{
			Reason: "client_srv_foreign_domain", Severity: Warning,
			What: "The target is in another domain than {domain}, and not in one that clients trust: {seen}.",
			Why:  "Desktop clients ask their users whether to trust the server; Lync desk phones do not sign in.",
			Fix:  "Publish {want}, give that name an A record and include it in the server's certificate.",
		},
		{
			Reason: "client_srv_legacy_m365", Severity: Info,
			What: "The record leads to Microsoft's former sign-in service: {seen}.",
			Why:  "Teams clients do not use it; it harms nobody.",
			Fix:  "Delete the record when no old client is left.",
		},
		{
			Reason: "client_srv_wrong_provider_host", Severity: Critical, Breaks: SignIn,
			What: "The record for clients leads to Microsoft's host for federation, which does not sign clients in: {seen}.",
			Why:  "Clients that find their server by this record cannot sign in.",
			Fix:  "Publish {want}; if all users are in Teams, delete the record instead.",
		},
		{
			Reason: "client_srv_port_not_443", Severity: Warning,
			What: "The record that clients outside use names another port than 443: {seen}.",
			Why:  "Users in hotels, at customers and behind other strict firewalls, which let only 443 out, cannot sign in.",
			Fix:  "Publish {want} and let the Access Edge accept clients on port 443.",
		},
		{
			Reason: "sip_host_missing", Severity: Warning,
			What: "The host sip.{domain} has no address.",
			Why:  "It is the last name that clients and desk phones try to find their server, and the usual target of the SRV records.",
			Fix:  "Publish {want}.",
		},
		{
			Reason: "sip_alias_not_in_cert", Severity: Warning,
			What: "The name {want} exists in DNS but not in the server's certificate, which shows: {seen}.",
			Why:  "Old clients that guess this name get a certificate error instead of signing in.",
			Fix:  "Delete {want} from DNS, or include it in the certificate's subject alternative names.",
		},
		{
			Reason: "internal_record_visible_external", Severity: Warning,
			What: "A record for clients inside is visible from the Internet: {seen}.",
			Why:  "Clients outside try it before the external ones and wait for a server that they cannot reach; it also reveals names and addresses of the inside.",
			Fix:  "Delete {subject}.{domain} from the zone that the Internet sees and keep it in the internal zone only.",
		},
		{
			Reason: "teams_only_stale_onprem_record", Severity: Warning,
			What: "All users of {domain} are in Teams, but {subject}.{domain} still leads to servers of your own: {seen}.",
			Why:  "Such a record blocks the switch of a tenant to Teams only, gives new users the wrong mode and sends old clients to servers that do not know them.",
			Fix:  "Delete {subject}.{domain}.",
		},
		{
			Reason: "teams_only_legacy_records", Severity: Info,
			What: "The record {subject}.{domain} leads to a Microsoft 365 service that Teams does not need any more: {seen}.",
			Why:  "It harms nobody.",
			Fix:  "Delete it when no old client is left.",
		},
		{
			Reason: "xmpp_srv_obsolete", Severity: Info,
			What: "The domain publishes an XMPP record, but its servers have no XMPP gateway any more: {seen}.",
			Why:  "XMPP partners that follow it reach nobody.",
			Fix:  "Delete {subject}.{domain}.",
		},
		{
			Reason: "dns_wildcard", Severity: Warning,
			What: "The zone {domain} answers for names that were never set up (wildcard): {seen}.",
			Why:  "Clients try servers that do not exist and wait for them, and no check can tell a host that was set up from one that was not.",
			Fix:  "Delete the wildcard record *.{domain}, or replace it by records for the names that are in use.",
		},

		// C. TLS.
		{
			Reason: "edge_tcp_unreachable", Severity: Critical,
			What: "No address of the {subject} server accepts connections: {seen}.",
			Why:  "Nobody outside gets to it: on port 443 these are the organisation's own users, on port 5061 its federation partners.",
			Fix:  "Check the address in DNS, the firewall and that the service runs; an Edge service without a usable certificate does not start.",
		},
		{
			Reason: "edge_ip_partially_down", Severity: Warning,
			What: "Some addresses of the {subject} server do not answer: {seen}.",
			Why:  "Clients and partners that DNS sends to them wait or fail, others do not notice.",
			Fix:  "Repair the servers at these addresses, or take the addresses out of DNS until they are back.",
		},
		{
			Reason: "tls_below_1_2", Severity: Warning,
			What: "The {subject} server offers nothing newer than {seen}.",
			Why:  "Microsoft 365, Teams and current clients demand TLS 1.2 and do not connect.",
			Fix:  "Enable TLS 1.2 on the server or on the device in front of it, and install the updates that it needs.",
		},
		{
			Reason: "tls_handshake_failed", Severity: Critical,
			What: "The {subject} server accepts connections but does not complete a TLS handshake: {seen}.",
			Why:  "Nobody outside can use it: on port 443 these are the organisation's own users, on port 5061 its federation partners.",
			Fix:  "Check that the service has a certificate with its private key assigned, and that no firewall or load balancer on the way changes or ends TLS.",
		},
		{
			Reason: "cert_name_missing", Severity: Critical,
			What: "The certificate of the {subject} server does not include {want}; it shows: {seen}.",
			Why:  "Clients and partners connect to {want} and refuse a certificate without that name.",
			Fix:  "Have a certificate issued that includes {want} in its subject alternative names, and assign it to the server.",
		},
		{
			Reason: "cert_no_san", Severity: Warning,
			What: "The certificate of the {subject} server has its name only in the subject and has no subject alternative names: {seen}.",
			Why:  "Many current clients and servers do not look at the subject any more and refuse the certificate; others still accept it.",
			Fix:  "Have a certificate issued that includes {want} in its subject alternative names, and assign it to the server.",
		},
		{
			Reason: "cert_wildcard_on_edge", Severity: Warning,
			What: "The certificate of the {subject} server includes {want} only by a wildcard; it shows: {seen}.",
			Why:  "Wildcards are not supported on an Edge's external interface: partners and desk phones may refuse it.",
			Fix:  "Have a certificate issued that includes {want} by its full name, and assign it to the Edge.",
		},
		{
			Reason: "cert_sip_san_missing", Severity: Warning,
			What: "The Edge's certificate for {subject} does not include {want}; it shows: {seen}.",
			Why:  "Clients and partners of {domain} that connect to {want} refuse the certificate.",
			Fix:  "Have the Edge's certificate reissued with {want} among its subject alternative names; one entry is needed for every SIP domain.",
		},
		{
			Reason: "cert_expired", Severity: Critical,
			What: "The certificate of the {subject} server is no longer valid: {seen}.",
			Why:  "Clients and partners refuse the connection.",
			Fix:  "Renew the certificate with the same names, assign it on every server of the pool and restart the service.",
		},
		{
			Reason: "cert_not_yet_valid", Severity: Critical,
			What: "The certificate of the {subject} server is not valid yet: {seen}.",
			Why:  "Clients and partners refuse the connection until then.",
			Fix:  "Assign a certificate that is valid now, or wait for the date; if it has passed, correct the clock of the machine that runs the exporter.",
		},
		{
			Reason: "cert_expires_soon", Severity: Warning,
			What: "The certificate of the {subject} server ends soon: {seen}.",
			Why:  "From then on clients and partners refuse the connection.",
			Fix:  "Renew the certificate with the same names and assign it on every server of the pool before that date.",
		},
		{
			Reason: "cert_chain_incomplete", Severity: Warning,
			What: "The {subject} server does not send the intermediate certificates that lead to a trusted root.",
			Why:  "Partners and mobile clients that do not have them already refuse the connection.",
			Fix:  "Install the authority's intermediate certificates in the server's intermediate store, or in the chain of the reverse proxy, and restart the service.",
		},
		{
			Reason: "cert_untrusted", Severity: Critical,
			What: "The certificate of the {subject} server does not lead to a trusted root: {seen}.",
			Why:  "Microsoft 365, partners and devices that are not managed by you refuse the connection.",
			Fix:  "Use a certificate of a public authority on servers that face the Internet; inside, give the exporter your own authority's root by ca_file.",
		},
		{
			Reason: "cert_no_server_auth_eku", Severity: Critical,
			What: "The certificate of the {subject} server is not meant for servers: its extended key usage lacks server authentication.",
			Why:  "Clients and partners refuse the connection.",
			Fix:  "Have the certificate reissued with server authentication in its extended key usage, and assign it.",
		},
		{
			Reason: "cert_no_client_auth_eku", Severity: Info,
			What: "The Edge's certificate for {subject} cannot be used as a client's: its extended key usage lacks client authentication.",
			Why:  "An Edge shows the same certificate when it connects to partners, a few of which may ask for that usage; public authorities no longer issue it.",
		},
		{
			Reason: "cert_no_cdp", Severity: Warning,
			What: "The Edge's certificate for {subject} names no place where its revocation list can be had.",
			Why:  "The documentation of the product demands one; partners that check for revocation may refuse the connection.",
			Fix:  "At the next renewal, have the certificate issued with a CRL distribution point that can be reached over HTTP.",
		},
		{
			Reason: "cert_crl_unreachable", Severity: Warning,
			What: "The revocation list that the certificate of the {subject} server names cannot be fetched: {seen}.",
			Why:  "Partners and clients that check for revocation connect slowly or refuse the connection.",
			Fix:  "Check that the list's address can be reached from the Internet; for an authority of your own, publish a current list there.",
		},
		{
			Reason: "cert_revoked", Severity: Critical,
			What: "The certificate of the {subject} server has been revoked: {seen}.",
			Why:  "Clients and partners that check for revocation refuse the connection.",
			Fix:  "Have a new certificate issued with a new key and the same names, and assign it on every server of the pool.",
		},
		{
			Reason: "cert_weak_key", Severity: Warning,
			What: "The key of the certificate of the {subject} server is too short: {seen}.",
			Why:  "Current clients, Teams and partners may refuse keys below 2048 bits.",
			Fix:  "Have the certificate reissued for a new RSA key of at least 2048 bits, and assign it.",
		},
		{
			Reason: "cert_sha1", Severity: Warning,
			What: "A certificate that the {subject} server sends is signed with SHA-1: {seen}.",
			Why:  "Current versions of Windows, browsers and mobile clients refuse such certificates.",
			Fix:  "Have the certificate reissued with a SHA-256 signature, and install the authority's current intermediate certificates.",
		},
		{
			Reason: "cert_rsassa_pss", Severity: Critical,
			What: "The certificate of the {subject} server is signed with RSASSA-PSS: {seen}.",
			Why:  "Lync and Skype for Business do not support that signature: connections to and from the server fail.",
			Fix:  "Have the certificate reissued with the classic signature (sha256RSA); at an authority of your own, turn the alternate signature format off.",
		},
		{
			Reason: "cert_differs_between_ips", Severity: Warning,
			What: "The addresses of the {subject} server do not show the same certificate: {seen}.",
			Why:  "Which certificate a client or partner gets is left to chance; the pool was probably not renewed as a whole.",
			Fix:  "Assign the same certificate, with its private key, on every server of the pool.",
		},
		{
			Reason: "edge_5061_no_client_cert_request", Severity: Warning,
			What: "The {subject} server does not ask for a certificate of its partner, as an Edge does for federation.",
			Why:  "A device that ends TLS in between, or another product, may stand there; then partners cannot be authenticated and federation may fail.",
			Fix:  "Let port 5061 through to the Access Edge unchanged, without TLS inspection or offloading.",
		},
		{
			Reason: "edge_443_client_cert_request", Severity: Info,
			What: "The {subject} server asks clients on port 443 for a certificate, which an Access Edge does not do.",
			Why:  "Most clients go on without one; it hints at another service or a proxy on this port.",
			Fix:  "Check that port 443 of this name leads to the Access Edge's interface for clients.",
		},

		// D. SIP.
		{
			Reason: "edge_sip_not_lync", Severity: Warning,
			What: "The {subject} server speaks SIP but shows no sign of Lync or Skype for Business: {seen}.",
			Why:  "If it is a gateway of another make this may be intended; if not, clients and partners talk to the wrong server.",
			Fix:  "Check that the name and port lead to the Access Edge.",
		},
		{
			Reason: "edge_version_unsupported", Severity: Warning,
			What: "The {subject} server is Lync Server 2010 or 2013, which Microsoft no longer supports: {seen}.",
			Why:  "It gets no security updates, and partners and Microsoft 365 drop the old protocols that it needs.",
			Fix:  "Move to Skype for Business Server Subscription Edition or to Teams.",
		},
		{
			Reason: "edge_5061_closed_without_client_cert", Severity: Info,
			What: "The {subject} server closed the connection because it was not shown a certificate: {seen}.",
			Why:  "Partners show theirs, so this is no fault; what the server would have answered remains unknown.",
			Fix:  "To see further, give the exporter a client certificate by cert_file and key_file.",
		},
		{
			Reason: "edge_port_speaks_http", Severity: Critical,
			What: "A web server answers at the {subject} server's port, where SIP belongs: {seen}.",
			Why:  "Clients and partners find no SIP server there and cannot connect.",
			Fix:  "Let this name and port lead to the Access Edge instead of the reverse proxy or another web server.",
		},
		{
			Reason: "edge_sip_no_answer", Severity: Warning,
			What: "The {subject} server completed TLS but did not answer a SIP request: {seen}.",
			Why:  "The service may hang or something else may listen there; then clients or partners cannot sign in or connect.",
			Fix:  "Check that the Access Edge service runs and its log has no errors, and that the port leads to it and not to conferencing or A/V.",
		},

		// E. Autodiscover and the user link.
		{
			Reason: "lyncdiscover_missing", Severity: Critical, Breaks: Autodiscover,
			What: "The name {want} does not exist in DNS.",
			Why:  "Mobile clients have no other way to find their server and cannot sign in; desktop clients are left with SRV records.",
			Fix:  "Publish an A record for {want}, or a CNAME to a host in the same domain, that leads to the reverse proxy (inside: to the Front End pool).",
		},
		{
			Reason: "lyncdiscover_https_name_mismatch_http_ok", Severity: Warning,
			What: "The certificate at https://{want} does not include that name, so only http works; it shows: {seen}.",
			Why:  "Clients abandon https with an error and go on over http, which is slower and can lead to a question whether to trust the server.",
			Fix:  "Include {want} in the certificate, or do not offer https at this address at all.",
		},
		{
			Reason: "lyncdiscover_http_redirect_prompt", Severity: Warning,
			What: "Over http, {want} leads to {seen}, which is outside {domain} and not in a trusted domain, and https does not work.",
			Why:  "Clients ask their users whether to trust that server; who declines cannot sign in.",
			Fix:  "Include {want} in the certificate and offer https, or redirect to a host in {domain}.",
		},
		{
			Reason: "lyncdiscover_cert_name_missing", Severity: Critical, Breaks: Autodiscover,
			What: "The certificate at https://{want} does not include that name, and http does not work either; it shows: {seen}.",
			Why:  "Mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Include {want} in the certificate of the reverse proxy, or publish the name over http on port 80.",
		},
		{
			Reason: "lyncdiscover_unreachable", Severity: Critical, Breaks: Autodiscover,
			What: "Autodiscover at {want} cannot be reached: {seen}.",
			Why:  "Mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Check that {want} leads to the reverse proxy, that it listens on ports 443 and 80 with a valid certificate, and that the Front End behind it runs.",
		},
		{
			Reason: "lyncdiscover_http_no_redirect", Severity: Info,
			What: "Over http the answer gives the user's link at once instead of redirecting to https: {seen}.",
			Why:  "Clients get on with it, but the protocol says that the unprotected answer only redirects.",
			Fix:  "Let the reverse proxy pass port 80 of {want} to port 8080 of the Front End, which answers with a redirect.",
		},
		{
			Reason: "lyncdiscover_http_3xx", Severity: Warning,
			What: "The web server redirects by its status instead of passing the request to Autodiscover: {seen}.",
			Why:  "Autodiscover redirects in its answer's body; some clients do not follow another kind.",
			Fix:  "Turn off the redirect to https for {want} at the reverse proxy and pass port 80 to port 8080 of the Front End.",
		},
		{
			Reason: "lyncdiscover_3xx_other_domain", Severity: Warning,
			What: "The web server redirects by its status to another domain: {seen}.",
			Why:  "Mobile and web clients take such a redirect for a failure and do not sign in this way.",
			Fix:  "Turn off this redirect for {want} and pass the request to the Front End, which redirects in its answer's body.",
		},
		{
			Reason: "lyncdiscover_not_autodiscover", Severity: Critical, Breaks: Autodiscover,
			What: "What answers at {want} is not Autodiscover: {seen}.",
			Why:  "Mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Publish {want} at the reverse proxy to the external web site of the Front End (port 4443), with the original Host header; it may lead to a default page now.",
		},
		{
			Reason: "lyncdiscover_preauth", Severity: Critical, Breaks: Autodiscover,
			What: "Autodiscover demands a login before it says anything: {seen}.",
			Why:  "Clients have no credentials to give at this point: mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Turn off pre-authentication for {want} at the reverse proxy.",
		},
		{
			Reason: "lyncdiscover_404", Severity: Critical, Breaks: Autodiscover,
			What: "The web server does not know Autodiscover: {seen}.",
			Why:  "Mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Let the reverse proxy pass requests for {want}, path / and all below, to the external web site of the Front End (port 4443) with the original Host header.",
		},
		{
			Reason: "webdir_domain_unknown", Severity: Critical, Breaks: Autodiscover,
			What: "Microsoft 365 does not know {domain} as a SIP domain: {seen}.",
			Why:  "Users of the domain are not found there and cannot sign in.",
			Fix:  "Verify and enable the domain in Microsoft 365, or let {want} lead to the reverse proxy if the users are on servers of your own.",
		},
		{
			Reason: "lyncdiscover_redirect_limit", Severity: Critical, Breaks: Autodiscover,
			What: "Autodiscover redirects more often than clients follow, at last to {seen}.",
			Why:  "Clients give up: mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Correct the external web services name of the pool or the Autodiscover URL of the hosting provider, so that {want} leads straight to the user's pool.",
		},
		{
			Reason: "lyncdiscover_redirect_loop", Severity: Critical, Breaks: Autodiscover,
			What: "Autodiscover redirects in a circle, back to {seen}.",
			Why:  "Clients give up: mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Correct the external web services name of the pool or the Autodiscover URL of the hosting provider, so that neither redirects to where the client came from.",
		},
		{
			Reason: "lyncdiscover_bad_href", Severity: Warning,
			What: "Autodiscover hands out a link that cannot be read or is not https: {seen}.",
			Why:  "Clients refuse or fail to follow it, or send it over an unprotected connection.",
			Fix:  "Correct the external web services name of the pool in the topology and publish it, and check that the reverse proxy does not rewrite links.",
		},
		{
			Reason: "lyncdiscover_internal_site", Severity: Warning,
			What: "Autodiscover takes the exporter, which asks from outside, for a client inside: {seen}.",
			Why:  "Clients outside get links to servers that they cannot reach.",
			Fix:  "Let the reverse proxy pass {want} to port 4443 (http: 8080) of the Front End, its external web site, instead of 443 (http: 80).",
		},
		{
			Reason: "lyncdiscover_no_user_link", Severity: Critical, Breaks: Autodiscover,
			What: "The Autodiscover document has neither a user link nor a redirect: {seen}.",
			Why:  "Clients do not learn where to go: mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Check the web services on the Front End behind {want} and that the reverse proxy passes its answers unchanged.",
		},
		{
			Reason: "user_link_challenge_unknown", Severity: Warning,
			What: "The user link asks for a login but not in Lync's way: {seen}.",
			Why:  "Something in front of the web services, such as a pre-authenticating proxy, may keep clients from signing in.",
			Fix:  "Turn off pre-authentication for the web services at the reverse proxy, and let it pass the WWW-Authenticate and X-MS-WebTicketURL headers.",
		},
		{
			Reason: "user_link_no_challenge", Severity: Warning,
			What: "The user link answers without asking for a login: {seen}.",
			Why:  "What answers is probably not the web services but a default page, and clients cannot sign in through it.",
			Fix:  "Let the reverse proxy pass the host of this link to the external web site of the Front End (port 4443).",
		},
		{
			Reason: "user_link_failed", Severity: Critical, Breaks: Autodiscover,
			What: "The user link that Autodiscover hands out does not work: {seen}.",
			Why:  "Clients find Autodiscover but get no further: mobile clients cannot sign in, desktop clients are left with SRV records.",
			Fix:  "Publish the host of this link at the reverse proxy, with a valid certificate that includes it, to the external web site of the Front End (port 4443).",
		},
		{
			Reason: "user_link_sts_other_host", Severity: Warning,
			What: "The web services send clients to another domain for their ticket: {seen}.",
			Why:  "That host must be reachable and trusted too; where it is an internal one, clients outside cannot sign in.",
			Fix:  "Check the external web services name of the pool in the topology, and publish the host if it is the right one.",
		},
		{
			Reason: "lyncdiscoverinternal_visible_external", Severity: Warning,
			What: "The Autodiscover service for clients inside answers from outside: {seen}.",
			Why:  "Clients outside ask it first and may take themselves for inside, so that they go on to servers that they cannot reach.",
			Fix:  "Delete {subject}.{domain} from the zone that the Internet sees and from the reverse proxy.",
		},

		// F. Simple URLs.
		{
			Reason: "meet_host_missing", Severity: Critical, Breaks: Meetings,
			What: "The host of the Meet URL does not exist in DNS: {seen}.",
			Why:  "Links in invitations do not open, so nobody joins meetings of {domain} by them.",
			Fix:  "Publish {want}; if meetings have another URL, set simple_urls in the exporter's configuration.",
		},
		{
			Reason: "meet_cert_name_missing", Severity: Critical, Breaks: Meetings,
			What: "The certificate of the Meet URL's host does not include {want}; it shows: {seen}.",
			Why:  "Browsers and clients warn of the link or refuse it, so participants do not get into meetings of {domain}.",
			Fix:  "Include {want} in the certificate of the reverse proxy; a wildcard for its domain will do.",
		},
		{
			Reason: "meet_unverified", Severity: Warning,
			What: "Something answers at the Meet URL, but it shows no sign of a Lync meeting page: {seen}.",
			Why:  "If it is a default page or another site, links in invitations do not lead into meetings.",
			Fix:  "Open the URL in a browser; if it is not the meeting page, let the reverse proxy pass this host to the external web site of the Front End.",
		},
		{
			Reason: "meet_http_error", Severity: Critical, Breaks: Meetings,
			What: "The Meet URL answers with an error: {seen}.",
			Why:  "Links in invitations do not open, so nobody joins meetings of {domain} by them.",
			Fix:  "Let the reverse proxy pass {want} to the external web site of the Front End (port 4443) with the original Host header; after a change of URLs run Enable-CsComputer.",
		},
		{
			Reason: "meet_not_unique", Severity: Critical, Breaks: Meetings,
			What: "Several SIP domains have the same Meet URL: {seen}.",
			Why:  "Every SIP domain needs its own; with a shared one, meetings of all but one of the domains cannot be found.",
			Fix:  "Give {domain} a Meet URL of its own, such as {want}, then run Enable-CsComputer on the servers.",
		},
		{
			Reason: "simple_url_invalid", Severity: Critical, Breaks: Meetings,
			What: "The {subject} URL is not one that Lync allows: {seen}.",
			Why:  "Lync does not serve such a URL, so links made of it do not open.",
			Fix:  "Use https, no port, only letters, digits, dots and hyphens, and no URL that begins with another; set it by Set-CsSimpleUrlConfiguration.",
		},
		{
			Reason: "dialin_failed", Severity: Warning,
			What: "The dial-in page does not work: {seen}.",
			Why:  "Users and participants of all SIP domains cannot look up dial-in numbers or set their PIN; meetings themselves go on.",
			Fix:  "Let the reverse proxy pass {want} to the external web site of the Front End, with a certificate that includes the host.",
		},
		{
			Reason: "admin_visible_external", Severity: Warning,
			What: "The administration page can be reached from the Internet: {seen}.",
			Why:  "Anybody can try passwords of administrators on it.",
			Fix:  "Delete its name from the zone that the Internet sees, and its rule from the reverse proxy.",
		},
		{
			Reason: "simple_url_leftover", Severity: Info,
			What: "All users of {domain} are in Teams, but the {subject} URL of its former servers still exists: {seen}.",
			Why:  "Teams does not use it; old invitations may still lead there.",
			Fix:  "Delete the name from DNS once the old servers are gone.",
		},

		// G. IIS on a Front End.
		{
			Reason: "freb_enabled", Severity: Warning,
			What: "Failed Request Tracing is on for {subject}: {seen}.",
			Why:  "It slows the web services down and fills the disk; it is meant for as long as a fault is searched.",
			Fix:  "Set enabled to false in traceFailedRequestsLogging of the site and of siteDefaults once the fault is found.",
		},
		{
			Reason: "freb_log_too_small", Severity: Warning,
			What: "The trace files of {subject} are too small: {seen}.",
			Why:  "Lync writes rewrite rules for every SIP domain and each takes its part of a trace, so that it is cut before the fault is seen.",
			Fix:  "Set {want} in traceFailedRequestsLogging while you trace, and turn tracing off afterwards.",
		},
		{
			Reason: "freb_log_truncated", Severity: Warning,
			What: "Trace files of {subject} were cut: {seen}.",
			Why:  "The end of the request, where the fault would be seen, is missing in them.",
			Fix:  "Raise maxLogFileSizeKB in traceFailedRequestsLogging while you trace, and turn tracing off afterwards.",
		},
		{
			Reason: "freb_log_full", Severity: Info,
			What: "The number of trace files of {subject} has reached its limit: {seen}.",
			Why:  "IIS deletes the oldest for each new one, so that earlier faults are no longer there to read.",
			Fix:  "Move the files that you need elsewhere, or raise maxLogFiles while you trace.",
		},
		{
			Reason: "freb_site_override", Severity: Info,
			What: "The site {subject} has trace settings that differ from siteDefaults: {seen}.",
			Why:  "A change of siteDefaults has no effect on this site.",
			Fix:  "Change the settings at the site itself, or remove them there.",
		},
		{
			Reason: "rewrite_rule_count", Severity: Info,
			What: "The site {subject} has URL Rewrite rules in force: {seen}.",
			Why:  "Lync writes several for every SIP domain; many make traces long and requests a little slower.",
		},
		{
			Reason: "rewrite_rule_domain_absent", Severity: Info,
			What: "No URL Rewrite rule on this Front End names the SIP domain {subject}.",
			Why:  "Lync usually writes rules for the simple URLs of every SIP domain; without them the domain's meeting links may not open.",
			Fix:  "If the domain has a Meet URL of its own, run Enable-CsComputer on this server.",
		},
		{
			Reason: "iis_config_unreadable", Severity: Warning,
			What: "The file {subject} cannot be read or is not valid XML: {seen}.",
			Why:  "What depends on it, such as tracing and rewrite rules, is not watched.",
			Fix:  "Give the exporter's account read access to the file, and check the path in application_host_config.",
		},
	}
}

// Explanations are the rows of the table of findings.
func Explanations() []Explanation { return findingRows() }

// explanations finds a row by its reason.
var explanations = func() map[string]Explanation {
	rows := make(map[string]Explanation)
	for _, row := range findingRows() {
		rows[row.Reason] = row
	}
	return rows
}()
