package dashboards

import (
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/lync"
)

// What the dashboards call soon and very soon is what the alerts and findings
// call so.
func TestLimitsOfCertificates(t *testing.T) {
	t.Parallel()
	mixin, err := os.ReadFile("../alerts/mixin.libsonnet")
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]limit{"soon": soon, "verySoon": verySoon} {
		for variable, n := range map[string]int{l.name + "_days": l.days, l.name + "_part": l.part} {
			if v, ok := certificates().variable(variable); !ok || v.Query != fmt.Sprint(n) || v.Current.Value != v.Query {
				t.Errorf("the variable %s is not %d by default: %+v", variable, n, v)
			}
		}
		for _, want := range []string{fmt.Sprintf(" %sDays: %d,", name, l.days), fmt.Sprintf(" %sPart: %d,", name, l.part)} {
			if !strings.Contains(string(mixin), want) {
				t.Errorf("the alerts have other limits than%s", want)
			}
		}
	}
	now := time.Now()
	for _, lifetime := range []int{6, 47, 89, 100, 398} {
		left := min(time.Duration(soon.days)*24*time.Hour, time.Duration(lifetime)*24*time.Hour/time.Duration(soon.part))
		for _, d := range []time.Duration{-time.Hour, time.Hour} {
			end := now.Add(left + d)
			c := &x509.Certificate{NotBefore: end.AddDate(0, 0, -lifetime), NotAfter: end}
			if got := lync.ExpiresSoon(c, now); got != (d < 0) {
				t.Errorf("of %d days, %v before the limit: the finding is %v", lifetime, d, got)
			}
		}
	}
}
