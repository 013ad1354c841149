package lab

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The well-known ports, which connect_to leads elsewhere.
const (
	httpPort  = "80"
	httpsPort = "443"
	sipPort   = "5061"
)

// server is one machine of the estate, with an address of its own. It is an
// Edge or a web server.
type server struct {
	ip      string
	edge    *edge // nil: a web server
	noHTTPS bool
	off     bool // nobody answers at the address

	counts *counters // of the estate

	mu           sync.RWMutex
	certificates map[string]*tls.Certificate // by server name
	aliases      map[string]string           // server names that are shown another's
	pages        map[string]page             // by host

	listeners []net.Listener
	web       []*http.Server
	open      map[net.Conn]bool // nil before start and after close
	work      sync.WaitGroup
}

// certificate is the one for the name that a client asks for.
func (s *server) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	name := strings.ToLower(hello.ServerName)
	if other := s.aliases[name]; other != "" {
		name = other
	}
	if c := s.certificates[name]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("no certificate for %q", hello.ServerName)
}

// page answers by host; delay stands for the way there and back.
func (s *server) page(scheme string, delay time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.counts.requests.Add(1)
		host, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
		s.mu.RLock()
		answer := s.pages[host]
		s.mu.RUnlock()
		if delay > 0 {
			<-time.After(delay)
		}
		w.Header().Set("Server", "Microsoft-IIS/8.5")
		if answer == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		answer(w, r, scheme)
	})
}

// start listens on the server's ports, which are at the real ones given.
func (s *server) start(ports map[string]string, delay time.Duration) error {
	s.open = make(map[net.Conn]bool)
	if s.off {
		return nil
	}
	if s.edge != nil {
		for _, port := range []string{httpsPort, sipPort} {
			l, err := s.listen(ports[port])
			if err != nil {
				return err
			}
			c := s.secure()
			c.MinVersion, c.MaxVersion, c.ClientAuth = tls.VersionTLS10, s.edge.maxVersion, s.edge.clientAuth(port)
			s.work.Go(func() { s.accept(l, c, delay) })
		}
		return nil
	}
	l, err := s.listen(ports[httpPort])
	if err != nil {
		return err
	}
	s.serve(l, s.page("http", delay))
	if s.noHTTPS {
		return nil
	}
	if l, err = s.listen(ports[httpsPort]); err != nil {
		return err
	}
	s.serve(tls.NewListener(l, s.secure()), s.page("https", delay))
	return nil
}

func (s *server) listen(port string) (net.Listener, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(s.ip, port))
	if err != nil {
		return nil, err
	}
	s.listeners = append(s.listeners, l)
	return counting{l, s.counts}, nil
}

// secure is what all TLS of the server has in common.
func (s *server) secure() *tls.Config {
	return &tls.Config{GetCertificate: s.certificate, VerifyConnection: func(tls.ConnectionState) error {
		s.counts.handshakes.Add(1)
		return nil
	}}
}

func (s *server) serve(l net.Listener, h http.Handler) {
	web := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	s.web = append(s.web, web)
	s.work.Go(func() { _ = web.Serve(l) })
}

// accept takes connections for an Edge.
func (s *server) accept(l net.Listener, c *tls.Config, delay time.Duration) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.open == nil { // it came while the server was closing
			s.mu.Unlock()
			_ = conn.Close()
			return
		}
		s.open[conn] = true
		s.mu.Unlock()
		s.work.Go(func() {
			s.edge.answer(tls.Server(conn, c), delay, s.counts)
			s.mu.Lock()
			delete(s.open, conn)
			s.mu.Unlock()
		})
	}
}

// close ends all that the server does.
func (s *server) close() {
	for _, l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Lock()
	for conn := range s.open {
		_ = conn.Close()
	}
	s.open = nil
	s.mu.Unlock()
	for _, web := range s.web {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		if err := web.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
			_ = web.Close()
		}
		cancel()
	}
	s.work.Wait()
}
