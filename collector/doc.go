// Package collector is a folder of packages: what a SIP domain needs, and
// whether it is there.
//
// A scrape is a survey. survey gives each SIP domain in each of its views an
// inquiry, and runs the checks of the table in package checks over it. A check
// asks the inquiry for facts; the inquiry asks package observe, which gets every
// fact once in a scrape, over sockets. The check judges the facts by rules, which
// are values, and returns a verdict: samples, findings, observations. expose turns
// the verdicts of all domains into metric families; the commands in
// cmd/lync_exporter write them as text, JSON and pages.
//
//	config      the configuration file
//	verdict     the language of checks: Rule, Finding, Metric, Verdict
//	observe     sockets, each fact once; observe/dns asks nameservers
//	lync        what the protocols say, pure functions over facts
//	inquiry     what several checks ask: topology, SIP servers, Autodiscover
//	checks/*    one folder for each check: facts, judge, rules, metrics, examples
//	checks      the table
//	survey      many domains under one deadline
//	repair      what is to be changed, merged over all findings
//	expose      reports as metric families
//	plan        what there should be
//	lab         the simulated estate of the demo, tests and benchmarks
//
// Imports go down this list and never up: config and verdict import nothing of
// the others, observe imports config, lync imports observe, and so on. A test
// holds it.
package collector
