package survey_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/go-kit/log"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lab"
	"github.com/lync-exporter/lync_exporter/collector/survey"
)

// Where nine of ten domains are dead and come first, the others are complete in
// the first scrape as in any.
func TestDeadDomainsCostOnlyThemselves(t *testing.T) {
	t.Parallel()
	const domains, dead = 100, 90
	for name, kill := range map[string]func(*testing.T, *lab.Estate, *config.Config, string){
		"silent nameservers": func(_ *testing.T, e *lab.Estate, _ *config.Config, domain string) { e.Zone().Silence(domain) },
		"stalled servers":    stall,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, c := startEstate(t, lab.Many(domains, true), lab.Options{Delay: 10 * time.Millisecond})
			c.OperationTimeout = 2 * time.Second
			for _, d := range c.Domains[:dead] {
				kill(t, estate, c, d.Name)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			run := survey.NewSurveyor(c, nil, nil, log.NewNopLogger()).Start(ctx, survey.Targets(c.Domains))
			<-run.Done()
			for i, d := range run.Report().Domains {
				if healthy := i >= dead; d.Complete() != healthy && (healthy || name == "silent nameservers") {
					t.Errorf("%s: complete = %t, %v", d.Domain.Name, d.Complete(), d.Findings())
				}
			}
		})
	}
}

// stall leads a domain to a server of its own that takes connections and says
// nothing.
func stall(t *testing.T, e *lab.Estate, c *config.Config, domain string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for prefix, data := range map[string]string{"_sipfederationtls._tcp.": "0 0 5061 sip.", "_sip._tls.": "0 0 443 sip."} {
		if err := e.Zone().Set(prefix+domain, "SRV", fmt.Sprintf("%s%s. SRV %s%s.", prefix, domain, data, domain)); err != nil {
			t.Fatal(err)
		}
	}
	for _, label := range []string{"sip.", "lyncdiscover.", "meet.", "webext."} {
		c.ConnectTo = append([]config.ConnectTo{{Host: label + domain, ConnectHost: host, ConnectPort: port}}, c.ConnectTo...)
	}
}
