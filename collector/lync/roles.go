package lync

import (
	"cmp"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Role is what a server is for in a SIP domain, the label `role` of metrics.
type Role string

// Roles of the servers that a SIP domain leads to.
const (
	AccessEdge           Role = "access_edge"
	FederationEdge       Role = "federation"
	Lyncdiscover         Role = "lyncdiscover"
	LyncdiscoverInternal Role = "lyncdiscoverinternal"
	WebServices          Role = "web_services"
	Meet                 Role = "meet"
	Dialin               Role = "dialin"
)

// Serves is the capability that needs a role's server, "" for none.
func (r Role) Serves() verdict.Capability {
	switch r {
	case AccessEdge:
		return verdict.SignIn
	case FederationEdge:
		return verdict.Federation
	case Meet:
		return verdict.Meetings
	case Dialin:
		return ""
	}
	return verdict.Autodiscover
}

// IsEdge says whether a role is a SIP server's.
func (r Role) IsEdge() bool { return r == AccessEdge || r == FederationEdge }

// Words are the role for people: what stands at that place, seen from outside
// or inside.
func (r Role) Words(internal bool) string {
	switch {
	case internal && r == AccessEdge:
		return "Front End"
	case r.IsEdge():
		return "Access Edge"
	case internal:
		return "web server"
	}
	return "reverse proxy"
}

// Subject is the role as the subject of a finding. server is what stands there,
// in words, "" where that is not known. What is no role is its own name.
func (r Role) Subject(server string) string {
	switch r {
	case AccessEdge:
		return cmp.Or(server, r.Words(false)) + " for clients"
	case FederationEdge:
		return cmp.Or(server, r.Words(false)) + " for partners"
	case WebServices:
		return "web services"
	case Dialin:
		return "dial-in"
	}
	return string(r)
}
