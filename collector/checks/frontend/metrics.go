package frontend

import "github.com/lync-exporter/lync_exporter/collector/verdict"

// Series about a Front End carry neither `domain` nor `view`.
var (
	configReadable = &verdict.Metric{Name: "lync_iis_config_readable", Plain: true,
		Help: "1 = applicationHost.config of the Front End was read and parsed; 0 = it is missing, half-written or refused, and the other lync_iis_ series are absent. Absent when no such file is configured."}
	traceEnabled = &verdict.Metric{Name: "lync_iis_failed_request_tracing_enabled", Labels: []string{"site"}, Plain: true,
		Help: "1 = Failed Request Tracing is on for the site (it should be off once debugging is over), 0 = it is off. Absent when the configuration is not readable."}
	traceMaxSize = &verdict.Metric{Name: "lync_iis_failed_request_tracing_max_log_file_size_bytes", Labels: []string{"site"}, Plain: true,
		Help: "Bytes at which one trace file is cut: the site's value over that of siteDefaults over the schema default. 0 = unlimited. Absent when the configuration is not readable."}
	traceMaxFiles = &verdict.Metric{Name: "lync_iis_failed_request_tracing_max_log_files", Labels: []string{"site"}, Plain: true,
		Help: "Number of trace files that are kept: the site's value over that of siteDefaults over the schema default. Absent when the configuration is not readable."}
	traceFiles = &verdict.Metric{Name: "lync_iis_failed_request_tracing_files", Labels: []string{"site"}, Plain: true,
		Help: "Number of trace files in the site's log directory now. Absent when the directory cannot be read or does not exist."}
	traceTruncated = &verdict.Metric{Name: "lync_iis_failed_request_tracing_truncated_files", Labels: []string{"site"}, Plain: true,
		Help: "Number of trace files, of the newest 1000 in the site's log directory, that IIS cut at the limit (LOG_FILE_MAX_SIZE_TRUNCATE). Absent when the directory cannot be read or does not exist."}
	rewriteRules = &verdict.Metric{Name: "lync_iis_rewrite_rules", Labels: []string{"site"}, Plain: true,
		Help: "Enabled inbound URL Rewrite rules in force for the site, global and inherited ones and those of its paths included; Lync writes several per SIP domain. Absent when the configuration is not readable or rules are kept where they were not read."}
)

// Metrics are those of a Front End.
func Metrics() []*verdict.Metric {
	return []*verdict.Metric{configReadable, traceEnabled, traceMaxSize, traceMaxFiles, traceFiles, traceTruncated, rewriteRules}
}
