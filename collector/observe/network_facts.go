package observe

import (
	"crypto/x509"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

// Stage is how far a connection got before it failed.
type Stage int

// The stages of a connection, each reached only through the one before.
const (
	StageResolve   Stage = iota // the name has no address, or its lookup failed
	StageForbidden              // it leads where the exporter does not go; nothing was sent
	StageLocal                  // this machine has run out of files, ports or memory: nothing is known of the server
	StageRoute                  // this machine has no route for the address's family: nothing is known of the server
	StageConnect                // TCP was refused or not answered
	StageTLS                    // TCP connected, the handshake failed
	StageRequest                // the connection stood, no answer to the request came back
	StageDone                   // all went well
)

// Connection is what one TCP connection and TLS handshake with an address
// showed. Certificates are there whatever a verification would say of them.
type Connection struct {
	Address    netip.AddrPort // really connected to, after connect_to
	ServerName string
	Stage      Stage // StageDone: the handshake completed
	Err        error // why not

	Version                    uint16 // crypto/tls numbers
	Cipher                     uint16
	Certificates               []*x509.Certificate // as sent, the server's own first
	Staple                     []byte              // an answer by OCSP that was sent along
	BadCertificate             error               // the server's own certificate could not be parsed
	ClientCertificateRequested bool
	// ClientCertificateRefused: the server asked for a client certificate and
	// then broke off, because it was shown none or one that it does not accept.
	// With TLS 1.3 that shows only after the handshake, so Stage may be StageDone.
	ClientCertificateRefused bool
	// Without12: the SIP server speaks TLS 1.3 and refuses TLS 1.2. It is found
	// out by a second handshake, and not of web servers.
	Without12 bool

	ConnectDuration time.Duration
	TLSDuration     time.Duration
}

// Trust is what verifying a sent chain against the roots gave, names aside. It
// is zero where no certificate was sent.
type Trust struct {
	Trusted     bool
	Err         error     // why not
	ChainExpiry time.Time // earliest NotAfter in the verified chain that lasts longest; zero unless Trusted
	// Incomplete: it is trusted only with certificates that the server did not
	// send at this address, and that clients other than Windows do not have.
	Incomplete bool
	// IssuerUnavailable: it is not trusted, as the issuer of the server's own
	// certificate was neither sent nor could be had elsewhere. Without it, Err may
	// be that the authority is not one of the roots.
	IssuerUnavailable bool
	// Refused: where authorities were to be asked for issuers leads where the
	// exporter does not go.
	Refused error

	proof *proof // nil unless Trusted
	said  *said
}

// proof are the chains that verify, the server's own certificate aside: a scrape
// remembers it longer than it needs that one.
type proof struct{ above [][]*x509.Certificate }

func proofOf(chains [][]*x509.Certificate) *proof {
	p := &proof{make([][]*x509.Certificate, len(chains))}
	for i, chain := range chains {
		p.above[i] = slices.Clone(chain[1:])
	}
	return p
}

// chains are as many of the chains of a server's own certificate.
func (p *proof) chains(leaf *x509.Certificate, most int) [][]*x509.Certificate {
	chains := make([][]*x509.Certificate, min(len(p.above), most))
	for i := range chains {
		chains[i] = append([]*x509.Certificate{leaf}, p.above[i]...)
	}
	return chains
}

// Revocation is what the authorities say of a server's certificate and of those
// above it: by OCSP, else by their lists. It is zero where none was trusted.
type Revocation struct {
	Known   bool // they could be asked about the server's own certificate
	Revoked bool
	At      time.Time // since when
	// Err: neither the list nor the OCSP server that a certificate names is of any
	// use to anybody who has to know.
	Err         error
	Certificate *x509.Certificate // that is revoked, or of which Err is: the server's own or an authority's
	// Refused: an authority was to be asked where the exporter does not go.
	Refused error
}

// SIPAnswer is what came back to OPTIONS.
type SIPAnswer struct {
	Stage    Stage // StageDone: a SIP response came back
	Err      error // why not
	Status   int
	Phrase   string
	Header   func(name string) []string // values, case-insensitive name; nil only in the answer of a web server
	Duration time.Duration              // from the request to the end of the response's header
	HTTP     bool                       // the peer spoke HTTP
	Closed   bool                       // the peer closed the connection without an answer
}

// Server is a host and port with every address behind it. Without addresses,
// Host says why: it has none, it could not be resolved, or it is a URL of
// http, where there is nothing to shake hands with.
type Server struct {
	Host      dns.Host // the name meant; its addresses are those after connect_to
	Port      uint16   // as meant, before connect_to
	Addresses []*Address
}

// Address is one address of a server and what it showed.
type Address struct {
	Connection
	Answer SIPAnswer // zero for a web server
	Trust  Trust     // of Certificates

	Revocation Revocation // likewise
}

// Unknown says whether the connection failed for a reason that lies with this
// machine or with the end of the scrape, so that nothing is known of the server.
func (c Connection) Unknown() bool { return unknown(c.Stage, c.Err) }

// Unknown says so of the answer: the server may have one.
func (a SIPAnswer) Unknown() bool { return unknown(a.Stage, a.Err) }

// Unknown says so of the exchange.
func (e *Exchange) Unknown() bool { return unknown(e.Stage, e.Err) }

func unknown(stage Stage, err error) bool {
	return stage == StageForbidden || stage == StageLocal || stage == StageRoute || failure.IsEnded(err) || IsStarved(err)
}

// Shook says whether the server completed the handshake as far as it lies with
// the server: one that wants a client's certificate and gets none is alive.
func (c Connection) Shook() bool { return c.Stage == StageDone || c.ClientCertificateRefused }

// Exchange is one HTTP request and its answer. 3xx answers are not followed.
type Exchange struct {
	URL        *url.URL
	Host       dns.Host
	Connection Connection // of an https request; of http the TCP part
	Trust      Trust      // of the connection's certificates
	Stage      Stage      // StageDone: an HTTP answer came back
	Err        error
	Status     int
	Header     http.Header
	Body       []byte // at most MaxBody bytes
	Truncated  bool   // the body was longer
	BodyErr    error  // the body ended early or broke; what came is in Body

	// Connect and TLS are what setting up the connection took, also when it was
	// set up for an earlier request.
	Resolve, Connect, TLS, Processing, Transfer time.Duration
}

// Bounds on what is read from a web server.
const (
	MaxBody   = 256 << 10
	MaxHeader = 64 << 10
)
