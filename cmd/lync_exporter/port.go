package main

// defaultPort is the exporter's port. It is free in the list of ports that
// exporters have agreed on; README and examples name it too, and a test holds
// them to it.
// https://github.com/prometheus/prometheus/wiki/Default-port-allocations
const defaultPort = "10077"
