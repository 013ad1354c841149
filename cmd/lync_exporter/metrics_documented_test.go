package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// docs/metrics.md has every metric that a scrape exposes, those about the
// exporter itself included.
func TestMetricsAreDocumented(t *testing.T) {
	documented, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	_, url := startExporter(t, nil, contoso)
	_, _, text := get(t, url+"/metrics")
	helps := regexp.MustCompile(`(?m)^# HELP (lync_[a-z0-9_]+) (.*)$`).FindAllStringSubmatch(text, -1)
	if len(helps) < 40 {
		t.Fatalf("only %d metrics in:\n%s", len(helps), text)
	}
	for _, help := range helps {
		if name := help[1]; !strings.Contains(string(documented), "`"+name+"`") && !strings.Contains(string(documented), "`"+name+"{") {
			t.Errorf("docs/metrics.md lacks %s", name)
		}
	}
}
