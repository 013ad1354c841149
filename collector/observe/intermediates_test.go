package observe

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// repository is a web server where authorities publish their certificates. Its
// name, pki.example, leads there by connect_to.
type repository struct {
	*server
	mu    sync.Mutex
	files map[string][]byte
	asked map[string]int
}

func publish(t testing.TB) *repository {
	r := &repository{files: make(map[string][]byte), asked: make(map[string]int)}
	r.server = serveHTTP(t, func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked[q.URL.Path]++
		if body, ok := r.files[q.URL.Path]; ok {
			w.Write(body)
			return
		}
		http.NotFound(w, q)
	})
	return r
}

// add publishes at a path and returns the URL.
func (r *repository) add(path string, body []byte) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files[path] = body
	return "http://pki.example" + path
}

func (r *repository) requests() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, times := range r.asked {
		n += times
	}
	return n
}

func (r *repository) config(c *config.Config) {
	host, port, _ := net.SplitHostPort(r.address.String())
	c.ConnectTo = []config.ConnectTo{{Host: "pki.example", Port: "80", ConnectHost: host, ConnectPort: port}}
	c.TLS.FetchIntermediates = true
}

// serveHTTP is a web server on loopback that ends with the test.
func serveHTTP(t testing.TB, f http.HandlerFunc) *server {
	t.Helper()
	return serve(t, func(c net.Conn) {
		one := &oneConn{conn: c, done: make(chan struct{})}
		(&http.Server{Handler: f, ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				one.once.Do(func() { close(one.done) })
			}
		}}).Serve(one)
	})
}

// oneConn is a listener with one connection.
type oneConn struct {
	conn  net.Conn
	given bool
	once  sync.Once
	done  chan struct{}
}

func (o *oneConn) Accept() (net.Conn, error) {
	if o.given {
		<-o.done
		return nil, net.ErrClosed
	}
	o.given = true
	return o.conn, nil
}

func (o *oneConn) Close() error   { return nil }
func (o *oneConn) Addr() net.Addr { return o.conn.LocalAddr() }

func inPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// bundle is a PKCS #7 file of certificates, as certutil exports it.
func bundle(t testing.TB, certs ...*x509.Certificate) []byte {
	t.Helper()
	var all []byte
	for _, c := range certs {
		all = append(all, c.Raw...)
	}
	type content struct {
		Type asn1.ObjectIdentifier
	}
	type signedData struct {
		Version      int
		Digests      []asn1.RawValue `asn1:"set"`
		Content      content
		Certificates asn1.RawValue
		Signers      []asn1.RawValue `asn1:"set"`
	}
	signed, err := asn1.Marshal(signedData{Version: 1, Digests: []asn1.RawValue{}, Content: content{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}},
		Certificates: asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: all}, Signers: []asn1.RawValue{}})
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: signed}})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// Whatever the form in which an authority publishes its certificate, a chain
// that was not sent complete verifies with it.
func TestIntermediateIsFetched(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	middle := newAuthority(t, root, "Contoso Issuing", now.Add(100*time.Hour).Truncate(time.Second))
	other := newAuthority(t, root, "Contoso Other", now.Add(100*time.Hour))
	for name, body := range map[string][]byte{
		"DER":              middle.cert.Raw,
		"PEM":              inPEM("CERTIFICATE", middle.cert.Raw),
		"several in PEM":   append(inPEM("CERTIFICATE", other.cert.Raw), inPEM("CERTIFICATE", middle.cert.Raw)...),
		"PKCS #7":          bundle(t, other.cert, middle.cert),
		"PKCS #7 in PEM":   inPEM("PKCS7", bundle(t, middle.cert)),
		"with more behind": append(inPEM("CERTIFICATE", middle.cert.Raw), "\n# the end\n"...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := publish(t)
			issuing := *middle
			issuing.at = pki.add("/issuing.crt", body)
			certs := certificatesOf(t, issuing.issue(t, newKey(t), now.Add(1000*time.Hour), "a.example"))
			s := newScrape(t, root, pki.config)
			for range 2 {
				got := s.Trust(external, certs)
				if !got.Trusted || !got.Incomplete || got.Err != nil || !got.ChainExpiry.Equal(middle.cert.NotAfter) {
					t.Errorf("Trust = %+v", got)
				}
			}
			if n := pki.requests(); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestIntermediateIsNotFetched(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	middle := newAuthority(t, root, "Contoso Issuing", now.Add(100*time.Hour))
	stranger := newAuthority(t, nil, "Contoso Issuing", now.Add(100*time.Hour)) // another one's certificate under the name
	for name, tt := range map[string]struct {
		body   []byte
		at     string
		change func(*config.Config)
		asked  int
	}{
		"fetch_intermediates is off": {middle.cert.Raw, "", func(c *config.Config) { c.TLS.FetchIntermediates = false }, 0},
		"https":                      {middle.cert.Raw, "https://pki.example/issuing.crt", unhurried, 0},
		"ldap":                       {middle.cert.Raw, "ldap:///CN=Contoso", unhurried, 0},
		"no URL":                     {middle.cert.Raw, "http://[", unhurried, 0},
		"it is not there":            {nil, "http://pki.example/other.crt", unhurried, 1},
		"no certificate":             {[]byte("<html>"), "", unhurried, 1},
		"too long":                   {append(bytes.Clone(inPEM("CERTIFICATE", middle.cert.Raw)), make([]byte, maxIssuerBytes)...), "", unhurried, 1},
		"cut off":                    {middle.cert.Raw[:100], "", unhurried, 1},
		"no authority":               {middle.issue(t, newKey(t), now.Add(time.Hour), "b.example").Certificate[0], "", unhurried, 1},
		"another authority":          {root.cert.Raw, "", unhurried, 1},
		"another key":                {stranger.cert.Raw, "", unhurried, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := publish(t)
			issuing := *middle
			issuing.at = pki.add("/issuing.crt", tt.body)
			if tt.at != "" {
				issuing.at = tt.at
			}
			certs := certificatesOf(t, issuing.issue(t, newKey(t), now.Add(time.Hour), "a.example"))
			s := newScrape(t, root, pki.config, tt.change)
			if got := s.Trust(external, certs); got.Trusted || got.Incomplete || got.Err == nil || !got.IssuerUnavailable {
				t.Errorf("Trust = %+v", got)
			}
			if n := pki.requests(); n != tt.asked {
				t.Errorf("%d requests, want %d", n, tt.asked)
			}
		})
	}
}

// Three certificates, one above the other, may be missing, and not more.
func TestLevelsOfFetching(t *testing.T) {
	t.Parallel()
	for missing, want := range map[int]bool{1: true, 3: true, 4: false} {
		t.Run(fmt.Sprint(missing), func(t *testing.T) {
			t.Parallel()
			pki, root := publish(t), newRoot(t)
			authority := root
			for i := range missing {
				authority = newAuthority(t, authority, fmt.Sprintf("Level %d", i), now.Add(100*time.Hour))
				authority.at = pki.add(fmt.Sprintf("/%d.crt", i), authority.cert.Raw)
			}
			certs := certificatesOf(t, authority.issue(t, newKey(t), now.Add(time.Hour), "a.example"))
			got := newScrape(t, root, pki.config).Trust(external, certs)
			if got.Trusted != want || got.Incomplete != want || got.IssuerUnavailable {
				t.Errorf("Trust = %+v", got)
			}
			if n := pki.requests(); n != min(missing, maxLevels) {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// What was of use is known in later scrapes as long as it is valid, what was
// not is asked for again some minutes later.
func TestFetchedIsRemembered(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	middle := newAuthority(t, root, "Contoso Issuing", now.Add(100*time.Hour))
	for name, tt := range map[string]struct {
		body  []byte
		later time.Duration
		asked int
	}{
		"of use, an hour later":        {middle.cert.Raw, time.Hour, 1},
		"of use, when it has ended":    {middle.cert.Raw, 101 * time.Hour, 2},
		"of no use, a minute later":    {[]byte("x"), time.Minute, 1},
		"of no use, six minutes later": {[]byte("x"), 6 * time.Minute, 2},
		"another one's":                {root.cert.Raw, 6 * time.Minute, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := publish(t)
			issuing := *middle
			issuing.at = pki.add("/issuing.crt", tt.body)
			certs := certificatesOf(t, issuing.issue(t, newKey(t), now.Add(1000*time.Hour), "a.example"))
			first := newScrape(t, root, pki.config)
			first.Trust(external, certs)
			later := NewScrape(t.Context(), first.config, nil, first.memory)
			defer later.Close()
			later.now = now.Add(tt.later)
			later.Trust(external, certs)
			if n := pki.requests(); n != tt.asked {
				t.Errorf("%d requests, want %d", n, tt.asked)
			}
		})
	}
}

// A flood of certificates pushes nothing out that others need.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	middle := newAuthority(t, root, "Contoso Issuing", now.Add(100*time.Hour))
	m := NewMemory()
	chain := []*x509.Certificate{middle.cert, middle.cert, root.cert}
	m.proved([][]*x509.Certificate{chain})
	useful := fetchKey{view: "external", url: "http://pki.example/useful.crt"}
	m.keep(useful, []*x509.Certificate{middle.cert}, now)
	m.helped(useful, []*x509.Certificate{middle.cert})
	large := &x509.Certificate{Raw: make([]byte, 60<<10), NotAfter: now.Add(time.Hour)}
	for i := range 3 * maxFetched {
		m.keep(fetchKey{view: "external", url: fmt.Sprintf("http://d%d.example/", i)}, []*x509.Certificate{large}, now)
	}
	if len(m.fetched) > maxFetched || m.bytes > maxMemory {
		t.Errorf("%d answers, %d bytes", len(m.fetched), m.bytes)
	}
	if _, ok := m.recall(useful, now.Add(time.Hour)); !ok || len(m.authoritiesAt(now)) != 1 {
		t.Error("what others need was pushed out")
	}
	late := fetchKey{view: "external", url: "http://useful-later.example/"}
	m.helped(late, []*x509.Certificate{middle.cert})
	if _, ok := m.recall(late, now.Add(time.Hour)); !ok {
		t.Error("a flood leaves no room for what another needs")
	}
	later := now.Add(2 * brieflyKept)
	m.keep(fetchKey{view: "external", url: "http://late.example/"}, []*x509.Certificate{large}, later)
	if len(m.fetched) != 3 {
		t.Errorf("%d answers after the flood", len(m.fetched))
	}
	if m.authoritiesAt(now.Add(200*time.Hour)) == nil || len(m.authorities) != 0 {
		t.Error("an authority that has ended is still known")
	}
	for key := range m.fetched {
		m.forget(key)
	}
	if m.bytes != 0 {
		t.Errorf("%d bytes of nothing", m.bytes)
	}
}

func FuzzParseIssuers(f *testing.F) {
	root := newRoot(f)
	f.Add(root.cert.Raw)
	f.Add(bundle(f, root.cert))
	f.Add(inPEM("PKCS7", bundle(f, root.cert)))
	f.Add(inPEM("CERTIFICATE", root.cert.Raw))
	f.Fuzz(func(t *testing.T, body []byte) {
		certs := parseIssuers(body)
		if len(certs) > maxIssuerBundle {
			t.Errorf("%d certificates", len(certs))
		}
		for _, c := range certs {
			if !c.IsCA {
				t.Errorf("%v is no authority", c.Subject)
			}
		}
	})
}
