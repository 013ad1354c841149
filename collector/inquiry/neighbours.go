package inquiry

import (
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/lync"
)

// Neighbours is what the configured SIP domains have to do with each other.
type Neighbours struct {
	meet map[string][]string // names of the domains that use a Meet URL, by its key
	keys []string            // sorted
}

// NewNeighbours looks at all configured SIP domains together.
func NewNeighbours(domains []*config.Domain) *Neighbours {
	n := &Neighbours{meet: make(map[string][]string)}
	for _, d := range domains {
		if d.Meet != nil {
			key := lync.URLKey(d.Meet)
			n.meet[key] = append(n.meet[key], d.Name)
		}
	}
	for key := range n.meet {
		n.keys = append(n.keys, key)
	}
	slices.Sort(n.keys)
	return n
}

// maxSharers is how many of the domains that share a URL are named.
const maxSharers = 5

// Sharing are the other domains with the same Meet URL, some of them where
// there are many, and another Meet URL that begins with this one or with which
// this one begins, "" if there is none.
func (n *Neighbours) Sharing(d *config.Domain) (sharers []string, prefix string) {
	key := lync.URLKey(d.Meet)
	for _, other := range n.meet[key] {
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
		if n.meet[shorter] != nil {
			return sharers, "https://" + shorter
		}
	}
	if i, _ := slices.BinarySearch(n.keys, key+"/"); i < len(n.keys) && strings.HasPrefix(n.keys[i], key+"/") {
		return sharers, "https://" + n.keys[i]
	}
	return sharers, ""
}
