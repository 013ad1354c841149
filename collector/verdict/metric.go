package verdict

// Metric describes one metric about a SIP domain: its series carry `domain`
// and `view` and then the labels named here, unless Plain. All are gauges.
type Metric struct {
	Name      string
	Help      string
	Labels    []string
	Plain     bool // about the exporter or its machine: no `domain`, no `view`
	Essential bool // exposed also where `detail` is essential
}
