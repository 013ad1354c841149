// What would be slow to compute anew at each look. No alert needs it.
function(config) [
  // In how many SIP domains a capability is down now; 0 where it is up in all.
  {
    record: 'view_capability:lync_capability_down:count',
    expr: 'sum by (view, capability) (1 - min by (domain, view, capability) (last_over_time(lync_capability_up[%(bridge)s])))' % config,
  },
  // Availability in two steps: 30 days of raw samples are too many for one query
  // over thousands of SIP domains. Times without data count neither way.
  {
    record: 'domain_view_capability:lync_capability_up:avg1h',
    expr: 'avg by (domain, view, capability) (avg_over_time(lync_capability_up[1h]))',
  },
] + [
  {
    record: 'domain_view_capability:lync_capability_up:avg' + range,
    expr: 'avg_over_time(domain_view_capability:lync_capability_up:avg1h[%s])' % range,
  }
  for range in ['24h', '7d', '30d']
]
