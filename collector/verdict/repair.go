package verdict

import "time"

// RepairKind says where a change is made, and by whom.
type RepairKind string

// The kinds of changes, in the order in which they are made.
const (
	RepairExporter    RepairKind = "exporter"         // in the exporter's configuration
	RepairTopology    RepairKind = "topology_builder" // in Topology Builder or the Management Shell
	RepairServer      RepairKind = "server"           // at an Edge or Front End
	RepairProxy       RepairKind = "proxy"            // at the reverse proxy
	RepairCertificate RepairKind = "certificate"      // a new certificate
	RepairDNS         RepairKind = "dns"              // in the zone
)

// Action is what is done to the records of a name and type.
type Action string

// The actions. Replace leaves the one record named and no other of its name and
// type.
const (
	Publish Action = "publish"
	Replace Action = "replace"
	Delete  Action = "delete"
)

// Record is a DNS record: name and names in data end with a dot, as a zone file
// has them. Data "" with Delete stands for all records of the name and type.
type Record struct {
	Name, Type, Data string
}

// String is the record as a zone file has it, without TTL and class.
func (r Record) String() string { return r.Name + " " + r.Type + " " + r.Data }

// Repair is one change that mends a finding. Beside its kind it has what changes of
// that kind have; the rest is nil.
type Repair struct {
	Kind RepairKind

	// What to do, in one sentence; none of dns. Of certificate it is for another
	// fault than a missing name.
	Text Text `json:",omitzero"`

	DNS         *RecordChange     `json:",omitzero"` // of dns, never nil there
	Certificate *CertificateOrder `json:",omitzero"` // of certificate, never nil there
	Commands    *Commands         `json:",omitzero"` // that do what Text says; nil where there are none
}

// RecordChange is what is done in a zone.
type RecordChange struct {
	Action Action
	Record Record
	Was    []string // data of the records that the change removes or replaces; nil where there are none
}

// InDNS is the change of a record.
func InDNS(action Action, r Record, was ...string) Repair {
	return Repair{Kind: RepairDNS, DNS: &RecordChange{action, r, was}}
}

// Does says whether a change is one in DNS that does this.
func (r Repair) Does(a Action) bool { return r.DNS != nil && r.DNS.Action == a }

// CertificateOrder is which certificate a server needs.
type CertificateOrder struct {
	Server  *Server      // never nil
	Present *Certificate // what it shows now, nil where that is not known
	Names   []string     // that are missing in it; nil where it has another fault
}

// Commands are for PowerShell.
type Commands struct {
	// SimpleURL is the one that a domain is to have; nil where they are about
	// something else.
	SimpleURL *SimpleURL
	// Script are lines. Whatever in them is not a constant is quoted by Quoted.
	Script []string
}

// SimpleURL is a URL that Lync hands out for a purpose. The domain "*" stands for
// all.
type SimpleURL struct{ Component, Domain, URL string }

// Certificate is what people know a certificate by.
type Certificate struct {
	Names           []string `json:"-"` // packed findings share them
	Subject, Issuer string
	NotAfter        time.Time
}
