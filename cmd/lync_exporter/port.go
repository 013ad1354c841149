package main

// defaultPort is the exporter's port. It is above those that were found given
// away in the list of ports that exporters have agreed on, which has to be looked
// at, and the port entered, before the first release. README and examples name it
// too, and a test holds them to it.
// https://github.com/prometheus/prometheus/wiki/Default-port-allocations
const defaultPort = "10077"
