package simpleurls

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var (
	reachable = &verdict.Metric{Name: "lync_simple_url_reachable", Labels: []string{"url"}, Essential: true,
		Help: "1 = an HTTPS answer below 500 other than 404 came back, with an acceptable certificate; 0 = it did not. Absent when the lookup failed, when the URL is not configured, and when the topology has no servers for it."}
	statusCode = &verdict.Metric{Name: "lync_simple_url_http_status_code", Labels: []string{"url"},
		Help: "Status code of the first answer, before any redirect. Absent without an answer."}
	verified = &verdict.Metric{Name: "lync_simple_url_verified", Labels: []string{"url"},
		Help: "1 = the answer, or the one that its redirects lead to, bears a marker of a Lync meeting or dial-in page; 0 = it does not. Absent without an answer."}
	unique = &verdict.Metric{Name: "lync_simple_url_unique", Labels: []string{"url"},
		Help: "0 = another configured SIP domain uses the same Meet URL, or one is a prefix of the other; 1 = it is this domain's own. Absent without a Meet URL."}
)

func metrics() []*verdict.Metric { return []*verdict.Metric{reachable, statusCode, verified, unique} }
