// Pieces of the alerts' texts. They are templates of Prometheus.
function(config) {
  // The job and other labels of an alert, as the format of a query and its arguments.
  // 'subject=record' compares the label subject with the alert's label record.
  local parts(l) = std.splitLimit(l, '=', 1),
  local selected(labels) = std.join(',', ['%s=%%q' % parts(l)[0] for l in ['job'] + labels]),
  local arguments(labels) = std.join(' ', ['$labels.' + std.reverse(parts(l))[0] for l in ['job'] + labels]),
  // A query as printf has it, and what it is given: the labels for each %s in it.
  local asked(query, labels) =
    local times = std.length(std.findSubstr('%s', query));
    '(printf `%s` %s)' % [query % std.repeat([selected(labels)], times), std.join(' ', std.repeat([arguments(labels)], times))],

  // The first names that a query finds, and "and others" where there are more.
  // The query is given the alert's values of labels.
  // shown is added to each name, as `word` is.
  first(label, query, labels, none='none known', n=config.names, shown=''):
    '{{ with query %(query)s | sortByLabel "%(label)s" -}}' % {
      label: label,
      query: asked('group by (%s) (%s)' % [label, query], labels),
    } +
    '{{ range $i, $s := . }}{{ if lt $i %(n)d }}{{ if $i }}, {{ end }}{{ $s.Labels.%(label)s%(shown)s }}{{ else if eq $i %(n)d }} and others{{ end }}{{ end }}' % {
      label: label,
      n: n,
      shown: shown,
    } +
    '{{- else }}%s{{ end }}' % none,

  // One name that a query finds, for an address.
  one(label, query, labels):
    '{{ with query %(query)s | sortByLabel "%(label)s" }}{{ (first .).Labels.%(label)s }}{{ end }}' % {
      label: label,
      query: asked('group by (%s) (%s)' % [label, query], labels),
    },

  // Names of capabilities as people write them: sign-in.
  word: ' | reReplaceAll "_" "-"',

  // The SIP domains that a cause takes down.
  domains(query, labels): $.first('domain', query, labels),

  // Host names that lead to a server, without their ports: those of what the query
  // finds.
  server(query, labels):
    '{{ with query %s | sortByLabel "name" -}}' % asked('group by (name) (label_replace(%s, "name", "$1", "target", "(.+):[0-9]+"))' % query, labels) +
    '{{ (first .).Labels.name }}{{ if gt (len .) 1 }} and other names{{ end }}{{ else }}unknown{{ end }}',

  // What was found, one finding a line, with the page that explains it.
  findings(matchers, labels=['domain', 'view'], none='No finding names the cause; see the report.'):
    '{{ with query (printf `group by (reason, subject) (last_over_time(lync_finding_info{%(selected)s,%(matchers)s}[%(bridge)s]))` %(arguments)s) | sortByLabel "reason" -}}' % {
      selected: selected(labels),
      arguments: arguments(labels),
      matchers: matchers,
      bridge: config.bridge,
    } +
    'Found:{{ range . }}\n- {{ .Labels.reason }} on {{ .Labels.subject }}: %s/findings/{{ .Labels.reason }}{{ end }}' % config.exporterURL +
    '{{- else }}%s{{ end }}' % none,

  // A SIP domain, and its name as people write it where that is another.
  name: '{{ $labels.domain }}{{ if match "xn--" $labels.domain }}{{ with query (printf `lync_domain_name_info{job=%q,domain=%q}` $labels.job $labels.domain) }} ({{ (first .).Labels.unicode }}){{ end }}{{ end }}',

  finding(code): '%s/findings/%s' % [config.exporterURL, code],
  domain: '%s/domains/{{ $labels.domain }}' % config.exporterURL,
  exporter: config.exporterURL + '/',
}
