package observe

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

func TestTrust(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	soon, late := now.Add(10*time.Hour).Truncate(time.Second).UTC(), now.Add(100*time.Hour).Truncate(time.Second).UTC()
	middle := newAuthority(t, root, "Contoso Issuing", soon)
	stranger := newAuthority(t, nil, "Stranger", late)
	for name, tt := range map[string]struct {
		certs  []*x509.Certificate
		want   bool
		expiry time.Time
	}{
		"straight from the root":  {certificatesOf(t, root.issue(t, newKey(t), late, "a.example")), true, late},
		"intermediate ends first": {certificatesOf(t, middle.issue(t, newKey(t), late, "a.example", middle)), true, soon},
		"root sent too":           {certificatesOf(t, root.issue(t, newKey(t), late, "a.example", root)), true, late},
		"expired":                 {certificatesOf(t, root.issue(t, newKey(t), now.Add(-time.Hour), "a.example")), false, time.Time{}},
		"intermediate missing":    {certificatesOf(t, middle.issue(t, newKey(t), late, "a.example")), false, time.Time{}},
		"other root":              {certificatesOf(t, stranger.issue(t, newKey(t), late, "a.example", stranger)), false, time.Time{}},
		"self-signed":             {[]*x509.Certificate{stranger.cert}, false, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newScrape(t, root).Trust(external, tt.certs)
			if got.Trusted != tt.want || (got.Err == nil) != tt.want || !got.ChainExpiry.Equal(tt.expiry) || got.Incomplete {
				t.Errorf("Trust = %+v, want %v until %v", got, tt.want, tt.expiry)
			}
		})
	}
}

// The chain that lasts longest counts: a cross-signed authority may have ended.
func TestChainExpiryOfSeveralChains(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	soon, late := now.Add(10*time.Hour).Truncate(time.Second).UTC(), now.Add(100*time.Hour).Truncate(time.Second).UTC()
	short := newAuthority(t, root, "Contoso Issuing", soon)
	long := &testCA{key: short.key}
	template := *short.cert
	template.NotAfter = late
	long.cert = sign(t, root, &template, short.key)
	s := newScrape(t, root)
	for _, order := range [][]*testCA{{short, long}, {long, short}} {
		got := s.Trust(external, certificatesOf(t, short.issue(t, newKey(t), late, "a.example", order...)))
		if !got.Trusted || !got.ChainExpiry.Equal(late) {
			t.Errorf("Trust = %+v, want until %v", got, late)
		}
	}
}

// What one address of a server does not send and another does mends the chain;
// what another server sends does not, whichever was asked first.
func TestIncompleteChain(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	middle := newAuthority(t, root, "Contoso Issuing", now.Add(100*time.Hour))
	cert := func(name string, chain ...*testCA) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{middle.issue(t, newKey(t), now.Add(time.Hour), name, chain...)}}
	}
	part := serveTLS(t, cert("sip.contoso.com"), say(optionsAnswer))
	port := part.address.Port()
	serveOnTLS := func(address string, c *tls.Config) {
		serveOn(t, fmt.Sprintf("%s:%d", address, port), inTLS(c, say(optionsAnswer)))
	}
	serveOnTLS("127.0.0.2", cert("sip.contoso.com", middle))
	both := resolving(t, "sip.contoso.com", "127.0.0.1", "127.0.0.2")
	s := newScrape(t, root)
	server := s.SIP(t.Context(), both, "sip.contoso.com", port)
	for i, incomplete := range []bool{true, false} {
		if got := server.Addresses[i].Trust; !got.Trusted || got.Incomplete != incomplete || got.Err != nil || got.ChainExpiry.IsZero() {
			t.Errorf("address %d of the same server: %+v", i, got)
		}
	}

	whole, lone := certificatesOf(t, cert("a.example", middle).Certificates[0]), certificatesOf(t, cert("b.example").Certificates[0])
	for _, order := range [][][]*x509.Certificate{{whole, lone}, {lone, whole}} {
		s := newScrape(t, root)
		for _, sent := range order {
			got := s.Trust(external, sent)
			if complete := len(sent) > 1; got.Trusted != complete || got.Incomplete || got.IssuerUnavailable == complete {
				t.Errorf("%d certificates sent: %+v", len(sent), got)
			}
		}
		s.Close()
		next := NewScrape(t.Context(), s.config, nil, s.memory)
		if got := next.Trust(external, lone); !got.Trusted || !got.Incomplete {
			t.Errorf("in the next scrape: %+v", got)
		}
		next.Close()
	}
}

// A chain that nothing mends says whether the issuer is missing or unknown.
func TestUntrusted(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	stranger := newAuthority(t, nil, "Stranger", now.Add(time.Hour))
	middle := newAuthority(t, stranger, "Stranger Issuing", now.Add(time.Hour))
	ended := newAuthority(t, root, "Ended", now.Add(-time.Hour))
	for name, tt := range map[string]struct {
		certs       []*x509.Certificate
		unavailable bool
	}{
		"only its own":          {certificatesOf(t, middle.issue(t, newKey(t), now.Add(time.Hour), "a.example")), true},
		"with its issuer":       {certificatesOf(t, middle.issue(t, newKey(t), now.Add(time.Hour), "a.example", middle)), false},
		"with an unknown root":  {certificatesOf(t, middle.issue(t, newKey(t), now.Add(time.Hour), "a.example", middle, stranger)), false},
		"self-signed":           {[]*x509.Certificate{stranger.cert}, false},
		"with an ended issuer":  {certificatesOf(t, ended.issue(t, newKey(t), now.Add(time.Hour), "a.example", ended)), false},
		"another one's issuer":  {certificatesOf(t, middle.issue(t, newKey(t), now.Add(time.Hour), "a.example", root)), true},
		"it has ended, as well": {certificatesOf(t, middle.issue(t, newKey(t), now.Add(-time.Hour), "a.example")), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newScrape(t, root).Trust(external, tt.certs)
			if got.Trusted || got.Incomplete || got.Err == nil || got.IssuerUnavailable != tt.unavailable {
				t.Errorf("Trust = %+v", got)
			}
		})
	}
}

// However many chains could be made of what a server sends, it costs no more
// than a hundred signatures.
func TestExpensiveChain(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	stranger := newAuthority(t, nil, "Many", now.Add(time.Hour))
	var many []*testCA
	for i := range maxChain - 1 {
		template := *stranger.cert
		template.SerialNumber, template.AuthorityKeyId = big.NewInt(int64(i)), nil
		many = append(many, &testCA{cert: sign(t, stranger, &template, stranger.key), key: stranger.key})
	}
	certs := certificatesOf(t, many[0].issue(t, newKey(t), now.Add(time.Hour), "a.example", many...))
	start := time.Now()
	if got := newScrape(t, root).Trust(external, certs); got.Trusted || got.Err == nil {
		t.Errorf("Trust = %+v", got)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// A chain that was verified once is trusted in later scrapes until one of its
// certificates ends, and by nobody who has other roots.
func TestVerifiedIsRemembered(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	middle := newAuthority(t, root, "Contoso Issuing", now.Add(100*time.Hour))
	certs := certificatesOf(t, middle.issue(t, newKey(t), now.Add(50*time.Hour), "a.example", middle))
	first := newScrape(t, root)
	want := first.Trust(external, certs)
	if !want.Trusted {
		t.Fatalf("trust: %+v", want)
	}
	again := first.following(t).Trust(external, certs)
	if !again.Trusted || again.Incomplete || !again.ChainExpiry.Equal(want.ChainExpiry) || len(again.proof.above) != 1 || len(again.proof.above[0]) != 2 {
		t.Errorf("trust: %+v, before: %+v", again, want)
	}
	later := first.following(t)
	later.now = now.Add(51 * time.Hour)
	if trust := later.Trust(external, certs); trust.Trusted {
		t.Errorf("an expired certificate is trusted: %+v", trust)
	}
	others := first.following(t, func(c *config.Config) { c.TLS.Roots = newRoot(t).pool() })
	if trust := others.Trust(external, certs); trust.Trusted {
		t.Errorf("trusted by others: %+v", trust)
	}
}

// Crowds of certificates of one authority, and keys that nobody uses, are left
// out of what chains are built of.
func TestExpensiveChains(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	one := newAuthority(t, root, "One", now.Add(time.Hour))
	var crowd []*x509.Certificate
	for range 20 {
		crowd = append(crowd, one.cert)
	}
	usual, odd := *one.cert, *one.cert
	usual.PublicKey = &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 4095), E: 65537}
	odd.PublicKey = &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 4095), E: 1<<31 - 1}
	large := *one.cert
	large.PublicKey = &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 16383), E: 65537}
	if got := len(affordable(crowd)); got != maxVariants {
		t.Errorf("%d of a crowd", got)
	}
	if got := affordable([]*x509.Certificate{&odd, &usual, &large}); len(got) != 1 || got[0] != &usual {
		t.Errorf("keys that are taken: %d", len(got))
	}
}
