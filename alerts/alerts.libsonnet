function(config)
  local text = (import 'texts.libsonnet')(config);

  local alert(name, severity, expr, summary, description, dashboard, timing) = {
    alert: name,
    expr: expr,
    labels: { severity: std.get(config.severities, name, severity) },
    annotations: {
      summary: summary,
      description: std.join('\n', description),
      runbook_url: config.runbookURL + std.asciiLower(name),
      dashboard_url: config.grafanaURL + '/d/' + dashboard,
    },
  } + timing;

  local overview = 'lync-overview';
  local domain = 'lync-domain?var-domain={{ $labels.domain }}&var-view={{ $labels.view }}';
  local certificates = 'lync-certificates';

  local cause = { 'for': config.causeFor, keep_firing_for: config.causeKeep };
  local wholeEdge = cause { keep_firing_for: config.wholeEdgeKeep };
  local outage = { 'for': config.domainFor, keep_firing_for: config.domainKeep };
  local wholeDomain = outage { keep_firing_for: config.wholeDomainKeep };
  local fault = { 'for': config.ticketFor, keep_firing_for: config.ticketKeep };

  // last bridges scrapes that failed.
  local last(metric) = 'last_over_time(%s[%s])' % [metric, config.bridge];

  local lost = 'domain_capability:lync_cause:info';
  local known = 'domain_capability:lync_server_up:last';
  // lately adds servers that were a cause in the last hour: of a SIP domain with the
  // essential series nothing is known of servers that are up.
  local lately = '%s{%%s} or last_over_time(%s{%%s}[1h])' % [known, lost];

  // counted is how many SIP domains an expression has for each of some labels.
  local counted(labels, expr) = 'count by (%(labels)s) (group by (%(labels)s, domain) (\n  %(expr)s\n))' % {
    labels: labels,
    expr: std.strReplace(expr, '\n', '\n  '),
  };

  local domainCount = '{{ $value }} SIP domain{{ if ne $value 1.0 }}s{{ end }}';
  local capabilitiesOf(labels) =
    text.first('capability', lost + '{%s}', labels, none='unknown', n=4, shown=text.word);

  //
  // Causes: servers and certificates that take capabilities of SIP domains down.
  //
  local edgeDown = counted('job, view, host', lost + '{role=~"access_edge|federation",fingerprint_sha256=""}');
  local refused = counted('job, view, cause, fingerprint_sha256', lost + '{fingerprint_sha256!=""}');
  // servesOthers says so where an address answers other SIP domains.
  local servesOthers = '{{ with query (printf `address:lync_server_reachable:max{job=%q,view=%q,role=%q,address=%q} == 1` $labels.job $labels.view $labels.role $labels.address) }} for these SIP domains, and serves others{{ end }}';
  local silent = |||
    %s - %s > 0
    unless on (job, domain, view, target) (%s == 0)
    unless on (job, domain, view, target) max by (job, domain, view, target) (%s)
  ||| % [last('lync_tls_addresses'), last('lync_tls_addresses_up'), last('lync_tls_addresses_up{role!~"access_edge|federation"}'), known];
  local silentNames = text.first('target', '%s - %s > 0 unless on (job, domain, view, target) max by (job, domain, view, target) (%s)' % [last('lync_tls_addresses{%s}'), last('lync_tls_addresses_up'), known], ['view']);
  local causes = [
    alert(
      'LyncEdgeDown',
      config.page,
      |||
        %s
        unless on (job, view, host) (
          address:lync_server_reachable:max{role=~"access_edge|federation"} == 1
          unless on (job, view, role, address) (address:lync_server_silent:domains >= %d)
        )
      ||| % [edgeDown, config.sharedDomains],
      'Edge %s ({{ $labels.host }}) does not answer: %s.' % [text.server(lost + '{%s}', ['view', 'host']), domainCount],
      [
        'Seen: for these SIP domains, no port of the Edge at {{ $labels.host }} completes a TLS handshake (view {{ $labels.view }}).',
        'Why it matters: these SIP domains have lost %s: %s.' % [capabilitiesOf(['view', 'host']), text.domains(lost + '{%s}', ['view', 'host'])],
        'First: check that the server runs, that its Access Edge service is started and that the firewall lets 443 and 5061 through to it.',
        'Explained: ' + text.finding('edge_tcp_unreachable') + ' All SIP domains: ' + text.exporter,
      ],
      overview,
      wholeEdge,
    ),
    // While the whole Edge is down, LyncEdgeDown speaks for its ports.
    alert(
      'LyncEdgePortDown',
      config.page,
      counted('job, view, role, host, address, cause', lost + '{role=~"access_edge|federation",fingerprint_sha256=""}'),
      'Edge %s does not answer at {{ $labels.address }}: %s.' % [text.server(lost + '{%s}', ['view', 'cause']), domainCount],
      [
        'Seen: {{ $labels.address }} completes no TLS handshake (view {{ $labels.view }})%s.' % servesOthers,
        'Why it matters: these SIP domains have lost %s: %s.' % [capabilitiesOf(['view', 'cause']), text.domains(lost + '{%s}', ['view', 'cause'])],
        'First: check the Access Edge service and the firewall rule for this port.',
        'Explained: ' + text.finding('edge_tcp_unreachable') + ' All SIP domains: ' + text.exporter,
      ],
      overview,
      cause,
    ),
    alert(
      'LyncReverseProxyDown',
      config.page,
      counted('job, view, role, host, address, cause', lost + '{role="web",fingerprint_sha256=""}'),
      'Reverse proxy %s ({{ $labels.address }}) does not answer: %s.' % [text.server(lost + '{%s}', ['view', 'cause']), domainCount],
      [
        'Seen: {{ $labels.address }} completes no TLS handshake (view {{ $labels.view }})%s.' % servesOthers,
        'Why it matters: these SIP domains have lost %s: %s.' % [capabilitiesOf(['view', 'cause']), text.domains(lost + '{%s}', ['view', 'cause'])],
        'First: check that the reverse proxy runs, that the firewall lets 443 through to it, and that it has a rule for these names.',
        'Explained: ' + text.finding('lyncdiscover_unreachable') + ' All SIP domains: ' + text.exporter,
      ],
      overview,
      cause,
    ),
    alert(
      'LyncCertificateRefused',
      config.page,
      refused,
      'The certificate of %s is refused: %s.' % [text.server(lost + '{%s}', ['view', 'cause']), domainCount],
      [
        'Seen: these SIP domains cannot use the certificate at %s (view {{ $labels.view }}, SHA-256 {{ $labels.fingerprint_sha256 }}). It has expired or is not valid yet, is revoked or not trusted, or lacks their names.' %
        text.first('address', lost + '{%s}', ['view', 'cause']),
        'Why it matters: these SIP domains have lost %s: %s.' % [capabilitiesOf(['view', 'cause']), text.domains(lost + '{%s}', ['view', 'cause'])],
        'First: open the report of one of them, which says what is wrong with the certificate and which names to order, and replace it.',
        'Report: %s/domains/%s' % [config.exporterURL, text.one('domain', lost + '{%s}', ['view', 'cause'])],
      ],
      certificates,
      cause,
    ),
    // One address of several: nobody is cut off yet.
    alert(
      'LyncAddressDown',
      config.ticket,
      |||
        %s
        and on (job, view, role, address) (address:lync_server_reachable:max == 0)
        unless on (job, view, address) %s
      ||| % [counted('job, view, role, host, address', known + '{fingerprint_sha256=""} == 0'), lost],
      'Server %s does not answer at {{ $labels.address }}: %s.' % [text.server(known + '{%s}', ['view', 'address']), domainCount],
      [
        'Seen: {{ $labels.address }} completes no TLS handshake; other addresses still serve (view {{ $labels.view }}).',
        'Why it matters: clients and partners that pick this address wait or fail: ' + text.domains(known + '{%s}', ['view', 'address']) + '.',
        'First: repair the server, or take its address out of DNS.',
        'Explained: ' + text.finding('edge_ip_partially_down'),
      ],
      overview,
      fault,
    ),
    // Servers of standby records, on which nothing hangs now. Many SIP domains share
    // one under names of their own.
    alert(
      'LyncStandbyAddressDown',
      config.ticket,
      'count by (job, view) (group by (job, view, target) (\n  %s\n))' % std.strReplace(std.stripChars(silent, '\n'), '\n', '\n  '),
      'Standby servers have addresses that do not answer: %s.' % silentNames,
      [
        'Seen: addresses of %s complete no TLS handshake (view {{ $labels.view }}).' % silentNames,
        'Why it matters: what is to stand in when the first server fails is not there.',
        'First: repair the server, or take its address out of DNS.',
        'Explained: ' + text.finding('edge_ip_partially_down'),
      ],
      overview,
      fault,
    ),
  ];

  //
  // Capabilities of one SIP domain.
  //
  local down = 'domain_capability:lync_capability_up:last';
  local capability(name, value, summary, effect, first, subjects) = alert(
    name,
    config.page,
    'domain_capability:lync_capability_down:cause{capability="%s"} == 0' % value,
    summary,
    [
      '{{ if and $labels.cause (not (match "^since " $labels.cause)) }}Seen: what it hangs on fails: {{ $labels.cause }}.{{ else }}' +
      text.findings('severity="critical",subject=~"%s"' % subjects) + '{{ end }}',
      'Why it matters: ' + effect + ' (view {{ $labels.view }}).',
      'First: ' + first,
      'Report and repairs: ' + text.domain,
    ],
    domain,
    outage,
  );
  local together = 'domain_capability:lync_capability_down:cause{cause=~"since .+"} == 0';
  local domains = [
    // A resolver that says that no name exists, a zone template of a hoster: what
    // many SIP domains lose at once has one cause, though no server is to blame.
    alert(
      'LyncManyDomainsDown',
      config.page,
      counted('job, view, cause', together),
      'Many SIP domains went down together in the view {{ $labels.view }}: {{ $value }}.',
      [
        'Seen: {{ $value }} SIP domains have lost %s at the same time, and no server that they share explains it: ' %
        text.first('capability', 'domain_capability:lync_capability_down:cause{%s} == 0', ['view', 'cause'], n=4, shown=text.word) +
        text.domains('domain_capability:lync_capability_down:cause{%s} == 0', ['view', 'cause']) + '.',
        'Found: ' + text.first('reason', last('lync_finding_info{severity="critical",%s}'), ['view'], none='no finding names the cause', n=4) + '.',
        'Why it matters: users of these SIP domains cannot sign in, or partners do not reach them.',
        'First: ask another resolver for their records. If it has them, repair the exporter\'s resolver; if not, see what changed in the zones that they share.',
        'All SIP domains: ' + text.exporter,
      ],
      overview,
      cause,
    ),
    alert(
      'LyncDomainDown',
      config.page,
      |||
        (count by (job, domain, view) (%(down)s == 0) == count by (job, domain, view) (%(down)s) > 1)
        and on (job, domain, view) (%(down)s unless on (job, domain, view, capability) %(lost)s)
        unless on (job, domain, view) %(together)s
      ||| % { down: down, lost: lost, together: together },
      'Nothing of %s works.' % text.name,
      [
        text.findings('severity="critical"'),
        'Why it matters: users of this SIP domain cannot sign in and partners do not reach them (view {{ $labels.view }}).',
        'First: see whether the zone of the domain still exists and who changed it; the report lists the records to publish.',
        'Report and repairs: ' + text.domain,
      ],
      domain,
      wholeDomain,
    ),
    capability(
      'LyncFederationDown',
      'federation',
      'Federation with %s is down.' % text.name,
      'partners get no presence, messages and calls through to this SIP domain',
      'publish the record that the report shows, or repair the Edge that it names.',
      '_sipfederationtls._tcp|federation',
    ),
    capability(
      'LyncSignInDown',
      'sign_in',
      'Users of %s cannot sign in.' % text.name,
      'users outside cannot sign in; users already signed in stay signed in until their connection breaks',
      'publish the record that the report shows, or repair the Edge that it names.',
      '_sip._tls|_sipinternaltls._tcp|access_edge|sip',
    ),
    capability(
      'LyncAutodiscoverDown',
      'autodiscover',
      'Clients of %s cannot find their server by Autodiscover.' % text.name,
      'mobile clients cannot sign in, and others find their server late or not at all',
      'open the report; it says whether DNS, the reverse proxy or the pool behind it is to be repaired.',
      'lyncdiscover|lyncdiscoverinternal|user_link|web_services',
    ),
    capability(
      'LyncMeetingsDown',
      'meetings',
      'Meetings of %s cannot be joined.' % text.name,
      'nobody can join meetings of this SIP domain from their links',
      'open the report; it says whether DNS, the reverse proxy or the Meet URL is to be repaired.',
      'meet',
    ),
  ];

  //
  // What comes and goes never lasts long enough for the alerts above.
  //
  local capabilityWord = '{{ $labels.capability%s }}' % text.word;
  local flapping = [
    alert(
      'LyncServerFlapping',
      config.page,
      'address:lync_server_flapping:avg1h',
      'Server %s ({{ $labels.host }}) comes and goes.' % text.server(lately, ['view', 'host']),
      [
        'Seen: {{ $labels.host }} answered {{ $value | humanizePercentage }} of the last hour, with several outages (view {{ $labels.view }}).',
        'Why it matters: users are cut off again and again: ' + text.domains(lately, ['view', 'host']) + '.',
        'First: look for what restarts or fails over: the service, a load balancer\'s health check, a firewall, an address used twice.',
        'Explained: ' + text.finding('edge_tcp_unreachable') + ' All SIP domains: ' + text.exporter,
      ],
      overview,
      { 'for': config.flappingFor, keep_firing_for: config.causeKeep },
    ),
    // One cause makes many come and go: a resolver, a load balancer.
    alert(
      'LyncManyDomainsFlapping',
      config.page,
      '%s >= %d' % [counted('job, view', 'domain_capability:lync_capability_flapping:avg1h'), config.manyDomains],
      'Many SIP domains come and go in the view {{ $labels.view }}: {{ $value }}.',
      [
        'Seen: {{ $value }} SIP domains had several outages in the last hour: ' + text.domains('domain_capability:lync_capability_flapping:avg1h{%s}', ['view']) + '.',
        'Why it matters: users are cut off again and again.',
        'First: look for what they share: ask each nameserver of the exporter for their records, and compare the answers; see what balances the load of their servers.',
        'All SIP domains: ' + text.exporter,
      ],
      overview,
      { 'for': config.flappingFor, keep_firing_for: config.wholeEdgeKeep },
    ),
    alert(
      'LyncCapabilityFlapping',
      config.page,
      // Several of one SIP domain have one cause.
      |||
        %(flapping)s
        and on (job, domain, view) count by (job, domain, view) (%(flapping)s) == 1
        or
        min by (job, domain, view) (%(flapping)s)
        and count by (job, domain, view) (%(flapping)s) > 1
      ||| % { flapping: 'domain_capability:lync_capability_flapping:avg1h' },
      '{{ if $labels.capability }}The %s of {{ end }}%s comes and goes.' % [capabilityWord, text.name],
      [
        'Seen: %s was up {{ $value | humanizePercentage }} of the last hour, with several outages (view {{ $labels.view }}).' %
        text.first('capability', 'domain_capability:lync_capability_flapping:avg1h{%s}', ['domain', 'view'], n=4, shown=text.word),
        'Why it matters: users are cut off again and again.',
        'First: open the report while it is down, and compare the answers of the domain\'s nameservers.',
        'Report and repairs: ' + text.domain,
      ],
      domain,
      { 'for': config.flappingFor, keep_firing_for: config.causeKeep },
    ),
  ];

  //
  // Certificates: one alert for each certificate, whatever uses it.
  //
  local source = 'job, instance, domain, view, role, target';
  // byCertificate counts the SIP domains, or something else, of each certificate that
  // fulfils a condition on servers; of servers whose certificate is not known, by server.
  local byCertificate(condition, extra='', what='domain, view') = |||
    count by (job, fingerprint_sha256, subject_cn%(extra)s) (group by (job, fingerprint_sha256, subject_cn%(extra)s, %(what)s) (
      %(info)s * on (%(source)s) group_right (subject_cn, fingerprint_sha256) (1 + 0 * (%(condition)s))
    ))
    or
    count by (job, target%(extra)s) (group by (job, target%(extra)s, %(what)s) (
      (%(condition)s)
      unless on (%(source)s) %(info)s
    ))
  ||| % {
    condition: condition,
    extra: extra,
    what: what,
    source: source,
    info: 'topk by (%s) (1, %s)' % [source, last('lync_tls_certificate_info')],
  };
  local bySubject = '{{ if $labels.subject_cn }}{{ $labels.subject_cn }}{{ else }}{{ $labels.target }}{{ end }}';

  local expiry = 'min by (job, fingerprint_sha256, subject_cn, issuer_cn) (%s)' % last('lync_certificate_expiry_timestamp_seconds');
  local notBefore = 'max by (job, fingerprint_sha256, subject_cn, issuer_cn) (%s)' % last('lync_certificate_not_before_timestamp_seconds');
  local targetExpiry = 'min by (job, target) (%s)' % last('lync_tls_certificate_expiry_timestamp_seconds');
  local targetNotBefore = 'max by (job, target) (%s)' % last('lync_tls_certificate_not_before_timestamp_seconds');
  // within: the time left where it is shorter than the days, and than the part
  // of the lifetime, if that is known.
  local within(expiry, notBefore, days, part) = |||
    %(expiry)s - time() < %(days)d * 86400
    unless %(expiry)s - time() >= (%(expiry)s - %(notBefore)s) / %(part)d
  ||| % { expiry: expiry, notBefore: notBefore, days: days, part: part };
  local expires(days, part) =
    '(\n  %s\n)\nor\n(\n  %s\n) unless on (job) lync_certificate_expiry_timestamp_seconds' % [
      std.strReplace(std.stripChars(within(expiry, notBefore, days, part), '\n'), '\n', '\n  '),
      std.strReplace(std.stripChars(within(targetExpiry, targetNotBefore, days, part), '\n'), '\n', '\n  '),
    ];
  local users = '{{ if $labels.fingerprint_sha256 }}%s{{ else }}%s{{ end }}' % [
    text.domains('%s{%%s} or %s == on (job) group_left () max by (job) (%s)' % [
      known,
      last('lync_tls_certificate_expiry_timestamp_seconds'),
      last('lync_certificate_expiry_timestamp_seconds{%s}'),
    ], ['fingerprint_sha256']),
    text.domains(last('lync_tls_certificate_expiry_timestamp_seconds{%s}'), ['target']),
  ];
  local fingerprint = '{{ if $labels.fingerprint_sha256 }} (SHA-256 {{ $labels.fingerprint_sha256 }}){{ end }}';
  local expiring(name, severity, days, part, duration) = alert(
    name,
    severity,
    |||
      (
        %s
      ) %s
    ||| % [
      std.strReplace(expires(days, part), '\n', '\n  '),
      if name == 'LyncCertificateExpiresSoon' then 'unless\n(\n  %s\n)\n' % std.strReplace(expires(config.verySoonDays, config.verySoonPart), '\n', '\n  ') else '> 0',
    ],
    'The certificate %s expires in {{ $value | humanizeDuration }}.' % bySubject,
    [
      'Seen: the certificate %s%s expires in {{ $value | humanizeDuration }}. SIP domains: %s.' % [bySubject, fingerprint, users],
      'Why it matters: from then on clients and partners refuse the server.',
      'First: order it anew with the same names, assign it, and restart what uses it.',
      'Explained: ' + text.finding('cert_expires_soon'),
    ],
    certificates,
    { 'for': duration },
  );
  // What fulfils a condition on a metric at an alert's certificate, or server where
  // that is not known.
  local ofCertificate(label, condition, metric) =
    local at(metric) = '(%s) and on (%s) %s' % [condition, source, last(metric + '{%s}')];
    '{{ if $labels.fingerprint_sha256 }}%s{{ else }}%s{{ end }}' % [
      text.first(label, at('lync_tls_certificate_info'), ['fingerprint_sha256']),
      text.first(label, at(metric), ['target']),
    ];
  // Microsoft 365 has no certificate for its customers' lyncdiscover, which is
  // no fault as long as HTTP answers; there a finding says whether it is one.
  local lacking = '%s == 0 or %s == 0 and on (job, instance, domain, view) %s' % [
    last('lync_tls_san_covered{role!~"lyncdiscover.*"}'),
    last('lync_tls_san_covered{role=~"lyncdiscover.*"}'),
    last('lync_finding_info{check="lyncdiscover",severity=~"critical|warning"}'),
  ];
  local missing = ofCertificate('name', lacking, 'lync_tls_san_covered');
  local old = last('lync_tls_version_info{version=~"TLS 1[.][01]|SSL.*"}');
  local certificateAlerts = [
    expiring('LyncCertificateExpiresSoon', config.ticket, config.soonDays, config.soonPart, config.soonFor),
    expiring('LyncCertificateExpiresVerySoon', config.page, config.verySoonDays, config.verySoonPart, config.verySoonFor),
    // A ticket: where users are cut off by it, that pages.
    alert(
      'LyncCertificateExpired',
      config.ticket,
      '%s <= time()\nor\n(%s <= time()) unless on (job) lync_certificate_expiry_timestamp_seconds' % [expiry, targetExpiry],
      'The certificate %s has expired.' % bySubject,
      [
        'Seen: the certificate %s%s expired on {{ $value | toTime }}. SIP domains: %s.' % [bySubject, fingerprint, users],
        'Why it matters: clients and partners refuse the server.',
        'First: order it anew with the same names, assign it, and restart what uses it.',
        'Explained: ' + text.finding('cert_expired'),
      ],
      certificates,
      { 'for': config.expiredFor, keep_firing_for: config.ticketKeep },
    ),
    alert(
      'LyncCertificateRevoked',
      config.page,
      byCertificate(last('lync_tls_certificate_revoked') + ' == 1'),
      'The certificate %s is revoked: %s.' % [bySubject, domainCount],
      [
        'Seen: its authority says that the certificate %s%s is revoked.' % [bySubject, fingerprint],
        'Why it matters: clients and partners that ask the authority refuse the server; the others trust a key that may be stolen.',
        'First: ask the authority why, order a new certificate with a new key and assign it.',
        'Explained: ' + text.finding('cert_revoked'),
      ],
      certificates,
      outage,
    ),
    alert(
      'LyncCertificateNameMissing',
      config.ticket,
      byCertificate(lacking, what='name'),
      'The certificate %s lacks {{ if eq $value 1.0 }}the name %s{{ else }}{{ $value }} names{{ end }}.' % [bySubject, missing],
      [
        'Seen: the certificate %s%s does not have these names in its SAN in a form that the server\'s role accepts: %s.' % [bySubject, fingerprint, missing],
        'Why it matters: clients and partners that ask for such a name refuse the server.',
        'First: order the certificate anew with these names added; the report lists all of them.',
        'Explained: ' + text.finding('cert_name_missing'),
      ],
      certificates,
      fault,
    ),
    // An expired certificate is not trusted either, but has its own alert.
    alert(
      'LyncCertificateUntrusted',
      config.ticket,
      byCertificate('%s == 0 unless %s <= time()' % [last('lync_tls_certificate_trusted'), last('lync_tls_certificate_expiry_timestamp_seconds')]),
      'The certificate %s is not trusted: %s.' % [bySubject, domainCount],
      [
        'Seen: the certificate %s%s has no chain to a trusted root.' % [bySubject, fingerprint],
        'Why it matters: clients and partners refuse the server.',
        'First: install the intermediate certificates that the report names, or order the certificate from a public authority.',
        'Explained: ' + text.finding('cert_untrusted'),
      ],
      certificates,
      fault,
    ),
    alert(
      'LyncTLSBelow12',
      config.ticket,
      byCertificate(old, ', version'),
      'Server %s offers nothing newer than {{ $labels.version }}: %s.' % [ofCertificate('target', old, 'lync_tls_version_info'), domainCount],
      [
        'Seen: %s agreed on {{ $labels.version }}%s. SIP domains: %s.' % [ofCertificate('target', old, 'lync_tls_version_info'), fingerprint, ofCertificate('domain', old, 'lync_tls_version_info')],
        'Why it matters: current clients and Microsoft 365 refuse it.',
        'First: turn on TLS 1.2 in Windows (Schannel and .NET) and restart the server.',
        'Explained: ' + text.finding('tls_below_1_2'),
      ],
      certificates,
      fault,
    ),
  ];

  //
  // Names and records.
  //
  local perDomain(expr, labels='job, domain, view') = 'max by (%s) (%s)' % [labels, expr];
  local internalNames = '_sipinternaltls[.]_tcp|_sipinternal[.]_tcp|lyncdiscoverinternal|sipinternal';
  local recordAlerts = [
    // Over HTTPS, clients follow wherever Autodiscover leads: no alert.
    alert(
      'LyncRedirectMismatch',
      config.ticket,
      |||
        max by (job, domain, view, name) (%s) == 1
        unless on (job, domain, view) (max by (job, domain, view) (%s) == 1)
      ||| % [last('lync_lyncdiscover_redirect_domain_mismatch{scheme="http"}'), last('lync_lyncdiscover_trust_prompt')],
      'Autodiscover of {{ $labels.domain }} over HTTP leads to a domain that clients do not trust.',
      [
        'Seen: http://{{ $labels.name }}.{{ $labels.domain }}/ leads out of the SIP domain (view {{ $labels.view }}).',
        'Why it matters: clients use HTTPS as long as it works; once it does not, they ask their users whether to trust the other domain.',
        'First: let it lead to a host inside the SIP domain.',
        'Explained: %s Report: %s' % [text.finding('lyncdiscover_http_redirect_prompt'), text.domain],
      ],
      domain,
      fault,
    ),
    alert(
      'LyncTrustPrompt',
      config.ticket,
      perDomain(last('lync_lyncdiscover_trust_prompt')) + ' == 1',
      'Clients of {{ $labels.domain }} ask their users whether to trust another domain.',
      [
        text.findings('check="lyncdiscover",severity!="info"'),
        'Why it matters: users who decline cannot sign in (view {{ $labels.view }}).',
        'First: make Autodiscover answer over HTTPS with a certificate that clients accept.',
        'Report and repairs: ' + text.domain,
      ],
      domain,
      fault,
    ),
    // That an internal record is seen from outside has its own alert.
    alert(
      'LyncSRVIncorrect',
      config.ticket,
      |||
        min by (job, domain, view, record) (%s) == 0
        unless on (job, domain, view, record)
        label_replace(%s, "record", "$1", "subject", "(.+)")
      ||| % [last('lync_srv_correct'), last('lync_finding_info{view!~"%s",subject=~"%s"}' % [config.internalViews, internalNames])],
      'The record {{ $labels.record }}.{{ $labels.domain }} is missing or wrong.',
      [
        text.findings('severity!="info"', ['domain', 'view', 'subject=record']),
        'Why it matters: clients and partners that use this record find no server, or refuse it (view {{ $labels.view }}).',
        'First: publish the record that the report shows.',
        'Report and repairs: ' + text.domain,
      ],
      domain,
      fault,
    ),
    alert(
      'LyncInternalNameVisible',
      config.ticket,
      'max by (job, domain, view, subject) (%s)' % last('lync_finding_info{view!~"%s",severity=~"critical|warning",subject=~"%s"}' % [config.internalViews, internalNames]),
      'The internal name {{ $labels.subject }} of {{ $labels.domain }} is visible from outside.',
      [
        'Seen: {{ $labels.subject }} of {{ $labels.domain }} exists in the view {{ $labels.view }}.',
        'Why it matters: clients outside try it first, wait, and may conclude that they are on the internal network.',
        'First: delete it from the zone that the outside sees.',
        'Explained: %s Report: %s' % [text.finding('internal_record_visible_external'), text.domain],
      ],
      domain,
      fault,
    ),
    alert(
      'LyncTopologyChanged',
      config.ticket,
      |||
        group by (job, domain, view, topology) (%(now)s)
        unless on (job, domain, view, topology) lync_topology_info offset 1h
        and on (job, domain, view) lync_topology_info offset 1h
      ||| % { now: last('lync_topology_info{source="auto"}') },
      'The SIP domain {{ $labels.domain }} is now judged as {{ $labels.topology }}.',
      [
        'Seen: an hour ago the records of {{ $labels.domain }} said %s, now they say {{ $labels.topology }} (view {{ $labels.view }}).' %
        text.first('topology', 'lync_topology_info{%s} offset 1h', ['domain', 'view'], none='something else'),
        'Why it matters: other records and servers are demanded now. If nobody moved the domain, a record was changed or lost.',
        'First: if the move is wanted, nothing; otherwise undo the change. To fix what is expected, set `topology` in the configuration.',
        'Report: ' + text.domain,
      ],
      domain,
      { 'for': config.absentFor },
    ),
  ];

  //
  // The Front End's IIS.
  //
  local iis = [
    alert(
      'LyncFailedRequestTracingOn',
      config.ticket,
      'last_over_time(lync_iis_failed_request_tracing_enabled[1h]) == 1',
      'Failed Request Tracing of {{ $labels.site }} on {{ $labels.instance }} was left on.',
      [
        'Seen: Failed Request Tracing of the site {{ $labels.site }} on {{ $labels.instance }} has been on for more than a day.',
        'Why it matters: it slows the site down and fills the disk.',
        'First: turn it off in IIS Manager, unless you are investigating a fault now.',
        'Explained: ' + text.finding('freb_enabled'),
      ],
      overview,
      { 'for': config.tracingFor },
    ),
    alert(
      'LyncFailedRequestTracingCut',
      config.ticket,
      last('lync_iis_failed_request_tracing_truncated_files') + ' > 0',
      'Traces of failed requests of {{ $labels.site }} on {{ $labels.instance }} are cut off.',
      [
        'Seen: {{ $value }} log files of the site {{ $labels.site }} end at their size limit' +
        '{{ with query (printf `last_over_time(lync_iis_failed_request_tracing_max_log_file_size_bytes{instance=%q,site=%q}[' + config.bridge + '])` $labels.instance $labels.site) }} of {{ . | first | value | humanize1024 }}B{{ end }}.',
        'Why it matters: the rewrite rules of many SIP domains fill a trace before the rule that matched.',
        'First: raise maxLogFileSizeKB while you investigate; the page has the command and how to put it back.',
        'Explained: ' + text.finding('freb_log_truncated'),
      ],
      overview,
      fault,
    ),
    alert(
      'LyncIISConfigUnreadable',
      config.ticket,
      last('lync_iis_config_readable') + ' == 0',
      'The configuration of IIS on {{ $labels.instance }} cannot be read.',
      [
        'Seen: the exporter at {{ $labels.instance }} cannot read or parse applicationHost.config.',
        'Why it matters: nothing is known of Failed Request Tracing and of the rewrite rules there.',
        'First: give the exporter\'s account read access to the file.',
        'Explained: ' + text.finding('iis_config_unreadable'),
      ],
      overview,
      fault,
    ),
  ];

  //
  // Blindness: what is not known. It never holds back what is still seen.
  //
  local blind = 'avg by (job, domain, view) (%s) < %g' % [last('lync_check_success'), 1 - config.blindChecks];
  local nearTimeout = 'avg_over_time(lync_scrape_duration_seconds[15m]) / avg_over_time(lync_scrape_timeout_seconds[15m]) > %g' % config.scrapePart;
  local nearTimeoutOf = nearTimeout + ' and on (job, instance) lync_scrape_timeout_seconds';
  local lagging(matchers) = 'min_over_time(lync_exporter_lag_seconds%s[%s])' % [matchers, config.bridge];
  local exporter = [
    alert(
      'LyncResolverDown',
      config.page,
      'max by (job, view) (%s) == 0' % last('lync_nameserver_up'),
      'No nameserver of the view {{ $labels.view }} answers the exporter.',
      [
        'Seen: %s answered no question.' % text.first('nameserver', 'lync_nameserver_up{%s}', ['view']),
        'Why it matters: nothing is known of the SIP domains of this view: ' + text.domains(last('lync_check_success{%s}'), ['view']) + '.',
        'First: ask it from the exporter\'s machine (Resolve-DnsName, dig); check the resolver and the firewall.',
        'Explained: ' + text.finding('dns_lookup_failed') + ' All SIP domains: ' + text.exporter,
      ],
      overview,
      cause,
    ),
    alert(
      'LyncNameserverDown',
      config.ticket,
      'max by (job, view, nameserver) (%s) == 0' % last('lync_nameserver_up'),
      'The nameserver {{ $labels.nameserver }} does not answer the exporter.',
      [
        'Seen: {{ $labels.nameserver }} of the view {{ $labels.view }} answered no question.',
        'Why it matters: checks wait for it before they ask the next one.',
        'First: repair it, or take it out of the exporter\'s configuration.',
        'Explained: ' + text.finding('dns_lookup_failed'),
      ],
      overview,
      fault,
    ),
    alert(
      'LyncMostDomainsUnknown',
      config.page,
      |||
        count by (job, view) (%s)
        / count by (job, view) (group by (job, domain, view) (%s)) > %g
      ||| % [blind, last('lync_check_success'), config.blindPart],
      'Most SIP domains cannot be checked in the view {{ $labels.view }}.',
      [
        'Seen: of {{ $value | humanizePercentage }} of the SIP domains most checks do not complete: ' +
        text.domains('avg by (domain) (%s) < %g' % [last('lync_check_success{%s}'), 1 - config.blindChecks], ['view']) + '.',
        'Why it matters: an outage would not be seen.',
        'First: see whether the exporter\'s resolver answers, whether its machine reaches the Internet, and whether its scrapes end in time.',
        'Explained: ' + text.finding('dns_lookup_failed') + ' All SIP domains: ' + text.exporter,
      ],
      overview,
      wholeDomain,
    ),
    alert(
      'LyncManyDomainsUnknown',
      config.ticket,
      'count by (job, view) (group by (job, domain, view) (%s == 0)) >= %d' % [last('lync_check_success'), config.manyDomains],
      'Many SIP domains cannot be checked in the view {{ $labels.view }}: {{ $value }}.',
      [
        'Seen: checks of these SIP domains do not complete: ' + text.domains(last('lync_check_success{%s}') + ' == 0', ['view']) + '.',
        'Why it matters: an outage of these SIP domains would not be seen.',
        'First: ask the nameservers that they share for their records.',
        'Explained: ' + text.finding('dns_lookup_failed') + ' All SIP domains: ' + text.exporter,
      ],
      overview,
      outage,
    ),
    alert(
      'LyncChecksNotCompleting',
      config.ticket,
      'count by (job, domain, view) (%s == 0)' % last('lync_check_success'),
      'Checks of %s do not complete.' % text.name,
      [
        'Seen: these checks do not complete, so what they would find is not known (view {{ $labels.view }}): ' +
        text.first('check', last('lync_check_success{%s}') + ' == 0', ['domain', 'view'], n=7) + '.',
        'Why it matters: an outage of this SIP domain would not be seen.',
        'First: ask the domain\'s nameservers for its records.',
        'Report: ' + text.domain,
      ],
      domain,
      fault,
    ),
    // Where each SIP domain is a target of its own, one slow nameserver makes many slow.
    alert(
      'LyncScrapeNearTimeout',
      config.ticket,
      'count by (job) (%s)' % nearTimeout,
      'Scrapes of %s take close to their timeout.' % text.first('instance', nearTimeoutOf + '{%s}', [], n=2),
      [
        'Seen: scrapes take up to {{ with query (printf `max(%s{job=%%q})` $labels.job) }}{{ . | first | value | humanizePercentage }}{{ end }} of their timeout. What limits them: ' % nearTimeoutOf +
        '{{ with query (printf `count(group by (nameserver) (lync_nameserver_up{job=%q} == 0))` $labels.job) }}{{ with . | first | value }}{{ . }} nameserver{{ if ne . 1.0 }}s do{{ else }} does{{ end }} not answer; {{ end }}{{ end }}' +
        '{{ with query (printf `count(group by (address) (lync_server_up{job=%q,fingerprint_sha256=""} == 0))` $labels.job) }}{{ with . | first | value }}{{ . }} server{{ if ne . 1.0 }}s do{{ else }} does{{ end }} not answer, each for the whole operation_timeout; {{ end }}{{ end }}' +
        '{{ with query (printf `max(lync_exporter_lag_seconds{job=%q}) > ' + config.lagSeconds + '` $labels.job) }}the machine gives the exporter no time: it ran {{ . | first | value | humanizeDuration }} late; {{ end }}' +
        '{{ with query (printf `max(lync_exporter_domains{job=%q})` $labels.job) }}{{ . | first | value }} SIP domain{{ if ne (. | first | value) 1.0 }}s are{{ else }} is{{ end }} checked at once.{{ else }}the SIP domains themselves are slow.{{ end }}',
        'Why it matters: checks that do not end in time are left out.',
        'First: remove what does not answer; then raise scrape_timeout and timeout, raise concurrency, or scrape SIP domains one by one through /probe.',
        'All SIP domains: ' + text.exporter,
      ],
      overview,
      { 'for': config.ticketFor },
    ),
    alert(
      'LyncExporterLagging',
      config.ticket,
      'count by (job) (%s > %s)' % [lagging(''), config.lagSeconds],
      'The exporter runs late ({{ $labels.job }}, %s).' % text.first('instance', '%s > %s' % [lagging('{%s}'), config.lagSeconds], [], n=2),
      [
        'Seen: the process ran {{ with query (printf `max(%s)` $labels.job) }}{{ . | first | value | humanizeDuration }}{{ end }} later than it meant to, in every scrape of ten minutes.' % lagging('{job=%q}'),
        'Why it matters: what ran out of time meanwhile is not known, so outages may not be seen.',
        'First: give its machine more CPU, or move it away from what takes it.',
        'All SIP domains: ' + text.exporter,
      ],
      overview,
      { 'for': config.ticketFor },
    ),
    // Killed for its memory, or crashing: each scrape that it answers is well.
    alert(
      'LyncExporterRestarting',
      config.ticket,
      |||
        max by (job, instance) (changes(process_start_time_seconds{%(jobs)s}[1h])) >= %(restarts)d
        or
        count by (job) (changes(up{%(jobs)s}[1h]) >= 2 * %(restarts)d) / count by (job) (up{%(jobs)s}) > %(exporterPart)g
        unless on (job) max by (job) (changes(process_start_time_seconds{%(jobs)s}[1h])) >= %(restarts)d
      ||| % config,
      'lync_exporter keeps restarting ({{ $labels.job }}{{ with $labels.instance }}, {{ . }}{{ end }}).',
      [
        'Seen: within an hour, the exporter of the job {{ $labels.job }} restarted or stopped answering at least %d times.' % config.restarts,
        'Why it matters: in between nothing is known of its SIP domains, so outages are seen late.',
        'First: see its log and that of the system for why it ends: too little memory, a crash, a supervisor that kills it.',
        'Exporter: ' + text.exporter,
      ],
      overview,
      { 'for': config.domainFor, keep_firing_for: config.ticketKeep },
    ),
    // The whole job, or an exporter with SIP domains that nobody else checks.
    alert(
      'LyncExporterDown',
      config.page,
      |||
        %(most)s
        or
        (
          count by (job, instance) (
            %(unseen)s
          ) > 1
          or
          count by (job) (
            count by (job, instance) (
              %(unseen)s
            ) == 1
          ) > 1 > %(probePart)g * count by (job) (up{%(jobs)s})
        )
        unless on (job) (%(most)s)
      ||| % (config {
        most: 'count by (job) (up{%(jobs)s} == 0) / count by (job) (up{%(jobs)s}) > %(exporterPart)g' % config,
        unseen: 'instance_domain_view:lync_checked:last and on (job, instance) (up{%(jobs)s} == 0) unless on (job, domain, view) lync_check_success' % config,
      }),
      'lync_exporter is down ({{ $labels.job }}{{ with $labels.instance }}, {{ . }}{{ end }}).',
      [
        'Seen: Prometheus cannot scrape ' + text.first('instance', 'up{%s} == 0', []) + ' of the job {{ $labels.job }}.',
        'Why it matters: an outage of its SIP domains would not be seen. Alerts that fired before stand as they were last seen, however long that is.',
        'First: start the exporter, and check that Prometheus reaches it.',
        'Exporter: ' + text.exporter,
      ],
      overview,
      cause,
    ),
    alert(
      'LyncTargetDown',
      config.ticket,
      'up{%s} == 0' % config.jobs,
      'The target {{ $labels.instance }} of {{ $labels.job }} cannot be scraped.',
      [
        'Seen: Prometheus cannot scrape {{ $labels.instance }} of the job {{ $labels.job }}; other targets of that job are up.',
        'Why it matters: nothing new is known of what it checks, unless another exporter checks that too.',
        'First: see the error on Prometheus\'s page of targets.',
        'Exporter: ' + text.exporter,
      ],
      overview,
      fault,
    ),
    alert(
      'LyncExporterAbsent',
      config.page,
      'absent(up{%s})' % config.jobs,
      'Prometheus scrapes no lync_exporter at all.',
      [
        'Seen: Prometheus has no target whose job fits %s: it was removed, renamed, or service discovery finds none.' % config.jobs,
        'Why it matters: no outage would be seen.',
        'First: see scrape_configs and service discovery of Prometheus.',
        'Exporter: ' + text.exporter,
      ],
      overview,
      { 'for': config.absentFor },
    ),
    alert(
      'LyncConfigReloadFailed',
      config.ticket,
      last('lync_exporter_config_last_reload_successful') + ' == 0',
      'The exporter {{ $labels.instance }} refused its configuration file.',
      [
        'Seen: the exporter at {{ $labels.instance }} refused its configuration when it was last reloaded. The one before is still in force.',
        'Why it matters: what was added since is not checked.',
        'First: run lync_exporter --config.check, which names the file and the line.',
        'Exporter: ' + text.exporter,
      ],
      overview,
      outage,
    ),
    // An instance that is down says nothing about its domains. One that is
    // gone altogether does: with /probe, each domain is an instance.
    alert(
      'LyncDomainVanished',
      config.ticket,
      |||
        max by (job, domain, view) (
          max by (job, instance, domain, view) (last_over_time(lync_check_success[%(bridge)s] offset 1h))
          unless on (job, domain, view) last_over_time(lync_check_success[%(bridge)s])
          unless on (job, instance) max_over_time(up{%(jobs)s}[%(bridge)s]) == 0
          and on (job) max_over_time(up{%(jobs)s}[%(bridge)s]) == 1
        )
      ||| % config,
      'The SIP domain {{ $labels.domain }} is no longer checked.',
      [
        'Seen: {{ $labels.domain }} (view {{ $labels.view }}) was checked by the job {{ $labels.job }} an hour ago and is not any more, though other targets of that job are up.',
        'Why it matters: an outage would not be seen.',
        'First: if nobody removed it on purpose, put it back into the exporter\'s configuration.',
        'Exporter: ' + text.exporter,
      ],
      domain,
      { 'for': config.domainFor },
    ),
  ];

  causes + domains + flapping + certificateAlerts + recordAlerts + iis + exporter
