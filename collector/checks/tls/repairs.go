package tls

import (
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// kind says by whom a change at a server is made.
func (j judgement) kind(t *server) verdict.RepairKind {
	if t.Role.IsEdge() || j.View.Internal {
		return verdict.RepairServer
	}
	return verdict.RepairProxy
}

// reissue is the change that replaces a certificate for another fault than a
// missing name. Only a provider can do so at its servers. Where to assign it is said
// of all that show it together.
func (j judgement) reissue(t *server, c certificate, what string) verdict.Repair {
	if t.Hosted {
		return askProvider(t)
	}
	return verdict.Repair{Kind: verdict.RepairCertificate, Text: verdict.Textf("%s.", what),
		Certificate: &verdict.CertificateOrder{Server: j.words(t, c.addresses()...), Present: lync.Identity(c.Certificate)}}
}

// sendChain is the change that makes a server send its whole chain.
func (j judgement) sendChain(t *server, c certificate) verdict.Repair {
	if t.Hosted {
		return askProvider(t)
	}
	return verdict.Repair{Kind: j.kind(t), Text: verdict.Textf("Install the current intermediate certificates of %s on the servers behind %s, and restart the service.", lync.Issuer(c.Certificate), t.Host.Name)}
}

func askProvider(t *server) verdict.Repair {
	return verdict.Repair{Kind: verdict.RepairServer, Text: verdict.Textf("Ask the provider that runs %s to repair it.", t.Host.Name)}
}
