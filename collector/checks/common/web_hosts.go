package common

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// WebServicesName is the change of the name that Autodiscover hands out for the
// pool's web services.
func WebServicesName(s inquiry.Subject) verdict.Repair {
	if s.View.Internal {
		return verdict.Repair{Kind: verdict.RepairTopology, Text: verdict.Textf("In Topology Builder, set the pool's internal web services FQDN to a name that clients inside can resolve, publish the topology, and run Enable-CsComputer on its servers.")}
	}
	return verdict.Repair{Kind: verdict.RepairTopology, Text: verdict.Textf("In Topology Builder, set the pool's external web services FQDN to a name that clients outside can resolve, publish the topology, and run Enable-CsComputer on its servers.")}
}

// UnresolvedWebHost are the changes for a host that Autodiscover names and DNS
// does not have. One that nobody could publish, or that lies deep in an internal
// zone, is a wrong name. Any other gets the addresses of the proxy.
func UnresolvedWebHost(s inquiry.Subject, host string, proxy []netip.Addr) []verdict.Repair {
	switch {
	case s.View.Internal:
		return PublishAddresses(host, "<address of the Front End pool>", nil)
	case isPublic(host):
		return PublishAddresses(host, "<external address of the reverse proxy>", proxy)
	}
	return []verdict.Repair{WebServicesName(s)}
}

// isPublic says whether a host is directly below a domain that somebody can
// register.
func isPublic(host string) bool {
	registered, err := publicsuffix.EffectiveTLDPlusOne(host)
	_, icann := publicsuffix.PublicSuffix(host)
	return err == nil && icann && lync.ParentOf(host) == registered
}

// StartPool is the change for a web server that answers while the Front End
// behind it does not.
func StartPool(s inquiry.Subject, host string) verdict.Repair {
	ports := "4443 and 8080"
	if s.View.Internal {
		ports = "443 and 80"
	}
	return verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Start the Front End pool behind %s and its web services in IIS, and check that ports %s of the Front End can be reached from the server in front of it.", host, ports)}
}

// NoLogin is the change that lets clients reach a host without a login.
func NoLogin(s inquiry.Subject, host string) verdict.Repair {
	if s.View.Internal {
		return verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Let requests for %s reach the internal web site of the Front End without a login in front of it.", host)}
	}
	return verdict.Repair{Kind: verdict.RepairProxy, Text: verdict.Textf("Turn off pre-authentication for %s at the reverse proxy, and forward all requests for it to the external web site of the Front End (443 to 4443, 80 to 8080).", host)}
}

// MendCertificate is the change of the certificate of a web server that clients
// do not take: it gets the name that they ask for, or is replaced for its other
// faults.
func MendCertificate(server *verdict.Server, x *observe.Exchange, faults []string) verdict.Repair {
	host := x.URL.Hostname()
	if lync.Covers(x.Connection.Certificates[0], host) < lync.Wildcard {
		return CertificateRepair(server, Shown(x), host)
	}
	repair := CertificateRepair(server, Shown(x))
	repair.Text = verdict.Textf("Install a new certificate for %s: %s.", host, strings.Join(faults, "; "))
	return repair
}

// Reach is the change for a web server that does not answer.
func Reach(s inquiry.Subject, host string) verdict.Repair {
	kind := verdict.RepairProxy
	if s.View.Internal {
		kind = verdict.RepairServer
	}
	return verdict.Repair{Kind: kind, Text: verdict.Textf("Check that %s has the right address in DNS, that the %s there runs and listens on ports 443 and 80, and that no firewall is in the way.", host, lync.WebServices.Words(s.View.Internal))}
}

// Instructions are changes as a person is told of them, a line each.
func Instructions(repairs []verdict.Repair) verdict.Lines {
	lines := make([]string, len(repairs))
	for i, r := range repairs {
		switch {
		case r.Does(verdict.Delete):
			lines[i] = "Delete: " + r.DNS.Record.String()
		case r.DNS != nil:
			lines[i] = "Publish: " + r.DNS.Record.String()
		case r.Certificate != nil && len(r.Certificate.Names) > 0:
			lines[i] = "Include " + strings.Join(r.Certificate.Names, ", ") + " in the certificate of the " + r.Certificate.Server.String() + "."
		default:
			lines[i] = r.Text.String()
		}
	}
	return verdict.Lines(strings.Join(lines, "\n"))
}

// ProxyAddress stands for the address of the domain's web server where that is
// not known.
func ProxyAddress(s inquiry.Subject) string {
	if s.View.Internal {
		return "<address of the Front End pool>"
	}
	return "<external address of the reverse proxy>"
}
