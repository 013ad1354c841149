package srv

import "github.com/lync-exporter/lync_exporter/collector/verdict"

var (
	srvRecords = &verdict.Metric{Name: "lync_srv_records", Labels: []string{"record"},
		Help: "Number of SRV records found; 0 for a name that does not exist and for an empty answer. Absent when the lookup failed."}
	srvCorrect = &verdict.Metric{Name: "lync_srv_correct", Labels: []string{"record"}, Essential: true,
		Help: "1 = the record is there where the topology needs it, and every record obeys the rules for its service: port, target name, addresses, no alias. 0 = it is missing or breaks a rule. Absent when a lookup failed or the domain does not offer what the record serves."}
	srvRecordInfo = &verdict.Metric{Name: "lync_srv_record_info", Labels: []string{"record", "target", "port", "priority", "weight"},
		Help: "Always 1; one series for each SRV record found. Absent without records."}
	dnsWildcard = &verdict.Metric{Name: "lync_dns_wildcard",
		Help: "1 = the zone answers for names that were never set up, so that a name's existence proves nothing. 0 = it does not. Absent when the lookup failed."}
)

func metrics() []*verdict.Metric {
	return []*verdict.Metric{srvRecords, srvCorrect, srvRecordInfo, dnsWildcard}
}
