package federation

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var (
	targetValid = &verdict.Metric{Name: "lync_federation_target_valid", Essential: true,
		Help: "1 = an Edge that discovers this SIP domain by DNS accepts the target it would pick: exactly one label below the domain, or a known hosting provider. 0 = it refuses it, or the record is missing although federation is wanted. Absent when the lookup failed or federation is not wanted."}
	targetInfo = &verdict.Metric{Name: "lync_federation_target_info", Labels: []string{"target", "match"},
		Help: "Always 1; one series for each target of _sipfederationtls._tcp with how it relates to the SIP domain. Absent without a record."}
)

func metrics() []*verdict.Metric { return []*verdict.Metric{targetValid, targetInfo} }
