package repair

import (
	"net"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// certificates are the repairs of certificates that domains want.
type certificates map[*survey.DomainReport][]wanted

// merge makes one change of all repairs of a certificate, and gives it to each
// domain that wants one of them.
func (c certificates) merge(domains []*survey.DomainReport) Changes {
	orders := newOrders()
	for _, d := range domains {
		for _, w := range c[d] {
			orders.place(d, w)
		}
	}
	changes := make(Changes)
	for _, o := range orders.all {
		if o.joined != nil {
			continue
		}
		change := o.change()
		for _, d := range o.domains {
			changes[d] = append(changes[d], change)
		}
	}
	return changes
}

// endpoint is where a server shows its certificate. One that was asked over HTTP
// shows it over HTTPS.
func endpoint(s *verdict.Server) (host, port string) {
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
	first := o.repairs[0].Certificate
	c := Change{Kind: verdict.RepairCertificate, Server: *first.Server, Present: first.Present}
	host, port := endpoint(first.Server)
	c.Server.Target = net.JoinHostPort(host, port)
	c.Server.Addresses = slices.Clone(first.Server.Addresses)
	var texts, hosts, missing []string
	names := make(names)
	for _, w := range o.repairs {
		c.serve(w.codes, w.domains)
		if w.Certificate.Present != nil {
			if c.Present == nil {
				c.Present = w.Certificate.Present
			}
			c.Names = append(c.Names, names.take(w.Certificate.Present.Names)...)
		}
		missing = append(missing, w.Certificate.Names...)
		if !w.Text.IsZero() {
			host, _ := endpoint(w.Certificate.Server)
			texts, hosts = union(texts, []string{w.Text.String()}), union(hosts, []string{host})
		}
		for _, a := range w.Certificate.Server.Addresses {
			if !slices.Contains(c.Server.Addresses, a) {
				c.Server.Addresses = append(c.Server.Addresses, a)
			}
		}
	}
	c.Add = names.take(missing)
	c.Names = append(c.Names, c.Add...)
	if len(texts) > 0 {
		c.Text = strings.Join(texts, " ") + " Assign it on every server " + behind(hosts) + "."
	}
	return c
}

// behind says by its names which servers are meant.
func behind(hosts []string) string {
	const most = 4 // a hoster has one for each of its customers
	if len(hosts) > most {
		return "that shows the present one"
	}
	return "behind " + strings.Join(hosts, ", ")
}

// names are those taken so far, in lower case.
type names map[string]bool

// take gives those of some names, in lower case, that were not taken yet.
func (n names) take(more []string) (fresh []string) {
	for _, name := range more {
		if name = strings.ToLower(name); !n[name] {
			n[name] = true
			fresh = append(fresh, name)
		}
	}
	return fresh
}
