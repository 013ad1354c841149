// What the alerts are built from: the last known state of capabilities and
// servers, and which server explains which lost capability.
local capabilities = ['sign_in', 'federation', 'autodiscover', 'meetings'];

function(config)
  // blind: the SIP domains of which nothing is known.
  local blind = 'instance_domain_view:lync_checked:last and on (job, instance) (up == 0) or max by (job, domain, view) (lync_check_success) == 0';
  // flaps: available for less than a part of the last hour, with several outages.
  local flaps(metric) = 'avg_over_time(%(metric)s[1h]) < %(availability)g\nand changes(%(metric)s[1h]) >= %(changes)d' %
    { metric: metric, availability: config.flappingAvailability, changes: config.flappingChanges };
  [
  // What each target checks. One that does not answer still has its SIP domains:
  // the rule reads its own last result.
  {
    record: 'instance_domain_view:lync_checked:last',
    expr: |||
      group by (job, instance, domain, view) (lync_check_success)
      or
      (
        instance_domain_view:lync_checked:last
        and on (job, instance) (up == 0)
      )
    |||,
  },

  // A capability keeps its last known state while nothing is known of it, so
  // that no outage ends because the exporter was lost. One that is no longer
  // offered ends as soon as all checks have completed without it, or after a while
  // if only some do; and that of a SIP domain that no target checks any more after
  // a while, too.
  {
    record: 'domain_capability:lync_capability_up:last',
    expr: |||
      min by (job, domain, view, capability) (lync_capability_up)
      or
      (
        (
          domain_capability:lync_capability_up:last
          and on (job, domain, view) (%(blind)s)
          or
          min by (job, domain, view, capability) (last_over_time(lync_capability_up[%(remember)s]))
        )
        unless on (job, domain, view) (min by (job, domain, view) (lync_check_success) == 1)
      )
    ||| % (config { blind: blind }),
  },

  // Since when a capability has been down, as Unix time. No alert needs it.
  {
    record: 'domain_capability:lync_capability_down:since',
    expr: |||
      (
        domain_capability:lync_capability_down:since
        and on (job, domain, view, capability) (domain_capability:lync_capability_up:last == 0)
      )
      or
      time() + (domain_capability:lync_capability_up:last == 0)
    |||,
  },

  // The same for servers, one series for each capability that hangs on one.
  // While nothing is known of a role, its series stay as they were: the rule
  // reads its own last result. Once all checks have completed without it, nothing
  // hangs on it any more, and it is to blame for nothing.
  {
    local expand(capability) = |||
      label_replace(
        min by (job, domain, view, role, target, address, fingerprint_sha256) (lync_server_up{capabilities=~"(.+,)?%(capability)s(,.+)?"}),
        "capability", "%(capability)s", "", ""
      )
    ||| % { capability: capability },
    record: 'domain_capability:lync_server_up:last',
    expr: |||
      label_replace(
        %(now)s,
        "host", "$1", "address", "\\[?(.+?)\\]?:[0-9]+"
      )
      or
      (
        domain_capability:lync_server_up:last
        unless on (job, domain, view, role) lync_server_up
        unless on (job, domain, view) (min by (job, domain, view) (lync_check_success) == 1)
        and on (job, domain, view)
        (%(blind)s or last_over_time(lync_server_up[%(remember)s]))
      )
    ||| % (config { blind: blind } { now: std.strReplace(std.stripChars(std.join('or\n', [expand(c) for c in capabilities]), '\n'), '\n', '\n  ') }),
  },

  // An address is up as soon as one SIP domain reaches it, and when those that have
  // the essential series only say no more that it is down.
  {
    record: 'address:lync_server_reachable:max',
    expr: |||
      max by (job, view, role, host, address) (
        domain_capability:lync_server_up:last{fingerprint_sha256!=""} >= bool 0
        or
        domain_capability:lync_server_up:last{fingerprint_sha256=""}
      )
      or
      group by (job, view, role, host, address) (last_over_time(address:lync_server_silent:domains[1h]))
    |||,
  },

  // How many SIP domains an address does not answer.
  {
    record: 'address:lync_server_silent:domains',
    expr: |||
      count by (job, view, role, host, address) (
        group by (job, view, role, host, address, domain) (domain_capability:lync_server_up:last{fingerprint_sha256=""} == 0)
      )
    |||,
  },

  // For how many SIP domains a certificate is refused.
  {
    record: 'certificate:lync_server_refused:domains',
    expr: |||
      count by (job, view, fingerprint_sha256) (
        group by (job, view, fingerprint_sha256, domain) (domain_capability:lync_server_up:last{fingerprint_sha256!=""} == 0)
      )
    |||,
  },

  // What explains a lost capability: an address or a certificate that serves nobody or
  // fails several SIP domains, and nothing else serves the capability: what one of
  // several exporters does not reach serves nothing. One that fails a few only is a
  // cause for each of them: what they lose by it is one outage.
  {
    // of is the causes among addresses or certificates: those that fail, those that
    // fail for all or many, and the label that names them.
    local of(label, failed, labels, shared) = |||
      label_replace(
        %(failed)s and on (%(labels)s) (
          %(shared)s
        ),
        "cause", "$1", "%(label)s", "(.+)"
      )
      or on (job, domain, view, capability, role, target, address, fingerprint_sha256)
      label_join(%(failed)s, "cause", " for ", "%(label)s", "domain")
    ||| % { label: label, failed: failed, labels: labels, shared: std.strReplace(std.stripChars(shared, '\n'), '\n', '\n    ') },
    local indented(text) = std.strReplace(std.stripChars(text, '\n'), '\n', '\n    '),
    record: 'domain_capability:lync_cause:info',
    expr: |||
      1 + (
        (
          %s
          or
          %s
        )
        unless on (job, domain, view, capability) (max by (job, domain, view, capability) (
          domain_capability:lync_server_up:last
          unless on (job, domain, view, role, address) (domain_capability:lync_server_up:last{fingerprint_sha256=""} == 0)
        ) == 1)
        and on (job, domain, view, capability)
        (domain_capability:lync_capability_up:last == 0)
      )
    ||| % [
      indented(of('address', '(domain_capability:lync_server_up:last{fingerprint_sha256=""} == 0)', 'job, view, role, address', |||
        address:lync_server_reachable:max == 0
        or address:lync_server_silent:domains >= %(sharedDomains)d
      ||| % config)),
      indented(of('fingerprint_sha256', '(domain_capability:lync_server_up:last{fingerprint_sha256!=""} == 0)', 'job, view, fingerprint_sha256', |||
        max by (job, view, fingerprint_sha256) (domain_capability:lync_server_up:last{fingerprint_sha256!=""}) == 0
        or certificate:lync_server_refused:domains >= %(sharedDomains)d
      ||| % config)),
    ],
  },

  // Lost capabilities of many SIP domains that no server explains and that the same
  // scrape was the first to see down: the label `cause` says when.
  {
    local since = |||
      label_replace(
        count_values by (job, domain, view, capability) (
          "cause",
          domain_capability:lync_capability_down:since unless on (job, domain, view, capability) domain_capability:lync_cause:info
        ),
        "cause", "since $1", "cause", "(.+)"
      )
    |||,
    record: 'domain_capability:lync_capability_down:together',
    expr: |||
      %(since)s
      and on (job, view, cause)
      count by (job, view, cause) (group by (job, view, cause, domain) (
        %(indented)s
      )) >= %(manyDomains)d
    ||| % (config { since: std.stripChars(since, '\n'), indented: std.strReplace(std.stripChars(since, '\n'), '\n', '\n  ') }),
  },

  // Lost capabilities, with the label `cause` where a server, a certificate or the
  // same time explains them: Alertmanager holds back their alerts as long as that of
  // the cause fires.
  {
    record: 'domain_capability:lync_capability_down:cause',
    expr: |||
      (domain_capability:lync_capability_up:last == 0)
      * on (job, domain, view, capability) group_left (cause)
      topk by (job, domain, view, capability) (1, max by (job, domain, view, capability, cause) (domain_capability:lync_cause:info))
      or
      (domain_capability:lync_capability_up:last == 0)
      * on (job, domain, view, capability) group_left (cause)
      domain_capability:lync_capability_down:together
      or
      (
        (domain_capability:lync_capability_up:last == 0)
        unless on (job, domain, view, capability) domain_capability:lync_cause:info
        unless on (job, domain, view, capability) domain_capability:lync_capability_down:together
      )
    |||,
  },

  // Capabilities that come and go, with the part of the last hour in which they were
  // up, and servers.
  {
    record: 'address:lync_server_flapping:avg1h',
    expr: 'min by (job, view, host) (%s)' % flaps('address:lync_server_reachable:max'),
  },
  {
    record: 'domain_capability:lync_capability_flapping:avg1h',
    expr: |||
      (
        %s
      )
      unless on (job, domain, view, capability) (
        (domain_capability:lync_server_up:last or last_over_time(domain_capability:lync_cause:info[1h]))
        and on (job, view, host) address:lync_server_flapping:avg1h
      )
    ||| % std.strReplace(flaps('domain_capability:lync_capability_up:last'), '\n', '\n  '),
  },

  // Which SIP domains the overview shows first: capabilities that are down, then critical
  // findings, then checks that did not complete, then warnings. No alert needs it.
  {
    record: 'instance_domain_view:lync_badness:sum',
    expr: |||
      sum by (job, instance, domain, view) (
        100 + (lync_capability_up == 0)
        or
        20 * lync_finding_info{severity="critical"}
        or
        10 + (lync_check_success == 0)
        or
        lync_finding_info{severity="warning"}
        or
        0 * lync_check_success
      )
    |||,
  },
]
