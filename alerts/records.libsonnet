// What the alerts are built from: the last known state of capabilities and
// servers, and which server explains which lost capability.
local capabilities = ['sign_in', 'federation', 'autodiscover', 'meetings'];

function(config) [
  // A capability keeps its last known state while nothing is known of it, so
  // that no outage ends because the exporter was lost. One that is no longer
  // offered ends as soon as all checks have completed without it.
  {
    record: 'domain_capability:lync_capability_up:last',
    expr: |||
      min by (job, domain, view, capability) (lync_capability_up)
      or
      (
        min by (job, domain, view, capability) (last_over_time(lync_capability_up[%(remember)s]))
        unless on (job, domain, view) (min by (job, domain, view) (lync_check_success) == 1)
      )
    ||| % config,
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
        and on (job, domain, view, role) last_over_time(lync_server_up[%(remember)s])
      )
    ||| % (config { now: std.strReplace(std.stripChars(std.join('or\n', [expand(c) for c in capabilities]), '\n'), '\n', '\n  ') }),
  },

  // An address is up as soon as one SIP domain reaches it.
  {
    record: 'address:lync_server_reachable:max',
    expr: |||
      max by (job, view, role, host, address) (
        domain_capability:lync_server_up:last{fingerprint_sha256!=""} >= bool 0
        or
        domain_capability:lync_server_up:last{fingerprint_sha256=""}
      )
    |||,
  },

  // What explains a lost capability: an address that nobody reaches, or a
  // certificate that is accepted for no SIP domain; and nothing else serves it.
  {
    record: 'domain_capability:lync_cause:info',
    expr: |||
      1 + (
        (
          label_replace(
            domain_capability:lync_server_up:last{fingerprint_sha256=""} == 0
            and on (job, view, role, address) (address:lync_server_reachable:max == 0),
            "cause", "$1", "address", "(.+)"
          )
          or
          label_replace(
            domain_capability:lync_server_up:last{fingerprint_sha256!=""} == 0
            and on (job, view, fingerprint_sha256)
            (max by (job, view, fingerprint_sha256) (domain_capability:lync_server_up:last{fingerprint_sha256!=""}) == 0),
            "cause", "$1", "fingerprint_sha256", "(.+)"
          )
        )
        and on (job, domain, view, capability)
        (max by (job, domain, view, capability) (domain_capability:lync_server_up:last) == 0)
        and on (job, domain, view, capability)
        (domain_capability:lync_capability_up:last == 0)
      )
    |||,
  },

  // Lost capabilities, with the label `cause` where a server or certificate
  // explains them: Alertmanager holds back their alerts as long as that of the cause fires.
  {
    record: 'domain_capability:lync_capability_down:cause',
    expr: |||
      (domain_capability:lync_capability_up:last == 0)
      * on (job, domain, view, capability) group_left (cause)
      topk by (job, domain, view, capability) (1, max by (job, domain, view, capability, cause) (domain_capability:lync_cause:info))
      or
      (
        (domain_capability:lync_capability_up:last == 0)
        unless on (job, domain, view, capability) domain_capability:lync_cause:info
      )
    |||,
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
