package survey_test

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/checks/srv"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/survey"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// One stray internal name, or one private address, is a fault of the zone. Both
// together are what somebody inside sees.
func TestFromInside(t *testing.T) {
	t.Parallel()
	internal, private := srv.InternalVisible.On("lyncdiscoverinternal"), common.HostPrivate.On("lyncdiscover")
	for _, tt := range []struct {
		name     string
		view     config.View
		findings []verdict.Finding
		want     bool
	}{
		{"outside, healthy", config.View{Name: "external"}, nil, false},
		{"an internal name is visible", config.View{Name: "external"}, []verdict.Finding{internal}, false},
		{"an address is private", config.View{Name: "external"}, []verdict.Finding{private}, false},
		{"both", config.View{Name: "external"}, []verdict.Finding{private, internal}, true},
		{"a view from inside", config.View{Name: "internal", Internal: true}, []verdict.Finding{private, internal}, false},
	} {
		d := &survey.DomainReport{View: &tt.view, Checks: []survey.CheckReport{{Findings: tt.findings}}}
		if got := d.FromInside(); got != tt.want {
			t.Errorf("%s: from inside %t, want %t", tt.name, got, tt.want)
		}
	}
}
