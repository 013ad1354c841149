// Package alerts holds the Prometheus rules that ship with lync_exporter, and
// makes of them the manifest that the Prometheus Operator takes.
package alerts

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:generate go run ./generate ../examples/kubernetes/prometheusrule.yml

// Rules is the file of alerts, Recording that of recording rules.
var (
	//go:embed lync.rules.yml
	Rules string
	//go:embed lync.recording.yml
	Recording string
)

const manifestHead = `# Generated from alerts/lync.rules.yml and alerts/lync.recording.yml by
# "go generate ./alerts". Change those instead.
`

// PrometheusRule is the manifest with both files as resources of the
// Prometheus Operator. The groups stand in it as they stand in the files,
// comments included, only further to the right.
func PrometheusRule() (string, error) {
	alerts, err := resource("lync-exporter-alerts", Rules)
	if err != nil {
		return "", fmt.Errorf("alerts: %w", err)
	}
	recording, err := resource("lync-exporter-recording", Recording)
	if err != nil {
		return "", fmt.Errorf("recording rules: %w", err)
	}
	return manifestHead + alerts + "---\n" + recording, nil
}

// resource wraps a rule file. Its comments come first, then its groups.
func resource(name, rules string) (string, error) {
	head, groups, ok := strings.Cut(rules, "\ngroups:\n")
	if !ok {
		return "", fmt.Errorf("no line %q", "groups:")
	}
	var b strings.Builder
	fmt.Fprintf(&b, `%s
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: %s
  labels:
    app.kubernetes.io/name: lync-exporter
spec:
  groups:
`, head, name)
	for line := range strings.Lines(groups) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String(), nil
}
