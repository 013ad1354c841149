package main

import (
	"encoding/json"
	"io"
	"time"

	"github.com/lync-exporter/lync_exporter/collector"
	"github.com/lync-exporter/lync_exporter/collector/config"
)

// reportVersion is the version of the JSON report's structure. It changes when
// something is renamed, dropped or given another meaning; additions leave it.
const reportVersion = 1

// jsonReport is the report as report.schema.json describes it.
type jsonReport struct {
	Version  int           `json:"version"`
	Started  time.Time     `json:"started"`
	Duration float64       `json:"duration_seconds"`
	Domains  []jsonDomain  `json:"domains"`
	FrontEnd *jsonFrontEnd `json:"front_end,omitempty"`
}

type jsonFrontEnd struct {
	Findings []collector.Explained `json:"findings"`
}

type jsonDomain struct {
	Domain       string                                   `json:"domain"`
	Display      string                                   `json:"display"`
	View         string                                   `json:"view"`
	Topology     config.Topology                          `json:"topology,omitempty"`
	Capabilities map[collector.Capability]collector.State `json:"capabilities"`
	Findings     []collector.Explained                    `json:"findings"`
	Checks       []jsonCheck                              `json:"checks"`
}

type jsonCheck struct {
	Check    string                  `json:"check"`
	Success  bool                    `json:"success"`
	Error    string                  `json:"error,omitempty"`
	Duration float64                 `json:"duration_seconds"`
	Observed []collector.Observation `json:"observed"`
}

// writeJSON writes a report for programs.
func writeJSON(w io.Writer, r *collector.Report) error {
	out := jsonReport{Version: reportVersion, Started: r.Started, Duration: r.Duration.Seconds(), Domains: []jsonDomain{}}
	for _, d := range r.Domains {
		out.Domains = append(out.Domains, jsonOf(d))
	}
	if r.FrontEnd != nil {
		out.FrontEnd = &jsonFrontEnd{Findings: append([]collector.Explained{}, r.FrontEnd.Findings...)}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}

func jsonOf(d *collector.DomainReport) jsonDomain {
	j := jsonDomain{Domain: d.Domain.Name, Display: d.Domain.Display, View: d.View.Name, Topology: d.Topology,
		Capabilities: d.Capabilities, Findings: []collector.Explained{}, Checks: []jsonCheck{}}
	j.Findings = append(j.Findings, d.Findings()...)
	for _, c := range d.Checks {
		check := jsonCheck{Check: c.Name, Success: c.Err == nil, Duration: c.Duration.Seconds(), Observed: []collector.Observation{}}
		if c.Err != nil {
			check.Error = collector.Printable(c.Err.Error())
		}
		for _, o := range c.Observed {
			check.Observed = append(check.Observed, collector.Observation{Subject: collector.Printable(o.Subject), Seen: collector.Printable(o.Seen)})
		}
		j.Checks = append(j.Checks, check)
	}
	return j
}
