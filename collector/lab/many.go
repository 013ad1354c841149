package lab

import "fmt"

// Many are healthy domains for benchmarks. Shared ones have a hoster's Edge,
// others one name each on it.
func Many(n int, shared bool) []Scenario {
	list := make([]Scenario, n)
	for i := range list {
		list[i] = Scenario{Name: fmt.Sprintf("d%06d.example", i+1)}
		if shared {
			list[i].Providers = []string{"edge.hoster.example"}
			list[i].differs = func(s *site) {
				s.set("_sipfederationtls._tcp", "SRV", "0 0 5061 edge.hoster.example.")
				s.set("_sip._tls", "SRV", "0 0 443 edge.hoster.example.")
			}
			list[i].Trusted = []string{"hoster.example"}
		}
	}
	return list
}
