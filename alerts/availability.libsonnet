// What would be slow to compute anew at each look. No alert needs it.
function(config) [
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
