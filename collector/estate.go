package collector

import (
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/config"
)

// Estate is what the configured SIP domains have to do with each other.
type Estate struct {
	meet map[string][]string // names of the domains that use a Meet URL, by its key
	keys []string            // sorted
}

// NewEstate looks at all configured SIP domains together.
func NewEstate(domains []*config.Domain) *Estate {
	e := &Estate{meet: make(map[string][]string)}
	for _, d := range domains {
		if d.Meet != nil {
			key := urlKey(d.Meet)
			e.meet[key] = append(e.meet[key], d.Name)
		}
	}
	for key := range e.meet {
		e.keys = append(e.keys, key)
	}
	slices.Sort(e.keys)
	return e
}

// maxSharers is how many of the domains that share a URL are named.
const maxSharers = 5

// sharing are the other domains with the same Meet URL, some of them where
// there are many, and another Meet URL that begins with this one or with which
// this one begins, "" if there is none.
func (e *Estate) sharing(d *config.Domain) (sharers []string, prefix string) {
	key := urlKey(d.Meet)
	for _, other := range e.meet[key] {
		if other != d.Name && len(sharers) < maxSharers {
			sharers = append(sharers, other)
		}
	}
	for shorter := key; ; {
		cut := strings.LastIndexByte(shorter, '/')
		if cut < 0 {
			break
		}
		shorter = shorter[:cut]
		if e.meet[shorter] != nil {
			return sharers, "https://" + shorter
		}
	}
	if i, _ := slices.BinarySearch(e.keys, key+"/"); i < len(e.keys) && strings.HasPrefix(e.keys[i], key+"/") {
		return sharers, "https://" + e.keys[i]
	}
	return sharers, ""
}
