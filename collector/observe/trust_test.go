package observe

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"
	"time"
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
		"straight from the root":           {certificatesOf(t, root.issue(t, newKey(t), late, "a.example")), true, late},
		"intermediate ends first":          {certificatesOf(t, middle.issue(t, newKey(t), late, "a.example", middle)), true, soon},
		"root sent too":                    {certificatesOf(t, root.issue(t, newKey(t), late, "a.example", root)), true, late},
		"expired":                          {certificatesOf(t, root.issue(t, newKey(t), now.Add(-time.Hour), "a.example")), false, time.Time{}},
		"intermediate missing":             {certificatesOf(t, middle.issue(t, newKey(t), late, "a.example")), false, time.Time{}},
		"other root":                       {certificatesOf(t, stranger.issue(t, newKey(t), late, "a.example", stranger)), false, time.Time{}},
		"self-signed":                      {[]*x509.Certificate{stranger.cert}, false, time.Time{}},
		"the server showed no certificate": {nil, false, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newScrape(t, root).Trust(tt.certs)
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
		got := s.Trust(certificatesOf(t, short.issue(t, newKey(t), late, "a.example", order...)))
		if !got.Trusted || !got.ChainExpiry.Equal(late) {
			t.Errorf("Trust = %+v, want until %v", got, late)
		}
	}
}

// A chain is incomplete if what another server sent in this scrape mends it.
func TestIncompleteChain(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	middle := newAuthority(t, root, "Contoso Issuing", now.Add(100*time.Hour))
	whole := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{middle.issue(t, newKey(t), now.Add(time.Hour), "a.example", middle)}}, untilClosed)
	part := certificatesOf(t, middle.issue(t, newKey(t), now.Add(time.Hour), "b.example"))
	s := newScrape(t, root)
	if got := s.Trust(part); got.Trusted || got.Incomplete {
		t.Errorf("before: %+v", got)
	}
	sent := s.facts(endpoint{whole.address, "a.example"}).Certificates
	var unknown x509.UnknownAuthorityError
	if got := s.Trust(part); got.Trusted || !got.Incomplete || !errors.As(got.Err, &unknown) {
		t.Errorf("after: %+v", got)
	}
	if got := s.Trust(sent); !got.Trusted || got.Incomplete {
		t.Errorf("whole: %+v", got)
	}
	late := newScrape(t, root)
	late.now = now.Add(2 * time.Hour)
	if got := late.Trust(sent); got.Trusted {
		t.Errorf("two hours later: %+v", got)
	}
}
