package webservices

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var (
	reachable = &verdict.Metric{Name: "lync_web_services_reachable", Essential: true,
		Help: "1 = the user link that Autodiscover hands out answered over HTTPS with an acceptable certificate, 0 = it did not. Absent when Autodiscover led to no user link or a lookup failed."}
	statusCode = &verdict.Metric{Name: "lync_web_services_http_status_code",
		Help: "Status code of the user link's answer, 401 when healthy. Absent without an answer."}
	challengeValid = &verdict.Metric{Name: "lync_web_services_challenge_valid",
		Help: "1 = that answer carries a Lync challenge: MsRtcOAuth, Bearer or a web-ticket URL. 0 = it does not. Absent without an answer."}
	info = &verdict.Metric{Name: "lync_web_services_info", Labels: []string{"host", "server_fqdn", "server"},
		Help: "Always 1; the user link's host and the answer's X-MS-Server-Fqdn and Server headers. Absent without an answer."}
)

func metrics() []*verdict.Metric {
	return []*verdict.Metric{reachable, statusCode, challengeValid, info}
}
