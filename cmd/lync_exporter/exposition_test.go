package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/expose"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// In formats of lines a metric of many domains is written in parts, of which
// nobody sees anything: one header, and every series whatever its labels hold.
func TestFamilyInParts(t *testing.T) {
	t.Parallel()
	info := &verdict.Metric{Name: "lync_test_info", Help: "Help with a # in it.", Labels: []string{"url"}}
	report := &survey.Report{}
	for i := range 300 {
		report.Domains = append(report.Domains, &survey.DomainReport{
			Domain: &config.Domain{Name: fmt.Sprintf("d%d.example", i)}, View: &config.View{Name: "external"},
			Checks:  []survey.CheckReport{{Name: "test"}},
			Samples: verdict.Join(verdict.Pack(verdict.Sample{Metric: info, Labels: []string{strings.Repeat("#", 200)}, Value: 1})),
		})
	}
	x := expose.Exposition{Report: report}
	for _, kind := range []expfmt.FormatType{expfmt.TypeTextPlain, expfmt.TypeOpenMetrics} {
		var whole, parts bytes.Buffer
		if err := errors.Join(encode(&whole, expfmt.NewFormat(kind), x.Families()), encode(&parts, expfmt.NewFormat(kind), x.Parts(7))); err != nil {
			t.Fatal(err)
		}
		if strings.Count(whole.String(), "\nlync_test_info{") != len(report.Domains) {
			t.Errorf("format %v: series are missing in:\n%s", kind, whole.String())
		}
		if whole.String() != parts.String() {
			t.Errorf("format %v: in parts it is not what it is in one:\n%s", kind, parts.String())
		}
	}
}
