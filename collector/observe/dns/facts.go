// Package dns asks the nameservers of views. A question is asked once in a
// scrape; whoever asks again gets the same answer.
package dns

import (
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// Outcome tells apart the ways in which a DNS question can end. Only NXDomain
// and Empty mean that a record is missing; after Failed and Timeout nothing is
// known of it.
type Outcome int

// The outcomes of a question.
const (
	Failed   Outcome = iota // SERVFAIL, REFUSED, a broken answer, no server reached
	Found                   // at least one record of the type asked for
	NXDomain                // the name does not exist
	Empty                   // the name exists without such a record
	Timeout                 // no nameserver answered in time
)

// Known says whether the question was answered, be it with "no such record".
func (o Outcome) Known() bool { return o == Found || o == NXDomain || o == Empty }

// Missing says whether the answer was "no such record".
func (o Outcome) Missing() bool { return o == NXDomain || o == Empty }

// Answer is what a view's nameservers said to one question.
type Answer struct {
	Name    string // as asked, lower-case, no trailing dot
	Type    uint16 // as asked
	Outcome Outcome
	Records []dns.RR // of the type asked for, as many as MaxRecords
	Total   int      // how many there were
	Chain   []string // CNAME targets from Name on, lower-case, no trailing dot
	Err     error    // why the outcome is Failed or Timeout, else nil
}

// SRV is one service record, its target lower-case and without trailing dot
// ("" is the root, which stands for "service not offered", RFC 2782).
type SRV struct {
	Target                 string
	Port, Priority, Weight uint16
}

// SRVs returns the service records of an answer without repetitions, in the
// order in which the Access Edge prefers them: lowest priority, then highest
// weight (docs/rules.md#srv-choice). Those of the same rank come in order of name, as
// nameservers turn them.
func (a Answer) SRVs() []SRV { return srvRecords(a.Records) }

// SameRank says whether neither of two records is preferred.
func (s SRV) SameRank(other SRV) bool {
	return s.Priority == other.Priority && s.Weight == other.Weight
}

// Host is what a host name resolves to.
type Host struct {
	Name      string
	Outcome   Outcome
	Addresses []netip.Addr // IPv4 first, as many as MaxAddresses
	Chain     []string     // CNAME targets
	Err       error
	Duration  time.Duration
}

// Bounds on what is taken from a nameserver.
const (
	MaxRecords   = 16
	MaxAddresses = 16
	MaxChain     = 8
)
