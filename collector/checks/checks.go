// Package checks is the table of checks and of all rules by which they judge.
package checks

import (
	"slices"

	"github.com/lync-exporter/lync_exporter/collector/checks/common"
	"github.com/lync-exporter/lync_exporter/collector/checks/federation"
	"github.com/lync-exporter/lync_exporter/collector/checks/frontend"
	"github.com/lync-exporter/lync_exporter/collector/checks/lyncdiscover"
	"github.com/lync-exporter/lync_exporter/collector/checks/simpleurls"
	"github.com/lync-exporter/lync_exporter/collector/checks/sip"
	"github.com/lync-exporter/lync_exporter/collector/checks/srv"
	"github.com/lync-exporter/lync_exporter/collector/checks/tls"
	"github.com/lync-exporter/lync_exporter/collector/checks/webservices"
	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Table is the table of checks of a SIP domain.
func Table() []inquiry.Check {
	return []inquiry.Check{
		srv.Check(),
		federation.Check(),
		lyncdiscover.Check(),
		webservices.Check(),
		simpleurls.Check(),
		tls.Check(),
		sip.Check(),
	}
}

// Rules are all rules, those of several checks first.
func Rules() []*verdict.Rule {
	all := common.Rules()
	for _, c := range Table() {
		all = append(all, c.Rules...)
	}
	return append(all, frontend.Rules()...)
}

// Rule finds a rule by its code, nil if there is none.
func Rule(code string) *verdict.Rule {
	all := Rules()
	i := slices.IndexFunc(all, func(r *verdict.Rule) bool { return r.Code == code })
	if i < 0 {
		return nil
	}
	return all[i]
}
