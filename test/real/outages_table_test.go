package real

// An outage is a row of the table: what breaks and is repaired, and who is
// notified of it how often with which title.
type outage struct {
	name string
	// course is the state of the estate in each turn; the last one stays.
	course []turn
	// want is all that is sent, in any order: "page", "ticket" or "resolved", and a
	// title. N stands for "1 SIP domain", "20 SIP domains", ..., HALF for half as
	// many, FEW for two in five, JOB and INSTANCE for the exporter.
	want []string
	// may is what may be sent too, by the time at which Prometheus repeats what is resolved.
	may []string
	// wantOfOne is what is sent where there is one SIP domain only, if it differs.
	wantOfOne []string
	// says is a part of the description of one of them.
	says string
	// holds is how many minutes nothing is announced as resolved after the last repair.
	holds int
	// beside the other rows that have it: with many SIP domains, all of these
	// happen at once, in one estate.
	beside bool
	// fine: too quick for scrapes every two minutes.
	fine bool
	// atLeast is how many SIP domains it takes.
	atLeast int
	// few: not with many SIP domains.
	few bool
	// probed: also where each SIP domain is a target of its own, through /probe;
	// probedOnly: not otherwise.
	probed, probedOnly bool
	// replicas: two exporters check the same SIP domains.
	replicas bool
}

// turn is so many minutes of a state.
type turn struct {
	minutes int
	state   state
}

// state is what is broken. SIP domains are given by their numbers.
type state struct {
	edge, edgePort, proxy, otherEdge bool // do not answer
	edgeForHalf, proxyForHalf        bool // do not answer for every second SIP domain
	expired, expiring                bool // certificate of the Edge: refused, 20 days left
	halfNamed                        bool // it lacks the names of every second SIP domain
	nameless                         int  // it lacks the names of one
	proxyExpired                     bool // certificate of the reverse proxy is refused
	lying                            bool // the resolver says that no name exists
	record                           int  // federation record is wrong
	gone                             int  // nothing works
	resolver                         bool // answers nothing
	unknown                          int  // nameservers do not answer
	mostUnknown, someUnknown         bool // nameservers of three in five, two in five do not answer
	slow                             bool // scrapes take almost all their time, a nameserver of two is silent
	exporter, replica                bool // the exporter, the second one does not answer
	replicaEdge                      bool // the second one does not reach the Edge
	exporterForHalf                  bool // probes of every second SIP domain are not answered
}

const edgeTitle = "Edge sip.d001.example and other names (192.0.2.1) does not answer: N."

var (
	well     = state{}
	edgeDown = state{edge: true}
	lying    = state{lying: true}
)

var outages = []outage{
	{
		name:   "all is well",
		course: []turn{{30, well}},
	},
	{
		name:   "the Edge dies and comes back",
		course: []turn{{3, well}, {12, edgeDown}, {18, well}},
		want:   []string{"page " + edgeTitle, "resolved " + edgeTitle},
		says:   "these SIP domains have lost federation, sign-in: d001.example",
		holds:  12,
		probed: true,
	},
	{
		name:   "the Edge comes back for three minutes",
		course: []turn{{2, well}, {9, edgeDown}, {3, well}, {8, edgeDown}, {18, well}},
		want:   []string{"page " + edgeTitle, "resolved " + edgeTitle},
		holds:  12,
	},
	{
		name:   "one port of the Edge dies, then the whole Edge",
		course: []turn{{2, well}, {9, state{edgePort: true}}, {11, edgeDown}, {18, well}},
		want: []string{
			"page Edge sip.d001.example and other names does not answer at 192.0.2.1:5061: N.",
			"page " + edgeTitle,
			"resolved " + edgeTitle,
		},
		may:   []string{"resolved Edge sip.d001.example and other names does not answer at 192.0.2.1:5061: N."},
		holds: 9,
	},
	{
		name:      "one SIP domain is broken for days, then the Edge of all dies",
		course:    []turn{{10, state{record: 2}}, {20, state{record: 2, edge: true}}},
		want:      []string{"page Federation with d002.example is down.", "page " + edgeTitle},
		wantOfOne: []string{"page Federation with d001.example is down.", "page " + edgeTitle},
	},
	{
		name:   "an Edge is down for days, then another dies",
		course: []turn{{10, state{otherEdge: true}}, {20, state{otherEdge: true, edge: true}}},
		want: []string{"page Edge other.d001.example and other names (198.51.100.1) does not answer: HALF SIP domains.",
			"page Edge sip.d002.example and other names (192.0.2.1) does not answer: HALF SIP domains."},
		wantOfOne: []string{"page Edge other.d001.example (198.51.100.1) does not answer: N."},
	},
	{
		name:   "the reverse proxy dies",
		course: []turn{{3, well}, {20, state{proxy: true}}},
		want:   []string{"page Reverse proxy lyncdiscover.d001.example and other names (192.0.2.2:443) does not answer: N."},
	},
	{
		name:   "the Edge and the reverse proxy die together",
		course: []turn{{3, well}, {20, state{edge: true, proxy: true}}},
		want:   []string{"page " + edgeTitle, "page Reverse proxy lyncdiscover.d001.example and other names (192.0.2.2:443) does not answer: N."},
	},
	{
		name:   "the certificate of the Edge expires",
		course: []turn{{3, well}, {20, state{expired: true}}},
		want:   []string{"page The certificate of sip.d001.example and other names is refused: N."},
		says:   "Report: http://localhost:10077/domains/d001.example",
	},
	{
		name:   "the certificate that all SIP domains share expires soon",
		course: []turn{{38, state{expiring: true}}},
		want:   []string{"ticket The certificate edge.example expires in a time."},
		says:   "SIP domains: d0",
		beside: true,
	},
	{
		name:   "a record of one SIP domain is wrong, then that of a second",
		course: []turn{{3, well}, {12, state{record: 2}}, {20, state{record: 3}}},
		want: []string{
			"page Federation with d002.example is down.",
			"page Federation with d003.example is down.",
			"resolved Federation with d002.example is down.",
		},
		wantOfOne: []string{"page Federation with d001.example is down."},
		says:      "http://localhost:10077/findings/federation_srv_missing",
		beside:    true,
	},
	{
		name:      "the Edge comes back, and a record was lost meanwhile",
		course:    []turn{{3, well}, {10, edgeDown}, {20, state{record: 2}}},
		want:      []string{"page " + edgeTitle, "resolved " + edgeTitle, "page Federation with d002.example is down."},
		wantOfOne: []string{"page " + edgeTitle, "resolved " + edgeTitle, "page Federation with d001.example is down."},
		holds:     12,
	},
	{
		name:   "the zone of one SIP domain is lost",
		course: []turn{{3, well}, {20, state{gone: 1}}},
		want:   []string{"page Nothing of d001.example works."},
		beside: true,
	},
	{
		name:   "the zone of one SIP domain is lost and comes back without a record",
		course: []turn{{3, well}, {12, state{gone: 5}}, {20, state{record: 5}}},
		want: []string{
			"page Nothing of d005.example works.",
			"resolved Nothing of d005.example works.",
			"page Federation with d005.example is down.",
		},
		wantOfOne: []string{
			"page Nothing of d001.example works.",
			"resolved Nothing of d001.example works.",
			"page Federation with d001.example is down.",
		},
		beside: true,
	},
	{
		name:   "the resolver dies",
		course: []turn{{3, well}, {25, state{resolver: true}}},
		want:   []string{"page No nameserver of the view external answers the exporter."},
		probed: true,
	},
	{
		name:   "the resolver dies while the Edge is down",
		course: []turn{{10, edgeDown}, {25, state{resolver: true}}},
		want:   []string{"page " + edgeTitle, "page No nameserver of the view external answers the exporter."},
	},
	{
		name:   "the nameservers of most SIP domains die",
		course: []turn{{3, well}, {25, state{mostUnknown: true}}},
		want:   []string{"page Most SIP domains cannot be checked in the view external."},
	},
	{
		name:      "the nameservers of one SIP domain die",
		course:    []turn{{3, well}, {25, state{unknown: 4}}},
		want:      []string{"ticket Checks of d004.example do not complete."},
		wantOfOne: []string{"page Most SIP domains cannot be checked in the view external."},
		beside:    true,
	},
	{
		name:   "scrapes take almost all their time",
		course: []turn{{38, state{slow: true}}},
		want:   []string{"ticket Scrapes of INSTANCE take close to their timeout.", "ticket The nameserver 192.0.2.54:53 does not answer the exporter."},
		says:   "What limits them: 1 nameserver does not answer; ",
		beside: true,
		probed: true,
	},
	{
		name:   "the exporter dies",
		course: []turn{{3, well}, {25, state{exporter: true}}},
		want:   []string{"page lync_exporter is down (JOB)."},
		probed: true,
	},
	{
		name:   "the exporter dies while the Edge is down",
		course: []turn{{10, edgeDown}, {25, state{exporter: true}}},
		want:   []string{"page " + edgeTitle, "page lync_exporter is down (JOB)."},
	},
	{
		name:   "one scrape is lost while the Edge is down",
		course: []turn{{3, well}, {12, edgeDown}, {1, state{exporter: true}}, {15, edgeDown}},
		want:   []string{"page " + edgeTitle},
	},
	{
		name: "the Edge is down for two minutes and up for two, for half an hour",
		course: []turn{{4, well}, {2, edgeDown}, {2, well}, {2, edgeDown}, {2, well}, {2, edgeDown}, {2, well}, {2, edgeDown}, {2, well},
			{2, edgeDown}, {2, well}, {2, edgeDown}, {2, well}, {2, edgeDown}, {2, well}, {2, edgeDown}, {4, well}},
		want: []string{"page Server sip.d001.example and other names (192.0.2.1) comes and goes."},
		fine: true,
	},
	{
		name:    "the Edge dies, and comes back for every second SIP domain",
		course:  []turn{{3, well}, {9, edgeDown}, {20, state{edgeForHalf: true}}},
		want:    []string{"page " + edgeTitle},
		atLeast: 20,
	},
	{
		name:    "the reverse proxy has no rule any more for every second SIP domain",
		course:  []turn{{3, well}, {20, state{proxyForHalf: true}}},
		want:    []string{"page Reverse proxy lyncdiscover.d001.example and other names (192.0.2.2:443) does not answer: HALF SIP domains."},
		says:    "completes no TLS handshake (view external) for these SIP domains, and serves others.",
		atLeast: 20,
		few:     true,
	},
	{
		name:    "the Edge's new certificate lacks the names of every second SIP domain",
		course:  []turn{{3, well}, {20, state{halfNamed: true}}},
		want:    []string{"page The certificate of sip.d001.example and other names is refused: HALF SIP domains."},
		atLeast: 20,
		few:     true,
	},
	{
		name:    "the Edge's certificate lacks the names of one SIP domain",
		course:  []turn{{3, well}, {20, state{nameless: 2, record: 7}}},
		want:    []string{"page The certificate of sip.d002.example is refused: 1 SIP domain.", "page Federation with d007.example is down."},
		atLeast: 20,
		few:     true,
	},
	{
		name:   "the certificate of the reverse proxy expires",
		course: []turn{{3, well}, {20, state{proxyExpired: true}}},
		want:   []string{"page The certificate of lyncdiscover.d001.example and other names is refused: N."},
		few:    true,
	},
	{
		name:      "the resolver says that no name exists",
		course:    []turn{{3, well}, {20, lying}},
		want:      []string{"page Many SIP domains went down together in the view external: COUNT."},
		wantOfOne: []string{"page Nothing of d001.example works."},
	},
	{
		name: "the resolver says for two minutes that no name exists, and tells the truth for two",
		course: []turn{{4, well}, {2, lying}, {2, well}, {2, lying}, {2, well}, {2, lying}, {2, well}, {2, lying}, {2, well},
			{2, lying}, {2, well}, {2, lying}, {2, well}, {2, lying}, {4, well}},
		want:      []string{"page Many SIP domains come and go in the view external: COUNT."},
		wantOfOne: []string{"page d001.example comes and goes."},
		few:       true,
	},
	{
		name:    "the nameservers of some SIP domains die",
		course:  []turn{{3, well}, {25, state{someUnknown: true}}},
		want:    []string{"ticket Many SIP domains cannot be checked in the view external: FEW."},
		atLeast: 500,
	},
	{
		name:    "the Edge of the rest dies while most SIP domains are not known",
		course:  []turn{{12, state{mostUnknown: true}}, {20, state{mostUnknown: true, edge: true}}},
		want:    []string{"page Most SIP domains cannot be checked in the view external.", "page Edge sip.d003.example and other names (192.0.2.1) does not answer: FEW SIP domains."},
		atLeast: 20,
		few:     true,
	},
	{
		name:     "the Edge dies, and two exporters see it",
		course:   []turn{{3, well}, {12, edgeDown}, {18, well}},
		want:     []string{"page " + edgeTitle, "resolved " + edgeTitle},
		replicas: true,
		few:      true,
	},
	{
		name:     "one of two exporters dies",
		course:   []turn{{3, well}, {25, state{replica: true}}},
		want:     []string{"ticket The target REPLICA of JOB cannot be scraped."},
		replicas: true,
		few:      true,
	},
	{
		name:     "one of two exporters does not reach the Edge",
		course:   []turn{{3, well}, {20, state{replicaEdge: true}}},
		want:     []string{"page " + edgeTitle},
		replicas: true,
		few:      true,
		atLeast:  20,
	},
	{
		name:       "one of two exporters that share the SIP domains dies",
		course:     []turn{{3, well}, {25, state{exporterForHalf: true}}},
		want:       []string{"page lync_exporter is down (JOB)."},
		probedOnly: true,
	},
	{
		name:   "the exporter starts anew every four minutes, and the Edge dies",
		course: append(restarting(4, well), append(restarting(6, edgeDown), turn{2, edgeDown})...),
		want:   []string{"page " + edgeTitle, "ticket lync_exporter keeps restarting (JOB)."},
		few:    true,
	},
}

// restarting is an exporter that is there for two minutes and away for two, so
// many times.
func restarting(times int, s state) []turn {
	away := s
	away.exporter = true
	var course []turn
	for range times {
		course = append(course, turn{2, s}, turn{2, away})
	}
	return course
}
