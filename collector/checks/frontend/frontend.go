// Package frontend checks the Front End that the exporter runs on, by its files:
// group G of the decision table. What it finds is about no SIP domain in a view,
// so it is no row of the table of checks.
package frontend

import (
	"slices"
	"sync"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/lync-exporter/lync_exporter/collector/checks/frontend/iis"
	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// Check is the label `check` of the findings. Their `domain` and `view` are
// empty.
const Check = "iis"

// FrontEnd reads the files of the Front End that the exporter runs on. It
// remembers what it read while the files do not change, also over reloads of
// the configuration. The zero value is ready.
type FrontEnd struct {
	reader iis.Reader

	mu     sync.Mutex
	absent absence
}

// absence are the SIP domains that no rewrite rule is for.
type absence struct {
	facts   *iis.Facts
	config  *config.Config
	domains []string
}

// Report is what was found of the Front End.
type Report struct {
	Samples  *verdict.ByMetric
	Findings []verdict.Finding
}

// Inspect says what the configured files hold now, nil when none is
// configured. That they cannot be read is logged once, and once when they can
// be again.
func (f *FrontEnd) Inspect(c *config.Config, logger log.Logger) *Report {
	if c.IIS.ApplicationHostConfig == "" {
		return nil
	}
	facts, err := f.reader.Read(iis.Files{ApplicationHost: c.IIS.ApplicationHostConfig, WebConfigs: c.IIS.WebConfigs,
		DefaultMaxLogFileSize: c.IIS.DefaultMaxLogFileSize})
	var logs map[string]iis.Logs
	var absent []string
	if err == nil {
		logs = f.reader.Logs(facts)
		absent = f.absentDomains(facts, c)
	}
	switch trouble, changed := f.reader.Changed(facts, logs, err); {
	case changed && trouble != nil:
		level.Warn(logger).Log("msg", "files of IIS cannot be read", "err", trouble)
	case changed:
		level.Info(logger).Log("msg", "files of IIS are read again")
	}
	v := judge(facts, logs, err, len(c.Domains), absent)
	return &Report{Samples: verdict.Join(v.Samples), Findings: v.Findings}
}

// absentDomains are the SIP domains that Lync seems to have written no rules
// for. They change only with the files or the configuration, and a hoster has
// many domains and rules.
func (f *FrontEnd) absentDomains(facts *iis.Facts, c *config.Config) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.absent.facts != facts || f.absent.config != c {
		f.absent = absence{facts, c, domainsWithoutRules(facts, c.Domains)}
	}
	return slices.Clone(f.absent.domains)
}
