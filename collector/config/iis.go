package config

// setIIS reads the section iis. The files are not read here: that they cannot
// be is a finding, not a reason to stop.
func (l *loader) setIIS(v value) error {
	var host fileName
	webs := make(map[string]string)
	var first *entry
	err := v.fields(
		field{"application_host_config", l.setFile(&host)},
		field{"web_configs", func(v value) error {
			sites, err := v.entries()
			if err != nil {
				return err
			}
			for _, site := range sites {
				var web fileName
				if err := l.setFile(&web)(site.value); err != nil {
					return err
				}
				if web.path == "" {
					return mistake(site.file, site.line, "web_configs: site %s has no path; give that of its web.config", quote(site.name))
				}
				webs[site.name] = web.path
			}
			if len(sites) > 0 {
				first = &sites[0]
			}
			return nil
		}},
		field{"default_max_log_file_size", setCount(&l.config.IIS.DefaultMaxLogFileSize, 0)},
	)
	if err != nil {
		return err
	}
	if first != nil && host.path == "" {
		return mistake(first.file, first.line, "web_configs: they are read only together with the key application_host_config; give it too")
	}
	l.config.IIS.ApplicationHostConfig = host.path
	if len(webs) > 0 {
		l.config.IIS.WebConfigs = webs
	}
	return nil
}
