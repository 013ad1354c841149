package tls

import (
	"fmt"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// reportSIPHost says what sip.<domain> is where it is no Edge.
func reportSIPHost(v *verdict.Verdict, h common.SIPHost) {
	if h.Is == common.SIPHostNotEdge {
		v.Report(sipHostNotEdge.On("sip").Saw("%s", found(h)))
	}
}

// found is what a host shows on port 443 instead of an Edge.
func found(h common.SIPHost) string {
	text := lync.Describe(h.Host) + " does not answer on port 443"
	for _, a := range h.NotEdge.Addresses {
		at := a.Address.Addr().String()
		switch {
		case a.Answer.HTTP:
			return "a web server answers at " + at
		case a.Answer.Status != 0:
			return at + fmt.Sprintf(" answers SIP with %d, without the marks of Lync", a.Answer.Status)
		case a.Shook():
			text = at + " does not speak SIP on port 443"
		}
	}
	return text
}
