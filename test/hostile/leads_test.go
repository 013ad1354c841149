package hostile

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
)

// leads are answers that lead where a stranger has no business.
func leads() []kind {
	var list []kind
	add := func(name, want string, setup func(s *stage, d *domain)) {
		list = append(list, kind{name: "leads " + name, want: want, setup: setup})
	}
	targets := map[string]func(s *stage) string{
		"to loopback":           func(s *stage) string { return "http://" + s.canary.address + "/" },
		"to loopback by TLS":    func(s *stage) string { return "https://" + s.canary.address + "/" },
		"to localhost":          func(s *stage) string { return "http://localhost:" + s.canary.port() + "/" },
		"to a name on loopback": func(s *stage) string { return "http://canary.healthy-1.test:" + s.canary.port() + "/" },
		"to IPv6 in disguise":   func(s *stage) string { return "http://[::ffff:127.0.0.1]:" + s.canary.port() + "/" },
		"to the exporter":       func(s *stage) string { return "http://" + s.exporter + "/metrics" },
	}
	for where, url := range targets {
		add("a redirect of Autodiscover "+where, "not_followed", func(s *stage, d *domain) { d.pages["lyncdiscover"] = jsonLink("Redirect", url(s)) })
		add("the user link "+where, "", func(s *stage, d *domain) { d.pages["lyncdiscover"] = jsonLink("User", url(s)) })
		add("a redirect of meet "+where, "not_followed", func(s *stage, d *domain) { d.pages["meet"] = answer("302 Found", "Location: "+url(s)+"\r\n", "") })
		add("a challenge "+where, "", func(s *stage, d *domain) {
			d.pages["webext"] = answer("401 Unauthorized", "X-MS-WebTicketURL: "+url(s)+"\r\nWWW-Authenticate: MsRtcOAuth href=\""+url(s)+"\"\r\n", "")
		})
	}
	certified := func(change func(s *stage, c *x509.Certificate)) func(s *stage, d *domain) {
		return func(s *stage, d *domain) {
			c := &x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts()}
			change(s, c)
			s.ca.known[d.name] = s.ca.issue(c)
		}
	}
	add("a revocation list to loopback", "not_followed", certified(func(s *stage, c *x509.Certificate) {
		c.CRLDistributionPoints = []string{"http://" + s.canary.address + "/x.crl"}
	}))
	add("OCSP to loopback", "not_followed", certified(func(s *stage, c *x509.Certificate) { c.OCSPServer = []string{"http://" + s.canary.address + "/ocsp"} }))
	add("the issuer to loopback", "", func(s *stage, d *domain) {
		unknown := newAuthority(s.t)
		s.ca.known[d.name] = unknown.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "sip." + d.name}, DNSNames: d.hosts(), IssuingCertificateURL: []string{"http://" + s.canary.address + "/ca.crt"}})
	})
	add("20 revocation lists", "", certified(func(s *stage, c *x509.Certificate) {
		c.CRLDistributionPoints = repeated(20, "http://crl.test:"+s.canary.port()+"/%d.crl")
	}))
	for i, port := range []string{"22", "25", "3389"} {
		add("a service record to port "+port, "", func(_ *stage, d *domain) {
			d.records["_sip._tls SRV"] = []string{fmt.Sprintf("0 0 %s sip.%s.", port, d.name)}
			d.records["_sipfederationtls._tcp SRV"] = []string{fmt.Sprintf("%d 0 %s sip.%s.", i, port, d.name)}
		})
	}
	add("a service record to the canary", "not_followed", func(s *stage, d *domain) {
		d.records["_sip._tls SRV"] = []string{fmt.Sprintf("0 0 %s sip.%s.", s.canary.port(), d.name)}
		d.records["_sipfederationtls._tcp SRV"] = d.records["_sip._tls SRV"]
		d.records["sip A"] = []string{"127.0.0.1"}
	})
	return list
}
