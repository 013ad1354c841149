package real

import (
	"os/exec"
	"testing"
)

// TestPlannedZones: BIND takes the records of a plan in a zone as they are printed.
func TestPlannedZones(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"contoso.test"}, {"--simple-urls=3", "--plain-discovery", "--edge-address=2001:db8::1", "contoso.test"}} {
		zone, err := exec.Command(exporterBinary, append([]string{"plan", "--format=zone"}, args...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		file := writeFile(t, t.TempDir(), "zone", zoneHead+string(zone))
		runTool(t, "named-checkzone", args[len(args)-1], file)
	}
}
