package verdict

import (
	"strings"
	"testing"
)

// What cannot do the harm that its rule warns of is told as such, and asks for
// nothing.
func TestHarmless(t *testing.T) {
	t.Parallel()
	rule := &Rule{Code: "a_b", Severity: Warning, What: "It is so.", Why: "It harms.", Fix: "Change it."}
	f := rule.On("x").Repair(Repair{Kind: RepairServer}).Harmless(SoonExpired)
	if f.Severity != Info || len(f.Repairs()) != 0 || f.Fix("a.example").String() != "" {
		t.Errorf("severity %s, repairs %v, fix %q", f.Severity, f.Repairs(), f.Fix("a.example"))
	}
	if why := f.Why("a.example").String(); !strings.HasSuffix(why, "only worth knowing because "+string(SoonExpired)+".") {
		t.Errorf("why: %q", why)
	}
}
