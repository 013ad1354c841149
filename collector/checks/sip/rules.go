package sip

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var rules verdict.Rulebook

var (
	notLync = rules.Add(verdict.Rule{
		Code: "edge_sip_not_lync", Severity: verdict.Warning,
		What:   "The {server} answers SIP without the marks of Lync or Skype for Business: {seen}.",
		Why:    "If another product stands there by mistake, clients and partners talk to the wrong server.",
		Fix:    "Check that the name and port lead to the Access Edge.",
		Source: "docs/rules.md#sip-options",
	})
	versionUnsupported = rules.Add(verdict.Rule{
		Code: "edge_version_unsupported", Severity: verdict.Warning,
		What:   "The {server} runs a version that Microsoft no longer supports: {seen}.",
		Why:    "It gets no security updates, and partners and Microsoft 365 drop the old protocols that it needs.",
		Fix:    "Move to Skype for Business Server Subscription Edition or to Teams.",
		Source: "docs/rules.md#edge-versions",
	})
	closedWithoutCertificate = rules.Add(verdict.Rule{
		Code: "edge_5061_closed_without_client_cert", Severity: verdict.Info,
		What:   "The {server} closed the connection because it was shown no client certificate: {seen}.",
		Why:    "Partners show theirs, so this is no fault. What the server would have answered remains unknown.",
		Fix:    "To test further, configure tls.cert_file and tls.key_file.",
		Source: "docs/rules.md#mutual-tls",
	})
	speaksHTTP = rules.Add(verdict.Rule{
		Code: "edge_port_speaks_http", Severity: verdict.Critical, Breaks: verdict.Served,
		What:   "A web server answers at {server}, where the Access Edge is expected.",
		Why:    "{Users} that use this name and port find no SIP server and cannot connect.",
		Fix:    "The name and port in the record must be the Access Edge's, not those of the reverse proxy or another web server.\nReplace the record:\n{want}",
		Source: "docs/rules.md#sip-options",
	})
	noAnswer = rules.Add(verdict.Rule{
		Code: "edge_sip_no_answer", Severity: verdict.Warning,
		What:   "The {server} completes the TLS handshake but does not answer a SIP request: {seen}.",
		Why:    "The service may hang, or something else may listen there. Then clients or partners cannot connect.",
		Fix:    "Check that the Access Edge service runs and logs no errors, and that the port leads to it and not to Web Conferencing or A/V.",
		Source: "docs/rules.md#sip-options",
	})
)
