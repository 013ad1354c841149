package lyncdiscover

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var (
	reachable = &verdict.Metric{Name: "lync_lyncdiscover_reachable", Labels: []string{"name", "scheme"}, Essential: true,
		Help: "1 = an HTTP answer came back, whatever its status; over https only with a certificate that a client accepts for the name. 0 = none did. Absent when the lookup failed, and for a name that does not belong in the view and does not exist."}
	statusCode = &verdict.Metric{Name: "lync_lyncdiscover_http_status_code", Labels: []string{"name", "scheme"},
		Help: "Status code of the first answer, over https also when the certificate was not acceptable. Absent without an answer."}
	valid = &verdict.Metric{Name: "lync_lyncdiscover_valid", Labels: []string{"name", "scheme"}, Essential: true,
		Help: "1 = following the answer led to an Autodiscover document with a user link, 0 = it did not. Absent without an answer."}
	redirects = &verdict.Metric{Name: "lync_lyncdiscover_redirects", Labels: []string{"name", "scheme"},
		Help: "Number of redirects followed. Absent without an answer."}
	mismatch = &verdict.Metric{Name: "lync_lyncdiscover_redirect_domain_mismatch", Labels: []string{"name", "scheme"}, Essential: true,
		Help: "1 = the first hop that leaves the asked host names a host that is neither inside the SIP domain nor in the trusted domains. 0 = it does not, or no hop leaves. Absent without an answer."}
	trustPrompt = &verdict.Metric{Name: "lync_lyncdiscover_trust_prompt", Essential: true,
		Help: "1 = a client of this domain would ask its user to trust another domain: no usable https answer, and the http answer mismatches. 0 = it would not. Absent when no answer came over http or https."}
	aliasMismatch = &verdict.Metric{Name: "lync_lyncdiscover_cname_domain_mismatch", Labels: []string{"name"},
		Help: "1 = the name is a CNAME that leaves the SIP domain, which https does not survive unless the server's certificate bears the name. 0 = it is not. Absent when the name does not exist or the lookup failed."}
	duration = &verdict.Metric{Name: "lync_lyncdiscover_duration_seconds", Labels: []string{"name", "scheme", "phase"},
		Help: "Seconds of the first request by phase: resolve, connect, tls, processing, transfer. Absent without an answer."}
	info = &verdict.Metric{Name: "lync_lyncdiscover_info", Labels: []string{"name", "scheme", "format", "access_location", "host", "server"},
		Help: "Always 1; the last document's format and access location, the host of its user link and the first answer's Server header. Absent without an Autodiscover document."}
)

func metrics() []*verdict.Metric {
	return []*verdict.Metric{reachable, statusCode, valid, redirects, mismatch, trustPrompt, aliasMismatch, duration, info}
}
