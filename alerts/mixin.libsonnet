// The alerts of lync_exporter as a mixin. "go generate ./alerts" makes the plain
// files beside it; the mixin tools take it as it is. To change a threshold, a
// severity, the job or an address, change _config:
//
//   (import 'mixin.libsonnet') + { _config+:: { exporterURL: 'https://lync.contoso.com' } }
{
  _config:: {
    // The scrape jobs of lync_exporter.
    jobs: 'job=~"lync.*"',
    // Matchers for all other series, such as those of jobs, where exporters of
    // somebody else's fill the same Prometheus: 'job="lync"'. Empty: all series.
    selector: '',

    // Where people find the exporter's pages, Grafana and the runbook. The exporter
    // has the runbook too: its URL with /docs/runbook.md# stays inside.
    exporterURL: 'http://localhost:10077',
    grafanaURL: 'http://localhost:3000',
    runbookURL: 'https://github.com/lync-exporter/lync_exporter/blob/main/docs/runbook.md#',

    // critical wakes somebody, warning is a ticket. Change both words here if
    // your Alertmanager routes by others.
    page: 'critical',
    ticket: 'warning',
    // Per alert, where one is to differ: { LyncExporterDown: 'warning' }.
    severities: {},

    // How long an outage lasts before it counts. At least three scrape intervals each.
    causeFor: '4m',
    domainFor: '5m',
    ticketFor: '15m',
    // How long a recovery holds before it is announced. What holds back other alerts
    // goes after them, or some would slip through when all is well again: tickets
    // go first, then capabilities, whole SIP domains, causes, whole Edges.
    ticketKeep: '5m',
    domainKeep: '7m',
    wholeDomainKeep: '9m',
    causeKeep: '11m',
    wholeEdgeKeep: '13m',
    // How far back a scrape that failed is bridged.
    bridge: '10m',
    // How long the last known state of a SIP domain stands that is known in part only,
    // or that no target checks any more. While nothing at all is known, it stands.
    remember: '1h',

    // A certificate expires soon at so many days, or at this part of its
    // lifetime, whichever is shorter.
    soonDays: 30,
    soonPart: 3,
    verySoonDays: 7,
    verySoonPart: 10,
    // A date does not flap; a certificate that was seen once may have been renewed.
    soonFor: '30m',
    verySoonFor: '15m',
    expiredFor: '5m',

    // Flapping: less available than this over an hour, with three outages: each
    // is two changes.
    flappingAvailability: 0.9,
    flappingChanges: 6,
    flappingFor: '2m',

    // A server or certificate that works for others is the common cause if it fails
    // so many SIP domains.
    sharedDomains: 3,
    // So many SIP domains that go down at once, without a server that they share,
    // page together.
    manyDomains: 10,

    // Blindness: of more than this part of the SIP domains, more than this part
    // of the checks does not complete.
    blindPart: 0.5,
    blindChecks: 0.5,
    // More than this part of a job's targets does not answer: the exporter is down.
    exporterPart: 0.5,
    // Where each SIP domain is a target of its own, so many that nobody checks.
    probePart: 0.1,
    // An exporter that so often in an hour starts anew, or stops answering: each of
    // the latter is two changes.
    restarts: 3,
    // No target at all; a topology that changed.
    absentFor: '10m',
    // Failed Request Tracing that somebody left on.
    tracingFor: '1d',
    // A scrape near its limit, and a process that runs late, in seconds.
    scrapePart: 0.9,
    lagSeconds: 1,

    // Views from inside, where internal names belong.
    internalViews: 'internal.*',
    // How many SIP domains a text names.
    names: 5,
  },

  local config = self._config,
  local records = import 'records.libsonnet',
  local alerts = import 'alerts.libsonnet',

  // selected adds config.selector to every series of the exporter in an expression.
  // Recorded series, which have a colon before their name, come from such.
  local selected(expr) =
    local inName(c) = std.member('abcdefghijklmnopqrstuvwxyz0123456789_', c);
    local parts = std.split(expr, 'lync_');
    local nameOf(part) = std.foldl(function(n, c) if std.length(n.name) == n.seen && inName(c) then { name: n.name + c, seen: n.seen + 1 } else n { seen: n.seen + 1 }, std.stringChars(part), { name: '', seen: 0 }).name;
    local matched(i) =
      local before = parts[i - 1], part = parts[i], name = nameOf(part), rest = part[std.length(name):];
      local plain = before == '' || std.member(' ([,*/+-\n', before[std.length(before) - 1]);
      if !plain then part
      else if std.startsWith(rest, '{') then name + '{' + config.selector + ',' + rest[1:]
      else name + '{' + config.selector + '}' + rest;
    if config.selector == '' then expr
    else std.join('lync_', [parts[0]] + [matched(i) for i in std.range(1, std.length(parts) - 1)]),

  prometheusAlerts:: {
    groups: [
      // One group: a rule sees what those before it have just recorded.
      { name: 'lync', rules: [r { expr: selected(r.expr) } for r in records(config) + alerts(config)] },
    ],
  },

  prometheusRules:: {
    groups: [
      { name: 'lync.rules', interval: '5m', rules: [r { expr: selected(r.expr) } for r in (import 'availability.libsonnet')(config)] },
    ],
  },

  // The dashboards count the targets of these jobs and link to the exporter, which has the runbook.
  // Their variables begin with the thresholds of the alerts.
  local dashboard(text) =
    local thresholds = {
      soon_days: std.toString(config.soonDays),
      soon_part: std.toString(config.soonPart),
      very_soon_days: std.toString(config.verySoonDays),
      very_soon_part: std.toString(config.verySoonPart),
    };
    local parsed = std.parseJson(
      std.foldl(function(t, change) std.strReplace(t, change[0], change[1]), [
        ['job=~\\"lync.*\\"', std.strReplace(config.jobs, '"', '\\"')],
        ['http://localhost:10077', config.exporterURL],
      ], text)
    );
    local changed(v) =
      if std.objectHas(thresholds, v.name) then
        v { query: thresholds[v.name], current+: { text: thresholds[v.name], value: thresholds[v.name] } }
      else v;
    parsed { templating+: { list: [changed(v) for v in parsed.templating.list] } },
  grafanaDashboards:: {
    'lync-overview.json': dashboard(importstr '../dashboards/lync-overview.json'),
    'lync-domain.json': dashboard(importstr '../dashboards/lync-domain.json'),
    'lync-certificates.json': dashboard(importstr '../dashboards/lync-certificates.json'),
  },
}
