package main

// defaultPort is the exporter's port. The list of ports that exporters have agreed
// on gives them out in order: those from 9100 to 9999 are taken, the copies of the
// list in public repositories end at 10026, and the highest that a project says it
// has entered is 10047. None of them has 10077. It is to be entered there with the
// first release. README and examples name it too, and a test holds them to it.
// https://github.com/prometheus/prometheus/wiki/Default-port-allocations
const defaultPort = "10077"
