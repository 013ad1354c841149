package tls

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var (
	addressesKnown = &verdict.Metric{Name: "lync_tls_addresses", Labels: []string{"role", "target"},
		Help: "Number of addresses that the target resolves to and that could be asked from here, at most 16. Absent when the lookup failed."}
	addressesUp = &verdict.Metric{Name: "lync_tls_addresses_up", Labels: []string{"role", "target"},
		Help: "Number of these addresses that completed a TLS handshake. Absent when the lookup failed."}
	handshakeSuccess = &verdict.Metric{Name: "lync_tls_handshake_success", Labels: []string{"role", "target"},
		Help: "1 = at least one address completed a TLS handshake, 0 = none did. Absent when the lookup failed or no address could be asked from here."}
	certificateExpiry = &verdict.Metric{Name: "lync_tls_certificate_expiry_timestamp_seconds", Labels: []string{"role", "target"}, Essential: true,
		Help: "Unix time in seconds at which the server's own certificate expires (NotAfter); the earliest where addresses differ. Also of expired and untrusted certificates. Absent when none was seen."}
	certificateNotBefore = &verdict.Metric{Name: "lync_tls_certificate_not_before_timestamp_seconds", Labels: []string{"role", "target"},
		Help: "Unix time in seconds from which that certificate is valid (NotBefore). Absent when none was seen."}
	chainExpiry = &verdict.Metric{Name: "lync_tls_chain_expiry_timestamp_seconds", Labels: []string{"role", "target"},
		Help: "Unix time in seconds at which the verified chain that lasts longest expires. Absent when no chain verifies."}
	certificateTrusted = &verdict.Metric{Name: "lync_tls_certificate_trusted", Labels: []string{"role", "target"}, Essential: true,
		Help: "1 = a chain to a trusted root verifies today, names left aside, on every address; 0 = it does not. Absent when no certificate was seen."}
	certificateRevoked = &verdict.Metric{Name: "lync_tls_certificate_revoked", Labels: []string{"role", "target"},
		Help: "1 = its authority has revoked the server's certificate, or one above it (OCSP, else the CRL), on any address; 0 = it has not. Absent when neither could be asked or tls.revocation is off."}
	sanCovered = &verdict.Metric{Name: "lync_tls_san_covered", Labels: []string{"role", "target", "name"},
		Help: "1 = the required name is in the certificate's SAN in a form that the role accepts, on every address; 0 = it has to be added. A wildcard counts for web roles only, the CN never. Absent when no certificate was seen."}
	sanCoverageRatio = &verdict.Metric{Name: "lync_tls_san_coverage_ratio", Labels: []string{"role", "target"}, Essential: true,
		Help: "Required names that are covered divided by all required names, 0 to 1. Absent when no certificate was seen."}
	certificateInfo = &verdict.Metric{Name: "lync_tls_certificate_info",
		Labels: []string{"role", "target", "subject_cn", "issuer_cn", "serial_number", "fingerprint_sha256", "key", "signature_algorithm", "sans"},
		Help:   "Always 1; one series for each distinct certificate that the target's addresses show. The label sans is the number of names in it. Absent when no certificate was seen."}
	versionInfo = &verdict.Metric{Name: "lync_tls_version_info", Labels: []string{"role", "target", "version", "cipher"},
		Help: "Always 1; one series for each TLS version and cipher suite that was negotiated with the target's addresses. Absent when no handshake got that far."}
	clientCertificateRequested = &verdict.Metric{Name: "lync_tls_client_certificate_requested", Labels: []string{"role", "target"},
		Help: "1 = the server asked for a client certificate, 0 = it did not. Absent when no handshake got that far."}
	serverUp = &verdict.Metric{Name: "lync_server_up", Labels: []string{"role", "capabilities", "target", "address", "fingerprint_sha256"}, Essential: true,
		Help: "1 = the address completed a TLS handshake and its certificate is one that clients and partners accept for this SIP domain. 0 = it did not answer (the fingerprint is empty) or they refuse the certificate. The label capabilities says what the domain loses without it. Absent while it is not known, where nothing depends on the address, and with `detail: essential` while all of the SIP domain's are 1."}
	seenExpiry = &verdict.Metric{Name: "lync_certificate_expiry_timestamp_seconds", Labels: []string{"fingerprint_sha256", "subject_cn", "issuer_cn"}, Plain: true, Essential: true,
		Help: "Unix time in seconds at which a server certificate expires (NotAfter); one series for each certificate that was seen in this scrape, however many SIP domains use it. Absent when none was seen."}
	seenNotBefore = &verdict.Metric{Name: "lync_certificate_not_before_timestamp_seconds", Labels: []string{"fingerprint_sha256", "subject_cn", "issuer_cn"}, Plain: true, Essential: true,
		Help: "Unix time in seconds from which that certificate is valid (NotBefore). Absent when none was seen."}
)

func metrics() []*verdict.Metric {
	return []*verdict.Metric{addressesKnown, addressesUp, handshakeSuccess, certificateExpiry, certificateNotBefore, chainExpiry, certificateTrusted, certificateRevoked,
		sanCovered, sanCoverageRatio, certificateInfo, versionInfo, clientCertificateRequested, serverUp, seenExpiry, seenNotBefore}
}
