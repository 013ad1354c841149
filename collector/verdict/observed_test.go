package verdict

import (
	"maps"
	"testing"
)

// What is packed together comes out apart, as it went in.
func TestPackObserved(t *testing.T) {
	var dns, none, web Verdict
	dns.Saw("_sip._tls.contoso.com", "SRV %s", "0 0 443 sip.contoso.com.")
	dns.Saw("_sip._tls.contoso.com", "SRV %s", "0 0 443 sip.contoso.com.") // the same again
	dns.Saw("sip.contoso.com", "A %s", "192.0.2.1\x01\x02\x00")
	web.Saw("https://lyncdiscover.contoso.com/", "HTTP %d", 200)
	want := []map[string]string{maps.Collect(dns.Observed.All()), {}, maps.Collect(web.Observed.All())}
	if len(want[0]) != 2 || len(want[2]) != 1 {
		t.Fatalf("observed: %q", want)
	}
	PackReport([]*Observed{&dns.Observed, &none.Observed, &web.Observed}, nil)
	for i, o := range []Observed{dns.Observed, none.Observed, web.Observed} {
		if got := maps.Collect(o.All()); !maps.Equal(got, want[i]) || o.IsEmpty() != (len(want[i]) == 0) {
			t.Errorf("part %d: %q, want %q", i, got, want[i])
		}
	}
}
