package main

import (
	"encoding/json"
	"io"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// reportVersion is the version of the JSON report's structure. It changes when
// something is renamed, dropped or given another meaning; additions leave it.
const reportVersion = 2

// jsonReport is the report as report.schema.json describes it.
type jsonReport struct {
	Version  int           `json:"version"`
	Started  time.Time     `json:"started"`
	Duration float64       `json:"duration_seconds"`
	Domains  []jsonDomain  `json:"domains"`
	FrontEnd *jsonFrontEnd `json:"front_end,omitempty"`
}

type jsonFrontEnd struct {
	Findings []jsonFinding `json:"findings"`
	Repairs  []jsonRepair  `json:"repairs"`
}

type jsonDomain struct {
	Domain          string                              `json:"domain"`
	Display         string                              `json:"display"`
	View            string                              `json:"view"`
	Topology        config.Topology                     `json:"topology,omitempty"`
	TopologySource  string                              `json:"topology_source,omitempty"`
	TopologyBecause []string                            `json:"topology_because,omitempty"`
	Capabilities    map[verdict.Capability]survey.State `json:"capabilities"`
	Findings        []jsonFinding                       `json:"findings"`
	Repairs         []jsonRepair                        `json:"repairs"`
	Checks          []jsonCheck                         `json:"checks"`
}

type jsonFinding struct {
	Check    string             `json:"check"`
	Subject  string             `json:"subject"`
	Reason   string             `json:"reason"`
	Severity verdict.Severity   `json:"severity"`
	Breaks   verdict.Capability `json:"breaks,omitempty"`
	Server   string             `json:"server,omitempty"`
	Seen     string             `json:"seen,omitempty"`
	Want     string             `json:"want,omitempty"`
	What     string             `json:"what"`
	Why      string             `json:"why"`
	Fix      string             `json:"fix,omitempty"`
}

type jsonCheck struct {
	Check    string            `json:"check"`
	Success  bool              `json:"success"`
	Error    string            `json:"error,omitempty"`
	Duration float64           `json:"duration_seconds"`
	Observed []jsonObservation `json:"observed"`
}

type jsonObservation struct {
	Subject string `json:"subject"`
	Seen    string `json:"seen"`
}

// writeJSON writes a report for programs.
func writeJSON(w io.Writer, r *survey.Report, frontEnd *frontend.Report) error {
	out := jsonReport{Version: reportVersion, Started: r.Started, Duration: r.Duration.Seconds(), Domains: []jsonDomain{}}
	changes := repair.Merge(r.Domains)
	for _, d := range r.Domains {
		out.Domains = append(out.Domains, jsonOf(d, changes[d]))
	}
	if frontEnd != nil {
		out.FrontEnd = &jsonFrontEnd{Findings: []jsonFinding{}, Repairs: []jsonRepair{}}
		for _, c := range repair.OfFrontEnd(frontEnd.Findings) {
			out.FrontEnd.Repairs = append(out.FrontEnd.Repairs, jsonOfRepair(c))
		}
		for _, f := range frontEnd.Findings {
			out.FrontEnd.Findings = append(out.FrontEnd.Findings, jsonOfFinding("", survey.Finding{Check: frontend.Check, Finding: f}))
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}

func jsonOf(d *survey.DomainReport, changes []repair.Change) jsonDomain {
	j := jsonDomain{Domain: d.Domain.Name, Display: d.Domain.Display, View: d.View.Name,
		Capabilities: make(map[verdict.Capability]survey.State), Findings: []jsonFinding{}, Repairs: []jsonRepair{}, Checks: []jsonCheck{}}
	for _, c := range verdict.Capabilities() {
		j.Capabilities[c] = d.Capabilities.Of(c)
	}
	if t := d.Topology; t != nil && t.Kind != "" {
		j.Topology, j.TopologySource = t.Kind, t.Source()
		j.TopologyBecause = topologyReasons(d)
	}
	for _, f := range d.Findings() {
		j.Findings = append(j.Findings, jsonOfFinding(d.Domain.Display, f))
	}
	for _, c := range changes {
		j.Repairs = append(j.Repairs, jsonOfRepair(c))
	}
	for _, c := range d.Checks {
		check := jsonCheck{Check: c.Name, Success: c.Err == nil, Duration: c.Duration.Seconds(), Observed: []jsonObservation{}}
		if c.Err != nil {
			check.Error = verdict.Printable(c.Err.Error())
		}
		for subject, seen := range c.Observed.All() {
			check.Observed = append(check.Observed, jsonObservation{subject, seen})
		}
		j.Checks = append(j.Checks, check)
	}
	return j
}

func jsonOfFinding(domain string, f survey.Finding) jsonFinding {
	j := jsonFinding{Check: f.Check, Subject: f.Subject, Reason: f.Rule.Code, Severity: f.Severity, Server: f.Server().String(),
		Seen: f.Seen().String(), Want: f.Want().String(), What: f.What(domain).String(), Why: f.Why(domain).String(), Fix: f.Fix(domain).String()}
	if f.Severity == verdict.Critical {
		j.Breaks = f.Breaks
	}
	return j
}
