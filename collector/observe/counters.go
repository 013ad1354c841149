package observe

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

// Counters count the network operations really performed. They outlive the
// scrapes; one set serves the whole exporter.
type Counters struct {
	DNSQueries, Connections, TLSHandshakes, HTTPRequests *prometheus.CounterVec
}

// NewCounters makes the counters and registers them. Every result is there
// from the start, at 0.
func NewCounters(r prometheus.Registerer) *Counters {
	vec := func(name, help string, results ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{"result"})
		for _, result := range results {
			v.WithLabelValues(result)
		}
		r.MustRegister(v)
		return v
	}
	return &Counters{
		DNSQueries: vec("lync_exporter_dns_queries_total",
			"DNS questions sent, retries and questions repeated over TCP included, by result.",
			result.OK, result.NXDomain, result.Empty, result.Servfail, result.Timeout, result.Failed, result.Canceled),
		Connections: vec("lync_exporter_connections_total",
			"TCP connections tried with SIP domains' servers, by result. At local this machine has run out of files, ports or memory.",
			result.OK, result.Refused, result.Timeout, result.Failed, result.Local, result.Canceled),
		TLSHandshakes: vec("lync_exporter_tls_handshakes_total",
			"TLS handshakes tried, by result. A handshake that shows an untrusted certificate is ok.",
			result.OK, result.Timeout, result.Failed, result.Canceled),
		HTTPRequests: vec("lync_exporter_http_requests_total",
			"HTTP requests sent, by result. Any HTTP answer is ok.",
			result.OK, result.Timeout, result.Failed, result.Canceled),
	}
}

// The counters may be missing, as in tests.

func (c *Counters) connection(result string) {
	if c != nil {
		c.Connections.WithLabelValues(result).Inc()
	}
}

func (c *Counters) handshake(result string) {
	if c != nil {
		c.TLSHandshakes.WithLabelValues(result).Inc()
	}
}

func (c *Counters) httpRequest(result string) {
	if c != nil {
		c.HTTPRequests.WithLabelValues(result).Inc()
	}
}

func (c *Counters) dnsQuery(result string) {
	if c != nil {
		c.DNSQueries.WithLabelValues(result).Inc()
	}
}
