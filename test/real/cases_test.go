package real

import "strings"

// reportedCase is a SIP domain as people reported it, and what is to be said of it.
type reportedCase struct {
	name, domain string
	// zone is the domain's; "": there is no such domain. EDGE, PROXY and the
	// like stand for addresses of servers, see startReported.
	zone     string
	view     string          // "": external
	settings string          // of the domain, further ones
	sites    map[string]page // that differ from a healthy domain's, by URL without the domain
	// userLink is the host of the web services; "": lyncweb.<domain>.
	userLink string
	topology string // "": on_premises
	offered  string // capabilities; "": those of the topology
	// down and unknown are capabilities that are not up though the topology
	// offers them.
	down, unknown string
	findings      []string // severity, code, subject, in the report's order
	// record is a line of the records that the report wants.
	record string
	// says and never are parts of what findings say, or must not say.
	says, never []string
}

// microsoft are records that a domain in the cloud used to need.
const microsoft = "sip CNAME sipdir.online.lync.com.\nlyncdiscover CNAME webdir.online.lync.com.\n"

// What is said of these records: they do no harm.
const (
	legacySIP      = "info teams_only_legacy_records sip"
	legacyDiscover = "info teams_only_legacy_records lyncdiscover"
)

// Views beside that from outside.
const (
	inside   = "inside"   // where federation is nobody's business
	balanced = "balanced" // a few addresses of each answer, as load balancers show them
)

// noTopology: nothing shows where the users are.
const noTopology = "none"

// webZone are the names of a healthy domain's web services.
const webZone = "lyncdiscover A PROXY\nlyncweb A PROXY\nmeet A PROXY\n"

// edgeRecords are those of a domain that clients and partners find at sip.<domain>.
const edgeRecords = "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A EDGE\n"

var logon = page{Status: 302, Location: "/CookieAuth.dll?GetLogon?curl=Z2F&reason=0"}

var saml = page{Status: 302, Location: "https://idp.saml.test/profile/SSO?SAMLRequest=fZF"}

var adfs = page{Status: 302, Location: "https://sts.adfs.test/adfs/ls/?wa=wsignin1.0"}

var reportedCases = []reportedCase{
	{
		name: "federation with the sign-in host of the cloud", domain: "wronghost.test",
		zone:     microsoft + "_sipfederationtls._tcp SRV 100 1 5061 sipdir.online.lync.com.\n",
		topology: "online",
		down:     "federation",
		findings: []string{"critical federation_target_wrong_provider_host _sipfederationtls._tcp", legacySIP, legacyDiscover},
		record:   "100 1 5061 sipfed.online.lync.com.", never: []string{"SRV 100 1 5061 sip.wronghost", "Publish"},
	},
	{
		name: "final dot forgotten", domain: "dot.test",
		zone:     microsoft + "_sipfederationtls._tcp SRV 1 100 5061 sipfed.online.lync.com\n",
		topology: "online",
		down:     "federation",
		findings: []string{"critical federation_target_doubled_suffix _sipfederationtls._tcp", legacySIP, legacyDiscover},
		record:   "1 100 5061 sipfed.online.lync.com.", never: []string{"5061 sip.dot.test", "Publish"},
	},
	{
		name: "client's record with a Microsoft name that does not exist", domain: "clienthost.test",
		zone:     microsoft + "_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.\n_sip._tls SRV 100 1 443 sipdir.online.microsoft.com.\n",
		topology: "online",
		findings: []string{"warning client_srv_wrong_provider_host _sip._tls", legacySIP, legacyDiscover},
	},
	{
		name: "chain of aliases behind webdir", domain: "chain.test",
		zone:     "sip CNAME sipdir.online.lync.com.\nlyncdiscover CNAME webdir2a.online.lync.com.\n_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.\n",
		topology: "online",
		findings: []string{legacySIP, legacyDiscover},
	},
	{
		name: "wildcard that shows three of eight addresses", domain: "wildcard.test",
		view: balanced,
		zone: `_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.
* A BALANCER1
* A BALANCER2
* A BALANCER3
* A BALANCER4
* A BALANCER5
* A BALANCER6
* A BALANCER7
* A BALANCER8
`,
		topology: "online",
		findings: []string{"warning dns_wildcard zone"},
	},
	{
		name: "no record of Lync", domain: "nothing.test",
		zone:     "@ MX 10 mail\nmail A PROXY\nwww A PROXY\n",
		topology: noTopology,
		down:     "federation",
		findings: []string{"critical lync_records_missing domain"},
	},
	{
		name: "no such domain", domain: "gone.absent.test",
		topology: noTopology,
		down:     "sign_in federation autodiscover meetings",
		findings: []string{"critical domain_missing domain"},
	},
	{
		name: "healthy", domain: "healthy.test", zone: edgeRecords + webZone,
	},
	{
		name: "standby without address", domain: "standby.test",
		zone:     edgeRecords + webZone + "_sip._tls SRV 10 0 443 sip2\n_sipfederationtls._tcp SRV 10 0 5061 sip2\n",
		findings: []string{"warning srv_target_unresolvable _sip._tls", "warning srv_target_unresolvable _sipfederationtls._tcp"},
	},
	{
		name: "records of the same rank, one of the servers dead", domain: "equal.test",
		zone: "_sip._tls SRV 0 0 443 dead\n_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 5061 dead\n_sipfederationtls._tcp SRV 0 0 5061 sip\n" +
			"sip A EDGE\ndead A NOBODY\n" + webZone,
		findings: []string{"warning edge_tcp_unreachable access_edge", "warning edge_tcp_unreachable federation", "info federation_srv_tie _sipfederationtls._tcp"},
	},
	{
		name: "Autodiscover at somebody else's web server, no other name at a proxy", domain: "elsewhere.test",
		zone:     edgeRecords + "lyncdiscover A STRANGER\n",
		down:     "autodiscover",
		unknown:  "meetings",
		findings: []string{"critical lyncdiscover_not_autodiscover lyncdiscover", "warning meet_host_unknown meet"},
		says:     []string{"let lyncdiscover.elsewhere.test lead to the reverse proxy"},
	},
	{
		name: "telephone system at sip", domain: "phone.test",
		zone:     "_sip._tls SRV 0 0 443 edge\n_sipfederationtls._tcp SRV 0 0 5061 edge\nedge A OTHEREDGE\nsip A TELEPHONES\n" + webZone,
		findings: []string{"info sip_host_not_edge sip"},
	},
	{
		name: "sip on the Edge but not in its certificate", domain: "sansip.test",
		zone:     "_sip._tls SRV 0 0 443 edge\n_sipfederationtls._tcp SRV 0 0 5061 edge\nedge A OTHEREDGE\nsip A OTHEREDGE\n" + webZone,
		findings: []string{"warning cert_sip_san_missing access_edge"},
	},
	{
		name: "login page of the proxy", domain: "preauth.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncdiscover/": logon, "http://lyncdiscover/": logon, "https://meet/": logon},
		down:     "autodiscover meetings",
		findings: []string{"critical lyncdiscover_preauth lyncdiscover", "critical meet_preauth meet"},
		never:    []string{"turn off the redirect"},
	},
	{
		name: "meet leads to the web site", domain: "moved.test", zone: edgeRecords + webZone + "www A PROXY\n",
		sites: map[string]page{
			"https://meet/": {Status: 301, Location: "https://www.moved.test/"},
			"https://www/":  {Type: "text/html", Body: "<h1>Welcome</h1>"},
		},
		findings: []string{"warning meet_unverified meet"},
	},
	{
		name: "http answers 404", domain: "onescheme.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"http://lyncdiscover/": {Status: 404}},
		findings: []string{"warning lyncdiscover_one_scheme lyncdiscover"},
		never:    []string{"cannot sign in"},
	},
	{
		name: "pool is down", domain: "pooldown.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncdiscover/": {Status: 503}, "http://lyncdiscover/": {Status: 503}},
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_pool_down lyncdiscover"},
		never:    []string{"default page"},
	},
	{
		name: "everything in the federation record is wrong", domain: "twofaults.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 443 sip.other.test.\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_target_foreign_domain _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.twofaults.test.", never: []string{"5061 sip.other.test", "443 sip.twofaults.test"},
	},
	{
		name: "underscore doubled", domain: "underscore.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls.__tcp SRV 0 0 5061 sip\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_srv_misspelled _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.underscore.test.",
	},
	{
		name: "no meeting host", domain: "nomeet.test", zone: edgeRecords + "lyncdiscover A PROXY\nlyncweb A PROXY\n",
		unknown:  "meetings",
		findings: []string{"warning meet_host_unknown meet"},
	},
	{
		name: "client's record at a hoster, sip at an Edge of one's own", domain: "hosted.test",
		zone:     "_sip._tls SRV 0 0 443 sip.hoster.test.\n_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A EDGE\n" + webZone,
		findings: []string{"warning client_srv_foreign_domain _sip._tls"},
	},
	{
		name: "user link of the inside", domain: "userlink.test", zone: edgeRecords + webZone,
		userLink: "pool01.corp.local",
		down:     "autodiscover",
		findings: []string{"critical user_link_failed user_link"},
		says:     []string{"Topology Builder"}, never: []string{"reverse proxy"},
	},
	{
		name: "private addresses outside", domain: "private.test",
		zone:     edgeRecords + "lyncdiscover A 10.1.1.1\nlyncweb A 10.1.1.1\nmeet A 10.1.1.1\n",
		down:     "autodiscover meetings",
		findings: []string{"critical host_private_ip lyncdiscover", "critical host_private_ip user_link", "critical host_private_ip meet"},
	},
	{
		name: "expired certificate in front of further faults", domain: "behind.test",
		zone: edgeRecords + strings.ReplaceAll(webZone, "PROXY", "EXPIRED"),
		down: "autodiscover meetings",
		findings: []string{
			"critical lyncdiscover_unreachable lyncdiscover", "critical user_link_failed user_link", "critical meet_cert_name_missing meet",
			"critical cert_expired lyncdiscover", "critical cert_expired web_services", "critical cert_expired meet",
		},
	},
	{
		name: "meeting host missing in DNS and in the certificate", domain: "unnamed.test",
		zone:     edgeRecords + "lyncdiscover A EXPIRED\nlyncweb A EXPIRED\n",
		settings: `, simple_urls: {meet: "https://meet.unnamed.test/"}`,
		down:     "autodiscover meetings",
		findings: []string{
			"critical lyncdiscover_unreachable lyncdiscover", "critical user_link_failed user_link",
			"critical meet_host_missing meet", "critical meet_cert_name_missing meet",
			"critical cert_expired lyncdiscover", "critical cert_expired web_services",
		},
	},
	{
		name: "intermediate not sent", domain: "incomplete.test",
		zone:     strings.ReplaceAll(edgeRecords, "EDGE", "INCOMPLETE") + webZone,
		findings: []string{"warning cert_chain_incomplete access_edge", "warning cert_chain_incomplete federation"},
	},
	{
		name: "the same authority's intermediate sent", domain: "company.test",
		zone: strings.ReplaceAll(edgeRecords, "EDGE", "COMPANY") + webZone,
	},
	{
		name: "inside, Autodiscover not found", domain: "inside.test", view: inside,
		zone:     "_sipinternaltls._tcp SRV 0 0 5061 sip\nsip A EDGE\nlyncdiscoverinternal A PROXY\nlyncweb A PROXY\nmeet A PROXY\n",
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_404 lyncdiscoverinternal"},
		never:    []string{"reverse proxy", "external", "4443"},
	},
	{
		name: "alias in the place of the federation record", domain: "aliasrecord.test",
		zone:     microsoft + "_sipfederationtls._tcp CNAME sipfed.online.lync.com.\n",
		topology: "online",
		down:     "federation",
		findings: []string{"critical federation_srv_missing _sipfederationtls._tcp", legacySIP, legacyDiscover},
		record:   "100 1 5061 sipfed.online.lync.com.", never: []string{"Publish sip"},
	},
	{
		name: "whole record typed into the target", domain: "wholerecord.test",
		zone:     "_sipfederationtls._tcp SRV 100 1 5061 100\\0321\\0325061\\032sipfed.online.lync.com.\n",
		topology: "online",
		down:     "federation",
		findings: []string{"critical federation_srv_fields_swapped _sipfederationtls._tcp"},
		record:   "100 1 5061 sipfed.online.lync.com.",
	},
	{
		name: "cloud in a zone without its dot, nothing else", domain: "dotonly.test",
		zone:     "_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com\n",
		topology: "online",
		down:     "federation",
		findings: []string{"critical federation_target_doubled_suffix _sipfederationtls._tcp"},
		record:   "100 1 5061 sipfed.online.lync.com.", never: []string{"5061 sip.dotonly"},
	},
	{
		name: "cloud under a misspelt name", domain: "misspeltcloud.test",
		zone:     microsoft + "_sipfederationstls._tcp SRV 100 1 5061 sipfed.online.lync.com.\n",
		topology: "online",
		down:     "federation",
		findings: []string{"critical federation_srv_misspelled _sipfederationtls._tcp", legacySIP, legacyDiscover},
		record:   "100 1 5061 sipfed.online.lync.com.", never: []string{"5061 sip.misspeltcloud"},
	},
	{
		name: "hybrid whose federation record leads to the cloud", domain: "hybrid.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.\nsip A EDGE\n" + webZone,
		topology: "hybrid",
		findings: []string{"warning federation_target_provider_in_hybrid _sipfederationtls._tcp"},
	},
	{
		name: "own servers that are gone", domain: "stale.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.\nsip A NOBODY\nlyncdiscover A NOBODY\n",
		topology: "online",
		findings: []string{"warning teams_only_stale_onprem_record _sip._tls", "warning teams_only_stale_onprem_record sip", "warning teams_only_stale_onprem_record lyncdiscover"},
		never:    []string{"Publish"},
	},
	{
		name: "wildcard is an alias", domain: "shop.test",
		zone:     "_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.\n* CNAME www\nwww A PROXY\n",
		topology: "online",
		findings: []string{"warning dns_wildcard zone"},
	},
	{
		name: "a domain that only federates", domain: "gateway.test",
		zone:     "_sipfederationtls._tcp SRV 0 0 5061 video\nvideo A GATEWAY\n",
		topology: "federation_only",
		findings: []string{"warning edge_5061_no_client_cert_request federation", "warning edge_sip_no_answer federation"},
	},
	{
		name: "standby in another domain", domain: "backup.test",
		zone:     edgeRecords + webZone + "_sip._tls SRV 10 0 443 sip.hoster.test.\n_sipfederationtls._tcp SRV 10 0 5061 sip.hoster.test.\n",
		findings: []string{"warning client_srv_foreign_domain _sip._tls", "warning federation_srv_extra_non_matching _sipfederationtls._tcp"},
	},
	{
		name: "login at AD FS", domain: "adfs.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncdiscover/": adfs, "http://lyncdiscover/": adfs, "https://meet/": adfs},
		down:     "autodiscover meetings",
		findings: []string{"critical lyncdiscover_preauth lyncdiscover", "critical meet_preauth meet"},
	},
	{
		name: "login by status", domain: "forbidden.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncdiscover/": {Status: 403}, "http://lyncdiscover/": {Status: 403}},
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_preauth lyncdiscover"},
	},
	{
		name: "https answers 404", domain: "otherscheme.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncdiscover/": {Status: 404}, "https://lyncdiscover" + rootPath: {Status: 404}},
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_404 lyncdiscover"},
	},
	{
		name: "gateway timeout at the meeting page", domain: "meetdown.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://meet/": {Status: 504}},
		down:     "meetings",
		findings: []string{"critical meet_http_error meet"},
	},
	{
		name: "dial-in leads to the web site", domain: "dialin.test", zone: edgeRecords + webZone + "dialin A PROXY\nwww A PROXY\n",
		settings: `, simple_urls: {dialin: "https://dialin.dialin.test/"}`,
		sites: map[string]page{
			"https://dialin/": {Status: 302, Location: "https://www.dialin.test/"},
			"https://www/":    {Type: "text/html", Body: "<h1>Welcome</h1>"},
		},
		findings: []string{"warning dialin_unverified dialin"},
	},
	{
		name: "fields in another order", domain: "swapped.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 5061 0 0 sip\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_srv_fields_swapped _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.swapped.test.",
	},
	{
		name: "protocol of the record wrong", domain: "protocol.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tls SRV 0 0 5061 sip\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_srv_misspelled _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.protocol.test.",
	},
	{
		name: "underscore missing in both", domain: "missing.test",
		zone:     "_sip.tls SRV 0 0 443 sip\n_sipfederationtls.tcp SRV 0 0 5061 sip\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_srv_misspelled _sipfederationtls._tcp", "warning client_srv_misspelled _sip._tls"},
		record:   "0 0 5061 sip.missing.test.",
	},
	{
		name: "zone's name twice", domain: "twice.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp.twice.test SRV 0 0 5061 sip\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_srv_misspelled _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.twice.test.",
	},
	{
		name: "Autodiscover misspelt", domain: "letters.test",
		zone:     edgeRecords + "lyncdicsover A PROXY\nlyncweb A PROXY\nmeet A PROXY\n",
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_missing lyncdiscover"},
		says:     []string{"lyncdicsover"}, record: "lyncdiscover.letters.test. A ",
	},
	{
		name: "alias into the cloud, which does not know the domain", domain: "webdir.test",
		zone:     edgeRecords + "lyncdiscover CNAME webdir.online.lync.com.\nlyncweb A PROXY\nmeet A PROXY\n",
		down:     "autodiscover",
		findings: []string{"critical webdir_domain_unknown lyncdiscover"},
	},
	{
		name: "federation on the client's port", domain: "port.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 443 sip\nsip A EDGE\n" + webZone,
		findings: []string{"warning federation_port_not_5061 _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.port.test.",
	},
	{
		name: "target without address that has to go anyway", domain: "dangling.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 5061 edge.sub\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_target_subdomain _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.dangling.test.", never: []string{"edge.sub.dangling.test. A"},
	},
	{
		name: "web services answer 404 behind an expired certificate", domain: "deep.test",
		zone:     edgeRecords + "lyncdiscover A EXPIRED\nlyncweb A EXPIRED\nmeet A PROXY\n",
		sites:    map[string]page{"https://lyncweb" + oauthPath: {Status: 404}},
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_unreachable lyncdiscover", "critical user_link_failed user_link", "critical cert_expired lyncdiscover", "critical cert_expired web_services"},
		says:     []string{"404"},
	},
	{
		name: "partner's domain", domain: "partner.test", settings: ", capabilities: [federation]",
		zone:    "_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A EDGE\nwww A PROXY\n",
		offered: "federation",
	},
	{
		name: "no such domain below one that is there", domain: "nosuch.healthy.test",
		topology: noTopology,
		down:     "sign_in federation autodiscover meetings",
		findings: []string{"critical domain_missing domain"},
		says:     []string{"healthy.test"},
	},
	{
		name: "Edge with a private address outside", domain: "privateedge.test",
		zone:     strings.ReplaceAll(edgeRecords, "EDGE", "10.1.1.2") + webZone,
		down:     "sign_in federation",
		findings: []string{"critical srv_target_private_ip _sip._tls", "critical srv_target_private_ip _sipfederationtls._tcp"},
	},
	{
		name: "federation on a port that nobody listens on", domain: "deadport.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 5060 sip\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical edge_tcp_unreachable federation", "warning federation_port_not_5061 _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.deadport.test.",
	},
	{
		name: "Autodiscover missing in DNS and in the certificate", domain: "unlisted.test",
		zone:     edgeRecords + "lyncweb A UNLISTED\nmeet A UNLISTED\n",
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_missing lyncdiscover", "critical lyncdiscover_cert_name_missing lyncdiscover"},
		record:   "lyncdiscover.unlisted.test. A ",
	},
	{
		name: "Autodiscover missing in the certificate, http works", domain: "bridge.test",
		zone: edgeRecords + "lyncdiscover A UNLISTED\nlyncweb A UNLISTED\nmeet A UNLISTED\n",
		sites: map[string]page{"http://lyncdiscover/": {Type: "application/json", Body: `{"_links":{"redirect":{"href":"https://lyncweb.bridge.test/Autodiscover/AutodiscoverService.svc/root"}}}`},
			"https://lyncweb" + rootPath: {Type: "application/json", Body: `{"_links":{"user":{"href":"https://lyncweb.bridge.test/Autodiscover/AutodiscoverService.svc/root/oauth/user"}}}`}},
		findings: []string{"warning lyncdiscover_https_name_mismatch_http_ok lyncdiscover"},
	},
	{
		name: "wildcard leads to the web site, sip not set up", domain: "catchall.test",
		zone:     "_sip._tls SRV 0 0 443 edge\n_sipfederationtls._tcp SRV 0 0 5061 edge\nedge A OTHEREDGE\n" + webZone + "* A SHOP\n",
		findings: []string{"warning dns_wildcard zone", "info sip_host_not_edge sip"},
	},
	{
		name: "meet by the wildcard only", domain: "catchmeet.test",
		zone:     edgeRecords + "lyncdiscover A PROXY\nlyncweb A PROXY\n* A SHOP\n",
		unknown:  "meetings",
		findings: []string{"warning dns_wildcard zone", "warning meet_host_unknown meet"},
	},
	{
		name: "misspelt host of the Edge in the certificate", domain: "noname.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A OTHEREDGE\n" + webZone,
		down:     "sign_in federation",
		findings: []string{"critical cert_name_missing access_edge", "critical cert_name_missing federation"},
	},
	{
		name: "Teams and meetings of former servers", domain: "leftover.test",
		zone:     "_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.\nmeet A NOBODY\ndialin A NOBODY\n",
		topology: "online",
		findings: []string{"info simple_url_leftover meet"},
	},
	{
		name: "federation record to the client's port of the cloud", domain: "cloudport.test",
		zone:     microsoft + "_sipfederationtls._tcp SRV 100 1 443 sipfed.online.lync.com.\n",
		topology: "online",
		findings: []string{"warning federation_port_not_5061 _sipfederationtls._tcp", legacySIP, legacyDiscover},
		record:   "100 1 5061 sipfed.online.lync.com.",
	},
	{
		name: "client's record leads to the federation host of the cloud", domain: "clientfed.test",
		zone:     microsoft + "_sip._tls SRV 100 1 443 sipfed.online.lync.com.\n_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.\n",
		topology: "online",
		findings: []string{"warning client_srv_wrong_provider_host _sip._tls", legacySIP, legacyDiscover},
	},
	{
		name: "apex", domain: "apex.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n@ SRV 0 0 5061 sip\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_srv_misspelled _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.apex.test.",
	},
	{
		name: "lyncdiscover parked", domain: "parked.test",
		zone:     edgeRecords + "lyncdiscover A SHOP\nlyncweb A PROXY\nmeet A PROXY\n",
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_404 lyncdiscover"},
		record:   "Publish: lyncdiscover.parked.test. A ", never: []string{"certificate", "Host header"},
	},
	{
		name: "Citrix", domain: "citrix.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncdiscover/": {Status: 302, Location: "/vpn/index.html"}, "http://lyncdiscover/": {Status: 302, Location: "https://lyncdiscover.citrix.test/"}, "https://meet/": {Status: 302, Location: "/my.policy"}},
		down:     "autodiscover meetings",
		findings: []string{"critical lyncdiscover_preauth lyncdiscover", "critical meet_preauth meet", "warning lyncdiscover_http_3xx lyncdiscover"},
	},
	{
		name: "user link demands a login of the proxy", domain: "basic.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncweb" + oauthPath: {Status: 302, Location: "/CookieAuth.dll?GetLogon"}},
		down:     "autodiscover",
		findings: []string{"critical user_link_failed user_link"},
	},
	{
		name: "inside seen without saying so", domain: "split.test",
		zone:     "_sipinternaltls._tcp SRV 0 0 5061 sip\n_sip._tls SRV 0 0 443 sip\n_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A EDGE\nlyncdiscoverinternal A PROXY\n" + webZone,
		findings: []string{"warning internal_record_visible_external _sipinternaltls._tcp", "warning internal_record_visible_external lyncdiscoverinternal", "warning lyncdiscoverinternal_visible_external lyncdiscoverinternal"},
	},
	{
		name: "letter missing inside the name", domain: "letter.test",
		zone:     "_sip._tls SRV 0 0 443 sip\n_sipfederatontls._tcp SRV 0 0 5061 sip\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_srv_misspelled _sipfederationtls._tcp"},
		record:   "0 0 5061 sip.letter.test.",
	},
	{
		name: "meet at an address of the inside to which there is no way", domain: "noroute.test",
		zone:     edgeRecords + "lyncdiscover A PROXY\nlyncweb A PROXY\nmeet A 192.168.1.1\n",
		down:     "meetings",
		findings: []string{"critical host_private_ip meet"},
	},
	{
		name: "user link of a network's own TLD", domain: "lan.test", zone: edgeRecords + webZone,
		userLink: "pool01.corp.lan",
		down:     "autodiscover",
		findings: []string{"critical user_link_failed user_link"},
		says:     []string{"Topology Builder"}, never: []string{"reverse proxy"},
	},
	{
		name: "user link with an address of the inside", domain: "literal.test", zone: edgeRecords + webZone,
		userLink: "10.2.3.4",
		down:     "autodiscover",
		findings: []string{"critical user_link_failed user_link"},
		says:     []string{"Topology Builder"},
	},
	{
		name: "redirect that says nothing of where to", domain: "nowhere.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncdiscover/": {Status: 302}, "http://lyncdiscover/": {Status: 302}},
		down:     "autodiscover",
		findings: []string{"critical lyncdiscover_unreachable lyncdiscover", "warning lyncdiscover_http_3xx lyncdiscover"},
		never:    []string{"Topology Builder"},
	},
	{
		name: "wildcard that answers for every service", domain: "services.test",
		zone:     "_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.com.\n*._tcp SRV 0 0 5061 www\nwww A SHOP\n",
		topology: "online",
	},
	{
		name: "record of a telephone system", domain: "pbx.test",
		zone:     "_sip._tcp SRV 0 0 5060 pbx\npbx A NOBODY\n_sipfederationtls._tcp SRV 0 0 5061 sip\nsip A EDGE\n" + webZone,
		findings: []string{"warning client_srv_missing _sip._tls"},
	},
	{
		name: "Microsoft's name misspelt, nothing else", domain: "misspelthost.test",
		zone:     "_sipfederationtls._tcp SRV 100 1 5061 sipfed.online.lync.con.\n",
		topology: "online",
		down:     "federation",
		findings: []string{"critical federation_target_wrong_provider_host _sipfederationtls._tcp"},
		record:   "100 1 5061 sipfed.online.lync.com.", never: []string{"Publish"},
	},
	{
		name: "meeting host leads to the Edge", domain: "meetedge.test",
		zone:     edgeRecords + "lyncdiscover A PROXY\nlyncweb A PROXY\nmeet A EDGE\n",
		down:     "meetings",
		findings: []string{"critical meet_http_error meet"},
		record:   "meet.meetedge.test. A ", never: []string{"certificate"},
	},
	{
		name: "records are aliases of another domain's", domain: "aliasof.test",
		zone:     "_sip._tls CNAME _sip._tls.healthy.test.\n_sipfederationtls._tcp CNAME _sipfederationtls._tcp.healthy.test.\nsip A EDGE\n" + webZone,
		down:     "federation",
		findings: []string{"critical federation_target_foreign_domain _sipfederationtls._tcp", "warning client_srv_foreign_domain _sip._tls"},
		record:   "0 0 5061 sip.aliasof.test.",
	},
	{
		name: "login by SAML", domain: "saml.test", zone: edgeRecords + webZone,
		sites:    map[string]page{"https://lyncdiscover/": saml, "http://lyncdiscover/": saml, "https://meet/": saml},
		down:     "autodiscover meetings",
		findings: []string{"critical lyncdiscover_preauth lyncdiscover", "critical meet_preauth meet"},
	},
	{
		name: "standby names the cloud's host for clients", domain: "mixed.test",
		zone:     edgeRecords + webZone + "_sipfederationtls._tcp SRV 10 0 5061 sipdir.online.lync.com.\n",
		findings: []string{"warning federation_target_wrong_provider_host _sipfederationtls._tcp"},
	},
}
