package observe

import (
	"crypto/x509"
	"fmt"
	"testing"
)

// The same certificates count once, others only as long as there is room, and
// what one server shows takes none from another name.
func TestBudgetOfCertificates(t *testing.T) {
	t.Parallel()
	large := func() []*x509.Certificate { return []*x509.Certificate{{Raw: make([]byte, maxNameCertificates/2)}} }
	var b budget
	same := large()
	for range 100 {
		if !b.take("sip.a.example", true, same) {
			t.Fatal("the same certificate is refused")
		}
	}
	if !b.take("sip.a.example", true, large()) || b.take("sip.a.example", true, large()) {
		t.Error("a third large certificate of one name is not the first that is refused")
	}
	taken := 2
	for i := range 20 {
		if b.take(fmt.Sprintf("t%d.a.example", i), true, large()) {
			taken++
		}
	}
	if want := maxDomainCertificates / (maxNameCertificates / 2); taken != want {
		t.Errorf("%d large certificates of one domain, want %d", taken, want)
	}
	if !b.take("sip.hoster.example", false, large()) {
		t.Error("a server that several domains share is refused")
	}
}
