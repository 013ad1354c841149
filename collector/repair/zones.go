package repair

import (
	"fmt"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// InZones are the changes of records that are in one of these zones, the zone
// named first first. A zone that has none is an error: it is a mistake in most
// cases.
func InZones(changes []Change, zones []string) ([]Change, error) {
	var inside []Change
	for _, zone := range union(nil, zones) {
		found := false
		for _, c := range changes {
			if c.Kind == verdict.RepairDNS && zoneOf(c.Record.Name, zones) == zone {
				inside = append(inside, c)
				found = true
			}
		}
		if !found {
			return nil, fmt.Errorf("no record belongs in the zone %s", zone)
		}
	}
	return inside, nil
}

// zoneOf is the closest of some zones that a name is in, "" if it is in none.
func zoneOf(name string, zones []string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	closest := ""
	for _, zone := range zones {
		if lync.Within(name, zone) && len(zone) > len(closest) {
			closest = zone
		}
	}
	return closest
}
