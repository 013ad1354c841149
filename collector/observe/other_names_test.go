package observe

import (
	"crypto/tls"
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// A server that chooses no certificate by name is asked for those of a few domains
// and not for all; one that does is asked for each.
func TestOtherNames(t *testing.T) {
	t.Parallel()
	const domains = 12
	ca := newRoot(t)
	one := ca.configFor(t, "edge.hoster.example")
	var names []string
	chosen := make(map[string]*tls.Certificate)
	for i := range domains {
		names = append(names, fmt.Sprintf("sip.d%d.example", i))
		chosen[names[i]] = &ca.configFor(t, names[i]).Certificates[0]
	}
	chooses := one.Clone()
	chooses.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) { return chosen[hello.ServerName], nil }
	chooses.MaxVersion, one.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 // else its versions are asked for, too
	for name, tt := range map[string]struct {
		config *tls.Config
		change []func(*config.Config)
		first  int64 // connections of the first scrape
		both   int64 // and of two
	}{
		"one certificate":               {one, nil, 1 + askedInVain, 2 * (1 + askedInVain)},
		"one certificate, kept between": {one, []func(*config.Config){keeping}, 1 + askedInVain, 1 + askedInVain},
		"one for each name":             {chooses, nil, 1 + domains, 2 * (1 + domains)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			edge := serveTLS(t, tt.config, say(optionsAnswer))
			s := newScrape(t, ca, append(tt.change, connectingTo(edge.address))...)
			for round, connections := range []int64{tt.first, tt.both} {
				if round > 0 {
					s = s.following(t)
				}
				known := s.SIP(t.Context(), external, "edge.hoster.example", 5061).Addresses[0]
				var all sync.WaitGroup
				for _, name := range names {
					all.Go(func() {
						got := s.HandshakeSIP(t.Context(), external, name, known)
						own := got.Certificates[0].VerifyHostname(name) == nil
						if got.ServerName != name || got.Answer.Status != 504 || !got.Trust.Trusted || own != (tt.config == chooses) {
							t.Errorf("%s: %+v", name, got)
						}
					})
				}
				all.Wait()
				if n := edge.accepted.Load(); n != connections {
					t.Errorf("%d connections after round %d, want %d", n, round+1, connections)
				}
			}
		})
	}
}

// Another name that leads elsewhere is another server.
func TestOtherNameElsewhere(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	edge := serveTLS(t, ca.configFor(t, "sip.contoso.com"), say(optionsAnswer))
	s := newScrape(t, ca, connectingTo(edge.address))
	known := Server{Port: 5061, Addresses: []*Address{{Connection: Connection{Address: netip.MustParseAddrPort("127.0.0.9:5061"), Stage: StageDone}}}}
	if got := s.SIPNamed(t.Context(), external, "sip.contoso.com", known); len(got.Addresses) != 1 || got.Addresses[0].Address != edge.address || got.Addresses[0].Answer.Status != 504 {
		t.Errorf("server: %+v", got)
	}
}
