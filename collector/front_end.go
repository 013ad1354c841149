package collector

import (
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/iis"
)

// FrontEnd reads the files of the Front End that the exporter runs on. It
// remembers what it read while the files do not change, also over reloads of
// the configuration. The zero value is ready.
type FrontEnd struct{ reader iis.Reader }

// Inspect says what the configured files hold now, nil when none is
// configured. That they cannot be read is logged once, and once when they can
// be again.
func (f *FrontEnd) Inspect(c *config.Config, logger log.Logger) *IISReport {
	if c.IIS.ApplicationHostConfig == "" {
		return nil
	}
	facts, err := f.reader.Read(iis.Files{ApplicationHost: c.IIS.ApplicationHostConfig, WebConfigs: c.IIS.WebConfigs,
		DefaultMaxLogFileSize: c.IIS.DefaultMaxLogFileSize})
	switch trouble, changed := f.reader.Changed(facts, err); {
	case changed && trouble != nil:
		level.Warn(logger).Log("msg", "configuration of IIS cannot be read", "err", trouble)
	case changed:
		level.Info(logger).Log("msg", "configuration of IIS is read again")
	}
	names := make([]string, len(c.Domains))
	for i, d := range c.Domains {
		names[i] = d.Name
	}
	report := judgeIIS(facts, err, names)
	return &report
}
