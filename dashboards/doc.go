// Package dashboards builds the Grafana dashboards that ship beside the
// exporter: Overview (all SIP domains), Domain (one of them) and Certificates.
//
// The JSON files in this folder are its output. Change the Go source, then
//
//	go generate ./dashboards
//
// A panel is a few lines: what it asks (promql.go has the pieces), how it looks
// (looks.go), where it stands (the order in overview.go, domain.go,
// certificates.go). Grid positions and ids follow from the order.
//
// Two rules hold for every query. It is right when one SIP domain is seen by
// several exporters and from several views: series are aggregated to the labels
// that the panel shows. And it is bounded when there are thousands of SIP
// domains: no panel draws something for each of them, tables hold the worst.
package dashboards
