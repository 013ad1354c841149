package lync

import (
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// Products by what they call themselves, the label `product` of metrics.
const (
	Lync2010     = "lync_2010"
	Lync2013     = "lync_2013"
	SfB2015      = "sfb_2015"
	SfB2019      = "sfb_2019" // and the Subscription Edition
	OtherProduct = "other"
)

// ProductOf names the product by its Server header (docs/rules.md#edge-versions).
func ProductOf(server string) string {
	version, ok := strings.CutPrefix(server, "RTC/")
	if !ok {
		return OtherProduct
	}
	switch major, _, _ := strings.Cut(version, "."); major {
	case "4":
		return Lync2010
	case "5":
		return Lync2013
	case "6":
		return SfB2015
	case "7":
		return SfB2019
	}
	return OtherProduct
}

// IsLync says whether a response bears a mark of Lync: its Server header, the
// logon data of an Edge, diagnostics, or an offer of NTLM or TLS-DSK
// (docs/rules.md#sip-options).
func IsLync(a observe.SIPAnswer) bool {
	if a.Header == nil {
		return false
	}
	if strings.HasPrefix(First(a.Header("Server")), "RTC/") || First(a.Header("ms-user-logon-data")) != "" ||
		First(a.Header("ms-diagnostics")) != "" || First(a.Header("ms-diagnostics-public")) != "" {
		return true
	}
	for _, offer := range a.Header("WWW-Authenticate") {
		if scheme, _, _ := strings.Cut(offer, " "); strings.EqualFold(scheme, "NTLM") || strings.EqualFold(scheme, "TLS-DSK") {
			return true
		}
	}
	return false
}

// First is the first of several values, "" of none.
func First(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
