package observe

import (
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"io"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

const listURL = "http://pki.example/authority.crl"

// list is a revocation list of an authority, good for an hour.
func (a *testCA) list(t testing.TB, change func(*x509.RevocationList), serials ...int64) []byte {
	t.Helper()
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-2 * time.Hour), NextUpdate: now.Add(time.Hour)}
	for _, serial := range serials {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: big.NewInt(serial), RevocationTime: revokedAt})
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, a.cert, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

var revokedAt = now.Add(-time.Hour).Truncate(time.Second)

// answer is one by OCSP about a serial number, signed with a certificate of the
// authority or by itself.
func (a *testCA) answer(t testing.TB, serial int64, status int, change func(*ocsp.Response), by *x509.Certificate, key crypto.Signer) []byte {
	t.Helper()
	template := ocsp.Response{Status: status, SerialNumber: big.NewInt(serial), ThisUpdate: now.Add(-time.Minute), NextUpdate: now.Add(time.Hour), RevokedAt: revokedAt}
	if by == nil {
		by, key = a.cert, a.key
	} else {
		template.Certificate = by
	}
	if change != nil {
		change(&template)
	}
	der, err := ocsp.CreateResponse(a.cert, by, template, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// listing is an authority that signs lists.
func listing(t testing.TB, parent *testCA, name string, change func(*x509.Certificate)) *testCA {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(1000 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	if change != nil {
		change(template)
	}
	if parent == nil {
		parent = &testCA{cert: template, key: key}
	}
	return &testCA{cert: sign(t, parent, template, key), key: key}
}

// revocable is a server's certificate with the serial number 4711.
func (a *testCA) revocable(t testing.TB, change func(*x509.Certificate), chain ...*testCA) tls.Certificate {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "a.example"}, DNSNames: []string{"a.example"},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(100 * time.Hour), CRLDistributionPoints: []string{listURL}}
	if change != nil {
		change(template)
	}
	leaf := sign(t, a, template, key)
	cert := tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
	for _, c := range chain {
		cert.Certificate = append(cert.Certificate, c.cert.Raw)
	}
	return cert
}

// checking is a configuration that asks authorities, at the repository.
func (r *repository) checking(c *config.Config) {
	r.config(c)
	c.TLS.Revocation = true
}

// shown is what a server with a certificate shows.
func shown(t testing.TB, s *Scrape, certificate tls.Certificate) Revocation {
	t.Helper()
	to := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{certificate}}, untilClosed)
	return s.Handshake(t.Context(), external, "a.example", to.address).Revocation
}

// The list of the distribution point says whether a certificate is revoked.
func TestRevocationList(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	other := listing(t, nil, "Root", nil)
	point := func(value ...byte) func(*x509.RevocationList) {
		return func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: idDistributionPoint, Critical: true, Value: value}}
		}
	}
	named := func(url string) []byte {
		n := byte(len(url))
		return append([]byte{0x30, n + 6, 0xa0, n + 4, 0xa0, n + 2, 0x86, n}, url...)
	}
	many := make([]int64, 5000)
	for i := range many {
		many[i] = int64(i)
	}
	old := func(l *x509.RevocationList) { l.NextUpdate = now.Add(-time.Minute) }
	for name, tt := range map[string]struct {
		published []byte
		want      Revocation // At is set where it is revoked
		err       string
	}{
		"empty":                {root.list(t, nil), Revocation{Known: true}, ""},
		"of others":            {root.list(t, nil, many[:4711]...), Revocation{Known: true}, ""},
		"of many":              {root.list(t, nil, many...), Revocation{Known: true, Revoked: true}, ""},
		"in PEM":               {inPEM("X509 CRL", root.list(t, nil, 4711)), Revocation{Known: true, Revoked: true}, ""},
		"nothing":              {nil, Revocation{}, "answered 404 Not Found"},
		"a page":               {[]byte("<html>Not here</html>"), Revocation{}, "it is no CRL"},
		"cut off":              {root.list(t, nil, 4711)[:100], Revocation{}, "it is no CRL"},
		"out of date":          {root.list(t, old), Revocation{}, "the CRL was to be replaced by "},
		"revoked, out of date": {root.list(t, old, 4711), Revocation{Known: true, Revoked: true}, ""},
		"of another authority": {other.list(t, nil, 4711), Revocation{}, "not signed by Root"},
		"of users":             {root.list(t, point(0x30, 3, 0x81, 1, 0xff), 4711), Revocation{Known: true, Revoked: true}, ""},
		"of authorities":       {root.list(t, point(0x30, 3, 0x82, 1, 0xff), 4711), Revocation{}, ""},
		"of other authorities": {root.list(t, point(0x30, 3, 0x84, 1, 0xff), 4711), Revocation{}, ""},
		"for another address":  {root.list(t, point(named("http://pki.example/b.crl")...)), Revocation{}, ""},
		"for this address":     {root.list(t, point(named(listURL)...), 4711), Revocation{Known: true, Revoked: true}, ""},
		"of changes": {root.list(t, func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: idDeltaList, Value: []byte{2, 1, 1}}}
		}), Revocation{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := publish(t)
			if tt.published != nil {
				pki.add("/authority.crl", tt.published)
			}
			s := newScrape(t, root, pki.checking, unhurried)
			certificate := root.revocable(t, nil)
			got := shown(t, s, certificate)
			if got.Known != tt.want.Known || got.Revoked != tt.want.Revoked || (got.Err != nil) != (tt.err != "") {
				t.Fatalf("Revocation = %+v, want %+v, error %q", got, tt.want, tt.err)
			}
			if tt.err != "" && !strings.Contains(got.Err.Error(), tt.err) {
				t.Errorf("error %q, want %q", got.Err, tt.err)
			}
			if got.Revoked && (!got.At.Equal(revokedAt) || !got.Certificate.Equal(certificate.Leaf)) {
				t.Errorf("revoked at %v, want %v", got.At, revokedAt)
			}
			if pki.requests() != 1 {
				t.Errorf("%d requests, want 1", pki.requests())
			}
			if left := s.memory.reading.bytes.Load(); left != 0 {
				t.Errorf("%d bytes are taken for reading at the end", left)
			}
		})
	}
}

// An answer by OCSP, sent along or asked for, makes the list unnecessary.
func TestOCSP(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	responder := func(usage x509.ExtKeyUsage) (*x509.Certificate, crypto.Signer) {
		key := newKey(t)
		return sign(t, root, &x509.Certificate{SerialNumber: big.NewInt(5), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
			ExtKeyUsage: []x509.ExtKeyUsage{usage}}, key), key
	}
	delegate, delegateKey := responder(x509.ExtKeyUsageOCSPSigning)
	server, serverKey := responder(x509.ExtKeyUsageServerAuth)
	stranger := listing(t, nil, "Root", nil)
	good := root.answer(t, 4711, ocsp.Good, nil, nil, nil)
	revoked := root.answer(t, 4711, ocsp.Revoked, nil, nil, nil)
	old := func(r *ocsp.Response) { r.ThisUpdate, r.NextUpdate = now.Add(-2*time.Hour), now.Add(-time.Hour) }
	for name, tt := range map[string]struct {
		staple, answer []byte
		revoked        bool
		list           bool // is needed; it does not have the certificate
	}{
		"stapled, good":         {good, revoked, false, false},
		"stapled, revoked":      {revoked, good, true, false},
		"stapled, out of date":  {root.answer(t, 4711, ocsp.Good, old, nil, nil), revoked, true, false},
		"stapled for another":   {root.answer(t, 4712, ocsp.Good, nil, nil, nil), revoked, true, false},
		"stapled by a stranger": {stranger.answer(t, 4711, ocsp.Good, nil, nil, nil), revoked, true, false},
		"good":                  {nil, good, false, false},
		"revoked":               {nil, revoked, true, false},
		"by a delegate":         {nil, root.answer(t, 4711, ocsp.Revoked, nil, delegate, delegateKey), true, false},
		"by the issuer's own":   {nil, root.answer(t, 4711, ocsp.Revoked, nil, root.cert, root.key), true, false},
		"by another's server":   {nil, root.answer(t, 4711, ocsp.Revoked, nil, server, serverKey), false, true},
		"unknown":               {nil, root.answer(t, 4711, ocsp.Unknown, nil, nil, nil), false, true},
		"out of date":           {nil, root.answer(t, 4711, ocsp.Revoked, old, nil, nil), false, true},
		"an error":              {nil, ocsp.UnauthorizedErrorResponse, false, true},
		"nothing":               {nil, nil, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := publish(t)
			pki.add("/authority.crl", root.list(t, nil))
			certificate := root.revocable(t, func(c *x509.Certificate) { c.OCSPServer = []string{"http://pki.example/ocsp/"} })
			certificate.OCSPStaple = tt.staple
			request, err := ocsp.CreateRequest(certificate.Leaf, root.cert, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.answer != nil {
				pki.add("/ocsp/"+base64.StdEncoding.EncodeToString(request), tt.answer)
			}
			got := shown(t, newScrape(t, root, pki.checking), certificate)
			if !got.Known || got.Revoked != tt.revoked || got.Err != nil {
				t.Errorf("Revocation = %+v, want revoked %v", got, tt.revoked)
			}
			pki.mu.Lock()
			defer pki.mu.Unlock()
			if asked := pki.asked["/authority.crl"] > 0; asked != tt.list {
				t.Errorf("the list was fetched: %v, want %v", asked, tt.list)
			}
		})
	}
}

// Where a certificate names no list, nobody learns of it what OCSP does not say.
func TestOCSPAlone(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	old := func(r *ocsp.Response) { r.ThisUpdate, r.NextUpdate = now.Add(-2*time.Hour), now.Add(-time.Hour) }
	post := http.StatusMethodNotAllowed
	for name, tt := range map[string]struct {
		answer []byte
		status int // other than 200 and 404
		err    string
	}{
		"nothing":           {nil, 0, "the OCSP server http://pki.example/ocsp/ answered 404 Not Found"},
		"unknown":           {root.answer(t, 4711, ocsp.Unknown, nil, nil, nil), 0, "does not say whether it is revoked"},
		"out of date":       {root.answer(t, 4711, ocsp.Good, old, nil, nil), 0, "is out of date"},
		"an error":          {ocsp.UnauthorizedErrorResponse, 0, "cannot be used"},
		"a page":            {[]byte("<html>Parked</html>"), 0, "cannot be used"},
		"asked by GET only": {nil, post, ""}, // which it may answer by POST
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := serveHTTP(t, func(w http.ResponseWriter, q *http.Request) {
				switch {
				case tt.answer != nil:
					w.Write(tt.answer)
				case tt.status != 0:
					w.WriteHeader(tt.status)
				default:
					http.NotFound(w, q)
				}
			})
			certificate := root.revocable(t, func(c *x509.Certificate) {
				c.CRLDistributionPoints, c.OCSPServer = nil, []string{"http://pki.example/ocsp/"}
			})
			got := shown(t, newScrape(t, root, (&repository{server: pki}).checking, unhurried), certificate)
			if got.Known || got.Revoked || (got.Err != nil) != (tt.err != "") {
				t.Fatalf("Revocation = %+v, want error %q", got, tt.err)
			}
			if tt.err != "" && (!strings.Contains(got.Err.Error(), tt.err) || !got.Certificate.Equal(certificate.Leaf)) {
				t.Errorf("error %q of %s, want %q", got.Err, got.Certificate.Subject, tt.err)
			}
		})
	}
}

// An authority between may be revoked as well. Where another way up is left, the
// certificate is good.
func TestRevokedIntermediate(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	middle := listing(t, root, "Middle", func(c *x509.Certificate) { c.CRLDistributionPoints = []string{"http://pki.example/root.crl"} })
	second := &testCA{key: middle.key}
	template := *middle.cert
	template.SerialNumber = big.NewInt(78)
	second.cert = sign(t, root, &template, middle.key)
	pki := publish(t)
	pki.add("/root.crl", root.list(t, nil, 77))
	pki.add("/authority.crl", middle.list(t, nil))
	s := newScrape(t, root, pki.checking)
	got := shown(t, s, middle.revocable(t, nil, middle))
	if !got.Known || !got.Revoked || !got.Certificate.Equal(middle.cert) {
		t.Errorf("by a revoked authority: %+v", got)
	}
	if got := shown(t, s, middle.revocable(t, func(c *x509.Certificate) { c.SerialNumber = big.NewInt(12) }, middle, second)); !got.Known || got.Revoked {
		t.Errorf("with another way up: %+v", got)
	}
}

// That nothing is published of an authority between is a fault, unless another way
// up is left.
func TestListOfIntermediateUnreachable(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	middle := listing(t, root, "Middle", func(c *x509.Certificate) { c.CRLDistributionPoints = []string{"http://pki.example/root.crl"} })
	second := &testCA{key: middle.key}
	template := *middle.cert
	template.SerialNumber, template.CRLDistributionPoints = big.NewInt(78), nil
	second.cert = sign(t, root, &template, middle.key)
	pki := publish(t)
	pki.add("/authority.crl", middle.list(t, nil))
	s := newScrape(t, root, pki.checking, unhurried)
	got := shown(t, s, middle.revocable(t, nil, middle))
	if !got.Known || got.Err == nil || !got.Certificate.Equal(middle.cert) {
		t.Errorf("by an authority without a list: %+v", got)
	}
	if got := shown(t, s, middle.revocable(t, nil, middle, second)); !got.Known || got.Err != nil {
		t.Errorf("with another way up: %+v", got)
	}
}

// A list is fetched once for all, until it says that there is a new one; one that
// cannot be had is tried again after a short while.
func TestRevocationIsRemembered(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	for name, tt := range map[string]struct {
		published []byte
		later     time.Duration
		want      int // requests in all
	}{
		"a list":                {root.list(t, nil), 50 * time.Minute, 1},
		"a list that has ended": {root.list(t, nil), 70 * time.Minute, 2},
		"none":                  {nil, brieflyKept / 2, 1},
		"none, for long":        {nil, 2 * brieflyKept, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := publish(t)
			if tt.published != nil {
				pki.add("/authority.crl", tt.published)
			}
			first := newScrape(t, root, pki.checking)
			for serial := range int64(3) {
				shown(t, first, root.revocable(t, func(c *x509.Certificate) { c.SerialNumber = big.NewInt(10 + serial) }))
			}
			next := NewScrape(t.Context(), first.config, nil, first.memory)
			defer next.Close()
			next.now = now.Add(tt.later)
			shown(t, next, root.revocable(t, nil))
			if pki.requests() != tt.want {
				t.Errorf("%d requests, want %d", pki.requests(), tt.want)
			}
		})
	}
}

// Nobody is asked whom the exporter is not to ask.
func TestRevocationIsNotAsked(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	stranger := listing(t, nil, "Stranger", nil)
	for name, tt := range map[string]struct {
		by     *testCA
		change func(*x509.Certificate)
		config func(*config.Config)
	}{
		"revocation is off": {root, nil, func(c *config.Config) { c.TLS.Revocation = false }},
		"it is not trusted": {stranger, nil, unhurried},
		"over https": {root, func(c *x509.Certificate) {
			c.CRLDistributionPoints, c.OCSPServer = []string{"https://pki.example/a.crl"}, []string{"https://pki.example/"}
		}, unhurried},
		"in a directory": {root, func(c *x509.Certificate) {
			c.CRLDistributionPoints = []string{"ldap:///CN=Root?certificateRevocationList"}
		}, unhurried},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := publish(t)
			got := shown(t, newScrape(t, root, pki.checking, tt.config), tt.by.revocable(t, tt.change))
			if got != (Revocation{}) || pki.requests() != 0 {
				t.Errorf("Revocation = %+v after %d requests", got, pki.requests())
			}
		})
	}
}

// What a public server's certificate names is followed to public addresses only,
// and no redirect leads elsewhere.
func TestRevocationKeepsToPublicAddresses(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	pki := publish(t)
	pki.add("/authority.crl", root.list(t, nil, 4711))
	_, port, _ := strings.Cut(pki.address.String(), ":")
	private := func(u string) string { return strings.Replace(u, "pki.example", "127.0.0.1:"+port, 1) }
	away := serveHTTP(t, func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, q.URL.Query().Get("to"), http.StatusFound)
	})
	host, awayPort, _ := strings.Cut(away.address.String(), ":")
	redirecting := func(to string) string { return "http://away.example/?to=" + url.QueryEscape(to) }
	server, inside := netip.MustParseAddrPort("203.0.113.1:443"), &config.View{Name: "inside", Internal: true}
	for name, tt := range map[string]struct {
		at     string
		server netip.AddrPort // that shows the certificate
		view   *config.View
		known  bool
	}{
		"by its name":              {listURL, server, external, true},
		"a private address":        {private(listURL), server, external, false},
		"of a server on this host": {private(listURL), netip.MustParseAddrPort("127.0.0.1:443"), external, false},
		"from inside":              {private(listURL), server, inside, true},
		"redirected":               {redirecting(listURL), server, external, true},
		"redirected to a private":  {redirecting(private(listURL)), server, external, false},
		"redirected to https":      {redirecting("https://pki.example/authority.crl"), server, external, false},
		"redirected all the time":  {redirecting(redirecting(redirecting(listURL))), server, external, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScrape(t, root, fromOutside, pki.checking, func(c *config.Config) {
				c.ConnectTo = append(c.ConnectTo, config.ConnectTo{Host: "away.example", Port: "80", ConnectHost: host, ConnectPort: awayPort})
			})
			chain := certificatesOf(t, root.revocable(t, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{tt.at} }))
			a := Address{Connection: Connection{Address: tt.server, Certificates: chain}, Trust: s.Trust(tt.view, chain)}
			if got := s.revocationOf(tt.view, &a); got.Known != tt.known || got.Revoked != tt.known {
				t.Errorf("Revocation = %+v, want known %v", got, tt.known)
			}
		})
	}
}

// An authority that says nothing costs a scrape one operation, and is known for it
// in the next one, unless the machine was too busy to tell.
func TestSilentAuthority(t *testing.T) {
	t.Parallel()
	root := listing(t, nil, "Root", nil)
	silent := &repository{server: serve(t, untilClosed)}
	for {
		s := newScrape(t, root, silent.checking, quick)
		start := time.Now()
		if got := shown(t, s, root.revocable(t, nil)); got.Known || got.Revoked {
			t.Errorf("Revocation = %+v", got)
		}
		took, lag := time.Since(start), s.Lag()
		s.Close()
		next := NewScrape(t.Context(), s.config, nil, s.memory)
		got := shown(t, next, root.revocable(t, nil))
		next.Close()
		switch {
		case got.Err != nil && took < 2*time.Second:
			return
		case lag < tolerable:
			t.Fatalf("it took %v, and in the next scrape there is %+v", took, got)
		}
	}
}

// listOf is the beginning of a list of so many bytes, and noise behind it.
func listOf(bytes int) io.Reader {
	size := bytes - 5
	return io.MultiReader(strings.NewReader(string([]byte{0x30, 0x83, byte(size >> 16), byte(size >> 8), byte(size)})), zeros{})
}

// What is too large, alone or with what else is being read, is not read to its end.
func TestReadingIsBounded(t *testing.T) {
	t.Parallel()
	var r reading
	small, leaveSmall := r.upTo(2 * MaxBody)
	if body, truncated, err := small.read(listOf(2 * MaxBody)); len(body) != 2*MaxBody || truncated || err != nil {
		t.Errorf("as large as it may be: %d bytes, truncated %v, %v", len(body), truncated, err)
	}
	large, leaveLarge := r.upTo(2 * MaxBody)
	if _, truncated, _ := large.read(listOf(2*MaxBody + 1)); !truncated {
		t.Error("a body that is too large is not truncated")
	}
	r.bytes.Add(maxReading)
	late, leaveLate := r.upTo(2 * MaxBody)
	if _, truncated, _ := late.read(listOf(MaxBody)); !truncated {
		t.Error("it is read though there is no room")
	}
	leaveSmall()
	leaveLarge()
	leaveLate()
	if left := r.bytes.Load(); left != maxReading {
		t.Errorf("%d bytes are taken at the end", left-maxReading)
	}
}

// What is remembered stays within its bound, and a list that does not fit is not
// fetched all the time.
func TestStatementsAreBounded(t *testing.T) {
	t.Parallel()
	var m statements
	key := func(n byte) statementKey { return statementKey{issuer: [32]byte{n}} }
	half := statement{revoked: make([]revoked, maxStatements/entrySize/2), until: now.Add(time.Hour)}
	for n := range byte(3) {
		m.keep(key(n), half, now)
	}
	if m.bytes > maxStatements {
		t.Errorf("%d bytes are kept, more than %d", m.bytes, maxStatements)
	}
	if st, ok := m.recall(key(0), now); !ok || st.err != nil {
		t.Errorf("the first is gone: %v", st.err)
	}
	if st, ok := m.recall(key(2), now); !ok || st.err != errNoRoom {
		t.Errorf("of the last is known %v, %v; want that there is no room", st.err, ok)
	}
	later := now.Add(2 * time.Hour)
	m.keep(key(2), statement{revoked: half.revoked, until: later.Add(time.Hour)}, later)
	if st, ok := m.recall(key(2), later); !ok || st.err != nil {
		t.Errorf("after the others have ended: %v, %v", st.err, ok)
	}
}

func FuzzReadList(f *testing.F) {
	root := listing(f, nil, "Root", nil)
	certificate := root.revocable(f, nil)
	f.Add(root.list(f, nil, 1, 4711))
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, body []byte) {
		st, err := readList(body, listURL, issued{certificate.Leaf, root.cert}, now)
		if err == nil && st.until.IsZero() {
			t.Errorf("a list without an end: %+v", st)
		}
	})
}

func FuzzReadOCSP(f *testing.F) {
	root := newRoot(f)
	leaf, err := x509.ParseCertificate(root.issue(f, newKey(f), now.Add(time.Hour), "a.example").Certificate[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("\x30\x03\x0a\x01\x06"))
	f.Add(leaf.Raw)
	f.Fuzz(func(t *testing.T, answer []byte) {
		if st, err := readOCSP(answer, issued{leaf, root.cert}, now); err == nil {
			t.Errorf("an answer that nobody signed is taken: %+v", st)
		}
	})
}

// Of what an authority publishes as much is read as its first bytes say, and
// nothing of what is too long or no list at all.
func TestReadingStopsWhereTheListEnds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		head  string
		want  int
		whole bool
	}{
		"a short list":            {"\x30\x7f", 2 + 0x7f, true},
		"a long list":             {"\x30\x83\x01\x00\x00", 5 + 1<<16, true},
		"a list that is too long": {"\x30\x84\x7f\xff\xff\xff", 0, false},
		"a list of absurd length": {"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff", 0, false},
		"a list of no length":     {"\x30\x80\x30\x80", longestHead, true},
		"a page":                  {"<html>", longestHead, true},
		"a list in PEM":           {"-----BEGIN X509 CRL-----", maxText, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r reading
			read, leave := r.upTo(maxList)
			sent := &meter{r: io.MultiReader(strings.NewReader(tt.head), zeros{}), left: 1 << 40}
			body, truncated, err := read.read(sent)
			if len(body) != tt.want || truncated == tt.whole || err != nil || sent.total > int64(max(tt.want, longestHead)) {
				t.Errorf("%d bytes of %d that were read, truncated %t: %v", len(body), sent.total, truncated, err)
			}
			if leave(); r.bytes.Load() != 0 {
				t.Errorf("%d bytes are taken in the end", r.bytes.Load())
			}
		})
	}
}
