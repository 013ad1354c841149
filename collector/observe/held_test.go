package observe

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
)

func largeCertificates(bytes int) []*x509.Certificate {
	return []*x509.Certificate{{Raw: make([]byte, bytes)}}
}

// The same certificates count once, others only as long as there is room, and
// what one domain's servers show takes none from another one, nor from hosters.
func TestCertificatesHaveRoom(t *testing.T) {
	t.Parallel()
	var m Scrape
	s := &m
	s.memories.rooms.own.Grow(roomOfAll)
	s.memories.rooms.others.Grow(roomOfOthers)
	for i := range 50 {
		s.Expect(fmt.Sprintf("d%d.example", i))
	}
	same := largeCertificates(ownShare)
	for range 100 {
		if err := s.memories.holdCertificates("sip.d0.example", same, nil); err != nil {
			t.Fatalf("the same certificate is refused: %v", err)
		}
	}
	held, refused := 0, map[error]int{}
	for i := range 50 {
		for range 50 {
			err := s.memories.holdCertificates(fmt.Sprintf("t.d%d.example", i), largeCertificates(ownShare), nil)
			if refused[err]++; err == nil {
				held += ownShare
			}
		}
	}
	if most := roomOfAll + 50*ownShare; held > most || held < most*9/10 || refused[limit.ErrShare] == 0 || refused[limit.ErrRoom] == 0 {
		t.Errorf("%d bytes are held, want nearly %d; refused: %v", held, most, refused)
	}
	s.Expect("healthy.example")
	for _, name := range []string{"sip.healthy.example", "sip.hoster.example"} {
		if err := s.memories.holdCertificates(name, largeCertificates(nameShare), nil); err != nil {
			t.Errorf("%s has no room: %v", name, err)
		}
	}
	for i := range 50 {
		s.Leave(fmt.Sprintf("d%d.example", i))
	}
	s.Expect("later.example")
	if err := s.memories.holdCertificates("sip.later.example", largeCertificates(mostOfDomain), nil); err != nil {
		t.Errorf("after the others have left: %v", err)
	}
}

// Pages that there is no room for are cut off where their domain has taken
// enough, and unknown where others have.
func TestPagesHaveRoom(t *testing.T) {
	t.Parallel()
	page := strings.Repeat("x", 200<<10)
	web := serve(t, func(c net.Conn) {
		say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(page), page))(c)
	})
	s := newScrape(t, nil, connectingTo(web.address))
	s.Expect("contoso.com")
	get := func(name string) *Exchange { return s.Get(t.Context(), external, "http://"+name+".contoso.com/") }
	for i := range mostOfDomain / len(page) {
		if e := get(fmt.Sprint("page", i)); e.Stage != StageDone || len(e.Body) != len(page) || e.Truncated {
			t.Fatalf("page %d: %d bytes, %v", i, len(e.Body), e.Err)
		}
	}
	if e := get("more"); e.Stage != StageDone || !e.Truncated || e.BodyErr != nil {
		t.Errorf("one page too many is not cut off: %v, %v, %v", e.Stage, e.Truncated, e.BodyErr)
	}
	s.Expect("fabrikam.com")
	s.memories.rooms.own.Grow(mostOfDomain - roomOfAll - ownShare) // all that is left
	e := s.Get(t.Context(), external, "http://meet.fabrikam.com/")
	if !e.Unknown() || !errors.Is(e.Err, limit.ErrRoom) || e.Body != nil || s.Shortage() == nil {
		t.Errorf("a page that there is no room for: stage %v, %v, shortage %v", e.Stage, e.Err, s.Shortage())
	}
}

// A handshake is read up to a bound, below that of crypto/tls.
func TestLongHandshakeIsBounded(t *testing.T) {
	t.Parallel()
	ca := newRoot(t)
	authority := newAuthority(t, ca, "CA", now.Add(time.Hour))
	size := len(certificatesOf(t, ca.issue(t, newKey(t), now.Add(time.Hour), "x.example", authority))[1].Raw)
	for name, tt := range map[string]struct {
		bytes int
		fits  bool
	}{"below": {maxHandshake * 3 / 4, true}, "above": {maxHandshake * 3 / 2, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chain := slices.Repeat([]*testCA{authority}, tt.bytes/size)
			c := &tls.Config{Certificates: []tls.Certificate{authority.issue(t, newKey(t), now.Add(time.Hour), "sip.contoso.com", chain...)}}
			got, _ := edgeOf(t, serveTLS(t, c, say(optionsAnswer)), ca)
			if fits := got.Stage == StageDone; fits != tt.fits || !fits && (got.Stage != StageTLS || got.Unknown() || !errors.Is(got.Err, errLongHandshake)) {
				t.Errorf("stage %v: %v", got.Stage, got.Err)
			}
		})
	}
}
