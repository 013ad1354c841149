package sip

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var (
	alive = &verdict.Metric{Name: "lync_sip_alive", Labels: []string{"role", "target"}, Essential: true,
		Help: "1 = a SIP response to OPTIONS came back from at least one address, whatever its status: a 504 with Lync's marks is a sign of life. 0 = none came back. Absent when the target's lookup failed or it could not be asked from here."}
	statusCode = &verdict.Metric{Name: "lync_sip_response_status_code", Labels: []string{"role", "target"},
		Help: "Status code of the SIP response. Absent without a response."}
	duration = &verdict.Metric{Name: "lync_sip_response_duration_seconds", Labels: []string{"role", "target"},
		Help: "Seconds from the request to the SIP response. Absent without a response."}
	serverInfo = &verdict.Metric{Name: "lync_sip_server_info", Labels: []string{"role", "target", "server", "product"},
		Help: "Always 1; the response's Server header and the product that it stands for. Absent without a response."}
)

func metrics() []*verdict.Metric { return []*verdict.Metric{alive, statusCode, duration, serverInfo} }
