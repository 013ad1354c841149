package tls

import (
	"crypto/tls"
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/observe"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// cipherNames are the names of the cipher suites by number. crypto/tls makes a
// list of them all for each that it is asked for.
var cipherNames = func() map[uint16]string {
	names := make(map[uint16]string)
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		names[suite.ID] = suite.Name
	}
	return names
}()

func cipherName(number uint16) string {
	if name, ok := cipherNames[number]; ok {
		return name
	}
	return tls.CipherSuiteName(number)
}

// agreed are the addresses with which a version was agreed.
func agreed(t *server) []*observe.Address {
	return slices.DeleteFunc(slices.Clone(t.Judged()), func(a *observe.Address) bool { return a.Version == 0 })
}

func requested(list []*observe.Address) bool {
	return slices.ContainsFunc(list, func(a *observe.Address) bool { return a.ClientCertificateRequested })
}

func exposeProtocol(v *verdict.Verdict, t *server) {
	list := agreed(t)
	if len(list) == 0 {
		return
	}
	type pair struct{ version, cipher uint16 }
	var exposed []pair
	for _, a := range list {
		if p := (pair{a.Version, a.Cipher}); !slices.Contains(exposed, p) {
			exposed = append(exposed, p)
			v.Flag(versionInfo, true, string(t.Role), t.Target(), tls.VersionName(a.Version), cipherName(a.Cipher))
		}
	}
	v.Flag(clientCertificateRequested, requested(list), string(t.Role), t.Target())
}

// protocolFaults judge versions of TLS and requests for a client certificate
// (docs/rules.md#edge-tls-version, #mutual-tls).
func (j judgement) protocolFaults(t *server) []verdict.Finding {
	list := agreed(t)
	if len(list) == 0 {
		return nil
	}
	on := func(rule *verdict.Rule) verdict.Finding { return rule.On(string(t.Role)).At(j.words(t)) }
	change := func(format string) verdict.Repair {
		return verdict.Repair{Kind: j.kind(t), Text: verdict.Textf(format, t.Host.Name)}
	}
	var faults []verdict.Finding
	if i := slices.IndexFunc(list, func(a *observe.Address) bool { return a.Version < tls.VersionTLS12 }); i >= 0 {
		faults = append(faults, on(below12).Saw("%s", tls.VersionName(list[i].Version)).Repair(change("Enable TLS 1.2 on %s.")))
	}
	if slices.ContainsFunc(list, func(a *observe.Address) bool { return a.Without12 }) {
		faults = append(faults, on(without12).Repair(change("Enable TLS 1.2 beside TLS 1.3 on %s.")))
	}
	switch {
	case t.Role == lync.FederationEdge && t.Port == lync.FederationPort && !requested(list):
		faults = append(faults, on(partnersNotAsked).Repair(change("Let port 5061 of %s through to the Access Edge unchanged, without TLS inspection or offloading.")))
	case t.Role == lync.AccessEdge && t.Port == lync.ClientPort && requested(list):
		faults = append(faults, on(clientsAsked).Repair(change("Check that port 443 of %s leads to the Access Edge.")))
	}
	return faults
}
