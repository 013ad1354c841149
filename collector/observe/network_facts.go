package observe

import (
	"crypto/x509"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// Stage is how far a connection got before it failed.
type Stage int

// The stages of a connection, each reached only through the one before.
const (
	StageResolve Stage = iota // the name has no address, or its lookup failed
	StageRoute                // this machine has no route for the address's family: nothing is known of the server
	StageConnect              // TCP was refused or not answered
	StageTLS                  // TCP connected, the handshake failed
	StageRequest              // the connection stood, no answer to the request came back
	StageDone                 // all went well
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
	BadCertificate             error               // the server's own certificate could not be parsed
	ClientCertificateRequested bool
	// ClientCertificateRefused: the server asked for a client certificate and
	// then broke off, because it was shown none or one that it does not accept.
	// With TLS 1.3 that shows only after the handshake, so Stage may be StageDone.
	ClientCertificateRefused bool
	ConnectDuration          time.Duration
	TLSDuration              time.Duration
}

// Trust is what verifying a sent chain against the roots gave, names aside.
type Trust struct {
	Trusted     bool
	Err         error     // why not
	ChainExpiry time.Time // earliest NotAfter in the verified chain that lasts longest
	Incomplete  bool      // verifies only with intermediates that the server did not send
}

// SIPAnswer is what came back to OPTIONS.
type SIPAnswer struct {
	Stage    Stage // StageDone: a SIP response came back
	Err      error
	Status   int
	Phrase   string
	Header   func(name string) []string // values, case-insensitive name; never nil
	Duration time.Duration
	HTTP     bool // the peer spoke HTTP
	Closed   bool // the peer closed the connection without an answer
}

// Edge is a host and port with every address behind it.
type Edge struct {
	Host        Host
	Port        uint16
	Connections []Connection // one for each address
	Answers     []SIPAnswer  // parallel to Connections
}

// Exchange is one HTTP request and its answer. 3xx answers are not followed.
type Exchange struct {
	URL        *url.URL
	Host       Host
	Connection Connection // of an https request; of http the TCP part
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
