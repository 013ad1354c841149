package lab

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// Options of an estate.
type Options struct {
	// Delay is how long the nameserver, the web servers and the Edges take to
	// answer a request.
	Delay time.Duration
	// OperationTimeout is the one of the configuration; 0 is a second, as on
	// loopback silence is soon clear.
	OperationTimeout time.Duration
}

// Estate is a running simulation.
type Estate struct {
	zone       *Zone
	nameserver string
	options    Options
	scenarios  []Scenario
	authority  *authority // that clients trust
	between    *authority // below the trusted one
	foreign    *authority // that nobody trusts
	counts     counters
	network    string // first two bytes of all addresses
	ports      map[string]string
	servers    []*server
	closing    []func()
	edge, web  *server // shared by the domains that need none of their own
}

// Start sets an estate up for scenarios.
func Start(scenarios []Scenario, o Options) (*Estate, error) {
	if o.OperationTimeout == 0 {
		o.OperationTimeout = time.Second
	}
	e := &Estate{zone: newZone(o.Delay), options: o, scenarios: scenarios,
		network: fmt.Sprintf("127.%d.%d", 64+rand.IntN(64), 1+rand.IntN(250))}
	if err := e.start(); err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

func (e *Estate) start() (err error) {
	if e.authority, err = newAuthority("Simulated Root", nil); err != nil {
		return err
	}
	if e.between, err = newAuthority("Simulated Intermediate", e.authority); err != nil {
		return err
	}
	if e.foreign, err = newAuthority("Unknown Root", nil); err != nil {
		return err
	}
	e.foreign.sent = [][]byte{e.foreign.certificate.Raw}
	if err = e.choosePorts(); err != nil {
		return err
	}
	e.edge, e.web = e.newServer(&edge{}), e.newServer(nil)
	if err = e.others(); err != nil {
		return err
	}
	for _, s := range e.scenarios {
		if err = e.build(s); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	for _, s := range e.servers {
		e.closing = append(e.closing, s.close) // also one that starts in part
		if err = s.start(e.ports, e.options.Delay); err != nil {
			return err
		}
	}
	var closing func()
	// Not at 127.0.0.1, where clients' own connections take up ports.
	e.nameserver, closing, err = e.zone.serve(e.servers[0].ip)
	if err == nil {
		e.closing = append(e.closing, closing)
	}
	return err
}

// Close ends the estate and waits for all that belongs to it.
func (e *Estate) Close() {
	for _, f := range e.closing {
		f()
	}
	e.closing = nil
}

// Zone is what the nameserver knows, to be changed at will.
func (e *Estate) Zone() *Zone { return e.zone }

// Nameserver is the nameserver's host and port.
func (e *Estate) Nameserver() string { return e.nameserver }

// Root is the certificate of the authority that clients trust.
func (e *Estate) Root() *x509.Certificate { return e.authority.certificate }

// PEM is the same as a file has it.
func (e *Estate) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: e.authority.certificate.Raw})
}

// ConnectTo leads from the well-known ports to those of the estate, in the form
// of the configuration: HOST:PORT:CONNECT-HOST:CONNECT-PORT.
func (e *Estate) ConnectTo() []string {
	var list []string
	for _, port := range []string{httpPort, httpsPort, sipPort} {
		list = append(list, ":"+port+"::"+e.ports[port])
	}
	return list
}

// Config is a configuration under which the exporter sees the estate.
func (e *Estate) Config() (*config.Config, error) {
	names := make([]string, len(e.scenarios))
	for i, s := range e.scenarios {
		names[i] = s.Name
	}
	c, err := config.Default(names...)
	if err != nil {
		return nil, err
	}
	c.OperationTimeout = e.options.OperationTimeout
	c.FollowPrivate = true // all of it is on loopback
	c.TLS.Roots = x509.NewCertPool()
	c.TLS.Roots.AddCert(e.authority.certificate)
	for _, port := range []string{httpPort, httpsPort, sipPort} {
		c.ConnectTo = append(c.ConnectTo, config.ConnectTo{Port: port, ConnectPort: e.ports[port]})
	}
	c.Views[0].Nameservers = []string{e.nameserver}
	for i, s := range e.scenarios {
		d := c.Domains[i]
		d.Views = c.Views[:1]
		d.TrustedDomains = append(d.TrustedDomains[:len(d.TrustedDomains):len(d.TrustedDomains)], s.Trusted...)
		d.HostingProviders = append(d.HostingProviders[:len(d.HostingProviders):len(d.HostingProviders)], s.Providers...)
		if s.Schemes != nil {
			d.Schemes = s.Schemes
		}
		if s.Meet != "" {
			if d.Meet, err = url.Parse(s.Meet); err != nil {
				return nil, err
			}
			d.MeetGuessed = false
		}
		if s.Dialin != "" {
			if d.Dialin, err = url.Parse(s.Dialin); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// newServer adds a server at the next address; edge is nil for a web server.
func (e *Estate) newServer(behaviour *edge) *server {
	s := &server{ip: fmt.Sprintf("%s.%d", e.network, len(e.servers)+1), edge: behaviour, counts: &e.counts,
		certificates: make(map[string]*tls.Certificate), aliases: make(map[string]string), pages: make(map[string]page)}
	e.servers = append(e.servers, s)
	return s
}

// choosePorts finds numbers that are free for the well-known ports. All
// servers have the same, each at its own address.
func (e *Estate) choosePorts() error {
	e.ports = make(map[string]string)
	for _, port := range []string{httpPort, httpsPort, sipPort} {
		l, err := net.Listen("tcp", e.network+".1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		_, e.ports[port], err = net.SplitHostPort(l.Addr().String())
		if err != nil {
			return err
		}
	}
	return nil
}

// certify gives a server a certificate and shows it to those who ask for one
// of asked.
func (s *server) certify(a *authority, order certificate, asked []string) error {
	c, err := a.issue(order)
	if err != nil {
		return err
	}
	for _, name := range asked {
		s.certificates[name] = c
	}
	return nil
}
