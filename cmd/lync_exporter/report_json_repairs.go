package main

import (
	"time"

	"github.com/lync-exporter/lync_exporter/collector/repair"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// jsonRepair is one thing to do.
type jsonRepair struct {
	Kind verdict.RepairKind `json:"kind"`

	Action verdict.Action `json:"action,omitempty"`
	Record *jsonRecord    `json:"record,omitempty"`
	Was    []string       `json:"was,omitempty"`

	Server    string     `json:"server,omitempty"`
	Role      string     `json:"role,omitempty"`
	Addresses []string   `json:"addresses,omitempty"`
	Names     []string   `json:"names,omitempty"`
	Add       []string   `json:"add,omitempty"`
	Subject   string     `json:"subject,omitempty"`
	Issuer    string     `json:"issuer,omitempty"`
	NotAfter  *time.Time `json:"not_after,omitempty"`

	Text string   `json:"text,omitempty"`
	For  []string `json:"for"`
}

type jsonRecord struct {
	Name string `json:"name"`
	Type string `json:"type"`
	TTL  int    `json:"ttl"`
	Data string `json:"data"`
}

func jsonOfRepair(c repair.Change) jsonRepair {
	j := jsonRepair{Kind: c.Kind, Text: c.Text, For: c.For}
	switch c.Kind {
	case verdict.RepairDNS:
		j.Action, j.Record = c.Action, &jsonRecord{legible(c.Record.Name), c.Record.Type, repair.TTL, legible(c.Record.Data)}
		j.Was = allLegible(c.Was)
	case verdict.RepairCertificate:
		j.Server, j.Role, j.Names, j.Add = legible(c.Server.Target), c.Server.Role, allLegible(c.Names), allLegible(c.Add)
		for _, a := range c.Server.Addresses {
			j.Addresses = append(j.Addresses, a.String())
		}
		if p := c.Present; p != nil {
			notAfter := p.NotAfter.UTC()
			j.Subject, j.Issuer, j.NotAfter = legible(p.Subject), legible(p.Issuer), &notAfter
		}
	}
	return j
}

// legible is remote text without what a terminal or a page would act on.
func legible(s string) string { return verdict.Textf("%s", s).String() }

func allLegible(list []string) []string {
	var clean []string
	for _, s := range list {
		clean = append(clean, legible(s))
	}
	return clean
}
