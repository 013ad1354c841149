package repair

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// certificates are the repairs of certificates that domains want.
type certificates map[*survey.DomainReport][]wanted

// order is a certificate to be requested, with the domains that want it.
type order struct {
	repairs []wanted
	domains []*survey.DomainReport
}

// merge makes one change of all repairs of a certificate, and gives it to each
// domain that wants one of them.
func (c certificates) merge(domains []*survey.DomainReport) Changes {
	var orders []*order
	for _, d := range domains {
		for _, w := range c[d] {
			orders = place(orders, d, w)
		}
	}
	changes := make(Changes)
	for _, o := range orders {
		change := o.change()
		for _, d := range o.domains {
			changes[d] = append(changes[d], change)
		}
	}
	return changes
}

// place puts a repair to the others of the same certificate. It may show that two
// orders are one.
func place(orders []*order, d *survey.DomainReport, w wanted) []*order {
	own := &order{repairs: []wanted{w}, domains: []*survey.DomainReport{d}}
	joined := -1
	var left []*order
	for _, o := range orders {
		if !slices.ContainsFunc(o.repairs, func(r wanted) bool { return sameCertificate(r.Repair, w.Repair) }) {
			left = append(left, o)
			continue
		}
		if joined < 0 {
			joined = len(left)
			left = append(left, o)
			continue
		}
		left[joined].join(o)
	}
	if joined < 0 {
		return append(left, own)
	}
	left[joined].join(own)
	return left
}

func (o *order) join(other *order) {
	o.repairs = append(o.repairs, other.repairs...)
	for _, d := range other.domains {
		if !slices.Contains(o.domains, d) {
			o.domains = append(o.domains, d)
		}
	}
}

// sameCertificate says whether two repairs are of one certificate: they are at
// the same server, which shows the same, unless it is not known what it shows. A
// server that chooses by the name asked for has several.
func sameCertificate(a, b verdict.Repair) bool {
	hostA, portA := endpoint(a.Server)
	hostB, portB := endpoint(b.Server)
	switch {
	case hostA == hostB && portA == portB:
		return true
	case !slices.ContainsFunc(a.Server.Addresses, func(x netip.Addr) bool { return slices.Contains(b.Server.Addresses, x) }):
		return false
	case a.Present == nil || b.Present == nil:
		return portA == portB
	}
	return a.Present.Equal(*b.Present)
}

// endpoint is where a server shows its certificate. One that was asked over HTTP
// shows it over HTTPS.
func endpoint(s verdict.Server) (host, port string) {
	host, port, err := net.SplitHostPort(s.Target)
	switch {
	case err != nil:
		return strings.ToLower(s.Target), "443"
	case port == "80":
		port = "443"
	}
	return strings.ToLower(host), port
}

// change is the request of the certificate with all that is wanted of it.
func (o *order) change() Change {
	first := o.repairs[0]
	c := Change{Kind: verdict.RepairCertificate, Server: first.Server, Present: first.Present}
	host, port := endpoint(first.Server)
	c.Server.Target = net.JoinHostPort(host, port)
	c.Server.Addresses = slices.Clone(first.Server.Addresses)
	var texts, missing []string
	for _, w := range o.repairs {
		c.serve(w.codes, w.domains)
		if w.Present != nil {
			if c.Present == nil {
				c.Present = w.Present
			}
			c.Names = unite(c.Names, w.Present.Names)
		}
		missing = unite(missing, w.Names)
		if !w.Text.IsZero() {
			texts = union(texts, []string{w.Text.String()})
		}
		for _, a := range w.Server.Addresses {
			if !slices.Contains(c.Server.Addresses, a) {
				c.Server.Addresses = append(c.Server.Addresses, a)
			}
		}
	}
	for _, name := range missing {
		if !slices.Contains(c.Names, name) {
			c.Names, c.Add = append(c.Names, name), append(c.Add, name)
		}
	}
	c.Text = strings.Join(texts, " ")
	return c
}

// unite adds names to a list, in lower case, each once.
func unite(list, names []string) []string {
	for _, name := range names {
		list = union(list, []string{strings.ToLower(name)})
	}
	return list
}
